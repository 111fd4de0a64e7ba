#include "cli/plan_measure.h"

#include <algorithm>
#include <ctime>
#include <random>

#include "advisor/saturating.h"
#include "cli/bench_report.h"
#include "cli/h5_error.h"
#include "h5/unique_id.h"

namespace h5pave::cli {

namespace {

using Lengths = std::vector<hsize_t>;

constexpr std::uint64_t kMostBytes = std::uint64_t{512} << 20;
constexpr double kSecondsPerAccess = 0.5;
constexpr int kMostAccesses = 200;
constexpr int kSampledChunks = 12;

/// CPU time of this thread: what reading from the page cache costs, whatever else the machine does.
double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

struct Place {
  Lengths start;
  Lengths count;
};

/// Reads boxes of one dataset, which nobody else has open: its chunk cache is libhdf5's default.
class BoxReader {
 public:
  BoxReader(hid_t file, std::string path) : file_(file), path_(std::move(path)) {
    reopen();
    type_ = UniqueId(H5Dget_type(dataset_.get()), H5Tclose);
    require(type_.is_open(), "read the datatype");
  }

  /// Forgets what the chunk cache holds.
  void reopen() {
    dataset_.reset();
    dataset_ = UniqueId(H5Dopen2(file_, path_.c_str(), H5P_DEFAULT), H5Dclose);
    require(dataset_.is_open(), "open the dataset");
    space_ = UniqueId(H5Dget_space(dataset_.get()), H5Sclose);
  }

  void read(const Place& place) {
    const auto rank = static_cast<int>(place.count.size());
    const UniqueId memory(H5Screate_simple(rank, place.count.data(), nullptr), H5Sclose);
    std::uint64_t bytes = H5Tget_size(type_.get());
    for (const hsize_t length : place.count) bytes *= length;
    if (buffer_.size() < bytes) buffer_.resize(bytes);
    require(H5Sselect_hyperslab(space_.get(), H5S_SELECT_SET, place.start.data(), nullptr,
                                place.count.data(), nullptr) >= 0 &&
                H5Dread(dataset_.get(), type_.get(), memory.get(), space_.get(), H5P_DEFAULT,
                        buffer_.data()) >= 0,
            "read a box");
  }

 private:
  hid_t file_;
  std::string path_;
  UniqueId type_;
  UniqueId dataset_;
  UniqueId space_;
  std::vector<std::byte> buffer_;
};

/// Places of a pattern's boxes in the extent as it is, the same ones every time.
class Places {
 public:
  Places(const ChunkedShape& shape, const AccessBox& box) : box_(box), extent_(shape.extent) {
    for (std::size_t d = 0; d < extent_.size(); ++d) {
      const std::uint64_t length = box.lengths[d];
      count_.push_back(length == kWholeDimension ? extent_[d] : std::min(length, extent_[d]));
    }
    rewind();
  }

  void rewind() {
    random_.seed(kSeed);
    next_.assign(extent_.size(), 0);
  }

  std::uint64_t elements() const { return shape_bytes(count_, 1); }

  Place next() {
    if (box_.placement == Placement::kInOrder) return in_order();
    Place place{Lengths(extent_.size(), 0), Lengths(count_.begin(), count_.end())};
    for (std::size_t d = 0; d < extent_.size(); ++d) {
      const std::uint64_t starts = extent_[d] - count_[d] + 1;
      place.start[d] = random_() % starts;
      if (box_.placement == Placement::kAligned) place.start[d] -= place.start[d] % count_[d];
    }
    return place;
  }

 private:
  static constexpr std::uint64_t kSeed = 49;

  Place in_order() {
    Place place{Lengths(next_.begin(), next_.end()), Lengths(extent_.size(), 0)};
    for (std::size_t d = 0; d < extent_.size(); ++d)
      place.count[d] = std::min(count_[d], extent_[d] - next_[d]);
    for (std::size_t d = extent_.size(); d-- > 0;) {
      next_[d] += count_[d];
      if (next_[d] < extent_[d]) break;
      next_[d] = 0;  // beyond the last box it starts again at the first
    }
    return place;
  }

  const AccessBox& box_;
  std::vector<std::uint64_t> extent_;
  std::vector<std::uint64_t> count_;
  std::vector<std::uint64_t> next_;
  std::mt19937_64 random_;
};

/// The seconds of the second reading of each of so many boxes.
double second_reading(BoxReader& reader, Places& places, int boxes) {
  double seconds = 0;
  for (const bool counts : {false, true}) {
    reader.reopen();
    places.rewind();
    const auto start = cpu_seconds();
    for (int i = 0; i < boxes; ++i) reader.read(places.next());
    if (counts) seconds = cpu_seconds() - start;
  }
  return seconds;
}

/// How many boxes half a second is enough for, from the first few.
int affordable(BoxReader& reader, Places& places) {
  int boxes = 0;
  const auto start = cpu_seconds();
  while (boxes < kMostAccesses && cpu_seconds() - start < kSecondsPerAccess) {
    reader.read(places.next());
    ++boxes;
  }
  return boxes;
}

/// The median seconds of reading a box of `lengths` in a chunk that no cache but the page cache
/// has.
double seconds_of_part(BoxReader& reader, const ChunkedShape& shape, const Lengths& lengths) {
  AccessBox chunk;
  for (std::size_t d = 0; d < shape.extent.size(); ++d)
    chunk.lengths.push_back(std::min(shape.chunk[d], shape.extent[d]));
  chunk.placement = Placement::kAligned;
  Places places(shape, chunk);
  std::vector<double> seconds;
  for (int i = 0; i < kSampledChunks; ++i) {
    Place place = places.next();
    place.count = lengths;
    for (const bool counts : {false, true}) {
      reader.reopen();
      const double start = cpu_seconds();
      reader.read(place);
      if (counts) seconds.push_back(cpu_seconds() - start);
    }
  }
  return median(seconds);
}

/// Three readings of a chunk tell three constants apart: one value costs the loading of the chunk,
/// half of the last dimension many short copies besides, all of it one long one.
void calibrate_chunks(BoxReader& reader, const PlannedDataset& plan, StorageModel& storage) {
  const ChunkedShape& shape = plan.question.shape;
  Lengths whole;
  for (std::size_t d = 0; d < shape.chunk.size(); ++d)
    whole.push_back(std::min(shape.chunk[d], shape.extent[d]));
  Lengths half = whole;
  half.back() = std::max<hsize_t>(1, half.back() / 2);
  const auto value_bytes = static_cast<double>(shape.element_bytes);
  const auto bytes = static_cast<double>(shape_bytes(shape.chunk, shape.element_bytes));
  const double load = seconds_of_part(reader, shape, Lengths(whole.size(), 1));
  const double copy = std::max(seconds_of_part(reader, shape, whole) - load, bytes / 50e9);
  const double halves = seconds_of_part(reader, shape, half) - load - copy / 2;
  const double runs = static_cast<double>(shape_bytes(half, 1)) / static_cast<double>(half.back());
  storage.copy_bytes_per_second = static_cast<double>(shape_bytes(whole, 1)) * value_bytes / copy;
  storage.run_seconds = std::clamp(halves / runs, 5e-9, 5e-6);
  const double fixed = std::min(load / 2, storage.chunk_seconds + storage.request_seconds);
  const double decode = std::max(load - fixed - bytes / storage.bytes_per_second, load / 10);
  if (plan.question.filters == Filters::kSome)
    // Of chunks of this size, however much of one lies in the processor's caches.
    storage.decode_bytes_per_second = storage.large_decode_bytes_per_second = bytes / decode;
  else
    storage.bytes_per_second = bytes / (load - fixed);
}

/// The storage and processor as this dataset shows them, the file in the page cache.
StorageModel calibrated(BoxReader& reader, const PlannedDataset& plan) {
  StorageModel storage = plan.question.storage;
  storage.name = "this machine";
  storage.request_seconds = 1e-6;
  storage.bytes_per_second = 10e9;
  if (!plan.question.shape.chunk.empty()) calibrate_chunks(reader, plan, storage);
  return storage;
}

Measurement measure(BoxReader& reader, const PlannedDataset& plan, const AccessBox& box,
                    const DatasetModel& dataset, const StorageModel& storage) {
  Measurement result;
  result.access = box_text(box);
  Places places(plan.question.shape, box);
  if (box.kind == AccessKind::kWrite) {
    result.note = "not measured: the file is only read";
    return result;
  }
  if (saturating_product(places.elements(), dataset.element_bytes) > kMostBytes) {
    result.note = "not measured: a box has more than 512 MiB";
    return result;
  }
  const auto repeats = static_cast<int>(std::min<std::uint64_t>(box.repeats, kMostAccesses));
  AccessBox modelled = box;
  modelled.repeats = static_cast<std::uint64_t>(repeats);
  const int accesses = std::max(1, affordable(reader, places) / repeats);
  result.boxes = accesses * repeats;
  result.measured_seconds = second_reading(reader, places, result.boxes) / accesses;
  result.predicted_seconds =
      plan.question.shape.chunk.empty()
          ? predict_contiguous(dataset, modelled, storage).seconds
          : predict_chunked(dataset, plan.question.shape.chunk, modelled, storage).seconds;
  return result;
}

}  // namespace

std::vector<Measurement> measure_accesses(hid_t file, const PlannedDataset& plan,
                                          double stored_ratio) {
  BoxReader reader(file, plan.path);
  const StorageModel storage = calibrated(reader, plan);
  DatasetModel model = dataset_model(plan.question);
  model.extent = plan.question.shape.extent;  // as it is, not as it may grow
  model.stored_ratio = stored_ratio;
  std::vector<Measurement> measurements;
  for (const AccessBox& box : plan.boxes)
    measurements.push_back(measure(reader, plan, box, model, storage));
  return measurements;
}

}  // namespace h5pave::cli
