#include "access_recording.h"

#include "chunk_io.h"
#include "creation_list.h"
#include "dataset_names.h"
#include "guard.h"
#include "h5/unique_id.h"
#include "library_context.h"
#include "object.h"
#include "observed_selection.h"
#include "plain_type.h"
#include "process.h"
#include "profile/processor_time.h"
#include "shared_dataset.h"
#include "under_class.h"

namespace h5pave {

namespace {

/// H5S_ALL, H5S_BLOCK and H5S_PLIST are small numbers, not ids.
constexpr hid_t kFirstRealId = 16;

double seconds_since(AccessRecorder::Clock::time_point begin) {
  return std::chrono::duration<double>(AccessRecorder::Clock::now() - begin).count();
}

/// The dataset's own dataspace.
UniqueId space_of(const Object& dataset) {
  H5VL_dataset_get_args_t args{};
  args.op_type = H5VL_DATASET_GET_SPACE;
  args.args.get_space.space_id = H5I_INVALID_HID;
  if (ask_slot(dataset.context->under_class().dataset_cls.get, dataset.under, &args,
               static_cast<hid_t>(H5P_DATASET_XFER_DEFAULT), nullptr) < 0)
    return {};
  return {args.args.get_space.space_id, H5Sclose};
}

/// 0 for types whose values lie elsewhere.
std::uint64_t element_bytes_of(const Object& dataset) {
  H5VL_dataset_get_args_t args{};
  args.op_type = H5VL_DATASET_GET_TYPE;
  args.args.get_type.type_id = H5I_INVALID_HID;
  if (ask_slot(dataset.context->under_class().dataset_cls.get, dataset.under, &args,
               static_cast<hid_t>(H5P_DATASET_XFER_DEFAULT), nullptr) < 0)
    return 0;
  const UniqueId type(args.args.get_type.type_id, H5Tclose);
  return is_plain(type.get()) ? H5Tget_size(type.get()) : 0;
}

/// Extent, maximum, chunk and element size; no extent for what is not recorded: scalars, and
/// chunked datasets of which h5pave does not know the chunk (strings of variable length).
ChunkedShape shape_of(const Object& dataset) {
  ChunkedShape shape;
  const UniqueId space = space_of(dataset);
  if (!space.is_open() || !read_extent(space.get(), shape)) return shape;
  if (dataset.shared != nullptr) {
    const ChunkFormat& format = dataset.shared->facts().format();
    shape.element_bytes = format.element_bytes;
    if (format.chunk.size() != shape.extent.size()) return {};
    shape.chunk.assign(format.chunk.begin(), format.chunk.end());
  } else {
    shape.element_bytes = element_bytes_of(dataset);
  }
  return shape;
}

bool has_filters(const Object& dataset) {
  return dataset.shared != nullptr && dataset.shared->facts().obstacle() != kUnfiltered;
}

/// Finds the dataset's track, or makes one.
void find_track(Object& dataset, AccessRecorder& recorder) {
  if (dataset.kind == DatasetKind::kUnknown && dataset.context->under_is_native()) look_at(dataset);
  const bool is_known = dataset.kind == DatasetKind::kNotChunked || dataset.shared != nullptr;
  dataset.is_unrecorded = !is_known;
  if (!is_known) return;
  const DatasetName name = name_of(dataset.context->under_class(), dataset.under, H5I_DATASET);
  dataset.track = recorder.find(name.file, name.path);
  if (dataset.track != nullptr) return;
  const ChunkedShape shape = shape_of(dataset);
  dataset.is_unrecorded = shape.extent.empty() || shape.element_bytes == 0;
  if (dataset.is_unrecorded) return;
  dataset.track = recorder.add(name.file, name.path, shape,
                               has_filters(dataset) ? Filters::kSome : Filters::kNone);
}

/// What the call selected in the file.
std::optional<ObservedSelection> selection_of(const Object& dataset, hid_t file_space) {
  if (file_space >= kFirstRealId) return observe_selection(file_space);
  if (file_space != H5S_ALL) return std::nullopt;  // It comes from a property list.
  const UniqueId space = space_of(dataset);
  return space.is_open() ? observe_selection(space.get()) : std::nullopt;
}

void note_one(Object& dataset, AccessKind kind, hid_t file_space, double seconds,
              AccessRecorder::Clock::time_point returned) {
  AccessRecorder& recorder = *dataset.context->recorder;
  const ApartFromCall apart(dataset);
  if (dataset.track == nullptr) find_track(dataset, recorder);
  if (dataset.track == nullptr) return;
  auto selection = selection_of(dataset, file_space);
  if (!selection) return;
  recorder.note(*dataset.track,
                {kind, std::move(selection->extent), std::move(selection->start),
                 std::move(selection->lengths), selection->repeats, selection->elements, seconds},
                returned);
}

}  // namespace

void RecordedTransfer::note_all(const hid_t* file_spaces) const noexcept {
  const auto returned = AccessRecorder::Clock::now();
  const double seconds = seconds_since(begin_) / static_cast<double>(count_);
  const SavedErrorStack saved;
  const QuietErrors quiet;
  for (std::size_t i = 0; i < count_; ++i) {
    auto* const dataset = static_cast<Object*>(datasets_[i]);
    if (!is_recorded(*dataset)) continue;
    const bool looks_up = dataset->track == nullptr;
    const auto used = looks_up ? processor_time() : std::chrono::nanoseconds(0);
    tell([&] { note_one(*dataset, kind_, file_spaces[i], seconds, returned); });
    if (looks_up) {
      const std::chrono::duration<double> took = processor_time() - used;
      dataset->context->recorder->note_lookup(took.count());
    }
    tell([&] {
      Process::get().store_if_due(*dataset->context->recorder, AccessRecorder::Moment::kCall);
    });
  }
}

}  // namespace h5pave
