#include "coherence.h"

#include "dataset_names.h"
#include "dataset_registry.h"
#include "guard.h"
#include "h5/error_stack.h"
#include "library_context.h"
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
  PhaseSeconds seconds;
  PhaseSeconds* const counted = writer->counts != nullptr ? &seconds : nullptr;
  NativeChunkStore store(context.get()->under_class(), writer->under, dataset.facts(), counted);
  const std::uint64_t before = dataset.cache().chunks_encoded();
  bool done = false;
  {
    const PhaseTimer timer(counted, &PhaseSeconds::total);
    done =
        dataset.cache().flush({store, Process::get().workshop(context.get()->options(), counted)});
  }
  if (counted != nullptr)
    tell([&] {
      context.get()->statistics()->add_later(writer->counts, Direction::kWrite,
                                             dataset.cache().chunks_encoded() - before, seconds);
    });
  Process::get().datasets(context.get()->options()).note(dataset);
  return done;
}

/// Nobody can try again: what can be done without is given back when memory runs out.
bool flush_for_the_last_time(SharedDataset& dataset) noexcept {
  constexpr int kAttempts = 2;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    try {
      return flush(dataset);
    } catch (const std::exception& error) {
      if (attempt + 1 == kAttempts) push_error("commit cached chunks", error.what());
    }
    dataset.cache().release_clean();
  }
  return false;
}

void tell_loss(const Object& dataset) {
  const DatasetName name = name_of(dataset.context->under_class(), dataset.under, H5I_DATASET);
  Log::write(LogLevel::kError, LogLevel::kError,
             "'" + name.file + "' " + name.path +
                 ": closed, but chunks could not be written and are lost; HDF5's error stack says "
                 "why. Make room and write the dataset again");
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
  const ApartFromCall apart(dataset);
  return registry->find(dataset.context->under_class(), dataset.under);
}

bool shrinks(const Extent& now, const hsize_t* wanted) {
  for (std::size_t dim = 0; dim < now.size(); ++dim) {
    if (wanted[dim] < now[dim]) return true;
  }
  return false;
}

}  // namespace

std::optional<unsigned long> file_number_of(const Context& context, void* file) {
  const SavedErrorStack saved;
  unsigned long number = 0;
  H5VL_file_get_args_t args{};
  args.op_type = H5VL_FILE_GET_FILENO;
  args.args.get_fileno.fileno = &number;
  if (ask_slot(context.under_class().file_cls.get, file, &args,
               static_cast<hid_t>(H5P_DATASET_XFER_DEFAULT), nullptr) < 0)
    return std::nullopt;
  return number;
}

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
  const auto number = file_number_of(*file.context, file.under);
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

bool settle_for_close(Object& dataset) noexcept {
  if (dataset.shared == nullptr) return true;
  SharedDataset& shared = *dataset.shared;
  // Another handle that wrote goes on holding the chunks.
  const bool settled = shared.has_writer_besides(&dataset) || flush_for_the_last_time(shared);
  if (!settled) {
    tell([&] { tell_loss(dataset); });
    shared.cache().forget_all();
    Process::get().datasets(dataset.context->options()).note(shared);
  }
  shared.remove_writer(&dataset);
  return settled;
}

void note_swmr(Object& file) {
  const auto number = file_number_of(*file.context, file.under);
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
