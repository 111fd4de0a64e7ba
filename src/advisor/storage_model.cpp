#include "advisor/storage_model.h"

namespace h5pave {

namespace {

constexpr std::uint64_t kKibibyte = 1024;
constexpr std::uint64_t kMebibyte = 1024 * kKibibyte;

/// The processor's part is the same everywhere: fitted to six workloads of bench/advisor.
StorageModel model(std::string_view name, double request_seconds, double bytes_per_second) {
  StorageModel storage;
  storage.name = name;
  storage.request_seconds = request_seconds;
  storage.bytes_per_second = bytes_per_second;
  storage.decode_bytes_per_second = 320e6;
  storage.small_decode_bytes_per_second = 200e6;
  storage.encode_bytes_per_second = 52e6;
  storage.small_encode_bytes_per_second = 70e6;
  storage.large_decode_bytes_per_second = 160e6;
  storage.large_encode_bytes_per_second = 46e6;
  storage.copy_bytes_per_second = 4e9;
  storage.chunk_seconds = 3e-6;
  storage.run_seconds = 25e-9;
  storage.least_chunk_bytes = 256 * kKibibyte;
  storage.most_chunk_bytes = 8 * kMebibyte;
  storage.least_told_bytes = 8 * kKibibyte;
  storage.usual_told_bytes = 256 * kKibibyte;
  return storage;
}

StorageModel parallel_storage() { return model("parallel", 1e-3, 1e9); }

}  // namespace

StorageModel local_storage() { return model("local", 80e-6, 1.5e9); }

StorageModel usual_storage(std::uint64_t ranks) {
  return ranks > 1 ? parallel_storage() : local_storage();
}

std::optional<StorageModel> storage_preset(std::string_view name) {
  if (name == "local") return local_storage();
  if (name == "parallel") return parallel_storage();
  if (name != "object") return std::nullopt;
  StorageModel storage = model("object", 50e-3, 100e6);
  storage.least_chunk_bytes = 8 * kMebibyte;
  storage.most_chunk_bytes = 16 * kMebibyte;
  storage.least_told_bytes = storage.least_chunk_bytes;
  storage.usual_told_bytes = 0;
  return storage;
}

}  // namespace h5pave
