// The connector as libhdf5 sees it: active, complete, with native's capabilities.
#include <cstddef>
#include <string_view>

#include "support/hdf5_fixture.h"

namespace h5pave::test {

namespace {

struct Slot {
  std::string_view name;
  bool is_set;
};

#define H5PAVE_SLOT(slot) \
  { #slot, ours.slot != nullptr }

/// Every callback of the class, in its order.
std::vector<Slot> all_slots(const H5VL_class_t& ours) {
  return {
      H5PAVE_SLOT(initialize),
      H5PAVE_SLOT(terminate),
      H5PAVE_SLOT(info_cls.copy),
      H5PAVE_SLOT(info_cls.cmp),
      H5PAVE_SLOT(info_cls.free),
      H5PAVE_SLOT(info_cls.to_str),
      H5PAVE_SLOT(info_cls.from_str),
      H5PAVE_SLOT(wrap_cls.get_object),
      H5PAVE_SLOT(wrap_cls.get_wrap_ctx),
      H5PAVE_SLOT(wrap_cls.wrap_object),
      H5PAVE_SLOT(wrap_cls.unwrap_object),
      H5PAVE_SLOT(wrap_cls.free_wrap_ctx),
      H5PAVE_SLOT(attr_cls.create),
      H5PAVE_SLOT(attr_cls.open),
      H5PAVE_SLOT(attr_cls.read),
      H5PAVE_SLOT(attr_cls.write),
      H5PAVE_SLOT(attr_cls.get),
      H5PAVE_SLOT(attr_cls.specific),
      H5PAVE_SLOT(attr_cls.optional),
      H5PAVE_SLOT(attr_cls.close),
      H5PAVE_SLOT(dataset_cls.create),
      H5PAVE_SLOT(dataset_cls.open),
      H5PAVE_SLOT(dataset_cls.read),
      H5PAVE_SLOT(dataset_cls.write),
      H5PAVE_SLOT(dataset_cls.get),
      H5PAVE_SLOT(dataset_cls.specific),
      H5PAVE_SLOT(dataset_cls.optional),
      H5PAVE_SLOT(dataset_cls.close),
      H5PAVE_SLOT(datatype_cls.commit),
      H5PAVE_SLOT(datatype_cls.open),
      H5PAVE_SLOT(datatype_cls.get),
      H5PAVE_SLOT(datatype_cls.specific),
      H5PAVE_SLOT(datatype_cls.optional),
      H5PAVE_SLOT(datatype_cls.close),
      H5PAVE_SLOT(file_cls.create),
      H5PAVE_SLOT(file_cls.open),
      H5PAVE_SLOT(file_cls.get),
      H5PAVE_SLOT(file_cls.specific),
      H5PAVE_SLOT(file_cls.optional),
      H5PAVE_SLOT(file_cls.close),
      H5PAVE_SLOT(group_cls.create),
      H5PAVE_SLOT(group_cls.open),
      H5PAVE_SLOT(group_cls.get),
      H5PAVE_SLOT(group_cls.specific),
      H5PAVE_SLOT(group_cls.optional),
      H5PAVE_SLOT(group_cls.close),
      H5PAVE_SLOT(link_cls.create),
      H5PAVE_SLOT(link_cls.copy),
      H5PAVE_SLOT(link_cls.move),
      H5PAVE_SLOT(link_cls.get),
      H5PAVE_SLOT(link_cls.specific),
      H5PAVE_SLOT(link_cls.optional),
      H5PAVE_SLOT(object_cls.open),
      H5PAVE_SLOT(object_cls.copy),
      H5PAVE_SLOT(object_cls.get),
      H5PAVE_SLOT(object_cls.specific),
      H5PAVE_SLOT(object_cls.optional),
      H5PAVE_SLOT(introspect_cls.get_conn_cls),
      H5PAVE_SLOT(introspect_cls.get_cap_flags),
      H5PAVE_SLOT(introspect_cls.opt_query),
      H5PAVE_SLOT(request_cls.wait),
      H5PAVE_SLOT(request_cls.notify),
      H5PAVE_SLOT(request_cls.cancel),
      H5PAVE_SLOT(request_cls.specific),
      H5PAVE_SLOT(request_cls.optional),
      H5PAVE_SLOT(request_cls.free),
      H5PAVE_SLOT(blob_cls.put),
      H5PAVE_SLOT(blob_cls.get),
      H5PAVE_SLOT(blob_cls.specific),
      H5PAVE_SLOT(blob_cls.optional),
      H5PAVE_SLOT(token_cls.cmp),
      H5PAVE_SLOT(token_cls.to_str),
      H5PAVE_SLOT(token_cls.from_str),
      H5PAVE_SLOT(optional),
  };
}

#undef H5PAVE_SLOT

const H5VL_class_t& class_named(const char* name) {
  const H5VL_class_t* found = nullptr;
  const Id connector = H5VLget_connector_id_by_name(name);
  int no_object = 0;  // must not be null; a connector asked about itself does not look at it
  BOOST_REQUIRE_GE(
      H5VLintrospect_get_conn_cls(&no_object, connector, H5VL_GET_CONN_LVL_CURR, &found), 0);
  BOOST_REQUIRE(found != nullptr);
  BOOST_TEST(found->name == std::string_view(name));
  return *found;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(Connector, PluginTest)

BOOST_AUTO_TEST_CASE(is_active_by_the_environment_alone) {
  const Id file = create("a.h5");
  BOOST_TEST(connector_name(file) == "h5pave");
  BOOST_TEST(H5VLis_connector_registered_by_name("h5pave") == 1);
  const Id group = H5Gopen2(file, "/", H5P_DEFAULT);
  BOOST_TEST(connector_name(group) == "h5pave");
}

BOOST_AUTO_TEST_CASE(ends_in_the_native_connector) {
  const Id file = create("a.h5");
  hbool_t is_native = false;
  BOOST_REQUIRE_GE(H5VLobject_is_native(file, &is_native), 0);
  BOOST_TEST(is_native);
}

BOOST_AUTO_TEST_CASE(sets_every_slot) {
  const auto slots = all_slots(class_named("h5pave"));
  // A slot that is missing above shows here: what is left of the class beside its plain members.
  constexpr std::size_t kPlainMembers =
      offsetof(H5VL_class_t, initialize) + sizeof(H5VL_info_class_t::size);
  constexpr std::size_t kCallbacks = (sizeof(H5VL_class_t) - kPlainMembers) / sizeof(void (*)());
  BOOST_TEST(slots.size() == kCallbacks);
  for (const Slot& slot : slots) BOOST_TEST(slot.is_set, "slot " << slot.name << " is empty");
}

BOOST_AUTO_TEST_CASE(has_the_capabilities_of_native) {
  const Id native = native_access();
  std::uint64_t expected = 0;
  std::uint64_t actual = 0;
  BOOST_REQUIRE_GE(H5Pget_vol_cap_flags(native, &expected), 0);
  const Id ours = h5pave_access("");
  BOOST_REQUIRE_GE(H5Pget_vol_cap_flags(ours, &actual), 0);
  BOOST_TEST(actual == expected);
  BOOST_TEST(expected != 0U);
}

BOOST_AUTO_TEST_CASE(tells_of_the_optional_operations_of_native) {
  const Id file = create("a.h5");
  std::uint64_t flags = 0;
  BOOST_REQUIRE_GE(H5VLquery_optional(file, H5VL_SUBCLS_FILE, H5VL_NATIVE_FILE_GET_SIZE, &flags),
                   0);
  BOOST_TEST((flags & H5VL_OPT_QUERY_SUPPORTED) != 0U);
}

BOOST_AUTO_TEST_CASE(is_not_used_where_the_program_asks_for_native) {
  const Id access = native_access();
  BOOST_TEST(connector_name(create("a.h5", access)) == "native");
}

BOOST_AUTO_TEST_CASE(object_functions_of_the_vol_interface_find_the_object_below) {
  const Id file = create("a.h5");
  const Id group = H5Gcreate2(file, "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  // H5VLobject() goes down through get_object; asked again through native it stays the same.
  const Id native = H5VLget_connector_id_by_name("native");
  BOOST_REQUIRE(H5VLobject(group) != nullptr);
  BOOST_TEST(H5VLget_object(H5VLobject(group), native) == H5VLobject(group));
  H5VL_object_get_args_t args{};
  char name[8] = "";
  std::size_t length = 0;
  args.op_type = H5VL_OBJECT_GET_NAME;
  args.args.get_name.buf = name;
  args.args.get_name.buf_size = sizeof name;
  args.args.get_name.name_len = &length;
  H5VL_loc_params_t self{};
  self.obj_type = H5I_GROUP;
  self.type = H5VL_OBJECT_BY_SELF;
  BOOST_REQUIRE_GE(
      H5VLobject_get(H5VLobject(group), &self, native, &args, H5P_DATASET_XFER_DEFAULT, nullptr),
      0);
  BOOST_TEST(name == std::string_view("/g"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave::test
