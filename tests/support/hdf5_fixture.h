// What every test of the plugin needs: ids that close themselves, the fixture that counts open ids
// before and after, stock HDF5 as the oracle. Thread rule: one thread.
#pragma once

#include <dlfcn.h>
#include <hdf5.h>
// clang-format off
#include <H5VLpassthru.h>
// clang-format on

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "temporary_folder.h"

namespace h5pave::test {

/// An HDF5 id of any kind, released at the end. A negative id ends the test.
class Id {
 public:
  Id(hid_t id) : id_(id) {  // NOLINT(google-explicit-constructor): `Id file = H5Fopen(…)`
    BOOST_REQUIRE_GE(id_, 0);
  }
  Id(Id&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)) {}
  Id(const Id&) = delete;
  Id& operator=(const Id&) = delete;
  ~Id() {
    if (id_ >= 0) H5Idec_ref(id_);
  }

  operator hid_t() const { return id_; }  // NOLINT(google-explicit-constructor)

  /// Closes now; negative when HDF5 could not.
  int close() { return H5Idec_ref(std::exchange(id_, H5I_INVALID_HID)); }

 private:
  hid_t id_;
};

/// Silences HDF5's printing of errors while it lives.
class QuietErrors {
 public:
  QuietErrors() {
    H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }
  QuietErrors(const QuietErrors&) = delete;
  QuietErrors& operator=(const QuietErrors&) = delete;
  ~QuietErrors() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }

 private:
  H5E_auto2_t function_ = nullptr;
  void* data_ = nullptr;
};

/// Open ids of one kind. H5Inmembers refuses the library's own kinds; what it calls does not.
inline std::int64_t open_ids_of(H5I_type_t type) {
  using CountMembers = std::int64_t (*)(H5I_type_t);
  static const auto count = reinterpret_cast<CountMembers>(dlsym(RTLD_DEFAULT, "H5I_nmembers"));
  BOOST_REQUIRE(count != nullptr);
  return count(type);
}

/// The number of open ids of every kind that h5pave could leak.
inline std::map<std::string, std::int64_t> open_ids() {
  std::map<std::string, std::int64_t> counts;
  for (const auto& [name, type] : {std::pair{"files", H5I_FILE},
                                   {"groups", H5I_GROUP},
                                   {"datasets", H5I_DATASET},
                                   {"attributes", H5I_ATTR},
                                   {"types", H5I_DATATYPE},
                                   {"spaces", H5I_DATASPACE},
                                   {"property lists", H5I_GENPROP_LST},
                                   {"connectors", H5I_VOL},
                                   {"error stacks", H5I_ERROR_STACK},
                                   {"event sets", H5I_EVENTSET}})
    counts[name] = open_ids_of(type);
  return counts;
}

/// Every test runs inside it: no id may be open at the end that was not at the beginning.
struct PluginTest {
  PluginTest() {
    // The first file loads the connector and makes libhdf5's own long-lived ids; libhdf5 also keeps
    // its pass_through connector once asked for it.
    Id(H5Fcreate(folder.file("first.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
    BOOST_REQUIRE_GE(H5VL_PASSTHRU, 0);
    before = open_ids();
  }
  PluginTest(const PluginTest&) = delete;
  PluginTest& operator=(const PluginTest&) = delete;
  ~PluginTest() {
    BOOST_TEST(H5Fget_obj_count(static_cast<hid_t>(H5F_OBJ_ALL), H5F_OBJ_ALL) == 0);
    const auto after = open_ids();
    for (const auto& [kind, count] : before)
      BOOST_TEST(after.at(kind) == count, "open " << kind << ": " << count << " before the test, "
                                                  << after.at(kind) << " after it");
  }

  /// A new file; the default access list goes to h5pave by the environment.
  Id create(const std::string& name, hid_t access = H5P_DEFAULT) const {
    return H5Fcreate(folder.file(name).c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access);
  }
  Id open(const std::string& name, hid_t access = H5P_DEFAULT) const {
    return H5Fopen(folder.file(name).c_str(), H5F_ACC_RDWR, access);
  }

  TemporaryFolder folder;
  std::map<std::string, std::int64_t> before;
};

/// An access list that goes to stock HDF5, whatever the environment says.
inline Id native_access() {
  Id list = H5Pcreate(H5P_FILE_ACCESS);
  BOOST_REQUIRE_GE(H5Pset_vol(list, H5VL_NATIVE, nullptr), 0);
  return list;
}

/// An access list with h5pave and the info string `info`.
inline Id h5pave_access(const std::string& info) {
  const Id connector = H5VLregister_connector_by_name("h5pave", H5P_DEFAULT);
  void* parsed = nullptr;
  BOOST_REQUIRE_GE(H5VLconnector_str_to_info(info.c_str(), connector, &parsed), 0);
  Id list = H5Pcreate(H5P_FILE_ACCESS);
  BOOST_REQUIRE_GE(H5Pset_vol(list, connector, parsed), 0);
  if (parsed != nullptr) H5VLfree_connector_info(connector, parsed);
  return list;
}

inline std::string connector_name(hid_t object) {
  char name[64] = "";
  BOOST_REQUIRE_GT(H5VLget_connector_name(object, name, sizeof name), 0);
  return name;
}

using Extents = std::vector<hsize_t>;

inline Id simple_space(const Extents& extent, const Extents& maximum = {}) {
  return H5Screate_simple(static_cast<int>(extent.size()), extent.data(),
                          maximum.empty() ? nullptr : maximum.data());
}

/// A creation list with chunks and, when `deflate` > 0, gzip.
inline Id chunked(const Extents& chunk, unsigned deflate = 0) {
  Id list = H5Pcreate(H5P_DATASET_CREATE);
  BOOST_REQUIRE_GE(H5Pset_chunk(list, static_cast<int>(chunk.size()), chunk.data()), 0);
  if (deflate > 0) BOOST_REQUIRE_GE(H5Pset_deflate(list, deflate), 0);
  return list;
}

inline Id create_dataset(hid_t parent, const std::string& name, hid_t space,
                         hid_t list = H5P_DEFAULT, hid_t type = H5T_NATIVE_INT) {
  return H5Dcreate2(parent, name.c_str(), type, space, H5P_DEFAULT, list, H5P_DEFAULT);
}

/// 0, 1, 2, … plus `first`: no two elements alike, so that a swap is seen.
inline std::vector<int> counting(std::size_t count, int first = 0) {
  std::vector<int> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = first + static_cast<int>(i);
  return values;
}

/// Values in which no filter finds anything; the same every time.
inline std::vector<int> noise(std::size_t count, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::vector<int> values(count);
  for (int& value : values) value = static_cast<int>(random());
  return values;
}

inline void write_all(hid_t dataset, const std::vector<int>& values) {
  BOOST_REQUIRE_GE(H5Dwrite(dataset, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
                   0);
}

inline std::vector<int> read_all(hid_t dataset) {
  const Id space = H5Dget_space(dataset);
  std::vector<int> values(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
  BOOST_REQUIRE_GE(H5Dread(dataset, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
                   0);
  return values;
}

/// The values that stock HDF5 finds in a closed file.
inline std::vector<int> read_with_stock(const std::string& path, const std::string& dataset) {
  const Id access = native_access();
  const Id file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, access);
  return read_all(Id(H5Dopen2(file, dataset.c_str(), H5P_DEFAULT)));
}

inline void check_same(const std::vector<int>& actual, const std::vector<int>& expected) {
  BOOST_CHECK_EQUAL_COLLECTIONS(actual.begin(), actual.end(), expected.begin(), expected.end());
}

inline H5D_chunk_index_t index_of(hid_t dataset) {
  H5D_chunk_index_t index = H5D_CHUNK_IDX_NTYPES;
  BOOST_REQUIRE_GE(H5Dget_chunk_index_type(dataset, &index), 0);
  return index;
}

/// One record of an error stack as "function: text".
using ErrorRecords = std::vector<std::string>;

inline bool has_record(const ErrorRecords& records, const std::string& part) {
  for (const std::string& record : records)
    if (record.find(part) != std::string::npos) return true;
  return false;
}

/// Takes HDF5's printing of errors over while it lives. Every API call that fails, nested ones too,
/// would print once.
class PrintedErrors {
 public:
  PrintedErrors() { H5Eset_auto2(H5E_DEFAULT, print, this); }
  PrintedErrors(const PrintedErrors&) = delete;
  PrintedErrors& operator=(const PrintedErrors&) = delete;

  int times() const { return times_; }
  const ErrorRecords& records() const { return records_; }

 private:
  static herr_t print(hid_t, void* self) {
    const auto collect = [](unsigned, const H5E_error2_t* error, void* records) -> herr_t {
      static_cast<ErrorRecords*>(records)->push_back(std::string(error->func_name) + ": " +
                                                     (error->desc == nullptr ? "" : error->desc));
      return 0;
    };
    auto* const printed = static_cast<PrintedErrors*>(self);
    ++printed->times_;
    return H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, collect, &printed->records_);
  }

  const QuietErrors restored_at_the_end_;
  int times_ = 0;
  ErrorRecords records_;
};

/// Runs `call`, which must fail, and returns what HDF5 would print, innermost record last.
inline ErrorRecords errors_of(const std::function<bool()>& call) {
  const PrintedErrors printed;
  BOOST_CHECK_MESSAGE(!call(), "the call should fail");
  return printed.records();
}

}  // namespace h5pave::test
