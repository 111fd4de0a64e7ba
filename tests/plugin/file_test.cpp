// File calls through h5pave do what they do without it.
#include <unistd.h>

#include <boost/test/data/test_case.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "support/hdf5_fixture.h"

namespace h5pave::test {

namespace {

void write_and_read_chunks(const PluginTest& test, const std::string& name, hid_t access) {
  {
    const Id file = test.create(name, access);
    const H5D_chunk_index_t expected =
        connector_name(file) == "h5pave" ? H5D_CHUNK_IDX_FARRAY : H5D_CHUNK_IDX_BTREE;
    const Id dataset = create_dataset(file, "d", simple_space({1000}), chunked({10}, 1));
    BOOST_TEST(index_of(dataset) == expected);
    write_all(dataset, counting(1000));
  }
  const Id file = test.open(name, access);
  check_same(read_all(Id(H5Dopen2(file, "d", H5P_DEFAULT))), counting(1000));
}

struct Driver {
  const char* name;
  const char* file;
  herr_t (*choose)(hid_t access);
};

std::ostream& operator<<(std::ostream& out, const Driver& driver) { return out << driver.name; }

const std::vector<Driver> kDrivers{
    {"core", "a.h5", [](hid_t access) { return H5Pset_fapl_core(access, 1 << 16, true); }},
    {"split", "a.h5",
     [](hid_t access) {
       return H5Pset_fapl_split(access, ".meta", H5P_DEFAULT, ".raw", H5P_DEFAULT);
     }},
    {"family", "a%d.h5",
     [](hid_t access) { return H5Pset_fapl_family(access, 1 << 10, H5P_DEFAULT); }},
    {"log", "a.h5", [](hid_t access) { return H5Pset_fapl_log(access, nullptr, 0, 0); }},
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(File, PluginTest)

BOOST_AUTO_TEST_CASE(reopened_file_goes_on_after_the_first_is_closed) {
  Id file = create("a.h5");
  const Id again = H5Freopen(file);
  BOOST_REQUIRE_GE(file.close(), 0);
  BOOST_TEST(connector_name(again) == "h5pave");
  write_all(create_dataset(again, "d", simple_space({10}), chunked({5})), counting(10));
  check_same(read_all(Id(H5Dopen2(again, "d", H5P_DEFAULT))), counting(10));
}

BOOST_AUTO_TEST_CASE(file_opened_twice_is_one_file) {
  const Id file = create("a.h5");
  const Id second = open("a.h5");
  write_all(create_dataset(file, "d", simple_space({10})), counting(10));
  check_same(read_all(Id(H5Dopen2(second, "d", H5P_DEFAULT))), counting(10));
}

BOOST_AUTO_TEST_CASE(mounted_file_is_seen_and_unmounted) {
  const Id parent = create("parent.h5");
  const Id child = create("child.h5");
  const Id point = H5Gcreate2(parent, "point", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  write_all(create_dataset(child, "d", simple_space({10}), chunked({5})), counting(10));
  BOOST_REQUIRE_GE(H5Fmount(parent, "point", child, H5P_DEFAULT), 0);
  check_same(read_all(Id(H5Dopen2(parent, "point/d", H5P_DEFAULT))), counting(10));
  BOOST_REQUIRE_GE(H5Funmount(parent, "point"), 0);
  BOOST_TEST(H5Lexists(parent, "point/d", H5P_DEFAULT) == 0);
}

BOOST_AUTO_TEST_CASE(accessible_by_name) {
  create("a.h5");
  std::ofstream(folder.file("text")) << "not HDF5";
  BOOST_TEST(H5Fis_accessible(folder.file("a.h5").c_str(), H5P_DEFAULT) == 1);
  BOOST_TEST(H5Fis_accessible(folder.file("text").c_str(), H5P_DEFAULT) == 0);
  const ErrorRecords records =
      errors_of([&] { return H5Fis_accessible(folder.file("missing").c_str(), H5P_DEFAULT) >= 0; });
  BOOST_TEST(!records.empty());
}

BOOST_AUTO_TEST_CASE(deleted_by_name) {
  create("a.h5");
  BOOST_REQUIRE_GE(H5Fdelete(folder.file("a.h5").c_str(), H5P_DEFAULT), 0);
  BOOST_TEST(!std::filesystem::exists(folder.file("a.h5")));
}

BOOST_AUTO_TEST_CASE(open_objects_are_listed_with_usable_ids) {
  const Id file = create("a.h5");
  const Id group = H5Gcreate2(file, "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  const Id dataset = create_dataset(file, "d", simple_space({10}));
  BOOST_TEST(H5Fget_obj_count(file, H5F_OBJ_ALL) == 3);
  std::vector<hid_t> ids(3, H5I_INVALID_HID);
  BOOST_TEST(H5Fget_obj_ids(file, H5F_OBJ_GROUP | H5F_OBJ_DATASET, ids.size(), ids.data()) == 2);
  for (std::size_t i = 0; i < 2; ++i)
    BOOST_TEST((ids[i] == hid_t{group} || ids[i] == hid_t{dataset}));
}

BOOST_AUTO_TEST_CASE(native_questions_are_answered) {
  const Id file = create("a.h5");
  write_all(create_dataset(file, "d", simple_space({1000})), counting(1000));
  BOOST_REQUIRE_GE(H5Fflush(file, H5F_SCOPE_GLOBAL), 0);
  hsize_t bytes = 0;
  BOOST_REQUIRE_GE(H5Fget_filesize(file, &bytes), 0);
  BOOST_TEST(bytes == std::filesystem::file_size(folder.file("a.h5")));
  void* handle = nullptr;
  BOOST_REQUIRE_GE(H5Fget_vfd_handle(file, H5P_DEFAULT, &handle), 0);
  BOOST_TEST(::lseek(*static_cast<int*>(handle), 0, SEEK_END) == static_cast<off_t>(bytes));
  H5AC_cache_config_t config{};
  config.version = H5AC__CURR_CACHE_CONFIG_VERSION;
  BOOST_REQUIRE_GE(H5Fget_mdc_config(file, &config), 0);
  BOOST_REQUIRE_GE(H5Fset_mdc_config(file, &config), 0);
  double rate = -1;
  BOOST_REQUIRE_GE(H5Fget_mdc_hit_rate(file, &rate), 0);
  BOOST_TEST(rate >= 0);
  BOOST_TEST(H5Fget_freespace(file) >= 0);
  H5F_info2_t info{};
  BOOST_REQUIRE_GE(H5Fget_info2(file, &info), 0);
  unsigned long number = 0;
  BOOST_REQUIRE_GE(H5Fget_fileno(file, &number), 0);
  unsigned intent = 99;
  BOOST_REQUIRE_GE(H5Fget_intent(file, &intent), 0);
  BOOST_TEST(intent == H5F_ACC_RDWR);
  char name[512] = "";
  BOOST_REQUIRE_GT(H5Fget_name(file, name, sizeof name), 0);
  BOOST_TEST(name == folder.file("a.h5"));
}

BOOST_AUTO_TEST_CASE(file_image_holds_the_file) {
  const Id file = create("a.h5");
  write_all(create_dataset(file, "d", simple_space({10}), chunked({5})), counting(10));
  BOOST_REQUIRE_GE(H5Fflush(file, H5F_SCOPE_GLOBAL), 0);
  const ssize_t bytes = H5Fget_file_image(file, nullptr, 0);
  BOOST_REQUIRE_GT(bytes, 0);
  std::vector<char> image(static_cast<std::size_t>(bytes));
  BOOST_REQUIRE_EQUAL(H5Fget_file_image(file, image.data(), image.size()), bytes);
  const Id access = H5Pcreate(H5P_FILE_ACCESS);
  BOOST_REQUIRE_GE(H5Pset_fapl_core(access, 1 << 16, false), 0);
  BOOST_REQUIRE_GE(H5Pset_file_image(access, image.data(), image.size()), 0);
  const Id copy = H5Fopen("in memory", H5F_ACC_RDONLY, access);
  BOOST_TEST(connector_name(copy) == "h5pave");
  check_same(read_all(Id(H5Dopen2(copy, "d", H5P_DEFAULT))), counting(10));
}

BOOST_AUTO_TEST_CASE(lists_of_an_open_file_can_open_it_again) {
  Id file = create("a.h5");
  const Id access = H5Fget_access_plist(file);
  const Id creation = H5Fget_create_plist(file);
  BOOST_TEST(H5Pisa_class(creation, H5P_FILE_CREATE) == 1);
  BOOST_REQUIRE_GE(file.close(), 0);
  BOOST_TEST(connector_name(open("a.h5", access)) == "h5pave");
}

BOOST_DATA_TEST_CASE_F(PluginTest, drivers_work_as_in_stock, boost::unit_test::data::make(kDrivers),
                       driver) {
  // The split and family drivers themselves leave property lists open: as many as without h5pave.
  std::vector<std::int64_t> lists_left;
  for (const bool stock : {true, false}) {
    const std::int64_t lists_before = open_ids_of(H5I_GENPROP_LST);
    {
      const Id access = H5Pcreate(H5P_FILE_ACCESS);
      if (stock) BOOST_REQUIRE_GE(H5Pset_vol(access, H5VL_NATIVE, nullptr), 0);
      BOOST_REQUIRE_GE(driver.choose(access), 0);
      write_and_read_chunks(*this, driver.file, access);
    }
    lists_left.push_back(open_ids_of(H5I_GENPROP_LST) - lists_before);
  }
  BOOST_TEST(lists_left[1] == lists_left[0]);
  before = open_ids();
}

BOOST_AUTO_TEST_CASE(swmr_writer_and_reader_share_a_file) {
  const Id access = H5Pcreate(H5P_FILE_ACCESS);
  BOOST_REQUIRE_GE(H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_LATEST), 0);
  const Id writer = create("a.h5", access);
  const Id dataset = create_dataset(writer, "d", simple_space({10}, {H5S_UNLIMITED}), chunked({5}));
  BOOST_TEST(index_of(dataset) == H5D_CHUNK_IDX_EARRAY);
  BOOST_REQUIRE_GE(H5Fstart_swmr_write(writer), 0);
  write_all(dataset, counting(10));
  BOOST_REQUIRE_GE(H5Dflush(dataset), 0);
  const Id reader =
      H5Fopen(folder.file("a.h5").c_str(), H5F_ACC_RDONLY | H5F_ACC_SWMR_READ, access);
  const Id seen = H5Dopen2(reader, "d", H5P_DEFAULT);
  BOOST_REQUIRE_GE(H5Drefresh(seen), 0);
  check_same(read_all(seen), counting(10));
}

BOOST_AUTO_TEST_CASE(files_written_with_and_without_h5pave_hold_the_same_objects) {
  const Id native = native_access();
  std::string texts[2];
  int next = 0;
  for (const hid_t access : {hid_t{native}, hid_t{H5P_DEFAULT}}) {
    const Id file = create("a.h5", access);
    const Id group = H5Gcreate2(file, "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    write_all(create_dataset(group, "d", simple_space({10})), counting(10));
    BOOST_REQUIRE_GE(H5Fflush(file, H5F_SCOPE_GLOBAL), 0);
    std::ifstream bytes(folder.file("a.h5"), std::ios::binary);
    texts[next++].assign(std::istreambuf_iterator<char>(bytes), {});
  }
  BOOST_TEST(texts[0].size() == texts[1].size());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave::test
