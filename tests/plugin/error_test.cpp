// What a failing call leaves behind: the same errors as stock HDF5, told once, and no open ids.
#include <boost/test/data/test_case.hpp>
#include <cerrno>
#include <fstream>
#include <regex>

#include "support/hdf5_fixture.h"

namespace h5pave::test {

namespace {

namespace data = boost::unit_test::data;

/// A call that fails: on a file `f` (with group g and dataset g/d) in `folder`, opened with
/// `access`.
struct FailingCall {
  const char* name;
  std::function<hid_t(const PluginTest& test, hid_t file, hid_t access)> run;
};

std::ostream& operator<<(std::ostream& out, const FailingCall& call) { return out << call.name; }

const std::vector<FailingCall> kFailingCalls{
    {"open a missing file",
     [](const PluginTest& test, hid_t, hid_t access) {
       return H5Fopen(test.folder.file("missing.h5").c_str(), H5F_ACC_RDONLY, access);
     }},
    {"open a folder",
     [](const PluginTest& test, hid_t, hid_t access) {
       return H5Fopen(test.folder.file("").c_str(), H5F_ACC_RDONLY, access);
     }},
    {"create in a missing folder",
     [](const PluginTest& test, hid_t, hid_t access) {
       return H5Fcreate(test.folder.file("missing/a.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT,
                        access);
     }},
    {"create over an existing file",
     [](const PluginTest& test, hid_t, hid_t access) {
       return H5Fcreate(test.folder.file("first.h5").c_str(), H5F_ACC_EXCL, H5P_DEFAULT, access);
     }},
    {"open a file that is not HDF5",
     [](const PluginTest& test, hid_t, hid_t access) {
       std::ofstream(test.folder.file("text")) << "not HDF5";
       return H5Fopen(test.folder.file("text").c_str(), H5F_ACC_RDWR, access);
     }},
    {"open a missing group",
     [](const PluginTest&, hid_t file, hid_t) { return H5Gopen2(file, "no", H5P_DEFAULT); }},
    {"create a group twice",
     [](const PluginTest&, hid_t file, hid_t) {
       return H5Gcreate2(file, "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
     }},
    {"open a missing dataset",
     [](const PluginTest&, hid_t file, hid_t) { return H5Dopen2(file, "g/no", H5P_DEFAULT); }},
    {"create a dataset twice",
     [](const PluginTest&, hid_t file, hid_t) {
       return H5Dcreate2(file, "g/d", H5T_NATIVE_INT, simple_space({10}), H5P_DEFAULT, H5P_DEFAULT,
                         H5P_DEFAULT);
     }},
    {"create a chunked dataset twice",
     [](const PluginTest&, hid_t file, hid_t) {
       return H5Dcreate2(file, "g/d", H5T_NATIVE_INT, simple_space({10}), H5P_DEFAULT, chunked({5}),
                         H5P_DEFAULT);
     }},
    {"create a dataset with chunks of another rank",
     [](const PluginTest&, hid_t file, hid_t) {
       return H5Dcreate2(file, "x", H5T_NATIVE_INT, simple_space({10}), H5P_DEFAULT,
                         chunked({5, 5}), H5P_DEFAULT);
     }},
    {"create a dataset with a chunk larger than a fixed dimension",
     [](const PluginTest&, hid_t file, hid_t) {
       return H5Dcreate2(file, "x", H5T_NATIVE_INT, simple_space({10}), H5P_DEFAULT, chunked({11}),
                         H5P_DEFAULT);
     }},
    {"create an extendible dataset without chunks",
     [](const PluginTest&, hid_t file, hid_t) {
       return H5Dcreate2(file, "x", H5T_NATIVE_INT, simple_space({10}, {H5S_UNLIMITED}),
                         H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
     }},
    {"create a dataset in a missing group",
     [](const PluginTest&, hid_t file, hid_t) {
       return H5Dcreate2(file, "no/d", H5T_NATIVE_INT, simple_space({10}), H5P_DEFAULT,
                         chunked({5}), H5P_DEFAULT);
     }},
    {"open a missing attribute",
     [](const PluginTest&, hid_t file, hid_t) { return H5Aopen(file, "no", H5P_DEFAULT); }},
    {"open a missing object",
     [](const PluginTest&, hid_t file, hid_t) { return H5Oopen(file, "no", H5P_DEFAULT); }},
    {"open a missing committed type",
     [](const PluginTest&, hid_t file, hid_t) { return H5Topen2(file, "no", H5P_DEFAULT); }},
    {"delete a missing link",
     [](const PluginTest&, hid_t file, hid_t) -> hid_t {
       return H5Ldelete(file, "no", H5P_DEFAULT);
     }},
    {"follow a soft link to nothing",
     [](const PluginTest&, hid_t file, hid_t) { return H5Dopen2(file, "dangling", H5P_DEFAULT); }},
    {"mount over a missing group",
     [](const PluginTest& test, hid_t file, hid_t access) -> hid_t {
       const Id child = test.open("first.h5", access);
       return H5Fmount(file, "no", child, H5P_DEFAULT);
     }},
    {"set the extent of a contiguous dataset",
     [](const PluginTest&, hid_t file, hid_t) -> hid_t {
       const hsize_t extent = 20;
       return H5Dset_extent(Id(H5Dopen2(file, "g/d", H5P_DEFAULT)), &extent);
     }},
    {"write outside the extent",
     [](const PluginTest&, hid_t file, hid_t) -> hid_t {
       const std::vector<int> values = counting(5);
       const Id outside = simple_space({10});
       const hsize_t start = 8;
       const hsize_t count = 5;
       H5Sselect_hyperslab(outside, H5S_SELECT_SET, &start, nullptr, &count, nullptr);
       return H5Dwrite(Id(H5Dopen2(file, "g/d", H5P_DEFAULT)), H5T_NATIVE_INT, simple_space({5}),
                       outside, H5P_DEFAULT, values.data());
     }},
    {"ask for the chunks of a contiguous dataset",
     [](const PluginTest&, hid_t file, hid_t) -> hid_t {
       hsize_t count = 0;
       return H5Dget_num_chunks(Id(H5Dopen2(file, "g/d", H5P_DEFAULT)), H5S_ALL, &count);
     }},
    {"copy a missing object",
     [](const PluginTest&, hid_t file, hid_t) -> hid_t {
       return H5Ocopy(file, "no", file, "copy", H5P_DEFAULT, H5P_DEFAULT);
     }},
};

Id file_for_failures(const PluginTest& test, const std::string& name, hid_t access) {
  Id file = test.create(name, access);
  const Id group = H5Gcreate2(file, "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  create_dataset(group, "d", simple_space({10}));
  BOOST_REQUIRE_GE(H5Lcreate_soft("/nowhere", file, "dangling", H5P_DEFAULT, H5P_DEFAULT), 0);
  return file;
}

/// The records without what differs from run to run: descriptors, addresses, times, file names.
ErrorRecords comparable(ErrorRecords records) {
  static const std::regex varying(
      "file descriptor = [0-9]+|0x[0-9a-f]+|time = [^\n]*|(ours|stock).h5");
  for (std::string& record : records) record = std::regex_replace(record, varying, "…");
  return records;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(Errors, PluginTest)

BOOST_DATA_TEST_CASE_F(PluginTest, a_failing_call_leaves_the_error_stack_of_stock,
                       data::make(kFailingCalls), call) {
  const Id native = native_access();
  const Id stock_file = file_for_failures(*this, "stock.h5", native);
  const ErrorRecords expected =
      comparable(errors_of([&] { return call.run(*this, stock_file, native) >= 0; }));
  const Id file = file_for_failures(*this, "ours.h5", H5P_DEFAULT);
  const ErrorRecords actual =
      comparable(errors_of([&] { return call.run(*this, file, H5P_DEFAULT) >= 0; }));
  BOOST_TEST(!expected.empty());
  BOOST_CHECK_EQUAL_COLLECTIONS(actual.begin(), actual.end(), expected.begin(), expected.end());
}

BOOST_DATA_TEST_CASE_F(PluginTest, a_failing_call_prints_its_errors_once, data::make(kFailingCalls),
                       call) {
  const Id file = file_for_failures(*this, "ours.h5", H5P_DEFAULT);
  const PrintedErrors printed;
  BOOST_TEST(call.run(*this, file, H5P_DEFAULT) < 0);
  BOOST_TEST(printed.times() == 1);
}

BOOST_AUTO_TEST_CASE(errno_of_a_failed_open_is_on_the_stack) {
  const ErrorRecords records = errors_of(
      [&] { return H5Fopen(folder.file("missing.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT) >= 0; });
  BOOST_TEST(has_record(records, "errno = " + std::to_string(ENOENT)));
}

BOOST_AUTO_TEST_CASE(datasets_below_different_connectors_are_refused_with_a_record) {
  const Id other = h5pave_access("under_vol=1;under_info={under_vol=0;under_info={}}");
  const Id file1 = create("a.h5");
  const Id file2 = create("b.h5", other);
  const Id dataset1 = create_dataset(file1, "d", simple_space({10}));
  const Id dataset2 = create_dataset(file2, "d", simple_space({10}));
  const std::vector<int> values = counting(10);
  hid_t datasets[] = {dataset1, dataset2};
  hid_t types[] = {H5T_NATIVE_INT, H5T_NATIVE_INT};
  hid_t spaces[] = {H5S_ALL, H5S_ALL};
  const void* buffers[] = {values.data(), values.data()};
  const ErrorRecords records = errors_of([&] {
    return H5Dwrite_multi(2, datasets, types, spaces, spaces, H5P_DEFAULT, buffers) >= 0;
  });
  BOOST_TEST(has_record(records,
                        "h5pave: cannot write a dataset: the datasets lie below different "
                        "connectors"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave::test
