#include "cli/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <new>

#include "advisor/saturating.h"
#include "cli/chunk_reader.h"
#include "cli/h5_error.h"

namespace h5pave::cli {

namespace {

/// Filters of the chunk that cannot be run here, e.g. "filter 32015 (zstd)".
std::string missing_filters(const DatasetFacts& facts, const Chunk& chunk) {
  std::string names;
  for (std::size_t i = 0; i < facts.filters.size(); ++i) {
    const bool left_out = i < 32 && (chunk.filter_mask >> i & 1U) != 0;
    if (left_out || facts.filters[i].can_decode) continue;
    names += fmt::format("{}filter {} ({})", names.empty() ? "" : ", ", facts.filters[i].id,
                         facts.filters[i].name);
  }
  return names;
}

std::string plugin_path_hint() {
  const char* const path = std::getenv("HDF5_PLUGIN_PATH");
  return path == nullptr ? "looked in libhdf5's default plugin folder (HDF5_PLUGIN_PATH is not set)"
                         : fmt::format("looked in HDF5_PLUGIN_PATH={}", path);
}

}  // namespace

void Verifier::problem(const std::string& text) {
  problems_.push_back(text);
  ++summary_.bad;
}

void Verifier::add_range(FileRange range) {
  if (saturating_sum(range.begin, range.bytes) > file_bytes_) {
    problem(fmt::format("{}: bytes {} to {} lie beyond the end of the file ({} bytes)",
                        range_name(range), range.begin, saturating_sum(range.begin, range.bytes),
                        file_bytes_));
  }
  if (range.bytes > 0) ranges_.push_back(range);
}

std::string Verifier::range_name(const FileRange& range) const {
  const Owner& owner = owners_[range.owner];
  if (owner.rank == 0) return owner.path;
  const auto offset = std::span(owner.coordinates).subspan(range.chunk * owner.rank, owner.rank);
  return fmt::format("{} chunk {}", owner.path, coordinates_text(offset));
}

void Verifier::check_decoding(hid_t dataset, const DatasetFacts& facts, const ChunkList& list) {
  ChunkReader reader(dataset, facts);
  std::string missing;
  std::uint64_t unchecked = 0;
  for (std::size_t i = 0; i < list.chunks.size(); ++i) {
    if (std::string names = missing_filters(facts, list.chunks[i]); !names.empty()) {
      missing = std::move(names);
      ++unchecked;
      continue;
    }
    if (const std::string error = reader.read(list.at(i)); !error.empty()) {
      problem(fmt::format("{} chunk {}: {}", facts.path, coordinates_text(list.at(i)), error));
    }
  }
  if (unchecked == 0) return;
  summary_.unchecked += unchecked;
  notes_.push_back(fmt::format(
      "{}: cannot decode {} chunks: {} not available; {}. Fix: put the folder of its plugin into "
      "HDF5_PLUGIN_PATH",
      facts.path, unchecked, missing, plugin_path_hint()));
}

void Verifier::check(hid_t dataset, const DatasetFacts& facts, const ChunkList& list) {
  ++summary_.datasets;
  summary_.chunks += list.chunks.size();
  owners_.push_back({facts.path, list.rank, list.coordinates});
  const std::size_t owner = owners_.size() - 1;
  if (facts.layout == Layout::kContiguous && facts.stored_bytes > 0) {
    const haddr_t address = H5Dget_offset(dataset);
    H5Eclear2(H5E_DEFAULT);
    if (address != HADDR_UNDEF) add_range({address, facts.stored_bytes, owner, 0});
  }
  if (facts.layout != Layout::kChunked) return;
  if (!list.error.empty())
    problem(fmt::format("{}: cannot list all chunks: {}", facts.path, list.error));
  for (std::size_t i = 0; i < list.chunks.size(); ++i) {
    add_range({list.chunks[i].address, list.chunks[i].stored_bytes, owner, i});
  }
  if (list.chunks.empty()) return;
  try {
    check_decoding(dataset, facts, list);
  } catch (const Hdf5Failure& failure) {
    problem(fmt::format("{}: {}", facts.path, failure.what()));
  } catch (const std::bad_alloc&) {
    problem(fmt::format("{}: a chunk of {} bytes does not fit into memory", facts.path,
                        facts.chunk_bytes));
  }
}

void Verifier::check_overlaps() {
  std::ranges::sort(ranges_, {}, &FileRange::begin);
  const FileRange* furthest = nullptr;  // of the ranges so far, the one that reaches furthest
  for (const FileRange& range : ranges_) {
    if (furthest != nullptr && range.begin < saturating_sum(furthest->begin, furthest->bytes)) {
      problem(fmt::format("{} (byte {}) overlaps {} (byte {}, {} bytes)", range_name(range),
                          range.begin, range_name(*furthest), furthest->begin, furthest->bytes));
    }
    if (furthest == nullptr || saturating_sum(range.begin, range.bytes) >
                                   saturating_sum(furthest->begin, furthest->bytes)) {
      furthest = &range;
    }
  }
}

}  // namespace h5pave::cli
