// The connector's info in an access list: every spelling, its life in libhdf5, stacking.
#include <boost/test/data/test_case.hpp>

#include "support/hdf5_fixture.h"

namespace h5pave::test {

namespace {

namespace data = boost::unit_test::data;

/// An info parsed from text, freed at the end.
class Info {
 public:
  explicit Info(const std::string& text)
      : connector_(H5VLregister_connector_by_name("h5pave", H5P_DEFAULT)) {
    BOOST_REQUIRE_GE(H5VLconnector_str_to_info(text.c_str(), connector_, &info_), 0);
  }
  Info(const Info&) = delete;
  Info& operator=(const Info&) = delete;
  ~Info() {
    if (info_ != nullptr) H5VLfree_connector_info(connector_, info_);
  }

  hid_t connector() const { return connector_; }
  void* get() const { return info_; }

  std::string text() const {
    char* text = nullptr;
    BOOST_REQUIRE_GE(H5VLconnector_info_to_str(info_, connector_, &text), 0);
    const std::string result = text == nullptr ? "(null)" : text;
    H5free_memory(text);
    return result;
  }

  int compare(const Info& other) const {
    int order = -2;
    BOOST_REQUIRE_GE(H5VLcmp_connector_info(&order, connector_, info_, other.info_), 0);
    return order;
  }

 private:
  const Id connector_;
  void* info_ = nullptr;
};

struct Spelling {
  std::string text;
  std::string formatted;
};

std::ostream& operator<<(std::ostream& out, const Spelling& spelling) {
  return out << '"' << spelling.text << '"';
}

const std::vector<Spelling> kSpellings{
    {"under_vol=0;under_info={}", "under_vol=0;under_info={}"},
    {"under_vol=native;under_info={}", "under_vol=0;under_info={}"},
    {"under_vol=0", "under_vol=0;under_info={}"},
    {" under_vol = 0 ; under_info = {} ; ", "under_vol=0;under_info={}"},
    {"log=off", "under_vol=0;under_info={};log=off"},
    {"index=btree1;compat=1.10", "under_vol=0;under_info={};index=btree1;compat=1.10"},
    {"index=btree1;under_vol=0;under_info={}", "under_vol=0;under_info={};index=btree1"},
    {"under_vol=1;under_info={under_vol=0;under_info={}}",
     "under_vol=1;under_info={under_vol=0;under_info={}}"},
    {"under_vol=pass_through;under_info={under_vol=0;under_info={}};log=off",
     "under_vol=1;under_info={under_vol=0;under_info={}};log=off"},
    {"under_vol=470;under_info={under_vol=0;under_info={};log=off}",
     "under_vol=470;under_info={under_vol=0;under_info={};log=off}"},
};

/// What a chain of connectors is called with, and the connectors it must end up in.
/// libhdf5's pass_through hands on the info string of the connector below with one byte too many,
/// so that string is empty below it.
const std::vector<std::string> kStacks{
    "under_vol=0;under_info={}",
    "under_vol=1;under_info={under_vol=0;under_info={}}",
    "under_vol=470;under_info={under_vol=0;under_info={}}",
    "under_vol=470;under_info={under_vol=1;under_info={under_vol=0;under_info={}}}",
    "under_vol=1;under_info={under_vol=470;under_info={}}",
};

/// A little of everything, through whatever connectors `access` names; read back by stock.
void write_and_check(const PluginTest& test, hid_t access) {
  {
    const Id file = test.create("stack.h5", access);
    hbool_t is_native = false;
    BOOST_REQUIRE_GE(H5VLobject_is_native(file, &is_native), 0);
    BOOST_TEST(is_native);
    const Id group = H5Gcreate2(file, "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    const Id dataset = create_dataset(group, "d", simple_space({100}), chunked({10}, 1));
    write_all(dataset, counting(100));
    check_same(read_all(dataset), counting(100));
    BOOST_REQUIRE_GE(H5Lcreate_hard(group, "d", H5L_SAME_LOC, "second", H5P_DEFAULT, H5P_DEFAULT),
                     0);
    int visited = 0;
    const auto visit = [](hid_t object, const char*, const H5O_info2_t*, void* count) -> herr_t {
      ++*static_cast<int*>(count);
      return H5Iget_type(object) == H5I_BADID ? -1 : 0;
    };
    BOOST_REQUIRE_GE(H5Ovisit3(file, H5_INDEX_NAME, H5_ITER_INC, visit, &visited, H5O_INFO_BASIC),
                     0);
    BOOST_TEST(visited == 3);
    BOOST_TEST(index_of(dataset) == H5D_CHUNK_IDX_FARRAY);
  }
  check_same(read_with_stock(test.folder.file("stack.h5"), "g/second"), counting(100));
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(ConnectorInfo, PluginTest)

BOOST_DATA_TEST_CASE_F(PluginTest, text_is_read_and_written_back, data::make(kSpellings),
                       spelling) {
  const Info info(spelling.text);
  BOOST_TEST(info.text() == spelling.formatted);
  BOOST_TEST(Info(info.text()).text() == spelling.formatted);
}

BOOST_AUTO_TEST_CASE(no_info_is_native_below_us) {
  const Id connector = H5VLregister_connector_by_name("h5pave", H5P_DEFAULT);
  const Id access = H5Pcreate(H5P_FILE_ACCESS);
  BOOST_REQUIRE_GE(H5Pset_vol(access, connector, nullptr), 0);
  void* info = &info;
  BOOST_REQUIRE_GE(H5Pget_vol_info(access, &info), 0);
  BOOST_TEST(info == nullptr);
  write_and_check(*this, access);
}

BOOST_AUTO_TEST_CASE(access_list_keeps_a_copy) {
  const Id access = h5pave_access("under_vol=0;under_info={};compat=1.8");
  const Id copy = H5Pcopy(access);
  const Id connector = H5VLregister_connector_by_name("h5pave", H5P_DEFAULT);
  void* info = nullptr;
  BOOST_REQUIRE_GE(H5Pget_vol_info(copy, &info), 0);
  char* text = nullptr;
  BOOST_REQUIRE_GE(H5VLconnector_info_to_str(info, connector, &text), 0);
  BOOST_TEST(text == std::string("under_vol=0;under_info={};compat=1.8"));
  H5free_memory(text);
  H5VLfree_connector_info(connector, info);
  BOOST_TEST(H5Pequal(access, copy) == 1);
}

BOOST_AUTO_TEST_CASE(infos_compare_by_connector_below_and_settings) {
  const Info plain("");
  const Info same("under_vol=native");
  const Info other_option("log=off");
  const Info other_connector("under_vol=1;under_info={under_vol=0;under_info={}}");
  BOOST_TEST(plain.compare(same) == 0);
  BOOST_TEST(plain.compare(other_option) != 0);
  BOOST_TEST(plain.compare(other_option) * other_option.compare(plain) < 0);
  BOOST_TEST(plain.compare(other_connector) * other_connector.compare(plain) < 0);
}

BOOST_AUTO_TEST_CASE(options_of_the_info_string_reach_the_advisor) {
  const Id access = h5pave_access("index=btree1");
  const Id file = create("a.h5", access);
  const Id old = create_dataset(file, "d", simple_space({100}), chunked({10}));
  BOOST_TEST(index_of(old) == H5D_CHUNK_IDX_BTREE);
  const Id plain = create("b.h5");
  const Id modern = create_dataset(plain, "d", simple_space({100}), chunked({10}));
  BOOST_TEST(index_of(modern) == H5D_CHUNK_IDX_FARRAY);
}

BOOST_DATA_TEST_CASE_F(PluginTest, connectors_stack_below_us, data::make(kStacks), text) {
  write_and_check(*this, h5pave_access(text));
}

BOOST_AUTO_TEST_CASE(connectors_stack_above_us) {
  const Id connector = H5VLregister_connector_by_name("pass_through", H5P_DEFAULT);
  void* info = nullptr;
  BOOST_REQUIRE_GE(H5VLconnector_str_to_info("under_vol=470;under_info={}", connector, &info), 0);
  const Id access = H5Pcreate(H5P_FILE_ACCESS);
  BOOST_REQUIRE_GE(H5Pset_vol(access, connector, info), 0);
  H5VLfree_connector_info(connector, info);
  write_and_check(*this, access);
}

BOOST_AUTO_TEST_CASE(connector_below_that_does_not_exist_becomes_native) {
  const QuietErrors quiet;
  const Info info("under_vol=no_such_connector;under_info={}");
  BOOST_TEST(info.text() == "under_vol=0;under_info={}");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave::test
