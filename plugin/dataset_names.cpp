#include "dataset_names.h"

#include <vector>

#include "h5/error_stack.h"
#include "under_class.h"

namespace h5pave {

namespace {

/// Calls `ask(buffer, size, length)` twice: for the length, then for the text.
template <typename Ask>
std::string ask_text(Ask&& ask) {
  std::size_t length = 0;
  if (ask(nullptr, 0, &length) < 0 || length == 0) return {};
  std::vector<char> text(length + 1, '\0');
  if (ask(text.data(), text.size(), &length) < 0) return {};
  return text.data();
}

std::string object_path(const H5VL_class_t& connector, void* under, H5I_type_t type) {
  H5VL_loc_params_t self{};
  self.obj_type = type;
  self.type = H5VL_OBJECT_BY_SELF;
  return ask_text([&](char* buffer, std::size_t size, std::size_t* length) {
    H5VL_object_get_args_t args{};
    args.op_type = H5VL_OBJECT_GET_NAME;
    args.args.get_name.buf = buffer;
    args.args.get_name.buf_size = size;
    args.args.get_name.name_len = length;
    return ask_slot(connector.object_cls.get, under, &self, &args, H5P_DATASET_XFER_DEFAULT,
                    nullptr);
  });
}

std::string file_name(const H5VL_class_t& connector, void* under, H5I_type_t type) {
  return ask_text([&](char* buffer, std::size_t size, std::size_t* length) {
    H5VL_file_get_args_t args{};
    args.op_type = H5VL_FILE_GET_NAME;
    args.args.get_name.type = type;
    args.args.get_name.buf = buffer;
    args.args.get_name.buf_size = size;
    args.args.get_name.file_name_len = length;
    return ask_slot(connector.file_cls.get, under, &args, H5P_DATASET_XFER_DEFAULT, nullptr);
  });
}

}  // namespace

DatasetName name_of(const H5VL_class_t& connector, void* under, H5I_type_t type) {
  const SavedErrorStack saved;
  return {file_name(connector, under, type), object_path(connector, under, type)};
}

DatasetName name_below(const H5VL_class_t& connector, void* parent, H5I_type_t parent_type,
                       const char* name) {
  DatasetName result = name_of(connector, parent, parent_type);
  if (name == nullptr) {
    result.path.clear();
  } else if (*name == '/') {
    result.path = name;
  } else {
    if (result.path.empty() || result.path.back() != '/') result.path += '/';
    result.path += name;
  }
  return result;
}

}  // namespace h5pave
