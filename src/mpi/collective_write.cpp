#include "mpi/collective_write.h"

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>

#include "commit/stored_chunk.h"
#include "mpi/placement.h"
#include "mpi/round_encoder.h"
#include "mpi/write_plan.h"

namespace h5pave {

namespace {

using Kind = CollectiveEnd::Kind;

CollectiveEnd declined(Verdict verdict) {
  return {verdict >= kFail ? Kind::kFailed : Kind::kNative, verdict};
}

/// Gathers the openings of all ranks and returns what they agree on.
Verdict agree_to_start(Communicator& ranks, std::vector<OpeningRecord>& openings,
                       const OpeningRecord& own) {  // collective
  if (!ranks.all_gather(std::as_bytes(std::span(&own, 1)),
                        std::as_writable_bytes(std::span(openings))))
    return kFail;
  Verdict verdict = kJoin;
  bool all_same = true;
  for (const OpeningRecord& opening : openings) {
    verdict = std::max(verdict, opening.verdict);
    all_same = all_same && opening.fingerprint == openings.front().fingerprint;
  }
  return verdict == kJoin && !all_same ? kRanksDiffer : verdict;
}

/// The state of one write on one rank. Between two collective calls nothing is thrown: what goes
/// wrong is kept in a verdict until the ranks agree on it.
class CollectiveWrite {
 public:
  CollectiveWrite(const CollectiveSetting& setting, const WriteSource& source)
      : setting_(setting), source_(source) {}

  CollectiveEnd run(const Opening& opening) {
    const OpeningRecord own{opening.verdict, opening.fingerprint, opening.may_meet_masks ? 1U : 0U,
                            source_.touched().size(), chunks_affordable()};
    const Verdict joined = agree_to_start(setting_.ranks, setting_.openings, own);
    if (joined != kJoin) return declined(joined);
    if (!any_says(&OpeningRecord::touched_chunks)) return write_nothing();
    if (const Verdict verdict = make_plan(); verdict != kJoin) return declined(verdict);
    for (std::size_t round = 0; round < plan_->rounds(); ++round) {
      CollectiveEnd end = run_round(round);
      end.has_placed = end.has_placed || round > 0;
      if (end.kind != Kind::kDone) return end;
    }
    return {Kind::kDone, kJoin, chunks_encoded_, plan_->rounds() > 0};
  }

 private:
  /// One round on its way.
  struct Round {
    std::size_t number;
    std::span<const PlannedChunk> chunks;
    std::vector<std::uint64_t> counts;     ///< Chunks per owner.
    std::vector<std::uint64_t> sizes;      ///< Stored bytes of all chunks.
    std::vector<std::uint64_t> own_sizes;  ///< Of this rank's chunks.
    std::vector<PlacedChunk> placed;       ///< This rank's chunks with their places.
    std::unique_ptr<RoundEncoder> encoder;
    Extent offset;
  };

  /// Runs `step`; what it throws becomes a verdict.
  template <typename Step>
  static Verdict try_to(Step&& step) {
    try {
      return step();
    } catch (const std::bad_alloc&) {
      return kOutOfMemory;
    } catch (const std::exception&) {
      return kChunkNeedsNative;
    }
  }

  /// The largest verdict of all ranks.
  Verdict agree(Verdict verdict) {  // collective
    return setting_.ranks.all_max({&verdict, 1}) ? verdict : std::max(verdict, kFail);
  }

  std::uint64_t chunks_affordable() const {
    const std::uint64_t half = setting_.workshop.slots.memory_bytes() / 2;
    return std::clamp<std::uint64_t>(half / most_encoded_bytes(setting_.format), 1,
                                     std::uint64_t{1} << 20);
  }

  bool any_says(std::uint64_t OpeningRecord::*what) const {
    return std::any_of(setting_.openings.begin(), setting_.openings.end(),
                       [what](const OpeningRecord& opening) { return opening.*what != 0; });
  }

  /// Stock allocates the storage then, too, and reads of a dataset without any hang in it where one
  /// rank selects nothing (1.14.5). As with the first chunk, a failure loses the index.
  CollectiveEnd write_nothing() {  // collective
    const bool done =
        try_to([&] { return setting_.store.write_nothing() ? kJoin : kChunkNeedsNative; }) == kJoin;
    if (!setting_.ranks.all_agree(done)) return {Kind::kPoisoned, kFail};
    return {};
  }

  /// Gathers what every rank touches.
  Verdict make_plan() {  // collective
    std::vector<std::uint64_t> counts;
    std::vector<TouchedChunk> touched;
    std::uint64_t chunks_per_round = std::numeric_limits<std::uint64_t>::max();
    Verdict verdict = agree(try_to([&] {
      std::uint64_t all = 0;
      for (const OpeningRecord& opening : setting_.openings) {
        counts.push_back(opening.touched_chunks);
        all += opening.touched_chunks;
        chunks_per_round = std::min(chunks_per_round, opening.chunks_per_round);
      }
      touched.resize(static_cast<std::size_t>(all));
      return kJoin;
    }));
    if (verdict != kJoin) return verdict;
    if (!setting_.ranks.all_gather_records(std::as_bytes(std::span(source_.touched())),
                                           sizeof(TouchedChunk), counts,
                                           std::as_writable_bytes(std::span(touched))))
      return kFail;
    return agree(try_to([&] {
      plan_.emplace(touched, counts, chunks_per_round);
      return kJoin;
    }));
  }

  std::span<const PlannedChunk> owned(std::size_t round) const {
    const auto all = plan_->round(round);
    const auto first = std::find_if(all.begin(), all.end(), [this](const PlannedChunk& chunk) {
      return chunk.owner == setting_.ranks.rank();
    });
    const auto last = std::find_if(first, all.end(), [this](const PlannedChunk& chunk) {
      return chunk.owner != setting_.ranks.rank();
    });
    return {first, last};
  }

  CollectiveEnd run_round(std::size_t round) {
    Messages pieces;
    if (plan_->is_shared(round)) {
      const Verdict verdict = exchange_pieces(round, pieces);
      if (verdict != kJoin) return declined(verdict);
    }
    Round work{round, plan_->round(round), {}, {}, {}, {}, nullptr, {}};
    const RoundSetting setting{
        setting_.format,   setting_.numbers,      source_,      setting_.store.chunks(),
        setting_.workshop, setting_.ranks.rank(), setting_.room};
    if (const Verdict verdict = encode(work, setting, pieces); verdict != kJoin) {
      CollectiveEnd end = declined(verdict);
      if (verdict == kDamagedChunk)
        try_to([&] {
          end.damaged_chunk = setting_.numbers.offset(damaged_chunk_);
          return kJoin;
        });
      return end;
    }
    return commit(work);
  }

  /// Sends this rank's elements of other ranks' chunks to their owners.
  Verdict exchange_pieces(std::size_t round, Messages& in) {  // collective
    Messages out;
    std::vector<bool> sends_here;
    const int me = setting_.ranks.rank();
    const Verdict verdict = agree(try_to([&] {
      out.resize(static_cast<std::size_t>(setting_.ranks.size()));
      for (int rank = 0; rank < setting_.ranks.size(); ++rank)
        sends_here.push_back(plan_->sends(round, rank, me));
      for (const TouchedChunk& touched : source_.touched()) {
        const PlannedChunk& chunk = plan_->chunk(touched.number);
        if (chunk.round == round && chunk.owner != me)
          source_.pack(touched.number, out[static_cast<std::size_t>(chunk.owner)]);
      }
      return kJoin;
    }));
    if (verdict != kJoin) return verdict;
    return exchange_any_size(setting_.ranks, out, sends_here, in) ? kJoin : kOutOfMemory;
  }

  /// Encodes this rank's chunks and gathers the sizes of all of the round, in its order.
  Verdict encode(Round& work, const RoundSetting& setting, const Messages& pieces) {  // collective
    std::optional<std::uint64_t> damaged;
    const Verdict own = try_to([&]() -> Verdict {
      work.counts.resize(setting_.openings.size());
      for (const PlannedChunk& chunk : work.chunks)
        ++work.counts[static_cast<std::size_t>(chunk.owner)];
      work.sizes.resize(work.chunks.size());
      work.offset.resize(setting_.format.chunk.size());
      const std::span<const PlannedChunk> mine = owned(work.number);
      work.own_sizes.reserve(mine.size());
      work.placed.reserve(mine.size());
      work.encoder = std::make_unique<RoundEncoder>(setting, pieces);
      if (!work.encoder->run(mine)) {
        damaged = work.encoder->damaged_chunk();
        return damaged ? kDamagedChunk : kChunkNeedsNative;
      }
      for (const auto& stored : work.encoder->encoded()) work.own_sizes.push_back(stored.size());
      return kJoin;
    });
    std::array<std::int64_t, 2> said{own, static_cast<std::int64_t>(damaged.value_or(0))};
    if (!setting_.ranks.all_max(said)) return std::max(own, kFail);
    damaged_chunk_ = static_cast<std::uint64_t>(said[1]);
    if (said[0] != kJoin) return said[0];
    const bool gathered = setting_.ranks.all_gather_records(
        std::as_bytes(std::span(work.own_sizes)), sizeof(std::uint64_t), work.counts,
        std::as_writable_bytes(std::span(work.sizes)));
    return gathered ? kJoin : kFail;
  }

  CollectiveEnd commit(Round& work) {
    const bool allocated = allocate(work);
    const bool placed = try_to([&] {
                          const bool all = place(work.placed, setting_.staging, setting_.store);
                          return all ? kJoin : kChunkNeedsNative;
                        }) == kJoin;
    const bool is_kept = placed || keep_for_another_try(work);
    const bool visible = work.number + 1 < plan_->rounds() || setting_.store.make_visible();
    std::array<std::int64_t, 2> trouble{allocated && is_kept ? 0 : 1, placed && visible ? 0 : 1};
    if (!setting_.ranks.all_max(trouble) || trouble[0] != 0)
      return {Kind::kPoisoned, kFail, 0, true};
    if (trouble[1] != 0) return {Kind::kIncomplete, kFail, 0, true};
    chunks_encoded_ += work.own_sizes.size();
    return {};
  }

  /// All of this rank's: to write some of them twice does no harm. False when there is no memory.
  bool keep_for_another_try(const Round& work) {
    return try_to([&] {
             for (const PlacedChunk& chunk : work.placed) setting_.unplaced.keep(chunk);
             return kJoin;
           }) == kJoin;
  }

  /// Gives all chunks of the round their places. A rank on which that fails goes on: the calls of
  /// all ranks must stay in step.
  bool allocate(Round& work) noexcept {  // collective
    bool all_well = true;
    std::size_t own = 0;
    const bool resets_masks = any_says(&OpeningRecord::may_meet_masks);
    for (std::size_t i = 0; i < work.chunks.size(); ++i) {
      setting_.numbers.put_offset(work.chunks[i].number, work.offset);
      setting_.unplaced.forget(work.chunks[i].number);
      // libhdf5 keeps the filter mask of an old chunk of the same size: no such chunk may be there.
      if (resets_masks ||
          size_is_ambiguous(setting_.format, static_cast<std::size_t>(work.sizes[i])))
        all_well = setting_.store.allocate(work.offset, work.sizes[i] + 1).has_value() && all_well;
      const auto address = setting_.store.allocate(work.offset, work.sizes[i]);
      all_well = address.has_value() && all_well;
      if (work.chunks[i].owner != setting_.ranks.rank()) continue;
      if (address)
        work.placed.push_back({work.chunks[i].number, *address, work.encoder->encoded()[own]});
      ++own;
    }
    return all_well;
  }

  const CollectiveSetting& setting_;
  const WriteSource& source_;
  std::optional<WritePlan> plan_;
  std::uint64_t chunks_encoded_ = 0;
  std::uint64_t damaged_chunk_ = 0;  // Its number, after kDamagedChunk.
};

}  // namespace

CollectiveEnd write_collectively(const CollectiveSetting& setting, const Opening& opening,
                                 const WriteSource& source) {
  return CollectiveWrite(setting, source).run(opening);
}

CollectiveEnd refuse_to_write(Communicator& ranks, std::vector<OpeningRecord>& openings,
                              Verdict verdict) {
  return declined(agree_to_start(ranks, openings, {verdict, 0, 0, 0, 0}));
}

}  // namespace h5pave
