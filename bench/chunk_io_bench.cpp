// Chunk I/O as programs do it. A plain HDF5 program without h5pave code: the connector is chosen by
// the environment, see run_chunk_io.sh. One workload per process.
//
//   chunk_io_bench list
//   chunk_io_bench run     WORKLOAD FILE CONNECTOR DIVISOR   prints "wall_s cpu_s peak_kib"
//   chunk_io_bench prepare WORKLOAD FILE DIVISOR             writes what a read.… workload reads
//   chunk_io_bench verify  WORKLOAD FILE DIVISOR             prints the dataset's stored bytes
//
// `run` measures from H5Fcreate or H5Fopen to the end of H5Fclose, CPU being user + system of all
// threads; values are made before and compared after. CONNECTOR must be the active one: libhdf5
// goes on natively when it cannot load one. `verify` and the reads compare every value; a
// difference is exit status 1. DIVISOR makes the arrays that many times shorter (1: the real size).
#include <hdf5.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "chunk_io_data.h"

namespace {

using chunk_io::Kind;

constexpr const char* kDataset = "data";
constexpr hsize_t kColumns = 2048;  // of the float32 and int32 arrays; 256 rows × 1024 make 1 MiB

struct Array {
  Kind kind = Kind::kSmooth;
  std::vector<hsize_t> shape;
  std::vector<hsize_t> chunk;
  int gzip = 4;  ///< 0: no filters at all.
  bool shuffle = true;
  bool fletcher32 = false;
};

enum class Action {
  kWriteWhole,
  kWriteSteps,      ///< `step` along the first dimension per H5Dwrite.
  kWriteConverted,  ///< Whole, float64 in memory.
  kAppend,          ///< `step` rows per H5Dset_extent and H5Dwrite.
  kReadWhole,
  kReadSlab,     ///< One box that starts and ends inside chunks.
  kReadSteps,    ///< `step` along the first dimension per H5Dread.
  kReadStrided,  ///< [::2, ::3]
  kReadRandom,   ///< One chunk per H5Dread, in random order; one-dimensional arrays.
};

struct Workload {
  const char* name;
  Action action;
  Array array;
  hsize_t step = 0;
};

Array grid(Kind kind, hsize_t rows, int gzip = 4, bool shuffle = true) {
  return {kind, {rows, kColumns}, {256, 1024}, gzip, shuffle};
}
Array images() { return {Kind::kImages, {32, 1024, 1024}, {1, 1024, 1024}, 1, true, true}; }
Array tiny() { return {Kind::kCounters, {10000000}, {100}}; }

/// Reads take arrays of twice the length: stock decodes faster than it encodes.
std::vector<Workload> all_workloads() {
  const Array raw = grid(Kind::kSmooth, 16384, 0, false);
  const Array plain = grid(Kind::kSmooth, 8192, 4, false);
  const Array smooth = grid(Kind::kSmooth, 16384);
  const Array quantised = grid(Kind::kQuantised, 16384);
  const Array noise = grid(Kind::kNoise, 16384);
  const Array counters = grid(Kind::kCounters, 16384);
  const Array log04{Kind::kSmooth, {10000, 1000}, {100, 1000}};
  const Array log16{Kind::kSmooth, {300, 1000}, {400, 1000}};
  return {{"write.smooth", Action::kWriteWhole, grid(Kind::kSmooth, 8192)},
          {"write.quantised", Action::kWriteWhole, grid(Kind::kQuantised, 8192)},
          {"write.noise", Action::kWriteWhole, grid(Kind::kNoise, 8192)},
          {"write.counters", Action::kWriteWhole, grid(Kind::kCounters, 16384)},
          {"write.plain", Action::kWriteWhole, plain},
          {"write.images", Action::kWriteWhole, images()},
          {"convert.smooth", Action::kWriteConverted, grid(Kind::kSmooth, 8192)},
          {"each.images", Action::kWriteSteps, images(), 1},
          {"append.0.4MB", Action::kAppend, log04, 1},
          {"append.1.6MB", Action::kAppend, log16, 1},
          {"write.tiny", Action::kWriteWhole, tiny()},
          {"each.tiny", Action::kWriteSteps, tiny(), 100},
          {"write.raw", Action::kWriteWhole, raw},
          {"each.raw", Action::kWriteSteps, raw, 100},
          {"read.smooth", Action::kReadWhole, smooth},
          {"read.quantised", Action::kReadWhole, quantised},
          {"read.noise", Action::kReadWhole, noise},
          {"read.counters", Action::kReadWhole, counters},
          {"read.plain", Action::kReadWhole, plain},
          {"read.images", Action::kReadWhole, images()},
          {"read.raw", Action::kReadWhole, raw},
          {"slab.smooth", Action::kReadSlab, smooth},
          {"slab.quantised", Action::kReadSlab, quantised},
          {"slab.noise", Action::kReadSlab, noise},
          {"slab.counters", Action::kReadSlab, counters},
          {"slab.plain", Action::kReadSlab, plain},
          {"slab.images", Action::kReadSlab, images()},
          {"slab.raw", Action::kReadSlab, raw},
          {"steps.images", Action::kReadSteps, images(), 1},
          {"random.tiny", Action::kReadRandom, tiny(), 100},
          {"strided.smooth", Action::kReadStrided, smooth}};
}

bool is_read(Action action) { return action >= Action::kReadWhole; }

void require(bool succeeded, const char* what) {
  if (!succeeded) throw std::runtime_error(what);
}

// ---- places and values
// -----------------------------------------------------------------------------

/// Places in an array: `start`, `count` of them, every `stride`th, per dimension.
struct Box {
  std::vector<hsize_t> start;
  std::vector<hsize_t> count;
  std::vector<hsize_t> stride;
};

hsize_t product(const std::vector<hsize_t>& sizes, std::size_t from = 0) {
  hsize_t result = 1;
  for (std::size_t d = from; d < sizes.size(); ++d) result *= sizes[d];
  return result;
}

Box whole(const std::vector<hsize_t>& shape) {
  return {std::vector<hsize_t>(shape.size(), 0), shape, std::vector<hsize_t>(shape.size(), 1)};
}

/// `count` along the first dimension from `start` on.
Box step_box(const std::vector<hsize_t>& shape, hsize_t start, hsize_t count) {
  Box box = whole(shape);
  box.start[0] = start;
  box.count[0] = std::min(count, shape[0] - start);
  return box;
}

/// About seven eighths of each dimension, from and to inside a chunk.
Box slab_box(const std::vector<hsize_t>& shape) {
  Box box = whole(shape);
  for (std::size_t d = 0; d < shape.size(); ++d) {
    box.start[d] = shape[d] / 17;
    box.count[d] = shape[d] - 2 * box.start[d] - (d == 0 ? 0 : 1);
  }
  return box;
}

Box strided_box(const std::vector<hsize_t>& shape) {
  Box box = whole(shape);
  box.stride = {2, 3};
  for (std::size_t d = 0; d < 2; ++d) {
    box.count[d] = (shape[d] + box.stride[d] - 1) / box.stride[d];
  }
  return box;
}

/// One-dimensional arrays are cut into rows of kColumns.
chunk_io::Field field_of(const Array& array) {
  return {array.kind, array.shape.size() == 1 ? kColumns : array.shape.back()};
}

/// Linear place in the array of the first element of row `index` of the box.
hsize_t row_start(const Array& array, const Box& box, hsize_t index) {
  hsize_t place = box.start.back();
  hsize_t factor = array.shape.back();
  for (std::size_t d = array.shape.size() - 1; d-- > 0;) {
    place += (box.start[d] + index % box.count[d] * box.stride[d]) * factor;
    index /= box.count[d];
    factor *= array.shape[d];
  }
  return place;
}

/// Compares the values read from `box` with those expected; the first difference is an error.
template <class Value>
void compare(const Array& array, const chunk_io::Field& field, const Box& box,
             const Value* values) {
  const hsize_t stride = box.stride.back();
  std::vector<Value> expected((box.count.back() - 1) * stride + 1);
  const hsize_t rows = product(box.count) / box.count.back();
  for (hsize_t i = 0; i < rows; ++i) {
    const hsize_t first = row_start(array, box, i);
    field.fill<Value>(first, expected);
    for (hsize_t k = 0; k < expected.size(); k += stride, ++values) {
      if (std::memcmp(values, &expected[k], sizeof(Value)) == 0) continue;
      throw std::runtime_error("values differ, first at place " + std::to_string(first + k));
    }
  }
}

// ---- HDF5
// ------------------------------------------------------------------------------------------

template <class Value>
hid_t type_of() {
  if constexpr (std::is_same_v<Value, float>) return H5T_NATIVE_FLOAT;
  if constexpr (std::is_same_v<Value, double>) return H5T_NATIVE_DOUBLE;
  if constexpr (std::is_same_v<Value, std::int32_t>) return H5T_NATIVE_INT32;
  return H5T_NATIVE_UINT16;
}

void require_connector(hid_t file, const std::string& expected) {
  char name[64] = "";
  require(H5VLget_connector_name(file, name, sizeof name) > 0, "H5VLget_connector_name");
  if (name == expected) return;
  throw std::runtime_error("connector '" + std::string(name) + "' is active, expected '" +
                           expected + "'");
}

hid_t create_dataset(hid_t file, const Array& array, hid_t type, bool is_log) {
  std::vector<hsize_t> shape = array.shape;
  std::vector<hsize_t> limit = array.shape;
  if (is_log) {
    shape[0] = 0;
    limit[0] = H5S_UNLIMITED;
  }
  const int rank = static_cast<int>(shape.size());
  const hid_t space = H5Screate_simple(rank, shape.data(), limit.data());
  const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  require(H5Pset_chunk(list, rank, array.chunk.data()) >= 0, "H5Pset_chunk");
  if (array.shuffle) require(H5Pset_shuffle(list) >= 0, "H5Pset_shuffle");
  if (array.gzip > 0) {
    require(H5Pset_deflate(list, static_cast<unsigned>(array.gzip)) >= 0, "H5Pset_deflate");
  }
  if (array.fletcher32) require(H5Pset_fletcher32(list) >= 0, "H5Pset_fletcher32");
  const hid_t dataset = H5Dcreate2(file, kDataset, type, space, H5P_DEFAULT, list, H5P_DEFAULT);
  require(dataset >= 0, "H5Dcreate2");
  H5Pclose(list);
  H5Sclose(space);
  return dataset;
}

enum class Direction { kRead, kWrite };

/// One H5Dread or H5Dwrite of `box`; `values` are its elements one after the other.
void transfer(hid_t dataset, hid_t type, const Box& box, Direction direction, void* values) {
  const hid_t space = H5Dget_space(dataset);
  require(H5Sselect_hyperslab(space, H5S_SELECT_SET, box.start.data(), box.stride.data(),
                              box.count.data(), nullptr) >= 0,
          "H5Sselect_hyperslab");
  const hid_t memory =
      H5Screate_simple(static_cast<int>(box.count.size()), box.count.data(), nullptr);
  const herr_t result = direction == Direction::kWrite
                            ? H5Dwrite(dataset, type, memory, space, H5P_DEFAULT, values)
                            : H5Dread(dataset, type, memory, space, H5P_DEFAULT, values);
  require(result >= 0, direction == Direction::kWrite ? "H5Dwrite" : "H5Dread");
  H5Sclose(memory);
  H5Sclose(space);
}

// ---- workloads
// -------------------------------------------------------------------------------------

/// Wall and CPU seconds of what lies between construction and stop().
class Watch {
 public:
  void stop() {
    wall_s_ = std::chrono::duration<double>(Clock::now() - start_).count();
    cpu_s_ = cpu_now() - cpu_start_;
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    peak_kib_ = usage.ru_maxrss;
  }
  void print() const { std::printf("%.6f %.6f %ld\n", wall_s_, cpu_s_, peak_kib_); }

 private:
  using Clock = std::chrono::steady_clock;
  static double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  }
  static double cpu_now() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
  }
  double cpu_start_ = cpu_now();
  Clock::time_point start_ = Clock::now();
  double wall_s_ = 0;
  double cpu_s_ = 0;
  long peak_kib_ = 0;
};

struct Place {
  const char* file;
  const char* connector;  ///< Null: any.
};

/// The H5Dwrite calls of a workload, and H5Dset_extent before each when it appends.
template <class Memory>
void write_steps(hid_t dataset, const Workload& workload, Memory* values) {
  const Array& array = workload.array;
  const hsize_t row = product(array.shape, 1);
  const hsize_t step = workload.step == 0 ? array.shape[0] : workload.step;
  for (hsize_t start = 0; start < array.shape[0]; start += step) {
    const Box box = step_box(array.shape, start, step);
    if (workload.action == Action::kAppend) {
      std::vector<hsize_t> extent = array.shape;
      extent[0] = start + box.count[0];
      require(H5Dset_extent(dataset, extent.data()) >= 0, "H5Dset_extent");
    }
    transfer(dataset, type_of<Memory>(), box, Direction::kWrite, values + start * row);
  }
}

template <class Stored, class Memory>
void run_write(const Workload& workload, const Place& place) {
  const Array& array = workload.array;
  std::vector<Memory> values(product(array.shape));
  field_of(array).fill<Memory>(0, values);
  Watch watch;
  const hid_t file = H5Fcreate(place.file, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  require(file >= 0, "H5Fcreate");
  if (place.connector != nullptr) require_connector(file, place.connector);
  const hid_t dataset =
      create_dataset(file, array, type_of<Stored>(), workload.action == Action::kAppend);
  write_steps(dataset, workload, values.data());
  require(H5Dclose(dataset) >= 0, "H5Dclose");
  require(H5Fclose(file) >= 0, "H5Fclose");
  watch.stop();
  if (place.connector != nullptr) watch.print();
}

/// The boxes that a read workload reads, in order.
std::vector<Box> boxes_to_read(const Workload& workload) {
  const std::vector<hsize_t>& shape = workload.array.shape;
  if (workload.action == Action::kReadWhole) return {whole(shape)};
  if (workload.action == Action::kReadSlab) return {slab_box(shape)};
  if (workload.action == Action::kReadStrided) return {strided_box(shape)};
  std::vector<Box> boxes;
  for (hsize_t start = 0; start < shape[0]; start += workload.step) {
    boxes.push_back(step_box(shape, start, workload.step));
  }
  if (workload.action == Action::kReadRandom) {
    std::uint64_t state = 1;  // a linear congruential generator (Knuth's MMIX) and Fisher-Yates
    for (std::size_t i = boxes.size(); i > 1; --i) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      std::swap(boxes[i - 1], boxes[(state >> 33U) % i]);
    }
  }
  return boxes;
}

template <class Value>
void run_read(const Workload& workload, const Place& place) {
  const std::vector<Box> boxes = boxes_to_read(workload);
  hsize_t elements = 0;
  for (const Box& box : boxes) elements += product(box.count);
  std::vector<Value> values(elements);
  Watch watch;
  const hid_t file = H5Fopen(place.file, H5F_ACC_RDONLY, H5P_DEFAULT);
  require(file >= 0, "H5Fopen");
  require_connector(file, place.connector);
  const hid_t dataset = H5Dopen2(file, kDataset, H5P_DEFAULT);
  require(dataset >= 0, "H5Dopen2");
  Value* next = values.data();
  for (const Box& box : boxes) {
    transfer(dataset, type_of<Value>(), box, Direction::kRead, next);
    next += product(box.count);
  }
  require(H5Dclose(dataset) >= 0, "H5Dclose");
  require(H5Fclose(file) >= 0, "H5Fclose");
  watch.stop();
  next = values.data();
  const chunk_io::Field field = field_of(workload.array);
  for (const Box& box : boxes) {
    compare(workload.array, field, box, next);
    next += product(box.count);
  }
  watch.print();
}

template <class Value>
void verify(const Workload& workload, const Place& place) {
  const Array& array = workload.array;
  const hid_t file = H5Fopen(place.file, H5F_ACC_RDONLY, H5P_DEFAULT);
  require(file >= 0, "H5Fopen");
  require_connector(file, "native");
  const hid_t dataset = H5Dopen2(file, kDataset, H5P_DEFAULT);
  require(dataset >= 0, "H5Dopen2");
  std::vector<Value> values(product(array.shape));
  const hid_t space = H5Dget_space(dataset);
  require(H5Sget_simple_extent_npoints(space) == static_cast<hssize_t>(values.size()),
          "the dataset has its extent");
  transfer(dataset, type_of<Value>(), whole(array.shape), Direction::kRead, values.data());
  compare(array, field_of(array), whole(array.shape), values.data());
  std::printf("%llu\n", static_cast<unsigned long long>(H5Dget_storage_size(dataset)));
  H5Sclose(space);
  H5Dclose(dataset);
  H5Fclose(file);
}

template <class Value>
void act(const std::string& command, Workload workload, const Place& place) {
  if (command == "verify") return verify<Value>(workload, place);
  if (command == "prepare") {
    workload.action = Action::kWriteWhole;
    workload.step = 0;
    return run_write<Value, Value>(workload, {place.file, nullptr});
  }
  if (is_read(workload.action)) return run_read<Value>(workload, place);
  if (workload.action == Action::kWriteConverted) return run_write<Value, double>(workload, place);
  run_write<Value, Value>(workload, place);
}

// ---- command line
// ----------------------------------------------------------------------------------

Workload find_workload(const std::string& name, hsize_t divisor) {
  for (Workload& workload : all_workloads()) {
    if (name != workload.name) continue;
    std::vector<hsize_t>& shape = workload.array.shape;
    const bool appends = workload.action == Action::kAppend;  // each row is dear with stock HDF5
    const hsize_t shortest = std::min(shape[0], appends ? 20 : 2 * workload.array.chunk[0]);
    shape[0] = std::max(shape[0] / divisor, shortest);
    return workload;
  }
  throw std::runtime_error("no workload " + name + "; see: chunk_io_bench list");
}

int list() {
  for (const Workload& workload : all_workloads()) {
    std::printf("%s %s\n", workload.name, is_read(workload.action) ? "read" : "write");
  }
  return 0;
}

void run(const std::vector<std::string>& words) {
  const bool timed = words[0] == "run";
  const hsize_t divisor = std::strtoull(words.back().c_str(), nullptr, 10);
  require(divisor > 0, "DIVISOR is a positive number");
  const Workload workload = find_workload(words[1], divisor);
  const Place place{words[2].c_str(), timed ? words[3].c_str() : nullptr};
  if (workload.array.kind == Kind::kCounters) return act<std::int32_t>(words[0], workload, place);
  if (workload.array.kind == Kind::kImages) return act<std::uint16_t>(words[0], workload, place);
  act<float>(words[0], workload, place);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words == std::vector<std::string>{"list"}) return list();
  const bool timed = words.size() == 5 && words[0] == "run";
  const bool other = words.size() == 4 && (words[0] == "prepare" || words[0] == "verify");
  if (!timed && !other) {
    std::fprintf(stderr, "usage: see the start of bench/chunk_io_bench.cpp\n");
    return 2;
  }
  try {
    run(words);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "chunk_io_bench: %s %s: failed: %s\n", words[0].c_str(), words[1].c_str(),
                 error.what());
    return 1;
  }
}
