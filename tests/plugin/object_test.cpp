// Groups, links, attributes, types and references through h5pave do what they do without it.
#include <boost/test/data/test_case.hpp>
#include <filesystem>
#include <string_view>

#include "support/hdf5_fixture.h"

namespace h5pave::test {

namespace {

/// A file with group g, chunked dataset g/d (100 numbers) and an attribute on it.
Id filled_file(const PluginTest& test, const std::string& name, hid_t access = H5P_DEFAULT) {
  Id file = test.create(name, access);
  const Id group = H5Gcreate2(file, "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  const Id dataset = create_dataset(group, "d", simple_space({100}), chunked({10}, 1));
  write_all(dataset, counting(100));
  const Id attribute =
      H5Acreate2(dataset, "a", H5T_NATIVE_INT, Id(H5Screate(H5S_SCALAR)), H5P_DEFAULT, H5P_DEFAULT);
  const int value = 7;
  BOOST_REQUIRE_GE(H5Awrite(attribute, H5T_NATIVE_INT, &value), 0);
  return file;
}

std::vector<int> values_at(hid_t file, const char* path) {
  return read_all(Id(H5Dopen2(file, path, H5P_DEFAULT)));
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(Objects, PluginTest)

BOOST_AUTO_TEST_CASE(hard_links_with_the_same_location_on_either_side) {
  const Id file = filled_file(*this, "a.h5");
  const Id group = H5Gopen2(file, "g", H5P_DEFAULT);
  BOOST_REQUIRE_GE(H5Lcreate_hard(group, "d", H5L_SAME_LOC, "b", H5P_DEFAULT, H5P_DEFAULT), 0);
  BOOST_REQUIRE_GE(H5Lcreate_hard(H5L_SAME_LOC, "d", group, "c", H5P_DEFAULT, H5P_DEFAULT), 0);
  BOOST_REQUIRE_GE(H5Lcreate_hard(group, "d", file, "e", H5P_DEFAULT, H5P_DEFAULT), 0);
  for (const char* const path : {"g/b", "g/c", "e"})
    check_same(values_at(file, path), counting(100));
}

BOOST_AUTO_TEST_CASE(links_are_moved_and_copied) {
  const Id file = filled_file(*this, "a.h5");
  const Id group = H5Gopen2(file, "g", H5P_DEFAULT);
  BOOST_REQUIRE_GE(H5Lcopy(group, "d", file, "copy", H5P_DEFAULT, H5P_DEFAULT), 0);
  BOOST_REQUIRE_GE(H5Lmove(group, "d", H5L_SAME_LOC, "moved", H5P_DEFAULT, H5P_DEFAULT), 0);
  BOOST_REQUIRE_GE(H5Lcopy(H5L_SAME_LOC, "moved", group, "again", H5P_DEFAULT, H5P_DEFAULT), 0);
  BOOST_TEST(H5Lexists(group, "d", H5P_DEFAULT) == 0);
  for (const char* const path : {"copy", "g/moved", "g/again"})
    check_same(values_at(file, path), counting(100));
}

BOOST_AUTO_TEST_CASE(soft_and_external_links_lead_to_the_object) {
  filled_file(*this, "target.h5");
  const Id file = create("a.h5");
  BOOST_REQUIRE_GE(
      H5Lcreate_external("target.h5", "/g/d", file, "external", H5P_DEFAULT, H5P_DEFAULT), 0);
  BOOST_REQUIRE_GE(H5Lcreate_soft("/external", file, "soft", H5P_DEFAULT, H5P_DEFAULT), 0);
  const Id dataset = H5Dopen2(file, "soft", H5P_DEFAULT);
  BOOST_TEST(connector_name(dataset) == "h5pave");
  check_same(read_all(dataset), counting(100));
}

BOOST_AUTO_TEST_CASE(user_defined_links_get_a_usable_location) {
  const auto traverse = [](const char*, hid_t group, const void*, std::size_t, hid_t,
                           hid_t) -> hid_t { return H5Oopen(group, "g/d", H5P_DEFAULT); };
  constexpr H5L_type_t kLinkType = static_cast<H5L_type_t>(H5L_TYPE_UD_MIN + 7);
  H5L_class_t link_class{};
  link_class.version = H5L_LINK_CLASS_T_VERS;
  link_class.id = kLinkType;
  link_class.comment = "leads to g/d";
  link_class.trav_func = traverse;
  BOOST_REQUIRE_GE(H5Lregister(&link_class), 0);
  {
    const Id file = filled_file(*this, "a.h5");
    BOOST_REQUIRE_GE(H5Lcreate_ud(file, "user", kLinkType, nullptr, 0, H5P_DEFAULT, H5P_DEFAULT),
                     0);
    check_same(values_at(file, "user"), counting(100));
  }
  BOOST_REQUIRE_GE(H5Lunregister(kLinkType), 0);
}

BOOST_AUTO_TEST_CASE(iterations_hand_out_usable_ids) {
  const Id file = filled_file(*this, "a.h5");
  int links = 0;
  int objects = 0;
  int attributes = 0;
  const auto on_link = [](hid_t group, const char* name, const H5L_info2_t*,
                          void* count) -> herr_t {
    ++*static_cast<int*>(count);
    const Id object = H5Oopen(group, name, H5P_DEFAULT);
    return connector_name(object) == "h5pave" ? 0 : -1;
  };
  const auto on_object = [](hid_t root, const char* name, const H5O_info2_t*,
                            void* count) -> herr_t {
    ++*static_cast<int*>(count);
    const Id object = H5Oopen(root, name, H5P_DEFAULT);
    return connector_name(object) == "h5pave" ? 0 : -1;
  };
  const auto on_attribute = [](hid_t object, const char* name, const H5A_info_t*,
                               void* count) -> herr_t {
    ++*static_cast<int*>(count);
    int value = 0;
    const Id attribute = H5Aopen(object, name, H5P_DEFAULT);
    return H5Aread(attribute, H5T_NATIVE_INT, &value) >= 0 && value == 7 ? 0 : -1;
  };
  const Id group = H5Gopen2(file, "g", H5P_DEFAULT);
  const Id dataset = H5Dopen2(group, "d", H5P_DEFAULT);
  BOOST_TEST(H5Literate2(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, on_link, &links) == 0);
  BOOST_TEST(H5Lvisit2(file, H5_INDEX_NAME, H5_ITER_INC, on_link, &links) == 0);
  BOOST_TEST(H5Ovisit3(file, H5_INDEX_NAME, H5_ITER_INC, on_object, &objects, H5O_INFO_BASIC) == 0);
  BOOST_TEST(H5Aiterate2(dataset, H5_INDEX_NAME, H5_ITER_INC, nullptr, on_attribute, &attributes) ==
             0);
  BOOST_TEST(links == 3);
  BOOST_TEST(objects == 3);
  BOOST_TEST(attributes == 1);
}

BOOST_AUTO_TEST_CASE(an_iteration_that_stops_early_returns_the_program_s_value) {
  const Id file = filled_file(*this, "a.h5");
  const auto stop = [](hid_t, const char*, const H5L_info2_t*, void*) -> herr_t { return 42; };
  BOOST_TEST(H5Literate2(file, H5_INDEX_NAME, H5_ITER_INC, nullptr, stop, nullptr) == 42);
}

BOOST_AUTO_TEST_CASE(a_callback_may_close_the_group_that_is_iterated) {
  const Id file = filled_file(*this, "a.h5");
  hid_t group = H5Gopen2(file, "g", H5P_DEFAULT);
  const auto close = [](hid_t, const char*, const H5L_info2_t*, void* id) -> herr_t {
    return H5Gclose(*static_cast<hid_t*>(id));
  };
  BOOST_TEST(H5Literate2(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, close, &group) == 0);
}

BOOST_AUTO_TEST_CASE(references_lead_back_to_the_object) {
  const Id file = filled_file(*this, "a.h5");
  H5R_ref_t reference{};
  BOOST_REQUIRE_GE(H5Rcreate_object(file, "g/d", H5P_DEFAULT, &reference), 0);
  {
    const Id dataset = H5Ropen_object(&reference, H5P_DEFAULT, H5P_DEFAULT);
    BOOST_TEST(connector_name(dataset) == "h5pave");
    check_same(read_all(dataset), counting(100));
    char name[64] = "";
    BOOST_REQUIRE_GT(H5Rget_obj_name(&reference, H5P_DEFAULT, name, sizeof name), 0);
    BOOST_TEST(name == std::string_view("/g/d"));
    const Id one = H5Screate(H5S_SCALAR);
    const Id stored =
        H5Dcreate2(file, "r", H5T_STD_REF, one, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    BOOST_REQUIRE_GE(H5Dwrite(stored, H5T_STD_REF, H5S_ALL, H5S_ALL, H5P_DEFAULT, &reference), 0);
    H5R_ref_t loaded{};
    BOOST_REQUIRE_GE(H5Dread(stored, H5T_STD_REF, H5S_ALL, H5S_ALL, H5P_DEFAULT, &loaded), 0);
    check_same(read_all(Id(H5Ropen_object(&loaded, H5P_DEFAULT, H5P_DEFAULT))), counting(100));
    BOOST_REQUIRE_GE(H5Rdestroy(&loaded), 0);
  }
  BOOST_REQUIRE_GE(H5Rdestroy(&reference), 0);
}

BOOST_AUTO_TEST_CASE(stored_references_to_their_own_file_survive_its_renaming) {
  {
    const Id file = filled_file(*this, "a.h5");
    H5R_ref_t reference{};
    BOOST_REQUIRE_GE(H5Rcreate_object(file, "g/d", H5P_DEFAULT, &reference), 0);
    const Id one = H5Screate(H5S_SCALAR);
    const Id stored =
        H5Dcreate2(file, "r", H5T_STD_REF, one, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    BOOST_REQUIRE_GE(H5Dwrite(stored, H5T_STD_REF, H5S_ALL, H5S_ALL, H5P_DEFAULT, &reference), 0);
    BOOST_REQUIRE_GE(H5Rdestroy(&reference), 0);
  }
  std::filesystem::rename(folder.file("a.h5"), folder.file("b.h5"));
  for (const Id& access : {native_access(), h5pave_access("")}) {
    const Id file = open("b.h5", access);
    const Id stored = H5Dopen2(file, "r", H5P_DEFAULT);
    H5R_ref_t loaded{};
    BOOST_REQUIRE_GE(H5Dread(stored, H5T_STD_REF, H5S_ALL, H5S_ALL, H5P_DEFAULT, &loaded), 0);
    check_same(read_all(Id(H5Ropen_object(&loaded, H5P_DEFAULT, H5P_DEFAULT))), counting(100));
    BOOST_REQUIRE_GE(H5Rdestroy(&loaded), 0);
  }
}

BOOST_AUTO_TEST_CASE(attribute_and_region_references_work) {
  const Id file = filled_file(*this, "a.h5");
  const Id space = simple_space({100});
  const hsize_t start = 10;
  const hsize_t count = 5;
  H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, nullptr, &count, nullptr);
  H5R_ref_t region{};
  H5R_ref_t attribute{};
  BOOST_REQUIRE_GE(H5Rcreate_region(file, "g/d", space, H5P_DEFAULT, &region), 0);
  BOOST_REQUIRE_GE(H5Rcreate_attr(file, "g/d", "a", H5P_DEFAULT, &attribute), 0);
  {
    const Id selected = H5Ropen_region(&region, H5P_DEFAULT, H5P_DEFAULT);
    BOOST_TEST(H5Sget_select_npoints(selected) == 5);
    int value = 0;
    const Id opened = H5Ropen_attr(&attribute, H5P_DEFAULT, H5P_DEFAULT);
    BOOST_REQUIRE_GE(H5Aread(opened, H5T_NATIVE_INT, &value), 0);
    BOOST_TEST(value == 7);
  }
  H5Rdestroy(&region);
  H5Rdestroy(&attribute);
}

BOOST_AUTO_TEST_CASE(old_references_work) {
  const Id file = filled_file(*this, "a.h5");
  hobj_ref_t reference = 0;
  BOOST_REQUIRE_GE(H5Rcreate(&reference, file, "g/d", H5R_OBJECT1, H5I_INVALID_HID), 0);
  check_same(read_all(Id(H5Rdereference2(file, H5P_DEFAULT, H5R_OBJECT1, &reference))),
             counting(100));
}

BOOST_AUTO_TEST_CASE(objects_open_by_token_and_tokens_have_a_text) {
  const Id file = filled_file(*this, "a.h5");
  H5O_info2_t info{};
  BOOST_REQUIRE_GE(H5Oget_info_by_name3(file, "g/d", &info, H5O_INFO_BASIC, H5P_DEFAULT), 0);
  check_same(read_all(Id(H5Oopen_by_token(file, info.token))), counting(100));
  char* text = nullptr;
  BOOST_REQUIRE_GE(H5Otoken_to_str(file, &info.token, &text), 0);
  H5O_token_t parsed{};
  BOOST_REQUIRE_GE(H5Otoken_from_str(file, text, &parsed), 0);
  int order = 1;
  BOOST_REQUIRE_GE(H5Otoken_cmp(file, &info.token, &parsed, &order), 0);
  BOOST_TEST(order == 0);
  H5free_memory(text);
}

BOOST_AUTO_TEST_CASE(objects_are_copied_within_and_between_files) {
  const Id file = filled_file(*this, "a.h5");
  const Id other = create("b.h5");
  BOOST_REQUIRE_GE(H5Ocopy(file, "g", file, "copy", H5P_DEFAULT, H5P_DEFAULT), 0);
  BOOST_REQUIRE_GE(H5Ocopy(file, "g", other, "copy", H5P_DEFAULT, H5P_DEFAULT), 0);
  check_same(values_at(file, "copy/d"), counting(100));
  check_same(values_at(other, "copy/d"), counting(100));
}

BOOST_AUTO_TEST_CASE(a_copy_between_h5pave_and_native_files_fails_without_harm) {
  const Id native = native_access();
  const Id file = filled_file(*this, "a.h5");
  const Id stock = filled_file(*this, "b.h5", native);
  const auto fails = [](hid_t source, hid_t target) {
    return errors_of(
        [&] { return H5Ocopy(source, "g", target, "copy", H5P_DEFAULT, H5P_DEFAULT) >= 0; });
  };
  BOOST_TEST(!fails(file, stock).empty());
  BOOST_TEST(!fails(stock, file).empty());
}

BOOST_AUTO_TEST_CASE(refreshed_objects_survive) {
  const Id file = filled_file(*this, "a.h5");
  BOOST_REQUIRE_GE(H5Fflush(file, H5F_SCOPE_GLOBAL), 0);
  const Id dataset = H5Dopen2(file, "g/d", H5P_DEFAULT);
  const Id group = H5Gopen2(file, "g", H5P_DEFAULT);
  BOOST_REQUIRE_GE(H5Drefresh(dataset), 0);
  BOOST_REQUIRE_GE(H5Orefresh(dataset), 0);
  BOOST_REQUIRE_GE(H5Grefresh(group), 0);
  BOOST_REQUIRE_GE(H5Oflush(dataset), 0);
  check_same(read_all(dataset), counting(100));
  BOOST_TEST(H5Lexists(group, "d", H5P_DEFAULT) == 1);
}

BOOST_AUTO_TEST_CASE(committed_types_are_shared) {
  const Id file = create("a.h5");
  const Id type = H5Tcopy(H5T_STD_I32BE);
  BOOST_REQUIRE_GE(H5Tcommit2(file, "type", type, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), 0);
  const Id opened = H5Topen2(file, "type", H5P_DEFAULT);
  BOOST_TEST(H5Tcommitted(opened) == 1);
  const Id dataset = create_dataset(file, "d", simple_space({10}), chunked({5}), opened);
  BOOST_TEST(H5Tcommitted(Id(H5Dget_type(dataset))) == 1);
  write_all(dataset, counting(10));
  check_same(read_all(dataset), counting(10));
  const Id anonymous = H5Tcopy(H5T_NATIVE_DOUBLE);
  BOOST_REQUIRE_GE(H5Tcommit_anon(file, anonymous, H5P_DEFAULT, H5P_DEFAULT), 0);
  BOOST_REQUIRE_GE(H5Trefresh(opened), 0);
  BOOST_REQUIRE_GE(H5Tflush(opened), 0);
}

BOOST_AUTO_TEST_CASE(texts_of_any_length_are_stored_and_found) {
  const Id file = create("a.h5");
  const Id type = H5Tcopy(H5T_C_S1);
  BOOST_REQUIRE_GE(H5Tset_size(type, H5T_VARIABLE), 0);
  const Id space = simple_space({3});
  const Id dataset = create_dataset(file, "d", space, chunked({2}, 1), type);
  const char* const texts[] = {"one", "", "a third, longer text"};
  BOOST_REQUIRE_GE(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, texts), 0);
  char* found[3] = {};
  BOOST_REQUIRE_GE(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, found), 0);
  for (int i = 0; i < 3; ++i) BOOST_TEST(std::string_view(found[i]) == texts[i]);
  BOOST_REQUIRE_GE(H5Treclaim(type, space, H5P_DEFAULT, found), 0);
}

BOOST_AUTO_TEST_CASE(attributes_are_renamed_counted_and_deleted) {
  const Id file = filled_file(*this, "a.h5");
  const Id dataset = H5Dopen2(file, "g/d", H5P_DEFAULT);
  BOOST_REQUIRE_GE(H5Arename(dataset, "a", "b"), 0);
  BOOST_TEST(H5Aexists(dataset, "a") == 0);
  BOOST_TEST(H5Aexists_by_name(file, "g/d", "b", H5P_DEFAULT) == 1);
  H5A_info_t info{};
  BOOST_REQUIRE_GE(H5Aget_info_by_name(file, "g/d", "b", &info, H5P_DEFAULT), 0);
  BOOST_TEST(info.data_size == sizeof(int));
  BOOST_REQUIRE_GE(H5Adelete(dataset, "b"), 0);
  BOOST_TEST(H5Aget_num_attrs(dataset) == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave::test
