#include "report/statistics.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>

#include "report/file_pattern.h"
#include "report/log.h"
#include "report/version.h"

namespace h5pave {

namespace {

using Json = nlohmann::ordered_json;

Json transfers_json(const Transfers& transfers) {
  return {{"calls", transfers.calls},
          {"bytes", transfers.bytes},
          {"native_bytes", transfers.native_bytes},
          {"chunks_in_parallel", transfers.chunks},
          {"seconds",
           {{"total", transfers.seconds.total},
            {"preparation", transfers.seconds.preparation()},
            {"filter", transfers.seconds.filter},
            {"store", transfers.seconds.store},
            {"native", transfers.seconds.native}}}};
}

/// Extents as numbers, an unlimited one as null.
Json extents_json(const std::vector<std::uint64_t>& extents) {
  Json list = Json::array();
  for (const std::uint64_t extent : extents) {
    list.push_back(extent == ~std::uint64_t{0} ? Json(nullptr) : Json(extent));
  }
  return list;
}

Json dataset_json(const DatasetCounts& counts) {
  Json entry{{"file", counts.file}, {"path", counts.path}, {"created", counts.created}};
  if (counts.created) {
    const Creation& creation = counts.creation;
    entry["shape"] = extents_json(creation.shape);
    entry["max_shape"] = extents_json(creation.max_shape);
    if (!creation.chunk.empty()) {
      entry["chunk"] = extents_json(creation.chunk);
      entry["index_before"] = creation.index_before;
      entry["index_after"] = creation.index_after;
      entry["reason"] = creation.reason;
    }
  }
  entry["write"] = transfers_json(counts.writes);
  entry["read"] = transfers_json(counts.reads);
  return entry;
}

/// Writes `text` to `path`; 0 or an errno.
int write_text(const std::string& path, const std::string& text) {
  std::FILE* const file = std::fopen(path.c_str(), "we");
  if (file == nullptr) return errno;
  const bool complete = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const int write_error = complete ? 0 : errno;
  const int close_error = std::fclose(file) == 0 ? 0 : errno;
  return write_error != 0 ? write_error : close_error;
}

/// A device, pipe or link is written as it stands; a plain file is replaced in one step, so that a
/// reader never sees half of it.
int replace_file(const std::string& path, const std::string& text) {
  struct stat status {};
  const bool exists = ::lstat(path.c_str(), &status) == 0;
  if (exists && !S_ISREG(status.st_mode)) return write_text(path, text);
  const std::string temporary = path + "." + std::to_string(::getpid()) + ".tmp";
  int error = write_text(temporary, text);
  if (error == 0 && std::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) std::remove(temporary.c_str());
  return error;
}

}  // namespace

Statistics::Statistics(std::string path_pattern, std::string hdf5_version)
    : path_pattern_(std::move(path_pattern)),
      hdf5_version_(std::move(hdf5_version)),
      process_id_(::getpid()) {}

DatasetCounts* Statistics::dataset(std::string_view file, std::string_view path) {
  const std::lock_guard lock(mutex_);
  std::pair key{std::string(file), std::string(path)};
  if (const auto known = by_name_.find(key); known != by_name_.end()) return known->second;
  if (datasets_.size() >= kMaxDatasets) {
    key = {"", "(further datasets)"};
    if (const auto known = by_name_.find(key); known != by_name_.end()) return known->second;
  }
  DatasetCounts& counts = datasets_.emplace_back();
  counts.file = key.first;
  counts.path = key.second;
  by_name_.emplace(std::move(key), &counts);
  return &counts;
}

void Statistics::add_creation(DatasetCounts* counts, Creation creation) {
  const std::lock_guard lock(mutex_);
  counts->created = true;
  counts->creation = std::move(creation);
}

void Statistics::add_transfer(DatasetCounts* counts, Direction direction, Way way,
                              std::uint64_t bytes, std::uint64_t chunks) {
  const std::lock_guard lock(mutex_);
  for (Transfers* const transfers : both(counts, direction)) {
    transfers->calls += 1;
    transfers->bytes += bytes;
    if (way == Way::kNative) transfers->native_bytes += bytes;
    transfers->chunks += chunks;
  }
}

void Statistics::add_later(DatasetCounts* counts, Direction direction, std::uint64_t chunks,
                           const PhaseSeconds& seconds) {
  const std::lock_guard lock(mutex_);
  for (Transfers* const transfers : both(counts, direction)) {
    transfers->chunks += chunks;
    transfers->seconds += seconds;
  }
}

std::array<Transfers*, 2> Statistics::both(DatasetCounts* counts, Direction direction) {
  if (direction == Direction::kWrite) return {&writes_, &counts->writes};
  return {&reads_, &counts->reads};
}

void Statistics::add_amendment(std::string_view what) {
  const std::lock_guard lock(mutex_);
  ++amendments_[std::string(what)];
}

void Statistics::add_pass_through(std::string_view reason) {
  const std::lock_guard lock(mutex_);
  ++pass_through_[std::string(reason)];
}

void Statistics::add_pass_through(Direction direction, std::string_view reason) {
  const std::string_view prefix = direction == Direction::kWrite ? "write:" : "read:";
  add_pass_through(std::string(prefix) + std::string(reason));
}

std::string Statistics::json() const {
  const std::lock_guard lock(mutex_);
  Json document{{"h5pave", kVersion},
                {"hdf5", hdf5_version_},
                {"process", ::getpid()},
                {"rank", mpi_rank_text()},
                {"write", transfers_json(writes_)},
                {"read", transfers_json(reads_)},
                {"amendments", amendments_},
                {"pass_through", pass_through_}};
  document["datasets"] = Json::array();
  for (const DatasetCounts& counts : datasets_)
    document["datasets"].push_back(dataset_json(counts));
  // A path in a file need not be UTF-8; a replacement character beats no statistics.
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string Statistics::write() const {
  const bool forked = ::getpid() != process_id_;
  if (forked && path_pattern_.find("%p") == std::string::npos) return {};
  const std::string path = expand_file_pattern(path_pattern_);
  const int error = replace_file(path, json());
  if (error == 0) return {};
  return "cannot write the statistics to '" + path + "': " + std::string(strerrordesc_np(error)) +
         "; set H5PAVE_STATS to a file that can be written";
}

}  // namespace h5pave
