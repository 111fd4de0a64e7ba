#include "dataset_registry.h"

#include <algorithm>
#include <cstring>

#include "h5/error_stack.h"
#include "under_class.h"

namespace h5pave {

std::optional<DatasetKey> dataset_key(const H5VL_class_t& native, void* under) {
  const SavedErrorStack saved;
  H5O_info2_t info{};
  H5VL_object_get_args_t args{};
  args.op_type = H5VL_OBJECT_GET_INFO;
  args.args.get_info.oinfo = &info;
  args.args.get_info.fields = H5O_INFO_BASIC;
  H5VL_loc_params_t self{};
  self.obj_type = H5I_DATASET;
  self.type = H5VL_OBJECT_BY_SELF;
  if (ask_slot(native.object_cls.get, under, &self, &args,
               static_cast<hid_t>(H5P_DATASET_XFER_DEFAULT), nullptr) < 0)
    return std::nullopt;
  DatasetKey key;
  key.file_number = info.fileno;
  std::memcpy(key.token.data(), &info.token, key.token.size());
  return key;
}

std::shared_ptr<SharedDataset> DatasetRegistry::find(const H5VL_class_t& native, void* under) {
  const auto key = dataset_key(native, under);
  if (!key) return nullptr;
  const auto known = datasets_.find(*key);
  return known == datasets_.end() ? nullptr : known->second.lock();
}

std::shared_ptr<SharedDataset> DatasetRegistry::shared(const H5VL_class_t& native, void* under) {
  const auto key = dataset_key(native, under);
  if (!key) return nullptr;
  if (const auto known = datasets_.find(*key); known != datasets_.end()) {
    if (auto alive = known->second.lock(); alive != nullptr) return alive;
  }
  const auto forget = [this, key = *key](SharedDataset* gone) {
    dirty_.erase(gone);
    datasets_.erase(key);
    const SavedErrorStack saved;
    delete gone;
  };
  std::shared_ptr<SharedDataset> made(new SharedDataset(*key, native, under, account_), forget);
  datasets_[*key] = made;
  return made;
}

void DatasetRegistry::note(SharedDataset& dataset) {
  if (dataset.cache().is_dirty()) {
    dirty_.insert(&dataset);
  } else {
    dirty_.erase(&dataset);
  }
}

std::vector<std::shared_ptr<SharedDataset>> DatasetRegistry::all() {
  std::vector<std::shared_ptr<SharedDataset>> alive;
  for (const auto& [key, dataset] : datasets_) {
    if (auto held = dataset.lock(); held != nullptr) alive.push_back(std::move(held));
  }
  return alive;
}

}  // namespace h5pave
