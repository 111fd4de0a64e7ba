// Every single allocation that the plugin makes for a program fails once: an HDF5 call may fail,
// but made again it works, no id leaks, and stock HDF5 finds every value.
#include <link.h>

#include "support/failing_allocation.h"
#include "support/hdf5_fixture.h"

namespace h5pave::test {

namespace {

/// Where the plugin is loaded; its C++ library is built in.
struct Image {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;

  bool holds(const void* place) const {
    const auto address = reinterpret_cast<std::uintptr_t>(place);
    return address >= begin && address < end;
  }
};
Image plugin_image;

int note_plugin(dl_phdr_info* info, std::size_t, void*) {
  if (!std::string(info->dlpi_name).ends_with("h5pave.so")) return 0;
  plugin_image.begin = info->dlpi_addr;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& part = info->dlpi_phdr[i];
    if (part.p_type == PT_LOAD)
      plugin_image.end =
          std::max<std::uintptr_t>(plugin_image.end, info->dlpi_addr + part.p_vaddr + part.p_memsz);
  }
  return 1;
}

constexpr hsize_t kRows = 60;
constexpr hsize_t kColumns = 20;

/// One program. Every call is made again when it fails.
class Program {
 public:
  Program(std::string path, hid_t access, long fail_at)
      : path_(std::move(path)), access_(access), left_(fail_at) {}

  /// True when the allocation to fail was never reached.
  bool run() {
    make();
    write_rows(0, 17, 1);
    write_rows(17, 20, 2);
    read_rows(5, 25);
    again([&] { return set_extent(kRows) >= 0; });
    write_rows(37, 23, 3);
    again([&] { return H5Fflush(file_, H5F_SCOPE_LOCAL) >= 0; });
    read_rows(0, kRows);
    write_rows(3, 1, 4);
    again([&] { return H5Dclose(dataset_) >= 0; });
    again([&] { return H5Fclose(file_) >= 0; });
    return left_ >= 0;
  }

  const std::vector<int>& expected() const { return expected_; }

 private:
  template <typename Call>
  void again(Call&& call) {
    BOOST_REQUIRE(run_with_failing_allocation(left_, call));
  }

  void make() {
    // Not here: libhdf5 leaks the file when wrapping it fails after it was opened.
    file_ = H5Fcreate(path_.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access_);
    BOOST_REQUIRE_GE(file_, 0);
    const Id space = simple_space({37, kColumns}, {H5S_UNLIMITED, kColumns});
    const Id list = chunked({8, 7}, 4);
    again([&] {
      dataset_ = H5Dcreate2(file_, "d", H5T_NATIVE_INT, space, H5P_DEFAULT, list, H5P_DEFAULT);
      return dataset_ >= 0;
    });
    expected_.assign(kRows * kColumns, 0);
  }

  herr_t set_extent(hsize_t rows) {
    const Extents extent{rows, kColumns};
    return H5Dset_extent(dataset_, extent.data());
  }

  static Id rows_of(hid_t space, hsize_t first, hsize_t count) {
    const Extents start{first, 0};
    const Extents length{count, kColumns};
    H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, length.data(), nullptr);
    return simple_space(length);
  }

  void write_rows(hsize_t first, hsize_t count, int seed) {
    const std::vector<int> values = counting(count * kColumns, seed * 10000);
    const Id space = H5Dget_space(dataset_);
    const Id memory = rows_of(space, first, count);
    again([&] {
      return H5Dwrite(dataset_, H5T_NATIVE_INT, memory, space, H5P_DEFAULT, values.data()) >= 0;
    });
    std::copy(values.begin(), values.end(),
              expected_.begin() + static_cast<std::ptrdiff_t>(first * kColumns));
  }

  void read_rows(hsize_t first, hsize_t count) {
    std::vector<int> values(count * kColumns, -1);
    const Id space = H5Dget_space(dataset_);
    const Id memory = rows_of(space, first, count);
    again([&] {
      return H5Dread(dataset_, H5T_NATIVE_INT, memory, space, H5P_DEFAULT, values.data()) >= 0;
    });
    const auto begin = expected_.begin() + static_cast<std::ptrdiff_t>(first * kColumns);
    BOOST_REQUIRE(std::equal(values.begin(), values.end(), begin));
  }

  const std::string path_;
  const hid_t access_;
  long left_;
  hid_t file_ = H5I_INVALID_HID;
  hid_t dataset_ = H5I_INVALID_HID;
  std::vector<int> expected_;
};

}  // namespace

}  // namespace h5pave::test

extern "C" {
void* __libc_malloc(std::size_t bytes);  // NOLINT: glibc's own, under its other name

void* malloc(std::size_t bytes) {
  using namespace h5pave::test;
  if (plugin_image.holds(__builtin_return_address(0)) && is_to_fail()) return nullptr;
  return __libc_malloc(bytes);
}
}

namespace h5pave::test {

BOOST_FIXTURE_TEST_SUITE(OutOfMemory, PluginTest)

BOOST_AUTO_TEST_CASE(every_failing_allocation_is_survived) {
  dl_iterate_phdr(note_plugin, nullptr);
  BOOST_REQUIRE(plugin_image.begin != 0);
  const QuietErrors quiet;
  for (const std::string info :
       {std::string("threads=1"), std::string("threads=3;stats=/dev/null")}) {
    const Id access = h5pave_access(info);
    long fail_at = 0;
    for (bool done = false; !done; ++fail_at) {
      Program program(folder.file("a.h5"), access, fail_at);
      BOOST_TEST_CONTEXT(info << ", allocation " << fail_at) { done = program.run(); }
      BOOST_REQUIRE(read_with_stock(folder.file("a.h5"), "d") == program.expected());
      BOOST_REQUIRE(H5Fget_obj_count(static_cast<hid_t>(H5F_OBJ_ALL), H5F_OBJ_ALL) == 0);
    }
    BOOST_TEST_MESSAGE(info << ": " << fail_at << " allocations failed in turn");
    BOOST_TEST(fail_at > 150);
  }
}

/// A dataset that option cache opens a second time: a row touches 40 unfiltered chunks, 16 MB.
void make_wide_dataset(const std::string& path) {
  const Id file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  BOOST_REQUIRE(file >= 0);  // libhdf5 refuses it while the file of before is open somewhere
  const Id space = simple_space({16, 500'000}, {16, 500'000});
  const Id list = chunked({8, 12'500}, 0);
  const Id dataset = H5Dcreate2(file, "d", H5T_NATIVE_INT, space, H5P_DEFAULT, list, H5P_DEFAULT);
  BOOST_REQUIRE(dataset >= 0);
}

BOOST_AUTO_TEST_CASE(a_dataset_that_is_opened_twice_for_its_cache_is_not_left_open) {
  dl_iterate_phdr(note_plugin, nullptr);
  BOOST_REQUIRE(plugin_image.begin != 0);
  const QuietErrors quiet;
  const std::string path = folder.file("wide.h5");
  for (const bool as_object : {false, true}) {
    const Id access = h5pave_access("cache=auto");
    long fail_at = 0;
    for (bool done = false; !done; ++fail_at) {
      BOOST_TEST_CONTEXT((as_object ? "H5Oopen" : "H5Dopen") << ", allocation " << fail_at) {
        make_wide_dataset(path);
        const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, access);
        BOOST_REQUIRE(file >= 0);
        long left = fail_at;
        hid_t dataset = H5I_INVALID_HID;
        BOOST_REQUIRE(run_with_failing_allocation(left, [&] {
          dataset = as_object ? H5Oopen(file, "d", H5P_DEFAULT) : H5Dopen2(file, "d", H5P_DEFAULT);
          return dataset >= 0;
        }));
        done = left >= 0;
        if (done) {
          const Id list = H5Dget_access_plist(dataset);
          std::size_t bytes = 0;
          BOOST_TEST(H5Pget_chunk_cache(list, nullptr, &bytes, nullptr) >= 0);
          BOOST_TEST(bytes > 10'000'000U);
        }
        BOOST_TEST(H5Dclose(dataset) >= 0);
        BOOST_TEST(H5Fclose(file) >= 0);
      }
    }
    BOOST_TEST(fail_at > 5);
    make_wide_dataset(path);
  }
}

BOOST_AUTO_TEST_CASE(a_dataset_that_is_made_anew_without_its_filters_is_not_lost) {
  dl_iterate_phdr(note_plugin, nullptr);
  BOOST_REQUIRE(plugin_image.begin != 0);
  const QuietErrors quiet;
  const std::string path = folder.file("noise.h5");
  const std::vector<int> values = noise(10'000);
  const Id access = h5pave_access("filter=auto;threads=1;stats=/dev/null");
  long fail_at = 0;
  int made_anew = 0;
  for (bool done = false; !done; ++fail_at) {
    BOOST_TEST_CONTEXT("allocation " << fail_at) {
      const Id file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access);
      const Id dataset = create_dataset(file, "d", simple_space({100, 100}), chunked({25, 100}));
      long left = fail_at;
      BOOST_REQUIRE(run_with_failing_allocation(left, [&] {
        return H5Dwrite(dataset, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0;
      }));
      done = left >= 0;
      const Id list = H5Dget_create_plist(dataset);
      if (H5Pget_nfilters(list) == 0) ++made_anew;
    }
    BOOST_REQUIRE(read_with_stock(path, "d") == values);
    BOOST_REQUIRE(H5Fget_obj_count(static_cast<hid_t>(H5F_OBJ_ALL), H5F_OBJ_ALL) == 0);
  }
  BOOST_TEST_MESSAGE(fail_at << " allocations failed in turn, made anew " << made_anew);
  BOOST_TEST(fail_at > 50);
  BOOST_TEST(made_anew > 0);
  BOOST_TEST(made_anew < fail_at);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave::test
