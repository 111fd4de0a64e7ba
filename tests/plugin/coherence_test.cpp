// What h5pave holds back of a dataset is seen by everybody who looks: each way of looking is a
// test. The chunks are partly written, so that they are in h5pave's chunk cache and not in the
// file.
#include <fcntl.h>
#include <unistd.h>

#include <functional>
#include <thread>

#include "support/hdf5_fixture.h"

namespace h5pave::test {

namespace {

Id gzipped(const Id& file, const std::string& name, hsize_t length = 20, hsize_t chunk = 10) {
  return create_dataset(file, name, simple_space({length}, {H5S_UNLIMITED}), chunked({chunk}, 4));
}

/// Writes `values` from element `start` on.
herr_t write_at(hid_t dataset, hsize_t start, const std::vector<int>& values) {
  const Id file_space = H5Dget_space(dataset);
  const hsize_t count = values.size();
  H5Sselect_hyperslab(file_space, H5S_SELECT_SET, &start, nullptr, &count, nullptr);
  return H5Dwrite(dataset, H5T_NATIVE_INT, Id(simple_space({count})), file_space, H5P_DEFAULT,
                  values.data());
}

/// 0 at the beginning, then the values 100, 101, … from element 3 to 16.
std::vector<int> expected(std::size_t length = 20) {
  std::vector<int> values(length, 0);
  for (std::size_t i = 3; i < 17 && i < length; ++i) values[i] = 97 + static_cast<int>(i);
  return values;
}

/// Two dirty chunks, each partly written.
void make_dirty(hid_t dataset) { BOOST_REQUIRE_GE(write_at(dataset, 3, counting(14, 100)), 0); }

bool is_stored(const std::string& path, int value) {
  const int file = ::open(path.c_str(), O_RDONLY);
  std::vector<char> bytes(1 << 16);
  const ssize_t count = ::read(file, bytes.data(), bytes.size());
  ::close(file);
  const auto* const wanted = reinterpret_cast<const char*>(&value);
  const auto end = bytes.begin() + count;
  return std::search(bytes.begin(), end, wanted, wanted + sizeof value) != end;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(Coherence, PluginTest)

BOOST_AUTO_TEST_CASE(partly_written_chunks_are_held_back_until_somebody_looks) {
  const Id file = create("a.h5");
  // Without deflate the bytes of a value can be found in the file; h5pave needs some filter.
  const Id list = chunked({10});
  BOOST_REQUIRE_GE(H5Pset_fletcher32(list), 0);
  const Id dataset = create_dataset(file, "d", simple_space({20}), list);
  BOOST_REQUIRE_GE(write_at(dataset, 3, {0x51525354}), 0);
  BOOST_REQUIRE_GE(H5Fflush(file, H5F_SCOPE_LOCAL), 0);
  BOOST_TEST(is_stored(folder.file("a.h5"), 0x51525354));
  BOOST_REQUIRE_GE(write_at(dataset, 3, {0x61626364}), 0);
  BOOST_TEST(!is_stored(folder.file("a.h5"), 0x61626364));
  BOOST_REQUIRE_GE(H5Dflush(dataset), 0);
  BOOST_TEST(is_stored(folder.file("a.h5"), 0x61626364));
}

BOOST_AUTO_TEST_CASE(a_second_handle_reads_what_the_first_wrote) {
  const Id file = create("a.h5");
  const Id dataset = gzipped(file, "d");
  const Id other = H5Dopen2(file, "d", H5P_DEFAULT);
  make_dirty(dataset);
  check_same(read_all(other), expected());
  BOOST_REQUIRE_GE(write_at(other, 0, {7}), 0);
  BOOST_TEST(read_all(dataset)[0] == 7);
}

BOOST_AUTO_TEST_CASE(a_second_open_of_the_file_reads_what_the_first_wrote) {
  const Id file = create("a.h5");
  const Id dataset = gzipped(file, "d");
  make_dirty(dataset);
  const Id again = open("a.h5");
  const Id other = H5Dopen2(again, "d", H5P_DEFAULT);
  check_same(read_all(other), expected());
  BOOST_REQUIRE_GE(write_at(other, 0, {7}), 0);
  BOOST_TEST(read_all(dataset)[0] == 7);
}

BOOST_AUTO_TEST_CASE(a_handle_that_wrote_may_close_before_another) {
  const Id file = create("a.h5");
  const Id other = gzipped(file, "d");
  make_dirty(Id(H5Dopen2(file, "d", H5P_DEFAULT)));
  check_same(read_all(other), expected());
}

BOOST_AUTO_TEST_CASE(sizes_and_chunk_lists_know_of_unwritten_chunks) {
  const Id file = create("a.h5");
  const Id dataset = gzipped(file, "d");
  make_dirty(dataset);
  BOOST_TEST(H5Dget_storage_size(dataset) > 0);
  hsize_t count = 0;
  BOOST_REQUIRE_GE(H5Dget_num_chunks(dataset, H5S_ALL, &count), 0);
  BOOST_TEST(count == 2);
  H5D_space_status_t status = H5D_SPACE_STATUS_NOT_ALLOCATED;
  const Id one = gzipped(file, "one", 10);
  BOOST_REQUIRE_GE(write_at(one, 3, {1}), 0);
  BOOST_REQUIRE_GE(H5Dget_space_status(one, &status), 0);
  BOOST_TEST(status == H5D_SPACE_STATUS_ALLOCATED);
  int visited = 0;
  const auto visit = [](const hsize_t*, unsigned, haddr_t, hsize_t, void* times) -> int {
    ++*static_cast<int*>(times);
    return 0;
  };
  const Id other = gzipped(file, "e");
  make_dirty(other);
  BOOST_REQUIRE_GE(H5Dchunk_iter(other, H5P_DEFAULT, visit, &visited), 0);
  BOOST_TEST(visited == 2);
}

BOOST_AUTO_TEST_CASE(each_chunk_s_place_is_told_between_writes) {
  const Id file = create("a.h5");
  const Id dataset = gzipped(file, "d", 30);
  for (int round = 0; round < 3; ++round) {
    const hsize_t start = static_cast<hsize_t>(round) * 10;
    BOOST_REQUIRE_GE(write_at(dataset, start + 2, {5, 6, 7}), 0);
    hsize_t offset = 1;
    unsigned mask = 9;
    haddr_t address = HADDR_UNDEF;
    hsize_t bytes = 0;
    BOOST_REQUIRE_GE(H5Dget_chunk_info_by_coord(dataset, &start, &mask, &address, &bytes), 0);
    BOOST_TEST(address != HADDR_UNDEF);
    BOOST_TEST(bytes > 0U);
    BOOST_TEST(mask == 0U);
    BOOST_REQUIRE_GE(write_at(dataset, start + 5, {8}), 0);
    BOOST_REQUIRE_GE(H5Dget_chunk_info(dataset, H5S_ALL, static_cast<hsize_t>(round), &offset,
                                       &mask, &address, &bytes),
                     0);
    BOOST_TEST(offset == start);
    hsize_t stored = 0;
    BOOST_REQUIRE_GE(write_at(dataset, start + 6, {9}), 0);
    BOOST_REQUIRE_GE(H5Dget_chunk_storage_size(dataset, &start, &stored), 0);
    BOOST_TEST(stored > 0U);
  }
  check_same(read_all(dataset), {0, 0, 5, 6, 7, 8, 9, 0, 0, 0, 0, 0, 5, 6, 7,
                                 8, 9, 0, 0, 0, 0, 0, 5, 6, 7, 8, 9, 0, 0, 0});
}

BOOST_AUTO_TEST_CASE(every_way_to_flush_writes_what_was_held_back) {
  const Id file = create("a.h5");
  const Id group = H5Gcreate2(file, "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  const Id list = chunked({10});
  BOOST_REQUIRE_GE(H5Pset_fletcher32(list), 0);
  const Id dataset = create_dataset(group, "d", simple_space({20}), list);
  const std::vector<std::function<herr_t()>> ways{
      [&] { return H5Dflush(dataset); }, [&] { return H5Oflush(dataset); },
      [&] { return H5Fflush(file, H5F_SCOPE_LOCAL); },
      [&] { return H5Fflush(group, H5F_SCOPE_GLOBAL); },
      [&] { return H5Fflush(dataset, H5F_SCOPE_LOCAL); }};
  int value = 0x41424344;
  for (const auto& flush : ways) {
    BOOST_REQUIRE_GE(write_at(dataset, 3, {++value}), 0);
    BOOST_TEST(!is_stored(folder.file("a.h5"), value));
    BOOST_REQUIRE_GE(flush(), 0);
    BOOST_TEST(is_stored(folder.file("a.h5"), value));
  }
  BOOST_REQUIRE_GE(write_at(dataset, 4, {++value}), 0);
  BOOST_REQUIRE_GE(H5Orefresh(dataset), 0);
  BOOST_TEST(read_all(dataset)[4] == value);
}

BOOST_AUTO_TEST_CASE(a_buffer_filled_by_the_library_is_written_like_any_other) {
  const Id file = create("a.h5");
  const Id dataset = gzipped(file, "d");
  make_dirty(dataset);
  std::vector<int> buffer(5);
  const int fill = 77;
  BOOST_REQUIRE_GE(H5Dfill(&fill, H5T_NATIVE_INT, buffer.data(), H5T_NATIVE_INT,
                           Id(simple_space({buffer.size()}))),
                   0);
  BOOST_REQUIRE_GE(write_at(dataset, 6, buffer), 0);
  std::vector<int> values = expected();
  std::fill_n(values.begin() + 6, 5, 77);
  check_same(read_all(dataset), values);
}

BOOST_AUTO_TEST_CASE(a_native_open_of_the_file_sees_what_was_flushed) {
  const Id native = native_access();
  {
    const Id file = create("a.h5");
    const Id dataset = gzipped(file, "d");
    make_dirty(dataset);
    BOOST_REQUIRE_GE(H5Fflush(file, H5F_SCOPE_LOCAL), 0);
    const Id again = open("a.h5", native);
    const Id other = H5Dopen2(again, "d", H5P_DEFAULT);
    BOOST_TEST(connector_name(other) == "native");
    check_same(read_all(other), expected());
    BOOST_REQUIRE_GE(write_at(dataset, 0, {7}), 0);
    BOOST_REQUIRE_GE(H5Dflush(dataset), 0);
    BOOST_TEST(read_all(other)[0] == 7);
  }
  std::vector<int> values = expected();
  values[0] = 7;
  check_same(read_with_stock(folder.file("a.h5"), "d"), values);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_open_natively_first_may_be_opened_with_h5pave) {
  // libhdf5 2.2.0 never gives back the object that it has a connector wrap around such a file.
  unsigned major = 0;
  unsigned minor = 0;
  unsigned release = 0;
  H5get_libversion(&major, &minor, &release);
  if (major == 2 && minor >= 2) ++before["connectors"];
  const Id native = native_access();
  {
    const Id natively = create("a.h5", native);
    const Id file = open("a.h5");
    const Id dataset = gzipped(file, "d");
    BOOST_TEST(connector_name(dataset) == "h5pave");
    make_dirty(dataset);
    BOOST_REQUIRE_GE(H5Fflush(file, H5F_SCOPE_LOCAL), 0);
    check_same(read_all(Id(H5Dopen2(natively, "d", H5P_DEFAULT))), expected());
  }
  check_same(read_with_stock(folder.file("a.h5"), "d"), expected());
}

BOOST_AUTO_TEST_CASE(raw_chunks_and_elements_see_each_other) {
  const Id file = create("a.h5");
  const Id list = chunked({10});
  BOOST_REQUIRE_GE(H5Pset_shuffle(list), 0);
  const Id dataset = create_dataset(file, "d", simple_space({20}), list);
  make_dirty(dataset);
  std::vector<char> stored(40);
  unsigned mask = 9;
  const hsize_t first = 0;
  BOOST_REQUIRE_GE(H5Dread_chunk(dataset, H5P_DEFAULT, &first, &mask, stored.data()), 0);
  BOOST_TEST(mask == 0U);
  const hsize_t second = 10;
  BOOST_REQUIRE_GE(H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, &second, 40, stored.data()), 0);
  std::vector<int> values = expected();
  std::copy_n(values.begin(), 10, values.begin() + 10);
  check_same(read_all(dataset), values);
}

BOOST_AUTO_TEST_CASE(shrinking_and_growing_keep_and_reset_what_stock_does) {
  const Id file = create("a.h5");
  const Id dataset = gzipped(file, "d");
  make_dirty(dataset);
  const hsize_t longer = 25;
  BOOST_REQUIRE_GE(H5Dset_extent(dataset, &longer), 0);
  check_same(read_all(dataset), expected(25));
  BOOST_REQUIRE_GE(write_at(dataset, 24, {5}), 0);
  const hsize_t shorter = 5;
  BOOST_REQUIRE_GE(H5Dset_extent(dataset, &shorter), 0);
  BOOST_REQUIRE_GE(H5Dset_extent(dataset, &longer), 0);
  std::vector<int> values(25, 0);
  values[3] = 100;
  values[4] = 101;
  check_same(read_all(dataset), values);
}

BOOST_AUTO_TEST_CASE(a_copy_of_a_dataset_has_what_was_just_written) {
  const Id file = create("a.h5");
  const Id dataset = gzipped(file, "d");
  make_dirty(dataset);
  BOOST_REQUIRE_GE(H5Ocopy(file, "d", file, "copy", H5P_DEFAULT, H5P_DEFAULT), 0);
  check_same(read_all(Id(H5Dopen2(file, "copy", H5P_DEFAULT))), expected());
}

BOOST_AUTO_TEST_CASE(a_virtual_dataset_of_another_file_reads_what_was_just_written) {
  const Id source = create("source.h5");
  const Id dataset = gzipped(source, "d");
  const Id file = create("a.h5");
  const Id space = simple_space({20});
  const Id list = H5Pcreate(H5P_DATASET_CREATE);
  BOOST_REQUIRE_GE(H5Pset_virtual(list, space, folder.file("source.h5").c_str(), "d", space), 0);
  const Id view = create_dataset(file, "v", space, list);
  make_dirty(dataset);
  check_same(read_all(view), expected());
}

BOOST_AUTO_TEST_CASE(a_dataset_made_anew_under_an_old_name_is_another) {
  const Id file = create("a.h5");
  {
    const Id dataset = gzipped(file, "d");
    make_dirty(dataset);
    BOOST_REQUIRE_GE(H5Ldelete(file, "d", H5P_DEFAULT), 0);
    const Id anew = gzipped(file, "d");
    check_same(read_all(anew), std::vector<int>(20, 0));
    BOOST_REQUIRE_GE(write_at(anew, 1, {1}), 0);
    check_same(read_all(dataset), expected());
  }
  const Id back = H5Dopen2(file, "d", H5P_DEFAULT);
  BOOST_TEST(read_all(back)[1] == 1);
}

BOOST_AUTO_TEST_CASE(a_refreshed_dataset_keeps_what_was_written) {
  const Id file = create("a.h5");
  const Id dataset = gzipped(file, "d");
  make_dirty(dataset);
  BOOST_REQUIRE_GE(H5Drefresh(dataset), 0);
  check_same(read_all(dataset), expected());
}

BOOST_AUTO_TEST_CASE(a_file_s_image_holds_what_was_just_written) {
  const Id access = H5Pcreate(H5P_FILE_ACCESS);
  BOOST_REQUIRE_GE(H5Pset_fapl_core(access, 4096, 0), 0);
  std::vector<char> image;
  {
    const Id file = create("a.h5", access);
    const Id dataset = gzipped(file, "d");
    make_dirty(dataset);
    BOOST_REQUIRE_GE(H5Fflush(file, H5F_SCOPE_LOCAL), 0);
    BOOST_REQUIRE_GE(write_at(dataset, 0, {7}), 0);
    image.resize(static_cast<std::size_t>(H5Fget_file_image(file, nullptr, 0)));
    BOOST_REQUIRE_GT(H5Fget_file_image(file, image.data(), image.size()), 0);
  }
  const Id native = native_access();
  BOOST_REQUIRE_GE(H5Pset_fapl_core(native, 4096, 0), 0);
  BOOST_REQUIRE_GE(H5Pset_file_image(native, image.data(), image.size()), 0);
  const Id file = H5Fopen("image", H5F_ACC_RDONLY, native);
  BOOST_TEST(read_all(Id(H5Dopen2(file, "d", H5P_DEFAULT)))[3] == 100);
}

BOOST_AUTO_TEST_CASE(a_file_s_image_has_the_index_of_a_chunk_whose_size_changed) {
  const Id access = H5Pcreate(H5P_FILE_ACCESS);
  BOOST_REQUIRE_GE(H5Pset_fapl_core(access, 4096, 0), 0);
  std::vector<char> image;
  {
    const Id file = create("a.h5", access);
    const Id dataset = gzipped(file, "d");
    write_all(dataset, std::vector<int>(20, 5));
    BOOST_REQUIRE_GE(H5Fflush(file, H5F_SCOPE_LOCAL), 0);
    BOOST_REQUIRE_GE(write_at(dataset, 0, {77, 123456789, -5}), 0);
    image.resize(static_cast<std::size_t>(H5Fget_file_image(file, nullptr, 0)));
    BOOST_REQUIRE_GT(H5Fget_file_image(file, image.data(), image.size()), 0);
  }
  const Id native = native_access();
  BOOST_REQUIRE_GE(H5Pset_fapl_core(native, 4096, 0), 0);
  BOOST_REQUIRE_GE(H5Pset_file_image(native, image.data(), image.size()), 0);
  const Id file = H5Fopen("image", H5F_ACC_RDONLY, native);
  const std::vector<int> values = read_all(Id(H5Dopen2(file, "d", H5P_DEFAULT)));
  BOOST_TEST(values[0] == 77);
  BOOST_TEST(values[1] == 123456789);
  BOOST_TEST(values[19] == 5);
}

BOOST_AUTO_TEST_CASE(several_datasets_in_one_call) {
  std::vector<int> first(20);
  std::vector<int> second(20);
  std::vector<int> third(20);
  const Id file = create("a.h5");
  const Id a = gzipped(file, "a");
  const Id b = create_dataset(file, "b", simple_space({20}), chunked({10}));
  const Id c = create_dataset(file, "c", simple_space({20}));
  hid_t datasets[] = {a, b, c};
  hid_t types[] = {H5T_NATIVE_INT, H5T_NATIVE_INT, H5T_NATIVE_INT};
  hid_t spaces[] = {H5S_ALL, H5S_ALL, H5S_ALL};
  const std::vector<int> values = counting(20);
  const std::vector<int> others = counting(20, 50);
  const void* from[] = {values.data(), others.data(), values.data()};
  void* to[] = {first.data(), second.data(), third.data()};
  BOOST_REQUIRE_GE(H5Dwrite_multi(3, datasets, types, spaces, spaces, H5P_DEFAULT, from), 0);
  BOOST_REQUIRE_GE(H5Dread_multi(3, datasets, types, spaces, spaces, H5P_DEFAULT, to), 0);
  check_same(first, values);
  check_same(second, others);
  check_same(third, values);
}

BOOST_AUTO_TEST_CASE(one_dataset_twice_in_a_call_is_refused_as_by_stock) {
  const Id file = create("a.h5");
  const Id a = gzipped(file, "a");
  make_dirty(a);
  hid_t datasets[] = {a, a};
  hid_t types[] = {H5T_NATIVE_INT, H5T_NATIVE_INT};
  hid_t spaces[] = {H5S_ALL, H5S_ALL};
  const std::vector<int> values = counting(20);
  const std::vector<int> others = counting(20, 50);
  const void* from[] = {values.data(), others.data()};
  const QuietErrors quiet;
  BOOST_TEST(H5Dwrite_multi(2, datasets, types, spaces, spaces, H5P_DEFAULT, from) < 0);
  check_same(read_all(a), expected());
}

BOOST_AUTO_TEST_CASE(nothing_is_cached_once_swmr_writing_has_started) {
  const Id access = H5Pcreate(H5P_FILE_ACCESS);
  BOOST_REQUIRE_GE(H5Pset_libver_bounds(access, H5F_LIBVER_LATEST, H5F_LIBVER_LATEST), 0);
  {
    Id file = create("a.h5", access);
    const Id again = open("a.h5", access);
    Id dataset = gzipped(file, "d");
    const Id other = H5Dopen2(again, "d", H5P_DEFAULT);
    make_dirty(dataset);
    BOOST_REQUIRE_GE(H5Fstart_swmr_write(file), 0);
    BOOST_REQUIRE_GE(write_at(dataset, 0, {7}), 0);
    BOOST_REQUIRE_GE(write_at(other, 1, {8}), 0);
    BOOST_REQUIRE_GE(H5Dflush(dataset), 0);
    check_same(read_all(dataset), read_all(other));
  }
  std::vector<int> values = expected();
  values[0] = 7;
  values[1] = 8;
  check_same(read_with_stock(folder.file("a.h5"), "d"), values);
}

BOOST_AUTO_TEST_CASE(threads_write_and_read_datasets_of_their_own) {
  hbool_t thread_safe = false;
  BOOST_REQUIRE_GE(H5is_library_threadsafe(&thread_safe), 0);
  if (!thread_safe) {
    BOOST_TEST_MESSAGE("left out: this HDF5 is not thread-safe");
    return;
  }
  std::vector<std::vector<int>> found(4, std::vector<int>(2000));
  {
    const Id file = create("a.h5");
    std::vector<Id> datasets;
    for (int number = 0; number < 4; ++number)
      datasets.push_back(gzipped(file, "d" + std::to_string(number), 2000, 100));
    std::vector<std::thread> threads;
    // No checks in the threads: Boost.Test's are not made for that.
    for (std::size_t number = 0; number < 4; ++number)
      threads.emplace_back([dataset = static_cast<hid_t>(datasets[number]), number, &found] {
        const hid_t file_space = H5Dget_space(dataset);
        const hsize_t count = 20;
        const hid_t mem_space = H5Screate_simple(1, &count, nullptr);
        for (hsize_t row = 0; row < 2000; row += count) {
          const std::vector<int> rows = counting(20, static_cast<int>(number * 10000 + row));
          H5Sselect_hyperslab(file_space, H5S_SELECT_SET, &row, nullptr, &count, nullptr);
          H5Dwrite(dataset, H5T_NATIVE_INT, mem_space, file_space, H5P_DEFAULT, rows.data());
        }
        H5Dread(dataset, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, found[number].data());
        H5Sclose(mem_space);
        H5Sclose(file_space);
      });
    for (std::thread& thread : threads) thread.join();
  }
  for (int number = 0; number < 4; ++number)
    check_same(found[static_cast<std::size_t>(number)], counting(2000, number * 10000));
  for (int number = 0; number < 4; ++number)
    check_same(read_with_stock(folder.file("a.h5"), "d" + std::to_string(number)),
               counting(2000, number * 10000));
}

BOOST_AUTO_TEST_CASE(threads_write_and_read_one_dataset) {
  hbool_t thread_safe = false;
  BOOST_REQUIRE_GE(H5is_library_threadsafe(&thread_safe), 0);
  if (!thread_safe) {
    BOOST_TEST_MESSAGE("left out: this HDF5 is not thread-safe");
    return;
  }
  constexpr int kThreads = 4;
  constexpr hsize_t kLength = 12000;
  std::vector<int> wrong(kThreads, -1);
  {
    const Id file = create("a.h5");
    const Id dataset = gzipped(file, "d", kLength, 512);
    std::vector<std::thread> threads;
    for (int number = 0; number < kThreads; ++number)
      threads.emplace_back([dataset = static_cast<hid_t>(dataset), number, &wrong] {
        // Stripes of 30 elements, so that every chunk is written by all threads.
        const hsize_t count = 30;
        const hid_t file_space = H5Dget_space(dataset);
        const hid_t mem_space = H5Screate_simple(1, &count, nullptr);
        int differences = 0;
        for (hsize_t start = static_cast<hsize_t>(number) * count; start < kLength;
             start += kThreads * count) {
          const std::vector<int> values = counting(count, static_cast<int>(start));
          std::vector<int> back(count);
          H5Sselect_hyperslab(file_space, H5S_SELECT_SET, &start, nullptr, &count, nullptr);
          const bool done = H5Dwrite(dataset, H5T_NATIVE_INT, mem_space, file_space, H5P_DEFAULT,
                                     values.data()) >= 0 &&
                            H5Dread(dataset, H5T_NATIVE_INT, mem_space, file_space, H5P_DEFAULT,
                                    back.data()) >= 0;
          differences += !done || back != values ? 1 : 0;
          if (start / count % 64 == 0) H5Dflush(dataset);
        }
        wrong[static_cast<std::size_t>(number)] = differences;
        H5Sclose(mem_space);
        H5Sclose(file_space);
      });
    for (std::thread& thread : threads) thread.join();
  }
  check_same(wrong, std::vector<int>(kThreads, 0));
  check_same(read_with_stock(folder.file("a.h5"), "d"), counting(kLength));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave::test
