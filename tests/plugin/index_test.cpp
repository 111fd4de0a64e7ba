// The chunk index of new datasets, seen by the program and by stock HDF5, and what must not change.
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/data/test_case.hpp>
#include <csignal>
#include <filesystem>

#include "support/hdf5_fixture.h"

namespace h5pave::test {

namespace {

namespace data = boost::unit_test::data;

constexpr hsize_t kInf = H5S_UNLIMITED;

struct IndexCase {
  Extents extent;
  Extents maximum;
  Extents chunk;
  unsigned deflate;
  H5D_alloc_time_t allocation;
  H5D_chunk_index_t expected;
};

std::ostream& operator<<(std::ostream& out, const IndexCase& row) {
  return out << "index " << row.expected << ", rank " << row.extent.size() << ", deflate "
             << row.deflate;
}

const std::vector<IndexCase> kIndexCases{
    {{20}, {20}, {20}, 0, H5D_ALLOC_TIME_DEFAULT, H5D_CHUNK_IDX_SINGLE},
    {{20}, {20}, {20}, 1, H5D_ALLOC_TIME_DEFAULT, H5D_CHUNK_IDX_SINGLE},
    {{20}, {20}, {5}, 0, H5D_ALLOC_TIME_EARLY, H5D_CHUNK_IDX_NONE},
    {{20}, {20}, {5}, 1, H5D_ALLOC_TIME_EARLY, H5D_CHUNK_IDX_FARRAY},
    {{20}, {20}, {5}, 0, H5D_ALLOC_TIME_DEFAULT, H5D_CHUNK_IDX_FARRAY},
    {{20}, {kInf}, {5}, 1, H5D_ALLOC_TIME_DEFAULT, H5D_CHUNK_IDX_EARRAY},
    {{4, 5}, {4, kInf}, {2, 2}, 0, H5D_ALLOC_TIME_DEFAULT, H5D_CHUNK_IDX_EARRAY},
    {{4, 5}, {kInf, kInf}, {2, 2}, 1, H5D_ALLOC_TIME_DEFAULT, H5D_CHUNK_IDX_BT2},
};

/// A dataset that a v1 B-tree holds and a modern index does not (DESIGN §3).
struct GuardCase {
  Extents extent;
  Extents maximum;
  Extents chunk;
};

std::ostream& operator<<(std::ostream& out, const GuardCase& row) {
  return out << "maximum " << row.maximum.back();
}

const std::vector<GuardCase> kGuardCases{
    {{3, 10}, {kInf, 1'000'000'000'000}, {1, 1}},
    {{10}, {1'000'000'000}, {1}},
    {{10}, {100'000'000'000}, {1}},
};

std::size_t count_of(const Extents& extent) {
  std::size_t count = 1;
  for (const hsize_t length : extent) count *= static_cast<std::size_t>(length);
  return count;
}

void set_low_bounds(hid_t file, H5F_libver_t low, H5F_libver_t high) {
  BOOST_REQUIRE_GE(H5Fset_libver_bounds(file, low, high), 0);
}

struct DiskBytes {
  std::uintmax_t before;
  std::uintmax_t after_create;
  std::uintmax_t after_flush;
};

/// Resizes a dataset of 1-element chunks to `length` and tells its index in the closed file.
H5D_chunk_index_t index_after_growing_to(const PluginTest& test, hsize_t length) {
  {
    const Id file = test.create("grown.h5");
    const Id dataset = create_dataset(file, "x", simple_space({4}, {kInf}), chunked({1}));
    write_all(dataset, counting(4));
    BOOST_REQUIRE_GE(H5Dset_extent(dataset, &length), 0);
    BOOST_REQUIRE_GE(H5Dset_extent(dataset, &length), 0);
  }
  const Id access = native_access();
  const Id file = H5Fopen(test.folder.file("grown.h5").c_str(), H5F_ACC_RDONLY, access);
  return index_of(Id(H5Dopen2(file, "x", H5P_DEFAULT)));
}

/// The first `count` values that stock HDF5 finds.
std::vector<int> read_first_with_stock(const std::string& path, const char* name, hsize_t count) {
  const Id access = native_access();
  const Id file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, access);
  const Id dataset = H5Dopen2(file, name, H5P_DEFAULT);
  const Id from = H5Dget_space(dataset);
  const hsize_t start = 0;
  BOOST_REQUIRE_GE(H5Sselect_hyperslab(from, H5S_SELECT_SET, &start, nullptr, &count, nullptr), 0);
  std::vector<int> values(count);
  BOOST_REQUIRE_GE(
      H5Dread(dataset, H5T_NATIVE_INT, simple_space({count}), from, H5P_DEFAULT, values.data()), 0);
  return values;
}

/// The file's size on disk while 20 gzip datasets hold dirty chunks, after one more is created, and
/// after a flush.
DiskBytes disk_bytes_around_a_create(const PluginTest& test, hid_t access) {
  const Id file = test.create("logs.h5", access);
  const auto size = [&] { return std::filesystem::file_size(test.folder.file("logs.h5")); };
  std::vector<Id> logs;
  for (int i = 0; i < 20; ++i) {
    logs.push_back(create_dataset(file, "log" + std::to_string(i), simple_space({100}, {kInf}),
                                  chunked({1000}, 1)));
    write_all(logs.back(), counting(100));
  }
  DiskBytes bytes{size(), 0, 0};
  create_dataset(file, "one more", simple_space({100}), chunked({10}, 1));
  bytes.after_create = size();
  BOOST_REQUIRE_GE(H5Fflush(file, H5F_SCOPE_GLOBAL), 0);
  bytes.after_flush = size();
  return bytes;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(Index, PluginTest)

BOOST_DATA_TEST_CASE_F(PluginTest, the_modern_index_that_fits_is_used_and_stock_reads_it,
                       data::make(kIndexCases), row) {
  const std::vector<int> values = counting(count_of(row.extent));
  {
    const Id file = create("a.h5");
    const Id list = chunked(row.chunk, row.deflate);
    BOOST_REQUIRE_GE(H5Pset_alloc_time(list, row.allocation), 0);
    const Id dataset = create_dataset(file, "d", simple_space(row.extent, row.maximum), list);
    BOOST_TEST(index_of(dataset) == row.expected);
    write_all(dataset, values);
  }
  check_same(read_with_stock(folder.file("a.h5"), "d"), values);
}

BOOST_DATA_TEST_CASE_F(PluginTest, a_shape_that_no_modern_index_holds_keeps_its_btree_and_works,
                       data::make(kGuardCases), row) {
  const std::vector<int> values = counting(count_of(row.extent));
  {
    const Id file = create("a.h5");
    const Id dataset =
        create_dataset(file, "d", simple_space(row.extent, row.maximum), chunked(row.chunk));
    BOOST_TEST(index_of(dataset) == H5D_CHUNK_IDX_BTREE);
    write_all(dataset, values);
  }
  check_same(read_with_stock(folder.file("a.h5"), "d"), values);
  BOOST_TEST(std::filesystem::file_size(folder.file("a.h5")) < 100'000U);
}

BOOST_AUTO_TEST_CASE(anonymous_datasets_get_a_modern_index_too) {
  const Id file = create("a.h5");
  const Id dataset =
      H5Dcreate_anon(file, H5T_NATIVE_INT, simple_space({20}), chunked({5}), H5P_DEFAULT);
  BOOST_TEST(index_of(dataset) == H5D_CHUNK_IDX_FARRAY);
}

BOOST_AUTO_TEST_CASE(bounds_set_in_mid_life_change_the_answer) {
  const Id file = create("a.h5");
  const auto index_of_new = [&](const char* name) {
    return index_of(create_dataset(file, name, simple_space({20}), chunked({5})));
  };
  BOOST_TEST(index_of_new("modern") == H5D_CHUNK_IDX_FARRAY);
  set_low_bounds(file, H5F_LIBVER_EARLIEST, H5F_LIBVER_V18);
  BOOST_TEST(index_of_new("old") == H5D_CHUNK_IDX_BTREE);
  set_low_bounds(file, H5F_LIBVER_EARLIEST, H5F_LIBVER_LATEST);
  BOOST_TEST(index_of_new("modern again") == H5D_CHUNK_IDX_FARRAY);
  set_low_bounds(file, H5F_LIBVER_V110, H5F_LIBVER_LATEST);
  BOOST_TEST(index_of_new("modern by itself") == H5D_CHUNK_IDX_FARRAY);
}

BOOST_AUTO_TEST_CASE(a_file_with_old_bounds_gets_btrees) {
  const Id access = H5Pcreate(H5P_FILE_ACCESS);
  BOOST_REQUIRE_GE(H5Pset_libver_bounds(access, H5F_LIBVER_EARLIEST, H5F_LIBVER_V18), 0);
  const Id file = create("a.h5", access);
  const Id dataset = create_dataset(file, "d", simple_space({20}), chunked({5}));
  BOOST_TEST(index_of(dataset) == H5D_CHUNK_IDX_BTREE);
}

/// A dataset that lands, by a link of a file that h5pave opens, in a file with old bounds.
void create_in_old_file(const PluginTest& test, hid_t access_of_old) {
  BOOST_REQUIRE_GE(H5Pset_libver_bounds(access_of_old, H5F_LIBVER_EARLIEST, H5F_LIBVER_V18), 0);
  const Id target = test.create("old.h5", access_of_old);
  const Id group = H5Gcreate2(target, "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  BOOST_REQUIRE_GE(H5Fflush(target, H5F_SCOPE_GLOBAL), 0);
  const Id file = test.create("a.h5");
  BOOST_REQUIRE_GE(H5Lcreate_external("old.h5", "/g", file, "link", H5P_DEFAULT, H5P_DEFAULT), 0);
  const PrintedErrors printed;
  const Id dataset = create_dataset(file, "link/d", simple_space({20}), chunked({5}));
  BOOST_TEST(printed.times() == 0);
  BOOST_TEST(index_of(dataset) == H5D_CHUNK_IDX_BTREE);
  write_all(dataset, counting(20));
  BOOST_REQUIRE_GE(H5Dflush(dataset), 0);
  check_same(read_all(Id(H5Dopen2(group, "d", H5P_DEFAULT))), counting(20));
}

BOOST_AUTO_TEST_CASE(a_link_may_lead_to_a_file_with_old_bounds) {
  create_in_old_file(*this, Id(H5Pcreate(H5P_FILE_ACCESS)));
  // When that file is closed, nothing stands against modern indexes any more.
  const Id file = create("b.h5");
  BOOST_TEST(index_of(create_dataset(file, "d", simple_space({20}), chunked({5}))) ==
             H5D_CHUNK_IDX_FARRAY);
}

/// HDF5 2.2.0 with assertions ends the program where it should refuse a modern index.
bool libhdf5_refuses_modern_indexes(const PluginTest& test) {
  const pid_t child = fork();
  if (child == 0) {
    const QuietErrors quiet;
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_vol(access, H5VL_NATIVE, nullptr);
    H5Pset_libver_bounds(access, H5F_LIBVER_EARLIEST, H5F_LIBVER_V18);
    const std::string path = test.folder.file("child.h5");
    const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access);
    const hsize_t length = 20;
    const hsize_t chunk = 5;
    const hid_t space = H5Screate_simple(1, &length, nullptr);
    const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(list, 1, &chunk);
    H5Pset_chunk_opts(list, 0);
    std::signal(SIGABRT, SIG_DFL);
    const hid_t made = H5Dcreate2(file, "d", H5T_NATIVE_INT, space, H5P_DEFAULT, list, H5P_DEFAULT);
    _exit(made < 0 ? 0 : 1);
  }
  int status = 1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

BOOST_AUTO_TEST_CASE(what_libhdf5_refuses_is_made_with_the_program_s_own_list) {
  // h5pave does not know of the bounds of a file that is opened natively.
  if (libhdf5_refuses_modern_indexes(*this))
    create_in_old_file(*this, native_access());
  else
    BOOST_TEST_MESSAGE("skipped: this libhdf5 ends the program where it should refuse");
}

BOOST_AUTO_TEST_CASE(growing_past_2_to_the_32_chunks_gives_the_btree_back) {
  constexpr hsize_t kLimit = hsize_t{1} << 32;
  BOOST_TEST(index_after_growing_to(*this, kLimit) == H5D_CHUNK_IDX_EARRAY);
  BOOST_TEST(index_after_growing_to(*this, kLimit + 1) == H5D_CHUNK_IDX_BTREE);
  check_same(read_first_with_stock(folder.file("grown.h5"), "x", 4), counting(4));
}

BOOST_AUTO_TEST_CASE(a_create_flushes_no_other_dataset) {
  const Id native = native_access();
  for (const hid_t access : {hid_t{native}, hid_t{H5P_DEFAULT}}) {
    const DiskBytes bytes = disk_bytes_around_a_create(*this, access);
    BOOST_TEST(bytes.after_create == bytes.before);
    BOOST_TEST(bytes.after_flush > bytes.before);  // else the number above would prove nothing
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave::test
