// Option filter=auto: datasets whose first write does not shrink are made anew without filters, and
// programs do not notice. tests/shell/storage_options_test.sh has the cases, through h5py.
#include "support/hdf5_fixture.h"

namespace h5pave::test {

BOOST_FIXTURE_TEST_SUITE(Filters, PluginTest)

int filters_of(hid_t dataset) {
  const Id list = H5Dget_create_plist(dataset);
  return H5Pget_nfilters(list);
}

std::string path_of(hid_t object) {
  char name[64] = "";
  BOOST_REQUIRE_GE(H5Iget_name(object, name, sizeof name), 0);
  return name;
}

BOOST_AUTO_TEST_CASE(several_datasets_of_one_write_are_decided_each) {
  const Id access = h5pave_access("filter=auto;checksum=0");
  const std::vector<int> smooth = counting(4096);
  const std::vector<int> first = noise(4096, 1);
  const std::vector<int> last = noise(4096, 2);
  {
    const Id file = create("a.h5", access);
    const Id group = H5Gcreate2(file, "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    const Id a = create_dataset(group, "a", simple_space({64, 64}), chunked({16, 64}));
    const Id b = create_dataset(group, "b", simple_space({64, 64}), chunked({16, 64}));
    const Id c = create_dataset(group, "c", simple_space({64, 64}), chunked({16, 64}));
    BOOST_TEST(filters_of(a) == 2);
    hid_t ids[] = {a, b, c};
    hid_t types[] = {H5T_NATIVE_INT, H5T_NATIVE_INT, H5T_NATIVE_INT};
    hid_t spaces[] = {H5S_ALL, H5S_ALL, H5S_ALL};
    const void* sources[] = {first.data(), smooth.data(), last.data()};
    BOOST_REQUIRE_GE(H5Dwrite_multi(3, ids, types, spaces, spaces, H5P_DEFAULT, sources), 0);
    BOOST_TEST(filters_of(a) == 0);
    BOOST_TEST(filters_of(b) == 2);
    BOOST_TEST(filters_of(c) == 0);
    BOOST_TEST(path_of(a) == "/g/a");
    BOOST_TEST(path_of(c) == "/g/c");
    check_same(read_all(a), first);
    check_same(read_all(Id(H5Dopen2(file, "g/c", H5P_DEFAULT))), last);
    BOOST_TEST(connector_name(a) == "h5pave");
  }
  check_same(read_with_stock(folder.file("a.h5"), "/g/a"), first);
  check_same(read_with_stock(folder.file("a.h5"), "/g/b"), smooth);
  check_same(read_with_stock(folder.file("a.h5"), "/g/c"), last);
}

BOOST_AUTO_TEST_CASE(a_dataset_in_a_mounted_file_is_replaced_there) {
  const Id access = h5pave_access("filter=auto;checksum=0");
  const std::vector<int> values = noise(4096);
  {
    const Id file = create("a.h5", access);
    const Id child = create("b.h5", access);
    const Id point = H5Gcreate2(file, "point", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    BOOST_REQUIRE_GE(H5Fmount(file, "point", child, H5P_DEFAULT), 0);
    const Id dataset = create_dataset(file, "point/d", simple_space({64, 64}), chunked({16, 64}));
    write_all(dataset, values);
    BOOST_TEST(filters_of(dataset) == 0);
    check_same(read_all(Id(H5Dopen2(file, "point/d", H5P_DEFAULT))), values);
    BOOST_REQUIRE_GE(H5Funmount(file, "point"), 0);
  }
  check_same(read_with_stock(folder.file("b.h5"), "/d"), values);
}

BOOST_AUTO_TEST_CASE(a_dataset_that_may_be_open_natively_keeps_its_filters) {
  const Id access = h5pave_access("filter=auto;checksum=0");
  const Id native = native_access();
  const std::vector<int> values = noise(4096);
  {
    const Id file = create("a.h5", access);
    const Id dataset = create_dataset(file, "d", simple_space({64, 64}), chunked({16, 64}));
    {
      const Id other = open("a.h5", native);
      write_all(dataset, values);
    }
    BOOST_TEST(filters_of(dataset) == 2);
  }
  check_same(read_with_stock(folder.file("a.h5"), "/d"), values);
}

BOOST_AUTO_TEST_CASE(a_written_selection_of_memory_is_looked_at_where_it_lies) {
  const Id access = h5pave_access("filter=auto;checksum=0");
  std::vector<int> values(4096 * 2, 5);
  const std::vector<int> wanted = noise(4096);
  for (std::size_t i = 0; i < wanted.size(); ++i) values[2 * i] = wanted[i];
  {
    const Id file = create("a.h5", access);
    const Id dataset = create_dataset(file, "d", simple_space({64, 64}), chunked({16, 64}));
    const Id memory = simple_space({64, 64, 2});
    const Extents start{0, 0, 0};
    const Extents count{64, 64, 1};
    BOOST_REQUIRE_GE(
        H5Sselect_hyperslab(memory, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr),
        0);
    BOOST_REQUIRE_GE(H5Dwrite(dataset, H5T_NATIVE_INT, memory, H5S_ALL, H5P_DEFAULT, values.data()),
                     0);
    BOOST_TEST(filters_of(dataset) == 0);
  }
  check_same(read_with_stock(folder.file("a.h5"), "/d"), wanted);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave::test
