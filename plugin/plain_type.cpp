#include "plain_type.h"

namespace h5pave {

namespace {

bool is_plain_and_close(hid_t type) {
  if (type < 0) return false;
  const bool plain = is_plain(type);
  H5Tclose(type);
  return plain;
}

bool has_plain_members(hid_t compound) {
  const int count = H5Tget_nmembers(compound);
  for (int member = 0; member < count; ++member) {
    if (!is_plain_and_close(H5Tget_member_type(compound, static_cast<unsigned>(member))))
      return false;
  }
  return count > 0;
}

}  // namespace

bool is_plain(hid_t type) {
  switch (H5Tget_class(type)) {
    case H5T_INTEGER:
    case H5T_FLOAT:
    case H5T_BITFIELD:
    case H5T_OPAQUE:
    case H5T_ENUM:
      return true;
    case H5T_STRING:
      return H5Tis_variable_str(type) == 0;
    case H5T_ARRAY:
      return is_plain_and_close(H5Tget_super(type));
    case H5T_COMPOUND:
      return has_plain_members(type);
    default:
      return false;
  }
}

}  // namespace h5pave
