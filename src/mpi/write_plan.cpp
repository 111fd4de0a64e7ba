#include "mpi/write_plan.h"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <tuple>

namespace h5pave {

namespace {

struct Part {
  std::uint64_t number;
  std::uint64_t bytes;
  int rank;
};

/// The parts of all ranks, by chunk; of each chunk its owner first.
std::vector<Part> sorted_parts(std::span<const TouchedChunk> touched,
                               std::span<const std::uint64_t> counts) {
  std::vector<Part> parts;
  parts.reserve(touched.size());
  std::size_t next = 0;
  for (std::size_t rank = 0; rank < counts.size(); ++rank) {
    for (std::uint64_t i = 0; i < counts[rank]; ++i, ++next)
      parts.push_back({touched[next].number, touched[next].bytes, static_cast<int>(rank)});
  }
  std::sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) {
    return std::tuple(a.number, b.bytes, a.rank) < std::tuple(b.number, a.bytes, b.rank);
  });
  return parts;
}

}  // namespace

WritePlan::WritePlan(std::span<const TouchedChunk> touched, std::span<const std::uint64_t> counts,
                     std::uint64_t chunks_per_round) {
  const std::vector<Part> parts = sorted_parts(touched, counts);
  std::vector<std::uint64_t> owned(counts.size(), 0);
  for (std::size_t first = 0; first < parts.size();) {
    const int owner = parts[first].rank;
    PlannedChunk chunk{parts[first].number, 0, owner, 0, 0};
    chunk.round =
        static_cast<std::size_t>(owned[static_cast<std::size_t>(owner)]++ / chunks_per_round);
    for (; first < parts.size() && parts[first].number == chunk.number; ++first) {
      chunk.bytes += parts[first].bytes;
      ++chunk.writers;
      if (parts[first].rank != owner) messages_.insert({chunk.round, parts[first].rank, owner});
    }
    chunks_.push_back(chunk);
  }
  std::sort(chunks_.begin(), chunks_.end(), [](const PlannedChunk& a, const PlannedChunk& b) {
    return std::tuple(a.round, a.owner, a.number) < std::tuple(b.round, b.owner, b.number);
  });
  for (std::size_t i = 0; i < chunks_.size(); ++i) {
    if (chunks_[i].round == round_starts_.size()) round_starts_.push_back(i);
    by_number_.emplace_back(chunks_[i].number, i);
  }
  round_starts_.push_back(chunks_.size());
  std::sort(by_number_.begin(), by_number_.end());
}

std::span<const PlannedChunk> WritePlan::round(std::size_t round) const {
  const std::size_t first = round_starts_.at(round);
  return std::span(chunks_).subspan(first, round_starts_.at(round + 1) - first);
}

const PlannedChunk& WritePlan::chunk(std::uint64_t number) const {
  const auto found =
      std::lower_bound(by_number_.begin(), by_number_.end(), std::pair(number, std::size_t{0}));
  if (found == by_number_.end() || found->first != number)
    throw std::logic_error("a chunk that no rank touches");
  return chunks_[found->second];
}

bool WritePlan::sends(std::size_t round, int from, int owner) const {
  return messages_.contains({round, from, owner});
}

bool WritePlan::is_shared(std::size_t round) const {
  const auto first = messages_.lower_bound({round, 0, 0});
  return first != messages_.end() && first->round == round;
}

}  // namespace h5pave
