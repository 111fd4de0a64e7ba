#include "cli/calibrate.h"

#include <fcntl.h>
#include <hdf5.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <limits>
#include <memory>
#include <random>
#include <stdexcept>
#include <vector>

#include "cli/bench_report.h"
#include "cli/bench_synthetic.h"
#include "cli/h5_error.h"
#include "h5/unique_id.h"

namespace h5pave::cli {

namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kPiece = std::size_t{4} << 20;
constexpr std::size_t kPieces = 16;
constexpr int kRequests = 300;

double wall_seconds() {
  const std::chrono::duration<double> now = std::chrono::steady_clock::now().time_since_epoch();
  return now.count();
}

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

[[noreturn]] void fail(const std::string& what, const std::string& path) {
  throw std::runtime_error("cannot " + what + " " + path + ": " + std::strerror(errno));
}

// ---- storage

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags)
      : id_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (id_ >= 0) ::close(id_);
  }
  bool is_open() const { return id_ >= 0; }
  int id() const { return id_; }

 private:
  const int id_;
};

struct FreeMemory {
  void operator()(std::byte* memory) const { std::free(memory); }
};

/// Aligned as reading past the page cache needs it.
using Block = std::unique_ptr<std::byte, FreeMemory>;

Block make_block(std::size_t bytes) {
  Block block(static_cast<std::byte*>(std::aligned_alloc(kPage, bytes)));
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

void read_at(const Descriptor& file, const Block& block, std::size_t bytes, std::size_t offset,
             const std::string& path) {
  if (::pread(file.id(), block.get(), bytes, static_cast<off_t>(offset)) !=
      static_cast<ssize_t>(bytes))
    fail("read", path);
}

/// Random bytes, on the disk when it returns.
void make_file(const std::string& path) {
  const Descriptor file(path, O_WRONLY | O_CREAT | O_TRUNC);
  const Block block = make_block(kPiece);
  std::mt19937_64 random(1);
  if (!file.is_open()) fail("create", path);
  for (std::size_t piece = 0; piece < kPieces; ++piece) {
    for (std::size_t at = 0; at < kPiece; at += sizeof(std::uint64_t)) {
      const std::uint64_t word = random();
      std::memcpy(block.get() + at, &word, sizeof word);
    }
    if (::write(file.id(), block.get(), kPiece) != static_cast<ssize_t>(kPiece))
      fail("write", path);
  }
  if (::fsync(file.id()) != 0) fail("write", path);
  ::posix_fadvise(file.id(), 0, 0, POSIX_FADV_DONTNEED);
}

double seconds_of(const std::function<void()>& work) {
  const double start = wall_seconds();
  work();
  return wall_seconds() - start;
}

void measure_reads(const Descriptor& file, const std::string& path, StorageConstants& constants) {
  const Block block = make_block(kPiece);
  std::mt19937_64 random(2);
  std::vector<double> requests;
  std::vector<double> pieces;
  for (int request = 0; request < kRequests; ++request) {
    const std::size_t offset = random() % (kPieces * kPiece / kPage) * kPage;
    requests.push_back(seconds_of([&] { read_at(file, block, kPage, offset, path); }));
  }
  for (std::size_t piece = 0; piece < kPieces; ++piece)
    pieces.push_back(seconds_of([&] { read_at(file, block, kPiece, piece * kPiece, path); }));
  const double request = std::max(median(requests), 1e-7);
  const double piece = median(pieces);
  constants["request_seconds"] = request;
  constants["bytes_per_second"] =
      static_cast<double>(kPiece) / std::max(piece - request, piece / 2);
}

/// False where the file system does not read past the page cache.
bool reads_directly(const Descriptor& file) {
  const Block block = make_block(kPage);
  return file.is_open() && ::pread(file.id(), block.get(), kPage, 0) == static_cast<ssize_t>(kPage);
}

ReadPath measure_storage(const std::string& path, StorageConstants& constants) {
  make_file(path);
  const Descriptor direct(path, O_RDONLY | O_DIRECT);
  if (reads_directly(direct)) {
    measure_reads(direct, path, constants);
    return ReadPath::kDirect;
  }
  const Descriptor cached(path, O_RDONLY);
  if (!cached.is_open()) fail("read", path);
  measure_reads(cached, path, constants);
  return ReadPath::kPageCache;
}

// ---- libhdf5 and the processor, in memory

/// CPU seconds of one `work`: the median of some rounds, each of many.
double seconds_per_call(int calls, const std::function<void()>& work) {
  constexpr int kRounds = 9;
  std::vector<double> rounds;
  work();
  for (int round = 0; round < kRounds; ++round) {
    const double start = cpu_seconds();
    for (int call = 0; call < calls; ++call) work();
    rounds.push_back((cpu_seconds() - start) / calls);
  }
  return median(rounds);
}

UniqueId file_in_memory() {
  const UniqueId access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  require(H5Pset_fapl_core(access.get(), std::size_t{16} << 20, false) >= 0,
          "keep a file in memory");
  UniqueId file(H5Fcreate("h5pave-calibrate.h5", H5F_ACC_TRUNC, H5P_DEFAULT, access.get()),
                H5Fclose);
  require(file.is_open(), "keep a file in memory");
  return file;
}

/// An int32 dataset of one row of chunks without filters.
class ChunkRow {
 public:
  ChunkRow(hid_t file, const char* name, hsize_t rows, hsize_t columns, hsize_t chunk_columns)
      : values_(rows * columns, 1), space_(two_lengths(rows, columns)) {
    const UniqueId creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    const hsize_t chunk[] = {rows, chunk_columns};
    require(H5Pset_chunk(creation.get(), 2, chunk) >= 0, "set a chunk shape");
    dataset_ = UniqueId(H5Dcreate2(file, name, H5T_NATIVE_INT, space_.get(), H5P_DEFAULT,
                                   creation.get(), H5P_DEFAULT),
                        H5Dclose);
    require(dataset_.is_open() && H5Dwrite(dataset_.get(), H5T_NATIVE_INT, H5S_ALL, H5S_ALL,
                                           H5P_DEFAULT, values_.data()) >= 0,
            "write a dataset");
  }

  /// CPU seconds to read the corner of so many rows and columns.
  double read_corner(hsize_t rows, hsize_t columns, int calls) {
    const hsize_t start[] = {0, 0};
    const hsize_t count[] = {rows, columns};
    const UniqueId memory = two_lengths(rows, columns);
    require(H5Sselect_hyperslab(space_.get(), H5S_SELECT_SET, start, nullptr, count, nullptr) >= 0,
            "select");
    return seconds_per_call(calls, [&] {
      require(H5Dread(dataset_.get(), H5T_NATIVE_INT, memory.get(), space_.get(), H5P_DEFAULT,
                      values_.data()) >= 0,
              "read a dataset");
    });
  }

 private:
  static UniqueId two_lengths(hsize_t rows, hsize_t columns) {
    const hsize_t lengths[] = {rows, columns};
    return {H5Screate_simple(2, lengths, nullptr), H5Sclose};
  }

  std::vector<int> values_;
  UniqueId space_;
  UniqueId dataset_;
};

void measure_copies(hid_t file, StorageConstants& constants) {
  constexpr hsize_t kRows = 128;
  constexpr hsize_t kColumns = 1024;
  constexpr hsize_t kFew = 8;
  constexpr hsize_t kChunks = 64;
  // Half a MiB stays in libhdf5's chunk cache; so much more leaves the processor's caches, too, as
  // the values of a program do.
  ChunkRow one(file, "one", kRows, kColumns, kColumns);
  ChunkRow large(file, "large", kRows, kChunks * kColumns, kColumns);
  const double call = one.read_corner(1, kFew, 500);
  const double runs = one.read_corner(kRows, kFew, 200);
  const double whole = large.read_corner(kRows, kChunks * kColumns, 1);
  constants["copy_bytes_per_second"] =
      static_cast<double>(kRows * kChunks * kColumns * sizeof(int)) / std::max(whole, 1e-6);
  constants["run_seconds"] = std::clamp((runs - call) / kRows, 1e-9, 5e-6);
  ChunkRow many(file, "many", 1, kChunks * kFew, kFew);
  const double chunks = many.read_corner(1, kChunks * kFew, 50);
  const double first = many.read_corner(1, kFew, 500);
  constants["chunk_seconds"] =
      std::clamp((chunks - first) / (kChunks - 1) - constants["run_seconds"], 1e-8, 1e-3);
}

/// CPU seconds of the filters for one byte.
struct FilterSeconds {
  double encode = 0;
  double decode = 0;
};

/// The filters' part of all `seconds`, the chunks of a file in memory being copied as well.
double without_copies(double seconds, double copy_seconds) {
  return std::max(seconds - copy_seconds, seconds / 2);
}

/// Shuffle and deflate of `sample` in chunks of so many rows: the least of some rounds, as other
/// work on the machine only ever adds.
FilterSeconds measure_filters(hid_t file, const Sample& sample, hsize_t chunk_rows,
                              double copy_bytes_per_second) {
  constexpr int kRounds = 3;
  const UniqueId type = memory_type(sample.type.get());
  const int rank = static_cast<int>(sample.shape.size());
  const UniqueId space(H5Screate_simple(rank, sample.shape.data(), nullptr), H5Sclose);
  std::vector<hsize_t> chunk = sample.shape;
  chunk.front() = chunk_rows;
  const UniqueId creation(H5Pcopy(sample.creation.get()), H5Pclose);
  require(H5Pset_chunk(creation.get(), rank, chunk.data()) >= 0, "set a chunk shape");
  const std::string name = "packed" + std::to_string(chunk_rows);
  const UniqueId dataset(H5Dcreate2(file, name.c_str(), sample.type.get(), space.get(), H5P_DEFAULT,
                                    creation.get(), H5P_DEFAULT),
                         H5Dclose);
  require(dataset.is_open(), "create a dataset");
  std::vector<std::byte> values = sample.values;
  const auto bytes = static_cast<double>(values.size());
  const double copies = bytes / copy_bytes_per_second;
  double encode = std::numeric_limits<double>::infinity();
  double decode = encode;
  for (int round = 0; round < kRounds; ++round) {
    const double start = cpu_seconds();
    require(
        H5Dwrite(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0 &&
            H5Dflush(dataset.get()) >= 0,
        "write a dataset");
    const double middle = cpu_seconds();
    require(H5Dread(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0,
            "read a dataset");
    encode = std::min(encode, middle - start);
    decode = std::min(decode, cpu_seconds() - middle);
  }
  if (values != sample.values)
    throw std::runtime_error("stock HDF5 read other values than written");
  return {without_copies(encode, copies) / bytes, without_copies(decode, copies) / bytes};
}

/// Seconds per byte of what a chunk of `bytes` has beyond its first `limit`, from those of these
/// and those of the whole chunk.
double seconds_beyond(double first_seconds, double whole_seconds, std::uint64_t limit,
                      std::uint64_t bytes) {
  constexpr double kMostSlower = 8;  // more is noise
  const auto first = static_cast<double>(limit);
  const auto whole = static_cast<double>(bytes);
  const double beyond = (whole * whole_seconds - first * first_seconds) / (whole - first);
  return std::clamp(beyond, first_seconds, kMostSlower * first_seconds);
}

/// Shuffle and deflate of the first of bench's samples.
void measure_codec(hid_t file, StorageConstants& constants) {
  constexpr std::uint64_t kOneBlockBytes = kDeflateWindowBytes / 2;
  constexpr std::uint64_t kMediumBytes = kEncodedInCacheBytes / 2;
  constexpr std::uint64_t kLargeBytes = 2 * kDecodedInCacheBytes;
  const Sample sample = make_synthetic(synthetic_samples().front().name);
  const std::uint64_t row_bytes = sample.values.size() / sample.shape.front();
  const double copy = constants["copy_bytes_per_second"];
  const FilterSeconds one_block = measure_filters(file, sample, kOneBlockBytes / row_bytes, copy);
  const FilterSeconds small = measure_filters(file, sample, kDeflateWindowBytes / row_bytes, copy);
  const FilterSeconds medium = measure_filters(file, sample, kMediumBytes / row_bytes, copy);
  const FilterSeconds large = measure_filters(file, sample, kLargeBytes / row_bytes, copy);
  constants["decode_bytes_per_second"] = 1 / medium.decode;
  constants["small_decode_bytes_per_second"] = 1 / std::max(one_block.decode, medium.decode);
  constants["large_decode_bytes_per_second"] =
      1 / seconds_beyond(medium.decode, large.decode, kDecodedInCacheBytes, kLargeBytes);
  const double beyond_window =
      seconds_beyond(small.encode, medium.encode, kDeflateWindowBytes, kMediumBytes);
  constants["small_encode_bytes_per_second"] = 1 / small.encode;
  constants["encode_bytes_per_second"] = 1 / beyond_window;
  const double in_cache = (medium.encode + beyond_window) / 2;  // of chunks twice as long
  constants["large_encode_bytes_per_second"] =
      1 / seconds_beyond(in_cache, large.encode, kEncodedInCacheBytes, kLargeBytes);
}

}  // namespace

Calibration calibrate(const std::string& path) {
  Calibration result;
  result.read_path = measure_storage(path, result.constants);
  const UniqueId file = file_in_memory();
  measure_copies(file.get(), result.constants);
  measure_codec(file.get(), result.constants);
  return result;
}

}  // namespace h5pave::cli
