#include "coherence.h"

#include "dataset_names.h"
#include "dataset_registry.h"
#include "h5/error_stack.h"
#include "native_chunk_store.h"
#include "process.h"
#include "under_class.h"

namespace h5pave {

namespace {

/// Commits all of one dataset through a handle that wrote to it.
bool flush(SharedDataset& dataset) {
  if (!dataset.cache().is_dirty()) return true;
  Object* const writer = dataset.writer();
  if (writer == nullptr) {
    push_error("commit cached chunks", "no handle of the dataset is open for writing");
    return false;
  }
  const ContextReference context(writer->context);
  NativeChunkStore store(context.get()->under_class(), writer->under, dataset.facts());
  const std::uint64_t before = dataset.cache().chunks_encoded();
  const bool done =
      dataset.cache().flush({store, Process::get().workshop(context.get()->options())});
  if (writer->counts != nullptr)
    context.get()->statistics()->add_chunks(writer->counts, Direction::kWrite,
                                            dataset.cache().chunks_encoded() - before);
  Process::get().datasets(context.get()->options()).note(dataset);
  return done;
}

/// Applies `flush` to every dirty dataset that `wanted` picks.
template <typename Wanted>
bool flush_some(DatasetRegistry& registry, Wanted&& wanted) {
  bool all_done = true;
  // A copy: flush() changes the list.
  for (SharedDataset* const dataset : std::vector(registry.dirty().begin(), registry.dirty().end()))
    all_done = (!wanted(*dataset) || flush(*dataset)) && all_done;
  return all_done;
}

/// The registry, if there is anything in it.
DatasetRegistry* registry_in_use() {
  DatasetRegistry* const registry = Process::get().datasets_if_any();
  return registry != nullptr && registry->has_datasets() ? registry : nullptr;
}

/// What is held of the dataset behind a handle, which may have been made through another handle.
std::shared_ptr<SharedDataset> held_of(Object& dataset) {
  if (dataset.shared != nullptr) return dataset.shared;
  DatasetRegistry* const registry = registry_in_use();
  if (registry == nullptr || !dataset.context->under_is_native() ||
      dataset.kind == DatasetKind::kNotChunked)
    return nullptr;
  return registry->find(dataset.context->under_class(), dataset.under);
}

std::optional<unsigned long> file_number_of(Object& file) {
  const SavedErrorStack saved;
  unsigned long number = 0;
  H5VL_file_get_args_t args{};
  args.op_type = H5VL_FILE_GET_FILENO;
  args.args.get_fileno.fileno = &number;
  if (ask_slot(file.context->under_class().file_cls.get, file.under, &args,
               static_cast<hid_t>(H5P_DATASET_XFER_DEFAULT), nullptr) < 0)
    return std::nullopt;
  return number;
}

bool shrinks(const Extent& now, const hsize_t* wanted) {
  for (std::size_t dim = 0; dim < now.size(); ++dim) {
    if (wanted[dim] < now[dim]) return true;
  }
  return false;
}

}  // namespace

bool settle_dataset(Object& dataset, NativeAccess access) {
  if (dataset.kind == DatasetKind::kVirtual) return settle_all();
  const std::shared_ptr<SharedDataset> held = held_of(dataset);
  if (held == nullptr) return true;
  if (!flush(*held)) return false;
  if (access == NativeAccess::kChange) held->cache().forget_all();
  return true;
}

bool settle_file(Object& file) {
  DatasetRegistry* const registry = registry_in_use();
  if (registry == nullptr || registry->dirty().empty()) return true;
  const auto number = file_number_of(file);
  return flush_some(*registry, [&](const SharedDataset& dataset) {
    return !number || dataset.key().file_number == *number;
  });
}

bool settle_all() {
  DatasetRegistry* const registry = registry_in_use();
  return registry == nullptr || flush_some(*registry, [](const SharedDataset&) { return true; });
}

bool settle_for_extent(Object& dataset, const hsize_t* extent) {
  const std::shared_ptr<SharedDataset> held = held_of(dataset);
  if (held == nullptr) return true;
  const Extent& now = held->extent(dataset.under);
  // Growing leaves every chunk as it is; shrinking resets what falls out of the extent.
  const bool must_settle = now.empty() || shrinks(now, extent);
  held->forget_extent();
  return !must_settle || settle_dataset(dataset, NativeAccess::kChange);
}

bool settle_for_close(Object& dataset) {
  if (dataset.shared == nullptr) return true;
  SharedDataset& shared = *dataset.shared;
  // Another handle that wrote goes on holding the chunks.
  if (shared.has_writer_besides(&dataset) || flush(shared)) {
    shared.remove_writer(&dataset);
    return true;
  }
  if (!dataset.close_failed) {
    dataset.close_failed = true;
    return false;
  }
  const DatasetName name = name_of(dataset.context->under_class(), dataset.under, H5I_DATASET);
  Log::write(LogLevel::kError, LogLevel::kError,
             "'" + name.file + "' " + name.path +
                 ": closing failed twice, so data that could not be written is lost");
  shared.cache().forget_all();
  shared.remove_writer(&dataset);
  Process::get().datasets(dataset.context->options()).note(shared);
  return true;
}

void note_swmr(Object& file) {
  const auto number = file_number_of(file);
  DatasetRegistry& registry = Process::get().datasets(file.context->options());
  if (number) registry.mark_swmr(*number);
  for (const auto& dataset : registry.all()) {
    if (!number || dataset->key().file_number == *number) forget_dataset(*dataset);
  }
}

void forget_dataset(SharedDataset& dataset) {
  dataset.cache().forget_all();
  dataset.forget_extent();
}

}  // namespace h5pave
