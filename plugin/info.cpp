#include "info.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <set>
#include <stdexcept>

#include "guard.h"
#include "h5/binding.h"
#include "process.h"

namespace h5pave {

namespace {

const ConnectorInfo* as_info(const void* info) { return static_cast<const ConnectorInfo*>(info); }

hid_t native_connector() {
  const hid_t id = H5VLget_connector_id_by_name("native");
  if (id < 0) throw std::runtime_error("libhdf5 has no native connector");
  return id;
}

/// libhdf5's own pass_through connector. 2.x knows it by its name; 1.14 only after this call, which
/// libhdf5 makes when HDF5_VOL_CONNECTOR begins with that name.
hid_t built_in_pass_through() {
  using Register = hid_t (*)();
  const auto register_it =
      reinterpret_cast<Register>(find_optional_symbol("H5VL_pass_through_register"));
  const hid_t id = register_it != nullptr ? register_it() : H5I_INVALID_HID;
  if (id >= 0) H5Iinc_ref(id);  // The reference so far is libhdf5's own.
  return id;
}

/// The same text as long as the process lives: libhdf5 keeps the pointer with a plugin that it
/// loads by name, and compares it at each later search (seen in 1.14.5).
const char* kept_for_ever(const std::string& name) {
  static auto* const names = new std::set<std::string>;  // Never freed: libhdf5 may end later.
  return names->insert(name).first->c_str();
}

/// Loads the connector named or numbered `connector`; negative when it cannot be loaded.
hid_t load_connector(const std::string& connector) {
  constexpr unsigned kPassThroughValue = 1;
  unsigned value = 0;
  const char* const end = connector.data() + connector.size();
  const auto [parsed_end, error] = std::from_chars(connector.data(), end, value);
  const bool is_number = error == std::errc{} && parsed_end == end;
  const QuietErrors quiet;
  const hid_t id =
      is_number
          ? H5VLregister_connector_by_value(static_cast<H5VL_class_value_t>(value), H5P_DEFAULT)
          : H5VLregister_connector_by_name(kept_for_ever(connector), H5P_DEFAULT);
  const bool is_pass_through = is_number ? value == kPassThroughValue : connector == "pass_through";
  return id < 0 && is_pass_through ? built_in_pass_through() : id;
}

/// Sets the connector below; one that cannot be loaded is replaced by the native one, with a line,
/// since a failure here would leave libhdf5 half initialised.
void set_under(ConnectorInfo& info, const UnderConnector& under) {
  info.under_id = load_connector(under.connector);
  if (info.under_id < 0) {
    H5Eclear2(H5E_DEFAULT);
    Process::get().report(*info.options,
                          {"cannot load the connector under_vol=" + under.connector +
                           " named in HDF5_VOL_CONNECTOR; native HDF5 is used below h5pave. Check "
                           "the name and HDF5_PLUGIN_PATH"});
    info.under_id = native_connector();
    return;
  }
  if (under.info.empty()) return;
  if (H5VLconnector_str_to_info(under.info.c_str(), info.under_id, &info.under_info) < 0)
    throw std::runtime_error("connector " + under.connector + " rejects its info string '" +
                             under.info + "'");
}

}  // namespace

ConnectorInfo::~ConnectorInfo() {
  const SavedErrorStack saved;
  if (under_info != nullptr) H5VLfree_connector_info(under_id, under_info);
  if (under_id >= 0) H5Idec_ref(under_id);
}

Route route_for(const ConnectorInfo* info) {
  if (info == nullptr) return {native_connector(), nullptr, Process::get().environment_options()};
  H5Iinc_ref(info->under_id);
  return {info->under_id, info->under_info, info->options};
}

void* info_copy(const void* info) noexcept {
  return guard<void*>("copy connector info", nullptr, [&]() -> void* {
    if (info == nullptr) return nullptr;
    const ConnectorInfo& source = *as_info(info);
    auto copy = std::make_unique<ConnectorInfo>();
    copy->settings = source.settings;
    copy->options = source.options;
    H5Iinc_ref(source.under_id);
    copy->under_id = source.under_id;
    if (source.under_info != nullptr &&
        H5VLcopy_connector_info(copy->under_id, &copy->under_info, source.under_info) < 0)
      throw std::runtime_error("the connector below cannot copy its info");
    return copy.release();
  });
}

herr_t info_compare(int* order, const void* info1, const void* info2) noexcept {
  return guard<herr_t>("compare connector infos", -1, [&]() -> herr_t {
    *order = 0;
    if (info1 == nullptr || info2 == nullptr) {
      *order = static_cast<int>(info1 != nullptr) - static_cast<int>(info2 != nullptr);
      return 0;
    }
    const ConnectorInfo& a = *as_info(info1);
    const ConnectorInfo& b = *as_info(info2);
    if (H5VLcmp_connector_cls(order, a.under_id, b.under_id) < 0) return -1;
    if (*order != 0) return 0;
    if (H5VLcmp_connector_info(order, a.under_id, a.under_info, b.under_info) < 0) return -1;
    if (*order != 0) return 0;
    const std::string text1 = format_info_string({{}, a.settings});
    *order = text1.compare(format_info_string({{}, b.settings}));
    return 0;
  });
}

herr_t info_free(void* info) noexcept {
  delete static_cast<ConnectorInfo*>(info);
  return 0;
}

herr_t info_to_string(const void* info, char** text) noexcept {
  return guard<herr_t>("write the connector's info string", -1, [&]() -> herr_t {
    InfoString parts;
    if (info != nullptr) {
      const ConnectorInfo& source = *as_info(info);
      H5VL_class_value_t value = H5VL_NATIVE_VALUE;
      if (H5VLget_value(source.under_id, &value) < 0) return -1;
      parts.under.connector = std::to_string(value);
      parts.settings = source.settings;
      char* under_text = nullptr;
      if (source.under_info != nullptr &&
          H5VLconnector_info_to_str(source.under_info, source.under_id, &under_text) < 0)
        return -1;
      if (under_text != nullptr) {
        parts.under.info = under_text;
        H5free_memory(under_text);
      }
    }
    const std::string formatted = format_info_string(parts);
    *text = static_cast<char*>(H5allocate_memory(formatted.size() + 1, false));
    if (*text == nullptr) throw std::bad_alloc();
    std::memcpy(*text, formatted.c_str(), formatted.size() + 1);
    return 0;
  });
}

herr_t info_from_string(const char* text, void** info) noexcept {
  return guard<herr_t>("read the connector's info string", -1, [&]() -> herr_t {
    Complaints complaints;
    InfoString parts = parse_info_string(text == nullptr ? "" : text, complaints);
    auto parsed = std::make_unique<ConnectorInfo>();
    parsed->options = Process::get().options_with(parts.settings);
    parsed->settings = std::move(parts.settings);
    Process::get().report(*parsed->options, complaints);
    set_under(*parsed, parts.under);
    *info = parsed.release();
    return 0;
  });
}

}  // namespace h5pave
