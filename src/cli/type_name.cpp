#include "cli/type_name.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "h5/unique_id.h"

namespace h5pave::cli {

namespace {

/// A text that libhdf5 allocated.
std::string take_text(char* text) {
  if (text == nullptr) return "?";
  std::string copy(text);
  H5free_memory(text);
  return copy;
}

std::string byte_order(hid_t type) {
  switch (H5Tget_order(type)) {
    case H5T_ORDER_BE:
      return " BE";
    case H5T_ORDER_VAX:
      return " VAX";
    default:
      return "";
  }
}

/// "int32", or "int12 of 16" when padding surrounds the value.
std::string number_name(hid_t type, const std::string& family) {
  const std::size_t bits = H5Tget_size(type) * 8;
  const std::size_t used = H5Tget_precision(type);
  std::string name = family + std::to_string(used);
  if (used != bits) name += " of " + std::to_string(bits) + " bits";
  return name + byte_order(type);
}

std::string integer_name(hid_t type) {
  return number_name(type, H5Tget_sign(type) == H5T_SGN_NONE ? "uint" : "int");
}

std::string float_name(hid_t type) {
  std::array<std::size_t, 5> field{};
  H5Tget_fields(type, field.data(), &field[1], &field[2], &field[3], &field[4]);
  const bool is_bfloat = H5Tget_size(type) == 2 && field[2] == 8;
  return is_bfloat ? "bfloat16" + byte_order(type) : number_name(type, "float");
}

std::string string_name(hid_t type) {
  const std::string charset = H5Tget_cset(type) == H5T_CSET_UTF8 ? " UTF-8" : "";
  if (H5Tis_variable_str(type) > 0) return "string" + charset;
  return "string[" + std::to_string(H5Tget_size(type)) + "]" + charset;
}

std::string compound_name(hid_t type) {
  std::string name = "compound{";
  const int count = H5Tget_nmembers(type);
  for (int i = 0; i < count; ++i) {
    const auto member = static_cast<unsigned>(i);
    const UniqueId member_type(H5Tget_member_type(type, member), H5Tclose);
    if (i > 0) name += ", ";
    name += take_text(H5Tget_member_name(type, member)) + ": " + type_name(member_type.get());
  }
  return name + "}";
}

std::string array_name(hid_t type) {
  const int rank = H5Tget_array_ndims(type);
  std::vector<hsize_t> shape(rank > 0 ? static_cast<std::size_t>(rank) : 0);
  if (rank > 0) H5Tget_array_dims2(type, shape.data());
  const UniqueId element(H5Tget_super(type), H5Tclose);
  std::string name = type_name(element.get()) + "[";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (i > 0) name += ',';
    name += std::to_string(shape[i]);
  }
  return name + "]";
}

/// A member's value as a signed number.
std::string enum_value(hid_t type, unsigned member) {
  const UniqueId base(H5Tget_super(type), H5Tclose);
  std::vector<std::byte> value(std::max<std::size_t>(H5Tget_size(type), sizeof(std::int64_t)));
  if (H5Tget_member_value(type, member, value.data()) < 0) return "?";
  const bool is_unsigned = H5Tget_sign(base.get()) == H5T_SGN_NONE;
  const hid_t wide = is_unsigned ? H5T_NATIVE_UINT64 : H5T_NATIVE_INT64;
  if (H5Tconvert(base.get(), wide, 1, value.data(), nullptr, H5P_DEFAULT) < 0) return "?";
  if (is_unsigned) return std::to_string(*reinterpret_cast<const std::uint64_t*>(value.data()));
  return std::to_string(*reinterpret_cast<const std::int64_t*>(value.data()));
}

std::string enum_name(hid_t type) {
  constexpr int kShown = 16;
  const int count = H5Tget_nmembers(type);
  const UniqueId base(H5Tget_super(type), H5Tclose);
  std::string members;
  for (int i = 0; i < count && i < kShown; ++i) {
    const auto member = static_cast<unsigned>(i);
    if (i > 0) members += ", ";
    members += take_text(H5Tget_member_name(type, member)) + "=" + enum_value(type, member);
  }
  // What h5py and PyTables write for booleans.
  if (members == "FALSE=0, TRUE=1") return "bool";
  if (count > kShown) members += ", …";
  return "enum " + type_name(base.get()) + "{" + members + "}";
}

std::string opaque_name(hid_t type) {
  std::string name = "opaque[" + std::to_string(H5Tget_size(type)) + "]";
  const std::string tag = take_text(H5Tget_tag(type));
  return tag.empty() || tag == "?" ? name : name + " '" + tag + "'";
}

std::string reference_name(hid_t type) {
  if (H5Tequal(type, H5T_STD_REF_OBJ) > 0) return "object reference";
  if (H5Tequal(type, H5T_STD_REF_DSETREG) > 0) return "region reference";
  return "reference";
}

std::string element_name(hid_t type, const std::string& prefix) {
  const UniqueId element(H5Tget_super(type), H5Tclose);
  return prefix + "{" + type_name(element.get()) + "}";
}

}  // namespace

std::string type_name(hid_t type) {
  switch (static_cast<int>(H5Tget_class(type))) {
    case H5T_INTEGER:
      return integer_name(type);
    case H5T_FLOAT:
      return float_name(type);
    case H5T_TIME:
      return "time" + std::to_string(H5Tget_precision(type));
    case H5T_STRING:
      return string_name(type);
    case H5T_BITFIELD:
      return number_name(type, "bits");
    case H5T_OPAQUE:
      return opaque_name(type);
    case H5T_COMPOUND:
      return compound_name(type);
    case H5T_REFERENCE:
      return reference_name(type);
    case H5T_ENUM:
      return enum_name(type);
    case H5T_VLEN:
      return element_name(type, "vlen");
    case H5T_ARRAY:
      return array_name(type);
    case 11:  // H5T_COMPLEX, known to HDF5 2.0 and later
      return element_name(type, "complex");
    default:
      return "unknown";
  }
}

std::size_t stored_type_bytes(hid_t type, std::size_t address_bytes) {
  const std::size_t bytes = H5Tget_size(type);
  const H5T_class_t kind = H5Tget_class(type);
  if (kind == H5T_VLEN || H5Tis_variable_str(type) > 0) {
    // Number of elements, address of a global heap, number of the object in it.
    return 4 + address_bytes + 4;
  }
  if (kind == H5T_ARRAY) {
    const UniqueId element(H5Tget_super(type), H5Tclose);
    const std::size_t element_bytes = std::max<std::size_t>(H5Tget_size(element.get()), 1);
    return bytes / element_bytes * stored_type_bytes(element.get(), address_bytes);
  }
  if (kind != H5T_COMPOUND) return bytes;
  std::size_t stored = bytes;
  for (int i = 0; i < H5Tget_nmembers(type); ++i) {
    const UniqueId member(H5Tget_member_type(type, static_cast<unsigned>(i)), H5Tclose);
    // Wraps round and back when a member is smaller in the file.
    stored += stored_type_bytes(member.get(), address_bytes) - H5Tget_size(member.get());
  }
  return stored;
}

bool holds_memory(hid_t type) {
  return H5Tdetect_class(type, H5T_VLEN) > 0 || H5Tdetect_class(type, H5T_REFERENCE) > 0 ||
         H5Tdetect_class(type, H5T_STRING) > 0;
}

}  // namespace h5pave::cli
