// Reading and writing datasets through h5pave: native operations, several datasets at once,
// threads.
#include <boost/test/data/test_case.hpp>
#include <thread>

#include "support/hdf5_fixture.h"

namespace h5pave::test {

BOOST_FIXTURE_TEST_SUITE(Datasets, PluginTest)

BOOST_AUTO_TEST_CASE(chunks_are_asked_for_read_and_written_directly) {
  const Id file = create("a.h5");
  const Id dataset = create_dataset(file, "d", simple_space({40}), chunked({10}));
  write_all(dataset, counting(40));
  BOOST_REQUIRE_GE(H5Dflush(dataset), 0);
  hsize_t count = 0;
  BOOST_REQUIRE_GE(H5Dget_num_chunks(dataset, H5S_ALL, &count), 0);
  BOOST_TEST(count == 4);
  hsize_t offset = 0;
  unsigned mask = 1;
  haddr_t address = HADDR_UNDEF;
  hsize_t bytes = 0;
  BOOST_REQUIRE_GE(H5Dget_chunk_info(dataset, H5S_ALL, 2, &offset, &mask, &address, &bytes), 0);
  BOOST_TEST(offset == 20);
  BOOST_TEST(bytes == 40);
  BOOST_TEST(mask == 0U);
  BOOST_TEST(address != HADDR_UNDEF);
  std::vector<int> values = counting(10, 500);
  BOOST_REQUIRE_GE(H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, &offset, 40, values.data()), 0);
  BOOST_REQUIRE_GE(H5Dget_chunk_storage_size(dataset, &offset, &bytes), 0);
  BOOST_TEST(bytes == 40);
  std::vector<int> found(10);
  BOOST_REQUIRE_GE(H5Dread_chunk(dataset, H5P_DEFAULT, &offset, &mask, found.data()), 0);
  check_same(found, values);
  int visited = 0;
  const auto visit = [](const hsize_t*, unsigned, haddr_t, hsize_t, void* times) -> int {
    ++*static_cast<int*>(times);
    return 0;
  };
  BOOST_REQUIRE_GE(H5Dchunk_iter(dataset, H5P_DEFAULT, visit, &visited), 0);
  BOOST_TEST(visited == 4);
}

BOOST_AUTO_TEST_CASE(native_questions_are_answered) {
  const Id file = create("a.h5");
  const Id dataset = create_dataset(file, "d", simple_space({40}));
  write_all(dataset, counting(40));
  BOOST_TEST(H5Dget_storage_size(dataset) == 160);
  BOOST_TEST(H5Dget_offset(dataset) != HADDR_UNDEF);
  H5D_space_status_t status = H5D_SPACE_STATUS_ERROR;
  BOOST_REQUIRE_GE(H5Dget_space_status(dataset, &status), 0);
  BOOST_TEST(status == H5D_SPACE_STATUS_ALLOCATED);
  BOOST_TEST(H5Pget_layout(Id(H5Dget_create_plist(dataset))) == H5D_CONTIGUOUS);
  Id(H5Dget_access_plist(dataset));
}

BOOST_AUTO_TEST_CASE(a_program_s_creation_list_is_given_back_as_it_was) {
  const Id file = create("a.h5");
  const Id list = chunked({10}, 3);
  const Id untouched = H5Pcopy(list);
  const Id dataset = create_dataset(file, "d", simple_space({40}), list);
  BOOST_TEST(H5Pequal(list, untouched) == 1);
  const Id found = H5Dget_create_plist(dataset);
  hsize_t chunk = 0;
  BOOST_TEST(H5Pget_chunk(found, 1, &chunk) == 1);
  BOOST_TEST(chunk == 10);
  BOOST_TEST(H5Pget_nfilters(found) == 1);
  H5D_alloc_time_t time = H5D_ALLOC_TIME_ERROR;
  BOOST_REQUIRE_GE(H5Pget_alloc_time(found, &time), 0);
  BOOST_TEST(time == H5D_ALLOC_TIME_INCR);
}

BOOST_AUTO_TEST_CASE(several_datasets_are_written_and_read_at_once) {
  const Id file = create("a.h5");
  constexpr std::size_t kCount = 4;
  std::vector<Id> datasets;
  for (std::size_t i = 0; i < kCount; ++i)
    datasets.push_back(
        create_dataset(file, "d" + std::to_string(i), simple_space({20}), chunked({5}, 1)));
  std::vector<hid_t> ids(datasets.begin(), datasets.end());
  std::vector<hid_t> types(kCount, H5T_NATIVE_INT);
  std::vector<hid_t> spaces(kCount, H5S_ALL);
  std::vector<std::vector<int>> written;
  std::vector<std::vector<int>> found(kCount, std::vector<int>(20));
  std::vector<const void*> sources;
  std::vector<void*> targets;
  for (std::size_t i = 0; i < kCount; ++i)
    written.push_back(counting(20, static_cast<int>(i) * 100));
  for (std::size_t i = 0; i < kCount; ++i) sources.push_back(written[i].data());
  for (std::size_t i = 0; i < kCount; ++i) targets.push_back(found[i].data());
  BOOST_REQUIRE_GE(H5Dwrite_multi(kCount, ids.data(), types.data(), spaces.data(), spaces.data(),
                                  H5P_DEFAULT, sources.data()),
                   0);
  BOOST_REQUIRE_GE(H5Dread_multi(kCount, ids.data(), types.data(), spaces.data(), spaces.data(),
                                 H5P_DEFAULT, targets.data()),
                   0);
  for (std::size_t i = 0; i < kCount; ++i) check_same(found[i], written[i]);
}

BOOST_AUTO_TEST_CASE(datasets_of_several_files_at_once_are_refused_as_in_stock) {
  std::vector<ErrorRecords> refusals;
  const Id native = native_access();
  for (const hid_t access : {hid_t{native}, hid_t{H5P_DEFAULT}}) {
    const Id file1 = create("a.h5", access);
    const Id file2 = create("b.h5", access);
    const Id dataset1 = create_dataset(file1, "d", simple_space({20}));
    const Id dataset2 = create_dataset(file2, "d", simple_space({20}));
    const std::vector<int> values = counting(20);
    hid_t ids[] = {dataset1, dataset2};
    hid_t types[] = {H5T_NATIVE_INT, H5T_NATIVE_INT};
    hid_t spaces[] = {H5S_ALL, H5S_ALL};
    const void* sources[] = {values.data(), values.data()};
    refusals.push_back(errors_of(
        [&] { return H5Dwrite_multi(2, ids, types, spaces, spaces, H5P_DEFAULT, sources) >= 0; }));
  }
  BOOST_CHECK_EQUAL_COLLECTIONS(refusals[1].begin(), refusals[1].end(), refusals[0].begin(),
                                refusals[0].end());
}

BOOST_AUTO_TEST_CASE(asynchronous_calls_behave_as_in_stock) {
  const Id events = H5EScreate();
  {
    const Id file = H5Fcreate_async(folder.file("a.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT,
                                    H5P_DEFAULT, events);
    const Id group = H5Gcreate_async(file, "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT, events);
    const Id space = simple_space({20});
    const Id dataset = H5Dcreate_async(group, "d", H5T_NATIVE_INT, space, H5P_DEFAULT, chunked({5}),
                                       H5P_DEFAULT, events);
    const std::vector<int> values = counting(20);
    std::vector<int> found(20);
    BOOST_REQUIRE_GE(H5Dwrite_async(dataset, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                                    values.data(), events),
                     0);
    BOOST_REQUIRE_GE(
        H5Dread_async(dataset, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, found.data(), events),
        0);
    std::size_t in_progress = 1;
    hbool_t failed = true;
    BOOST_REQUIRE_GE(H5ESwait(events, H5ES_WAIT_FOREVER, &in_progress, &failed), 0);
    BOOST_TEST(in_progress == 0U);
    BOOST_TEST(!failed);
    check_same(found, values);
  }
}

BOOST_AUTO_TEST_CASE(extended_and_shrunk_datasets_keep_their_values) {
  const Id file = create("a.h5");
  const Id dataset =
      create_dataset(file, "d", simple_space({10}, {H5S_UNLIMITED}), chunked({4}, 1));
  write_all(dataset, counting(10));
  for (const hsize_t extent : {hsize_t{100}, hsize_t{7}})
    BOOST_REQUIRE_GE(H5Dset_extent(dataset, &extent), 0);
  check_same(read_all(dataset), counting(7));
}

BOOST_AUTO_TEST_CASE(virtual_datasets_read_their_sources) {
  {
    const Id source = create("source.h5");
    write_all(create_dataset(source, "d", simple_space({20}), chunked({5}, 1)), counting(20));
  }
  const Id file = create("a.h5");
  const Id space = simple_space({20});
  const Id list = H5Pcreate(H5P_DATASET_CREATE);
  BOOST_REQUIRE_GE(H5Pset_virtual(list, space, folder.file("source.h5").c_str(), "d", space), 0);
  check_same(read_all(create_dataset(file, "v", space, list)), counting(20));
}

BOOST_AUTO_TEST_CASE(threads_with_files_of_their_own_do_not_disturb_each_other) {
  hbool_t is_thread_safe = false;
  BOOST_REQUIRE_GE(H5is_library_threadsafe(&is_thread_safe), 0);
  if (!is_thread_safe) {
    BOOST_TEST_MESSAGE("skipped: this libhdf5 is not thread-safe");
    return;
  }
  constexpr int kThreads = 8;
  constexpr int kRounds = 10;
  std::vector<int> good(kThreads, 0);
  std::vector<std::thread> threads;
  for (int number = 0; number < kThreads; ++number)
    threads.emplace_back([&, number] {
      // No Boost.Test macros here: they are not thread-safe.
      const std::string path = folder.file("t" + std::to_string(number) + ".h5");
      const std::vector<int> values = counting(100, number * 1000);
      for (int round = 0; round < kRounds; ++round) {
        std::vector<int> found(100);
        const hsize_t extent = 100;
        const hsize_t chunk = 10;
        const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
        const hid_t space = H5Screate_simple(1, &extent, nullptr);
        const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
        H5Pset_chunk(list, 1, &chunk);
        const hid_t dataset =
            H5Dcreate2(file, "d", H5T_NATIVE_INT, space, H5P_DEFAULT, list, H5P_DEFAULT);
        H5Dwrite(dataset, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
        H5Dread(dataset, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, found.data());
        const bool closed = H5Dclose(dataset) >= 0 && H5Pclose(list) >= 0 && H5Sclose(space) >= 0 &&
                            H5Fclose(file) >= 0;
        if (closed && found == values) ++good[static_cast<std::size_t>(number)];
      }
    });
  for (std::thread& thread : threads) thread.join();
  for (const int rounds : good) BOOST_TEST(rounds == kRounds);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave::test
