#include "dataset_link.h"

#include <cstring>
#include <optional>
#include <utility>

#include "chunked_dataset.h"
#include "dataset_names.h"
#include "dataset_registry.h"
#include "h5/unique_id.h"

namespace h5pave {

namespace {

H5VL_loc_params_t by_self() {
  H5VL_loc_params_t self{};
  self.type = H5VL_OBJECT_BY_SELF;
  self.obj_type = H5I_DATASET;
  return self;
}

H5VL_loc_params_t by_path(const std::string& path) {
  H5VL_loc_params_t location{};
  location.type = H5VL_OBJECT_BY_NAME;
  location.obj_type = H5I_DATASET;
  location.loc_data.loc_by_name.name = path.c_str();
  location.loc_data.loc_by_name.lapl_id = H5P_LINK_ACCESS_DEFAULT;
  return location;
}

std::optional<H5O_info2_t> object_at(const Object& dataset, const H5VL_loc_params_t& location) {
  H5O_info2_t info{};
  H5VL_object_get_args_t args{};
  args.op_type = H5VL_OBJECT_GET_INFO;
  args.args.get_info.oinfo = &info;
  args.args.get_info.fields = H5O_INFO_BASIC | H5O_INFO_NUM_ATTRS;
  if (ask_slot(dataset.context->under_class().object_cls.get, dataset.under, &location, &args,
               static_cast<hid_t>(H5P_DATASET_XFER_DEFAULT), nullptr) < 0)
    return std::nullopt;
  return info;
}

std::optional<H5L_info2_t> link_at(const Object& dataset, const H5VL_loc_params_t& location) {
  H5L_info2_t info{};
  H5VL_link_get_args_t args{};
  args.op_type = H5VL_LINK_GET_INFO;
  args.args.get_info.linfo = &info;
  if (ask_slot(dataset.context->under_class().link_cls.get, dataset.under, &location, &args,
               static_cast<hid_t>(H5P_DATASET_XFER_DEFAULT), nullptr) < 0)
    return std::nullopt;
  return info;
}

}  // namespace

DatasetLink::DatasetLink(Object& dataset)
    : dataset_(dataset),
      path_(name_of(dataset.context->under_class(), dataset.under, H5I_DATASET).path),
      obstacle_(find()) {}

std::string_view DatasetLink::find() {
  const auto self = object_at(dataset_, by_self());
  if (!self || self->num_attrs != 0) return "has_attributes";
  if (path_.empty()) return self->rc == 0 ? "" : "has_no_path";
  if (self->rc != 1) return "has_several_links";
  const H5VL_loc_params_t location = by_path(path_);
  const auto named = object_at(dataset_, location);
  const auto link = link_at(dataset_, location);
  if (!named || named->fileno != self->fileno ||
      std::memcmp(&named->token, &self->token, sizeof self->token) != 0 || !link ||
      link->type != H5L_TYPE_HARD)
    return "has_no_path";
  if (link->corder_valid) return "creation_order";
  encoding_ = link->cset;
  return {};
}

Replacement DatasetLink::lead_to(NativeDataset next) const {
  if (path_.empty()) {
    take(std::move(next));
    return Replacement::kDone;
  }
  // Only the public functions, which want an id, can give a link's name its encoding.
  UniqueId handle(H5VLwrap_register(next.get(), H5I_DATASET), H5Idec_ref);
  if (!handle.is_open()) return Replacement::kRefused;
  next.release();
  const UniqueId list(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
  if (!list.is_open() || H5Pset_char_encoding(list.get(), encoding_) < 0 ||
      H5Ldelete(handle.get(), path_.c_str(), H5P_DEFAULT) < 0)
    return Replacement::kRefused;
  if (H5Olink(handle.get(), handle.get(), path_.c_str(), list.get(), H5P_DEFAULT) < 0)
    return link_again() ? Replacement::kRefused : Replacement::kNameLost;
  handle.reset();
  NativeDataset named = open_at_path();
  if (!named.is_open()) return Replacement::kNameLost;
  take(std::move(named));
  return Replacement::kDone;
}

NativeDataset DatasetLink::open_at_path() const {
  const H5VL_class_t& native = dataset_.context->under_class();
  const UniqueId dapl = ask_dataset(native, dataset_.under, H5VL_DATASET_GET_DAPL);
  const H5VL_loc_params_t self = by_self();
  return {*dataset_.context,
          call_slot(native.dataset_cls.open, dataset_.under, &self, path_.c_str(), dapl.get(),
                    static_cast<hid_t>(H5P_DATASET_XFER_DEFAULT), nullptr)};
}

bool DatasetLink::link_again() const {
  const H5VL_loc_params_t location = by_path(path_);
  H5VL_link_create_args_t args{};
  args.op_type = H5VL_LINK_CREATE_HARD;
  args.args.hard.curr_obj = dataset_.under;
  args.args.hard.curr_loc_params = by_self();
  constexpr hid_t kDefault = H5P_DEFAULT;
  return ask_slot(dataset_.context->under_class().link_cls.create, &args, dataset_.under, &location,
                  kDefault, kDefault, static_cast<hid_t>(H5P_DATASET_XFER_DEFAULT), nullptr) >= 0;
}

void DatasetLink::take(NativeDataset next) const {
  NativeDataset replaced(*dataset_.context, std::exchange(dataset_.under, next.release()));
  replaced.close();
}

}  // namespace h5pave
