#include "advisor/shape_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <compare>
#include <functional>
#include <iterator>

#include "advisor/saturating.h"

namespace h5pave {

namespace {

constexpr std::uint64_t kMostChunkBytes = (std::uint64_t{1} << 32) - 1;
/// A dimension of a chunk is a 32-bit number in libhdf5's chunk index.
constexpr std::uint64_t kMostChunkLength = (std::uint64_t{1} << 32) - 1;
constexpr std::uint64_t kPage = 4096;
/// Shapes looked at per dataset: keeps 32 dimensions within a hundred milliseconds.
constexpr int kMostEvaluations = 20000;

/// How good a shape is: first how far its bytes are outside the range, then what it costs.
struct Score {
  double violation = 0;
  double cost = 0;
  friend auto operator<=>(const Score&, const Score&) = default;
};

/// The lengths that the search tries in one dimension, in rising order.
std::vector<std::uint64_t> ladder(std::uint64_t extent, std::span<const AccessBox> boxes,
                                  std::size_t dimension) {
  const std::uint64_t longest = std::min(extent, kMostChunkLength);
  std::vector<std::uint64_t> lengths{1, longest};
  const auto add = [&](std::uint64_t length) {
    if (length == 0 || length > longest) return;
    lengths.push_back(length);
    // The same number of chunks with the least padding at the edge.
    lengths.push_back(divide_up(extent, divide_up(extent, length)));
  };
  for (double length = 1; length < static_cast<double>(longest); length *= std::sqrt(2.0))
    add(static_cast<std::uint64_t>(length + 0.5));
  for (const AccessBox& box : boxes) {
    const std::uint64_t length = box.lengths[dimension];
    for (const std::uint64_t part : {1U, 2U, 4U}) {
      add(length / part);
      add(saturating_product(length, part));
    }
  }
  std::sort(lengths.begin(), lengths.end());
  lengths.erase(std::unique(lengths.begin(), lengths.end()), lengths.end());
  return lengths;
}

/// Lengths from two thirds to one and a half of `length`, which is one of them.
std::vector<std::uint64_t> fine_ladder(std::uint64_t extent, std::uint64_t length) {
  constexpr std::uint64_t kMostRungs = 32;
  const std::uint64_t longest = std::min(extent, kMostChunkLength);
  const std::uint64_t first = std::max<std::uint64_t>(1, length - length / 3);
  const std::uint64_t last = std::min(longest, length + length / 2);
  const std::uint64_t step = std::max<std::uint64_t>(1, (last - first) / kMostRungs);
  std::vector<std::uint64_t> lengths{length};
  for (std::uint64_t each = first; each <= last; each += step) {
    lengths.push_back(each);
    lengths.push_back(divide_up(extent, divide_up(extent, each)));
  }
  std::sort(lengths.begin(), lengths.end());
  lengths.erase(std::unique(lengths.begin(), lengths.end()), lengths.end());
  return lengths;
}

class Search {
 public:
  Search(const DatasetModel& dataset, std::span<const AccessBox> boxes, const StorageModel& storage,
         const ByteRange& range)
      : dataset_(dataset), boxes_(boxes), storage_(storage), range_(range) {
    for (std::size_t d = 0; d < dataset.extent.size(); ++d)
      ladders_.push_back(ladder(dataset.extent[d], boxes, d));
    range_.most = std::min(range_.most, kMostChunkBytes);
    // The whole dataset in one chunk is as large as a chunk can be.
    range_.least =
        std::min({range_.least, range_.most, shape_bytes(dataset.extent, dataset.element_bytes)});
  }

  ChunkShape run() {
    for (const AccessBox& box : boxes_) climb(start_at(box));
    for (const Position& start : corners()) climb(start);
    refine();
    return shape(best_);
  }

 private:
  /// Indexes into the ladders.
  using Position = std::vector<std::size_t>;

  ChunkShape shape(const Position& position) const {
    ChunkShape lengths(position.size());
    for (std::size_t d = 0; d < position.size(); ++d) lengths[d] = ladders_[d][position[d]];
    return lengths;
  }

  Score score(const Position& position) {
    ++evaluations_;
    const ChunkShape lengths = shape(position);
    const auto bytes = static_cast<double>(shape_bytes(lengths, dataset_.element_bytes));
    Score result;
    if (bytes < static_cast<double>(range_.least))
      result.violation = std::log(static_cast<double>(range_.least) / bytes);
    if (bytes > static_cast<double>(range_.most))
      result.violation = std::log(bytes / static_cast<double>(range_.most));
    result.cost = pattern_cost(dataset_, lengths, boxes_, storage_);
    return result;
  }

  Position start_at(const AccessBox& box) const {
    Position position(ladders_.size());
    for (std::size_t d = 0; d < position.size(); ++d) {
      const auto& steps = ladders_[d];
      const auto found = std::find(steps.begin(), steps.end(), box.lengths[d]);
      position[d] = static_cast<std::size_t>(found - steps.begin());
      if (found == steps.end()) position[d] = steps.size() - 1;  // the whole dimension
    }
    return position;
  }

  /// Single elements, half of each ladder, and per dimension: all of it alone, all but it.
  std::vector<Position> corners() const {
    const std::size_t rank = ladders_.size();
    Position whole(rank);
    Position half(rank);
    for (std::size_t d = 0; d < rank; ++d) {
      whole[d] = ladders_[d].size() - 1;
      half[d] = whole[d] / 2;
    }
    std::vector<Position> starts{Position(rank, 0), half};
    for (std::size_t d = 0; d < rank; ++d) {
      starts.emplace_back(rank, 0);
      starts.back()[d] = whole[d];
      starts.push_back(whole);
      starts.back()[d] = 0;
    }
    return starts;
  }

  /// Moves one dimension by `steps` rungs; false when the ladder ends before.
  bool move(Position& position, std::size_t d, int steps) const {
    const auto to = static_cast<std::ptrdiff_t>(position[d]) + steps;
    if (to < 0 || to >= static_cast<std::ptrdiff_t>(ladders_[d].size())) return false;
    position[d] = static_cast<std::size_t>(to);
    return true;
  }

  bool take_if_better(const Position& candidate, Position& current, Score& current_score) {
    const Score candidate_score = score(candidate);
    if (!(candidate_score < current_score)) return false;
    current = candidate;
    current_score = candidate_score;
    return true;
  }

  /// One pass over all neighbours: one dimension changed, or one made longer and another shorter.
  bool improve(Position& current, Score& current_score) {
    constexpr std::array kSteps{-13, -8, -5, -3, -2, -1, 1, 2, 3, 5, 8, 13};
    bool improved = false;
    for (std::size_t d = 0; d < current.size() && has_time(); ++d) {
      for (const int steps : kSteps) {
        Position candidate = current;
        if (move(candidate, d, steps))
          improved = take_if_better(candidate, current, current_score) || improved;
      }
      for (std::size_t other = 0; other < current.size() && has_time(); ++other) {
        for (const int steps : {1, 2, 3, 5, 8}) {
          Position candidate = current;
          if (other != d && move(candidate, d, steps) && move(candidate, other, -steps))
            improved = take_if_better(candidate, current, current_score) || improved;
        }
      }
    }
    return improved;
  }

  void climb(Position from) {
    Score from_score = score(from);
    while (has_time() && improve(from, from_score)) {
    }
    if (best_.empty() || from_score < best_score_) {
      best_ = std::move(from);
      best_score_ = from_score;
    }
  }

  /// Climbs once more on finer ladders around the best shape.
  void refine() {
    const ChunkShape coarse = shape(best_);
    for (std::size_t d = 0; d < coarse.size(); ++d) {
      ladders_[d] = fine_ladder(dataset_.extent[d], coarse[d]);
      const auto found = std::find(ladders_[d].begin(), ladders_[d].end(), coarse[d]);
      best_[d] = static_cast<std::size_t>(found - ladders_[d].begin());
    }
    climb(best_);
  }

  bool has_time() const { return evaluations_ < kMostEvaluations; }

  const DatasetModel& dataset_;
  const std::span<const AccessBox> boxes_;
  const StorageModel& storage_;
  ByteRange range_;
  std::vector<std::vector<std::uint64_t>> ladders_;
  Position best_;
  Score best_score_;
  int evaluations_ = 0;
};

}  // namespace

ByteRange byte_range(const DatasetModel& dataset, std::span<const AccessBox> boxes,
                     const StorageModel& storage, AccessSource source,
                     std::optional<std::uint64_t> target) {
  if (target) return {divide_up(*target, 2), *target, 0};
  const bool told = source == AccessSource::kTold;
  ByteRange range{told ? storage.least_told_bytes : storage.least_chunk_bytes,
                  storage.most_chunk_bytes, told ? storage.usual_told_bytes : 0};
  for (const AccessBox& box : boxes) {
    if (box.repeats == 1) continue;
    const Prediction prediction = predict_chunked(dataset, dataset.extent, box, storage);
    const double sample_bytes = prediction.bytes_wanted / static_cast<double>(box.repeats);
    range.least =
        std::clamp<std::uint64_t>(static_cast<std::uint64_t>(sample_bytes), kPage / 4, range.least);
    range.usual_least = 0;
  }
  return range;
}

ChunkShape best_shape(const DatasetModel& dataset, std::span<const AccessBox> boxes,
                      const StorageModel& storage, const ByteRange& range) {
  constexpr double kLeastGain = 1.02;
  ChunkShape best = Search(dataset, boxes, storage, range).run();
  if (shape_bytes(best, dataset.element_bytes) >= range.usual_least) return best;
  std::vector<AccessBox> others;
  std::ranges::copy_if(boxes, std::back_inserter(others), std::not_fn(is_sequential));
  const auto gain = [&](const ChunkShape& shape, std::span<const AccessBox> accesses) {
    return pattern_cost(dataset, shape, accesses, storage) /
           pattern_cost(dataset, best, accesses, storage);
  };
  for (std::uint64_t least = range.usual_least; least > range.least; least /= 2) {
    ChunkShape shape = Search(dataset, boxes, storage, {least, range.most}).run();
    // What is done in order takes long with either, and must not hide what the others gain.
    if (gain(shape, boxes) < kLeastGain && (others.empty() || gain(shape, others) < kLeastGain))
      return shape;
  }
  return best;
}

}  // namespace h5pave
