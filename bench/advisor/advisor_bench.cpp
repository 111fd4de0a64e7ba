// Measures chunk shapes with stock HDF5: for each workload and shape it writes the dataset
// (shuffle, deflate 1, float32, some 32 MB), makes the accesses, and prints one line per access:
//
//   workload shape chunk access weight cpu_seconds chunks_decoded chunks_encoded bytes_stored
//   model…
//
// tab-separated. CPU seconds are of this thread with the file in the page cache, so that other work
// on the machine does not count; chunks are counted by a filter of our own in the pipeline, so that
// storage can be charged for them (judge.py). The last columns are what the model predicts of the
// same access: chunks, and the quantities its CPU time is made of.
//
// The least of hundreds of measurements is a lucky one, and the machine changes meanwhile: so the
// five cheapest shapes and the advisor's are measured again, one after the other in each of several
// rounds (shape "final1", "final2", …).
//
//   advisor_bench [GRID_SIZE [WORKLOAD_NUMBER [ROUNDS]]]
#include <hdf5.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <stdexcept>

#include "advisor/chunk_counts.h"
#include "workloads.h"

namespace h5pave::bench {

namespace {

using Lengths = std::vector<hsize_t>;

constexpr H5Z_filter_t kCountingFilter = 400;  // of HDF5's range for testing
constexpr double kSecondsPerAccess = 0.15;
constexpr double kSecondsPerWriting = 1;
constexpr int kMostAccesses = 60;

// ---- counting

struct Counts {
  std::uint64_t decoded = 0;
  std::uint64_t encoded = 0;
};
Counts counts;  // libhdf5's filter callback gets no user data

std::size_t count_chunk(unsigned flags, std::size_t, const unsigned*, std::size_t bytes,
                        std::size_t*, void**) {
  ++((flags & H5Z_FLAG_REVERSE) != 0 ? counts.decoded : counts.encoded);
  return bytes;
}

void must(bool succeeded, const char* what) {
  if (!succeeded) throw std::runtime_error(what);
}

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// ---- the dataset

/// A smooth field with noise in the last digits: deflates to about a half, as model output does.
std::vector<float> sample_values(std::uint64_t count) {
  std::vector<float> values(count);
  std::mt19937 random(11);  // NOLINT(cert-msc51-cpp): the same every time
  std::uniform_real_distribution<float> noise(-0.001F, 0.001F);
  for (std::uint64_t i = 0; i < count; ++i)
    values[i] = std::sin(static_cast<float>(i) * 1e-3F) * 20 + noise(random);
  return values;
}

class BenchFile {
 public:
  BenchFile(const Lengths& extent, const ChunkShape& chunk)
      : rank_(static_cast<int>(extent.size())) {
    file_ = H5Fcreate(kName, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const hid_t space = H5Screate_simple(rank_, extent.data(), nullptr);
    const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(list, rank_, chunk.data());
    H5Pset_shuffle(list);
    H5Pset_deflate(list, 1);
    H5Pset_filter(list, kCountingFilter, 0, 0, nullptr);
    dataset_ = H5Dcreate2(file_, "x", H5T_NATIVE_FLOAT, space, H5P_DEFAULT, list, H5P_DEFAULT);
    H5Pclose(list);
    H5Sclose(space);
    must(dataset_ >= 0, "cannot create the dataset");
  }
  BenchFile(const BenchFile&) = delete;
  BenchFile& operator=(const BenchFile&) = delete;
  ~BenchFile() {
    H5Dclose(dataset_);
    H5Fclose(file_);
    std::remove(kName);
  }

  void write_all(const std::vector<float>& values) {
    must(H5Dwrite(dataset_, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0,
         "cannot write");
    reopen();
  }

  /// Drops libhdf5's chunk cache.
  void reopen() {
    H5Dclose(dataset_);
    dataset_ = H5Dopen2(file_, "x", H5P_DEFAULT);
    must(dataset_ >= 0, "cannot open the dataset");
  }

  void access(AccessKind kind, const Lengths& start, const Lengths& count, float* buffer) {
    const hid_t memory = H5Screate_simple(rank_, count.data(), nullptr);
    const hid_t space = H5Dget_space(dataset_);
    H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr);
    const herr_t status =
        kind == AccessKind::kRead
            ? H5Dread(dataset_, H5T_NATIVE_FLOAT, memory, space, H5P_DEFAULT, buffer)
            : H5Dwrite(dataset_, H5T_NATIVE_FLOAT, memory, space, H5P_DEFAULT, buffer);
    H5Sclose(space);
    H5Sclose(memory);
    must(status >= 0, "cannot access a box");
  }

  double stored_chunks() const {
    hsize_t chunks = 0;
    must(H5Dget_num_chunks(dataset_, H5S_ALL, &chunks) >= 0, "cannot count chunks");
    return static_cast<double>(chunks);
  }

  double stored_bytes() const { return static_cast<double>(H5Dget_storage_size(dataset_)); }

 private:
  static constexpr const char* kName = "advisor_bench.h5";
  int rank_;
  hid_t file_;
  hid_t dataset_;
};

// ---- accesses

/// The boxes of a pattern, one after the other or at random places.
class Boxes {
 public:
  Boxes(const Workload& workload, const AccessBox& box)
      : extent_(workload.extent), box_(box), written_(workload.written) {
    const Lengths& extent = extent_;
    for (std::size_t d = 0; d < extent.size(); ++d)
      count_.push_back(box.lengths[d] == kWholeDimension ? extent[d] : box.lengths[d]);
    start_.assign(extent.size(), 0);
  }

  /// How many a write of all that the workload ever writes takes.
  std::uint64_t to_cover() const {
    std::uint64_t boxes = 1;
    for (std::size_t d = 0; d < extent_.size(); ++d)
      boxes *= (extent_[d] + count_[d] - 1) / count_[d];
    return static_cast<std::uint64_t>(static_cast<double>(boxes) * written_);
  }

  void next(Lengths& start, Lengths& count) {
    count = count_;
    if (written_ < 1) {  // The same places in the same order for writes and for reads.
      start.clear();
      for (std::size_t d = 0; d < extent_.size(); ++d)
        start.push_back(random_() % (extent_[d] / count_[d]) * count_[d]);
      return;
    }
    if (box_.placement == Placement::kInOrder || box_.kind == AccessKind::kWrite) {
      start = start_;
      for (std::size_t d = 0; d < count.size(); ++d)
        count[d] = std::min(count[d], extent_[d] - start[d]);
      for (std::size_t d = extent_.size(); d-- > 0;) {
        start_[d] += count_[d];
        if (start_[d] < extent_[d]) break;
        start_[d] = 0;
      }
      return;
    }
    start.assign(extent_.size(), 0);
    for (std::size_t d = 0; d < extent_.size(); ++d)
      start[d] = random_() % (extent_[d] - count_[d] + 1);
  }

 private:
  const Lengths& extent_;
  const AccessBox& box_;
  const double written_;
  Lengths count_;
  Lengths start_;
  std::mt19937_64 random_{7};  // NOLINT(cert-msc51-cpp): the same for every shape
};

struct Cost {
  double cpu_seconds = 0;
  double decoded = 0;
  double encoded = 0;
};

/// One access on average. A pattern that writes does so from the dataset's beginning, where nothing
/// is yet; where every access rewrites a large chunk it does not get far.
Cost measure(BenchFile& file, const Workload& workload, const AccessBox& box,
             std::vector<float>& buffer) {
  Boxes boxes(workload, box);
  const bool writes = box.kind == AccessKind::kWrite;
  const double most = writes ? static_cast<double>(boxes.to_cover())
                             : static_cast<double>(kMostAccesses * box.repeats);
  Lengths start;
  Lengths count;
  file.reopen();
  counts = {};
  double done = 0;
  const double begin = cpu_seconds();
  const double patience = writes ? kSecondsPerWriting : kSecondsPerAccess;
  while (done < most && (cpu_seconds() - begin < patience ||
                         std::fmod(done, static_cast<double>(box.repeats)) != 0)) {
    boxes.next(start, count);
    // Other values each time: equal ones would deflate to nothing.
    const std::uint64_t values = shape_bytes(count, 1);
    const auto from = static_cast<std::uint64_t>(done) * values % (buffer.size() - values + 1);
    file.access(box.kind, start, count, buffer.data() + (writes ? from : 0));
    done += 1;
  }
  if (writes) file.reopen();  // the last chunks are encoded now
  const double accesses = done / static_cast<double>(box.repeats);
  return {(cpu_seconds() - begin) / accesses, static_cast<double>(counts.decoded) / accesses,
          static_cast<double>(counts.encoded) / accesses};
}

std::string chunk_text(const ChunkShape& chunk) {
  std::string text;
  for (const std::uint64_t length : chunk)
    text += (text.empty() ? "" : "x") + std::to_string(length);
  return text;
}

/// The model with a storage that costs nothing and one CPU constant at a time set to a second per
/// unit: the prediction is then the quantity itself.
double quantity(const DatasetModel& dataset, const ChunkShape& chunk, const AccessBox& box,
                double StorageModel::*rate, double StorageModel::*per_unit) {
  constexpr double kNothing = 1e300;  // bytes per second
  StorageModel storage;
  storage.bytes_per_second = storage.decode_bytes_per_second = storage.encode_bytes_per_second =
      storage.copy_bytes_per_second = kNothing;
  if (rate != nullptr) storage.*rate = 1;
  // Bytes beyond the processor's caches count as the more that they cost in the preset.
  const StorageModel preset = local_storage();
  storage.large_decode_bytes_per_second = storage.decode_bytes_per_second /
                                          preset.decode_bytes_per_second *
                                          preset.large_decode_bytes_per_second;
  storage.large_encode_bytes_per_second = storage.encode_bytes_per_second /
                                          preset.encode_bytes_per_second *
                                          preset.large_encode_bytes_per_second;
  if (per_unit != nullptr) storage.*per_unit = 1;
  return predict_chunked(dataset, chunk, box, storage).seconds;
}

void report(const Workload& workload, const Contestant& contestant, const ShapeQuestion& question,
            const AccessBox& box, const Cost& cost, double stored_ratio) {
  DatasetModel dataset = dataset_model(question);
  dataset.stored_ratio = stored_ratio;
  const Prediction model = predict_chunked(dataset, contestant.chunk, box, question.storage);
  const auto part = [&](double StorageModel::*rate, double StorageModel::*per_unit) {
    return quantity(dataset, contestant.chunk, box, rate, per_unit);
  };
  std::printf("%s\t%s\t%s\t%s\t%.3f\t%.9f\t%.6f\t%.6f\t%.4f\t%llu", workload.name.c_str(),
              contestant.name.c_str(), chunk_text(contestant.chunk).c_str(), box_text(box).c_str(),
              box.weight, cost.cpu_seconds, cost.decoded, cost.encoded, stored_ratio,
              static_cast<unsigned long long>(shape_bytes(contestant.chunk, 4)));
  std::printf("\t%.6f\t%.9f\t%.1f\t%.1f\t%.1f\t%.6f\t%.6f\t%.6f\n", model.chunks, model.seconds,
              part(&StorageModel::decode_bytes_per_second, nullptr),
              part(&StorageModel::encode_bytes_per_second, nullptr),
              part(&StorageModel::copy_bytes_per_second, nullptr),
              part(nullptr, &StorageModel::chunk_seconds),
              part(nullptr, &StorageModel::run_seconds),
              part(nullptr, &StorageModel::request_seconds));
  std::fflush(stdout);
}

/// What judge.py says of an access: CPU, and the storage of the local preset for its chunks.
double charged_seconds(const Cost& cost, std::uint64_t chunk_bytes, double stored_ratio) {
  const StorageModel storage = local_storage();
  return cost.cpu_seconds +
         (cost.decoded + cost.encoded) *
             (storage.request_seconds +
              static_cast<double>(chunk_bytes) * stored_ratio / storage.bytes_per_second);
}

/// Measures and reports one shape; returns the weighted seconds of its accesses.
double run(const Workload& workload, const Contestant& contestant, const ShapeQuestion& question,
           const std::vector<float>& values, std::vector<float>& buffer) {
  BenchFile file(workload.extent, contestant.chunk);
  bool is_whole = workload.written < 1;  // What is read then was written by the box before.
  double seconds = 0;
  for (const AccessBox& box : planned_boxes(question)) {
    const bool reads = box.kind == AccessKind::kRead;
    if (reads && !is_whole) file.write_all(values);
    is_whole = is_whole || reads;
    const Cost cost = measure(file, workload, box, buffer);
    // Of a dataset that was written in part, the chunks that are there.
    const double chunks = std::max(1.0, file.stored_chunks());
    const std::uint64_t chunk_bytes = shape_bytes(contestant.chunk, sizeof(float));
    const double ratio = file.stored_bytes() / chunks / static_cast<double>(chunk_bytes);
    report(workload, contestant, question, box, cost, ratio);
    seconds += box.weight * charged_seconds(cost, chunk_bytes, ratio);
  }
  return seconds;
}

/// The advisor's shape and the cheapest others, each shape once.
std::vector<Contestant> finalists(std::vector<std::pair<double, Contestant>> measured) {
  constexpr std::size_t kFinalists = 6;
  std::vector<Contestant> chosen;
  for (const auto& [seconds, contestant] : measured) {
    if (contestant.name == "advisor") chosen.push_back(contestant);
  }
  std::stable_sort(measured.begin(), measured.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [seconds, contestant] : measured) {
    const bool is_new =
        std::none_of(chosen.begin(), chosen.end(),
                     [&shape = contestant.chunk](const Contestant& c) { return c.chunk == shape; });
    if (is_new && chosen.size() < kFinalists) chosen.push_back(contestant);
  }
  return chosen;
}

void run(const Workload& workload, std::size_t grid_size, std::size_t rounds,
         const std::vector<float>& values) {
  ShapeQuestion question;
  question.shape = {workload.extent, workload.extent, {}, sizeof(float)};
  question.filters = Filters::kSome;
  question.policy = ShapePolicy::kOverride;
  std::string error;
  question.access = *parse_access(workload.access, error);
  std::vector<float> buffer(values);
  std::vector<std::pair<double, Contestant>> measured;
  for (const Contestant& contestant : contestants(question, grid_size))
    measured.emplace_back(run(workload, contestant, question, values, buffer), contestant);
  const std::vector<Contestant> again = finalists(std::move(measured));
  for (std::size_t round = 1; round <= rounds; ++round) {
    for (Contestant contestant : again) {
      contestant.name = "final" + std::to_string(round);
      run(workload, contestant, question, values, buffer);
    }
  }
}

}  // namespace

}  // namespace h5pave::bench

int main(int argc, char** argv) {
  using namespace h5pave::bench;
  const std::size_t grid_size = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 40;
  const std::size_t only = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 0;
  const std::size_t rounds = argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 5;
  const H5Z_class2_t filter{H5Z_CLASS_T_VERS, kCountingFilter, 1,       1,
                            "counting",       nullptr,         nullptr, count_chunk};
  must(H5Zregister(&filter) >= 0, "cannot register the counting filter");
  const std::vector<float> values = sample_values(8'400'000);
  const auto all = workloads();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (only == 0 || only == i + 1) run(all[i], grid_size, rounds, values);
  }
  return 0;
}
