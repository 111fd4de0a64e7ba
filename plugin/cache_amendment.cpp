#include "cache_amendment.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "chunked_dataset.h"
#include "creation_list.h"
#include "dataset_names.h"
#include "dataset_registry.h"
#include "guard.h"
#include "h5/error_stack.h"
#include "plain_type.h"
#include "process.h"
#include "under_class.h"

namespace h5pave {

namespace {

/// One dataset's part of the memory of option `mem`: several are used at a time.
constexpr std::uint64_t kDatasetsAtATime = 4;

struct CacheSetting {
  std::size_t slots = 0;
  std::size_t bytes = 0;
  double preemption = 0;
};

/// What the list says; libhdf5 fills in its defaults.
std::optional<CacheSetting> setting_of(hid_t dapl_id) {
  CacheSetting setting;
  if (H5Pget_chunk_cache(dapl_id, &setting.slots, &setting.bytes, &setting.preemption) < 0)
    return std::nullopt;
  return setting;
}

bool is_default(const CacheSetting& setting) {
  const auto library = setting_of(H5P_DATASET_ACCESS_DEFAULT);
  return library && library->slots == setting.slots && library->bytes == setting.bytes &&
         library->preemption == setting.preemption;
}

/// True when h5pave itself encodes and decodes the chunks: then libhdf5's cache is hardly used.
bool are_chunks_ours(hid_t type_id, hid_t dcpl_id) {
  constexpr std::array<H5Z_filter_t, 3> kOurs{H5Z_FILTER_DEFLATE, H5Z_FILTER_SHUFFLE,
                                              H5Z_FILTER_FLETCHER32};
  unsigned options = 0;
  const auto filters = filters_of(dcpl_id);
  return filters && !filters->empty() &&
         std::ranges::all_of(*filters,
                             [&](H5Z_filter_t id) { return std::ranges::count(kOurs, id) > 0; }) &&
         H5Pget_chunk_opts(dcpl_id, &options) >= 0 && options == 0 && is_plain(type_id);
}

std::optional<ChunkedShape> shape_of(hid_t type_id, hid_t space_id, hid_t dcpl_id) {
  ChunkedShape shape;
  shape.chunk = chunk_of(dcpl_id);
  if (!read_extent(space_id, shape) || shape.chunk.size() != shape.extent.size())
    return std::nullopt;
  shape.element_bytes = H5Tget_size(type_id);
  return shape;
}

hid_t copy_of(hid_t dapl_id, const CacheSize& size, double preemption) {
  const hid_t copy = H5Pcopy(dapl_id == H5P_DEFAULT ? H5P_DATASET_ACCESS_DEFAULT : dapl_id);
  if (copy < 0 || H5Pset_chunk_cache(copy, size.slots, size.bytes, preemption) >= 0) return copy;
  H5Pclose(copy);
  return H5I_INVALID_HID;
}

}  // namespace

bool may_enlarge_caches(const Context& context) {
  return context.options().cache == CachePolicy::kAuto && context.under_is_native() &&
         !context.driver_is_mpi && !context.swmr && context.chunk_cache_is_default;
}

EnlargedCache::EnlargedCache(const Context& context, hid_t type_id, const ChunkedShape& shape,
                             hid_t dcpl_id, hid_t dapl_id) {
  if (!may_enlarge_caches(context)) return;
  const QuietErrors quiet;
  enlarge(context, type_id, shape, dcpl_id, dapl_id);
  H5Eclear2(H5E_DEFAULT);
}

EnlargedCache::EnlargedCache(const Context& context, void* under, hid_t dapl_id) {
  const SavedErrorStack saved;
  const QuietErrors quiet;
  const H5VL_class_t& native = context.under_class();
  const UniqueId dcpl = ask_dataset(native, under, H5VL_DATASET_GET_DCPL);
  const UniqueId type = ask_dataset(native, under, H5VL_DATASET_GET_TYPE);
  const UniqueId space = ask_dataset(native, under, H5VL_DATASET_GET_SPACE);
  if (!dcpl.is_open() || !type.is_open() || !space.is_open()) return;
  if (const auto shape = shape_of(type.get(), space.get(), dcpl.get()))
    enlarge(context, type.get(), *shape, dcpl.get(), dapl_id);
}

EnlargedCache::~EnlargedCache() {
  if (copy_ < 0) return;
  const SavedErrorStack saved;
  H5Pclose(copy_);
}

void EnlargedCache::enlarge(const Context& context, hid_t type_id, const ChunkedShape& shape,
                            hid_t dcpl_id, hid_t dapl_id) {
  const auto setting = setting_of(dapl_id == H5P_DEFAULT ? H5P_DATASET_ACCESS_DEFAULT : dapl_id);
  if (!setting || !is_default(*setting) || are_chunks_ours(type_id, dcpl_id)) return;
  const std::uint64_t memory = context.options().memory_bytes;
  const Filters filters = H5Pget_nfilters(dcpl_id) > 0 ? Filters::kSome : Filters::kNone;
  const auto size = advise_cache({shape, filters, context.options().access, setting->bytes,
                                  setting->slots, memory / kDatasetsAtATime});
  if (!size) return;
  grant_ = CacheGrant(Process::get().cache_account(), size->bytes, memory);
  if (!grant_.is_given()) return;
  size_ = *size;
  copy_ = copy_of(dapl_id, size_, setting->preemption);
}

CacheGrant EnlargedCache::use(const Context& context, void* under) noexcept {
  tell([&] {
    if (context.statistics() != nullptr) context.statistics()->add_amendment("chunk_cache");
    if (context.options().log < LogLevel::kInfo) return;
    const DatasetName name = name_of(context.under_class(), under, H5I_DATASET);
    Log::write(context.options().log, LogLevel::kInfo,
               name.file + " " + name.path + ": libhdf5's chunk cache gets " +
                   std::to_string(size_.bytes) + " bytes for " + std::to_string(size_.chunks) +
                   (size_.chunks == 1 ? " chunk" : " chunks") + ": option cache");
  });
  return std::move(grant_);
}

NativeDataset with_fitting_cache(const Context& context, NativeDataset opened, hid_t dapl_id,
                                 const WaysToOpen& ways, CacheGrant& grant) {
  EnlargedCache cache(context, opened.get(), dapl_id);
  const auto key = dataset_key(context.under_class(), opened.get());
  if (!cache.valid() || !key) return opened;
  opened.close();
  NativeDataset again(context, ways.with_list(cache.id()));
  if (again.is_open() && dataset_key(context.under_class(), again.get()) == key) {
    grant = cache.use(context, again.get());
    return again;
  }
  // A path may lead elsewhere than what it was opened by.
  again.close();
  H5Eclear2(H5E_DEFAULT);
  return {context, ways.as_before()};
}

NativeDataset with_fitting_cache(const Object& parent, H5I_type_t parent_type, NativeDataset opened,
                                 const std::function<void*()>& as_before, CacheGrant& grant) {
  const Context& context = *parent.context;
  const std::string path = name_of(context.under_class(), opened.get(), H5I_DATASET).path;
  if (path.empty()) return opened;
  H5VL_loc_params_t self{};
  self.type = H5VL_OBJECT_BY_SELF;
  self.obj_type = parent_type;
  const auto with_list = [&](hid_t list) {
    return call_slot(context.under_class().dataset_cls.open, parent.under, &self, path.c_str(),
                     list, static_cast<hid_t>(H5P_DATASET_XFER_DEFAULT), nullptr);
  };
  return with_fitting_cache(context, std::move(opened), H5P_DATASET_ACCESS_DEFAULT,
                            {with_list, as_before}, grant);
}

}  // namespace h5pave
