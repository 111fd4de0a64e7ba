// The protocol of collective writes with threads as ranks and a file in memory: what is written is
// there; whatever goes wrong on one rank, all ranks end alike and none waits for ever.
#include "mpi/collective_write.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <map>
#include <memory>
#include <new>
#include <numeric>
#include <utility>

#include "commit/stored_chunk.h"
#include "support/thread_ranks.h"

namespace {

/// The allocation of this thread that fails, counted down; 0: none.
thread_local int failing_allocation = 0;

/// What the test itself allocates does not count.
class OwnMemory {
 public:
  OwnMemory() = default;
  OwnMemory(const OwnMemory&) = delete;
  OwnMemory& operator=(const OwnMemory&) = delete;
  ~OwnMemory() { failing_allocation = kept_; }

 private:
  const int kept_ = std::exchange(failing_allocation, 0);
};

}  // namespace

void* operator new(std::size_t bytes) {
  if (failing_allocation > 0 && --failing_allocation == 0) throw std::bad_alloc();
  if (void* const memory = std::malloc(bytes > 0 ? bytes : 1); memory != nullptr) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace h5pave {

namespace {

using Kind = CollectiveEnd::Kind;

/// The bytes that all ranks see.
struct SharedBytes {
  std::mutex mutex;
  std::vector<std::byte> bytes = std::vector<std::byte>(1 << 20);
};

/// One rank's view of the file: each rank keeps the same index, as libhdf5 does.
class RankStore : public SharedStore, public ChunkStore, public FileBytes {
 public:
  explicit RankStore(SharedBytes& file) : file_(file) {}

  ChunkStore& chunks() override { return *this; }
  std::optional<std::uint64_t> allocate(const Extent& offset, std::uint64_t bytes) override {
    const OwnMemory apart;
    if (calls++ == fail_allocate_at) return std::nullopt;
    index[offset] = {next_, bytes};
    next_ += bytes;
    return index[offset].first;
  }
  bool write_nothing() override {
    ++writes_of_nothing;
    return !fail_write;
  }
  bool write_at(std::uint64_t address, std::span<const std::byte> data) override {
    if (fail_write) return false;
    ++writes;
    const std::lock_guard lock(file_.mutex);
    std::memcpy(file_.bytes.data() + address, data.data(), data.size());
    return true;
  }
  bool read_at(std::uint64_t, std::span<std::byte>) override { return false; }
  bool make_visible() override { return !fail_visible; }

  std::optional<std::uint64_t> stored_bytes(const Extent& offset) override {
    if (index_is_damaged) return std::nullopt;
    const auto found = index.find(offset);
    return found == index.end() ? 0 : found->second.second;
  }
  std::optional<std::uint32_t> read(const Extent& offset, std::span<std::byte> stored) override {
    const std::lock_guard lock(file_.mutex);
    std::memcpy(stored.data(), file_.bytes.data() + index.at(offset).first, stored.size());
    return 0;
  }
  bool write(const Extent&, std::span<const std::byte>) override { return false; }
  bool write_decoded(const Extent&, std::span<const std::byte>) override { return false; }

  std::map<Extent, std::pair<std::uint64_t, std::uint64_t>> index;
  int calls = 0;
  int writes = 0;
  int writes_of_nothing = 0;
  int fail_allocate_at = -1;
  bool fail_write = false;
  bool fail_visible = false;
  bool index_is_damaged = false;

 private:
  SharedBytes& file_;
  std::uint64_t next_ = 0;
};

/// MPI that fails on all ranks in one of the collective calls, counted down; 0: in none.
class FailingCommunicator : public ThreadCommunicator {
 public:
  FailingCommunicator(ThreadRanks& ranks, int rank, int& failing)
      : ThreadCommunicator(ranks, rank), failing_(failing) {}

  bool all_max(std::span<std::int64_t> values) override {
    const OwnMemory apart;
    return ThreadCommunicator::all_max(values) && works();
  }
  bool all_gather_records(std::span<const std::byte> own, std::size_t record_bytes,
                          std::span<const std::uint64_t> records,
                          std::span<std::byte> all) override {
    const OwnMemory apart;
    return ThreadCommunicator::all_gather_records(own, record_bytes, records, all) && works();
  }
  bool all_gather(std::span<const std::byte> own, std::span<std::byte> all) override {
    const OwnMemory apart;
    return ThreadCommunicator::all_gather(own, all);
  }
  bool exchange(const Messages& out, Messages& in) override {
    const OwnMemory apart;
    return ThreadCommunicator::exchange(out, in) && works();
  }

 private:
  bool works() { return failing_ == 0 || --failing_ != 0; }

  int& failing_;
};

/// A dataset of ints that some ranks write together.
class Bench {
 public:
  Bench(int ranks, Extent extent, Extent chunk, std::size_t memory_bytes = 1 << 20)
      : ranks_(ranks), extent_(std::move(extent)), slots_(memory_bytes), ends_(size(ranks)) {
    format_.chunk = std::move(chunk);
    format_.element_bytes = sizeof(int);
    format_.filters = {{FilterStep::Kind::kShuffle, 4}, {FilterStep::Kind::kDeflate, 1}};
    format_.fill.assign(sizeof(int), std::byte{0});
    for (int rank = 0; rank < ranks; ++rank) stores.push_back(std::make_unique<RankStore>(file_));
    openings.resize(size(ranks));
    unplaced.resize(size(ranks));
    failing_call.resize(size(ranks));
    failing_memory.resize(size(ranks));
  }

  /// Every rank writes its box (an empty one: nothing) of values counted from `first_value`.
  void write(const std::vector<Box>& boxes, int first_value) {
    ranks_.run([&](int rank) { write_one(rank, boxes[size(rank)], first_value); });
  }

  bool all_ended(Kind kind) const {
    return std::all_of(ends_.begin(), ends_.end(),
                       [kind](const CollectiveEnd& end) { return end.kind == kind; });
  }
  const CollectiveEnd& end(int rank) const { return ends_[size(rank)]; }

  /// The value of an element, in the file as rank 0 sees it.
  int value(const Extent& at) {
    Extent offset;
    std::size_t place = 0;
    for (std::size_t dim = 0; dim < at.size(); ++dim) {
      offset.push_back(at[dim] / format_.chunk[dim] * format_.chunk[dim]);
      place = place * format_.chunk[dim] + at[dim] % format_.chunk[dim];
    }
    ByteBuffer buffer;
    const Fetched found = fetch(format_, offset, buffer, *stores[0]);
    if (found.kind != Fetched::Kind::kPresent) return 0;
    ChunkSlot slot(format_.filters, DeflateMode::kBalanced);
    std::vector<int> values(static_cast<std::size_t>(chunk_elements(format_)));
    BOOST_TEST(decode(found, std::as_writable_bytes(std::span(values)), slot));
    return values.at(place);
  }

  /// Spoils the stored bytes of a chunk.
  void damage(const Extent& offset) {
    const auto [address, bytes] = stores[0]->index.at(offset);
    std::fill_n(file_.bytes.begin() + static_cast<std::ptrdiff_t>(address + 4), bytes - 4,
                std::byte{0x5a});
  }

  std::vector<std::unique_ptr<RankStore>> stores;
  std::vector<Opening> openings;
  std::vector<UnplacedChunks> unplaced;
  std::vector<int> failing_call;    ///< By rank; see FailingCommunicator.
  std::vector<int> failing_memory;  ///< By rank: the allocation that fails, counted down.

 private:
  static std::size_t size(int count) { return static_cast<std::size_t>(count); }

  void write_one(int rank, const Box& box, int first_value) {
    FailingCommunicator ranks(ranks_, rank, failing_call[size(rank)]);
    std::vector<OpeningRecord> records(size(ranks_.size()));
    ByteBuffer room;
    ByteBuffer staging;
    const ChunkNumbers numbers(extent_, format_.chunk);
    const CollectiveSetting setting{ranks,   records, *stores[size(rank)],
                                    format_, numbers, {nullptr, slots_, DeflateMode::kBalanced},
                                    room,    staging, unplaced[size(rank)]};
    std::vector<int> values(static_cast<std::size_t>(element_count(box)));
    std::iota(values.begin(), values.end(), first_value);
    std::unique_ptr<WriteSource> source = std::make_unique<NoSource>();
    if (!values.empty())
      source = std::make_unique<BoxSource>(format_, extent_, box,
                                           reinterpret_cast<const std::byte*>(values.data()),
                                           dense_layout(box.length, sizeof(int)));
    failing_allocation = failing_memory[size(rank)];
    ends_[size(rank)] = write_collectively(setting, openings[size(rank)], *source);
    failing_memory[size(rank)] = std::exchange(failing_allocation, 0);
  }

  ThreadRanks ranks_;
  SharedBytes file_;
  ChunkFormat format_;
  const Extent extent_;
  SlotPool slots_;
  std::vector<CollectiveEnd> ends_;
};

const Box kNothing{{0, 0}, {0, 0}};
const std::vector<Box> kThreeParts{{{0, 0}, {5, 9}}, {{5, 0}, {8, 9}}, {{13, 0}, {1, 9}}};

}  // namespace

BOOST_AUTO_TEST_SUITE(collective_write)

BOOST_AUTO_TEST_CASE(chunks_of_one_rank_and_shared_ones_hold_what_was_written) {
  Bench bench(3, {14, 9}, {4, 5});
  bench.write(kThreeParts, 100);
  BOOST_TEST(bench.all_ended(Kind::kDone));
  for (std::uint64_t row = 0; row < 14; ++row) {
    const std::uint64_t start = row < 5 ? 0 : row < 13 ? 5 : 13;
    for (std::uint64_t column = 0; column < 9; ++column)
      BOOST_TEST(bench.value({row, column}) == 100 + static_cast<int>((row - start) * 9 + column));
  }
  BOOST_TEST(bench.end(0).chunks + bench.end(1).chunks + bench.end(2).chunks == 8U);
}

BOOST_AUTO_TEST_CASE(what_a_write_leaves_out_stays) {
  Bench bench(2, {8, 8}, {4, 8});
  bench.write({{{0, 0}, {8, 8}}, kNothing}, 1);
  bench.write({{{1, 1}, {1, 2}}, {{2, 1}, {1, 2}}}, 500);
  BOOST_TEST(bench.all_ended(Kind::kDone));
  BOOST_TEST(bench.value({0, 0}) == 1);
  BOOST_TEST(bench.value({1, 1}) == 500);
  BOOST_TEST(bench.value({2, 2}) == 501);
  BOOST_TEST(bench.value({2, 3}) == 20);
  BOOST_TEST(bench.value({7, 7}) == 64);
}

BOOST_AUTO_TEST_CASE(the_highest_rank_wins_where_selections_overlap) {
  Bench bench(3, {4, 4}, {4, 4});
  bench.write({{{0, 0}, {2, 4}}, {{0, 0}, {4, 4}}, {{1, 0}, {1, 4}}}, 10);
  BOOST_TEST(bench.all_ended(Kind::kDone));
  BOOST_TEST(bench.value({0, 0}) == 10);
  BOOST_TEST(bench.value({1, 0}) == 10);
  BOOST_TEST(bench.value({3, 0}) == 22);
}

BOOST_AUTO_TEST_CASE(little_memory_makes_more_rounds) {
  Bench bench(2, {40, 8}, {2, 8}, 2600);
  bench.write({{{0, 0}, {21, 8}}, {{21, 0}, {19, 8}}}, 1);
  BOOST_TEST(bench.all_ended(Kind::kDone));
  BOOST_TEST(bench.stores[0]->writes > 5);
  BOOST_TEST(bench.value({20, 7}) == 168);
  BOOST_TEST(bench.value({39, 7}) == 152);
}

BOOST_AUTO_TEST_CASE(neighbours_in_the_file_are_written_at_once) {
  Bench bench(2, {40, 8}, {2, 8});
  bench.write({{{0, 0}, {20, 8}}, {{20, 0}, {20, 8}}}, 1);
  BOOST_TEST(bench.stores[0]->writes == 1);
  BOOST_TEST(bench.stores[1]->writes == 1);
}

BOOST_AUTO_TEST_CASE(a_write_of_nothing_by_all_is_told_to_libhdf5) {
  Bench bench(2, {4, 4}, {2, 2});
  bench.write({kNothing, kNothing}, 1);
  BOOST_TEST(bench.all_ended(Kind::kDone));
  BOOST_TEST(bench.stores[0]->calls == 0);
  BOOST_TEST(bench.stores[0]->writes_of_nothing == 1);
  BOOST_TEST(bench.stores[1]->writes_of_nothing == 1);
  bench.stores[1]->fail_write = true;
  bench.write({kNothing, kNothing}, 1);
  BOOST_TEST(bench.all_ended(Kind::kPoisoned));
}

BOOST_AUTO_TEST_CASE(the_largest_verdict_of_all_ranks_counts) {
  Bench bench(3, {14, 9}, {4, 5});
  bench.openings[1].verdict = kFirstOwnReason + 3;
  bench.write(kThreeParts, 1);
  BOOST_TEST(bench.all_ended(Kind::kNative));
  BOOST_TEST(bench.end(2).verdict == kFirstOwnReason + 3);
  bench.openings[2].verdict = kFail + 2;
  bench.write(kThreeParts, 1);
  BOOST_TEST(bench.all_ended(Kind::kFailed));
  BOOST_TEST(bench.end(0).verdict == kFail + 2);
}

BOOST_AUTO_TEST_CASE(ranks_that_write_different_datasets_are_left_to_native) {
  Bench bench(3, {14, 9}, {4, 5});
  bench.openings[2].fingerprint = 77;
  bench.write(kThreeParts, 1);
  BOOST_TEST(bench.all_ended(Kind::kNative));
  BOOST_TEST(bench.end(0).verdict == kRanksDiffer);
}

BOOST_DATA_TEST_CASE(all_ranks_are_told_which_chunk_cannot_be_read,
                     boost::unit_test::data::make({0, 1, 2}), rank) {
  Bench bench(3, {14, 9}, {4, 5});
  bench.write(kThreeParts, 1);
  bench.stores[static_cast<std::size_t>(rank)]->index_is_damaged = true;
  bench.write({{{0, 0}, {1, 9}}, {{6, 0}, {1, 9}}, {{13, 0}, {1, 9}}}, 1);
  BOOST_TEST(bench.all_ended(Kind::kNative));
  const std::vector<Extent> first_chunks{{0, 0}, {4, 0}, {12, 0}};
  for (int other = 0; other < 3; ++other) {
    BOOST_TEST(bench.end(other).verdict == kDamagedChunk);
    BOOST_TEST(bench.end(other).damaged_chunk == first_chunks[static_cast<std::size_t>(rank)],
               boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(a_chunk_that_cannot_be_decoded_is_named_and_stays_as_it_is) {
  Bench bench(2, {16, 10}, {4, 5});
  bench.write({{{0, 0}, {8, 10}}, {{8, 0}, {8, 10}}}, 1);
  bench.damage({12, 5});
  const auto places = bench.stores[0]->index;
  bench.write({{{0, 0}, {1, 10}}, {{13, 0}, {1, 10}}}, 1);
  BOOST_TEST(bench.all_ended(Kind::kNative));
  BOOST_TEST(bench.end(0).verdict == kDamagedChunk);
  BOOST_TEST(bench.end(0).damaged_chunk == (Extent{12, 5}), boost::test_tools::per_element());
  BOOST_TEST((bench.stores[0]->index == places));
  bench.write({kNothing, {{12, 0}, {4, 10}}}, 700);
  BOOST_TEST(bench.all_ended(Kind::kDone));
  BOOST_TEST(bench.value({15, 9}) == 739);
}

BOOST_AUTO_TEST_CASE(an_end_tells_whether_chunks_got_other_places) {
  const std::vector<Box> two_parts{{{0, 0}, {21, 8}}, {{21, 0}, {19, 8}}};
  Bench bench(2, {40, 8}, {2, 8}, 2600);
  bench.stores[1]->index_is_damaged = true;  // Row 20 and 21 are one chunk, of rank 0.
  bench.write(two_parts, 1);
  BOOST_TEST(bench.all_ended(Kind::kDone));
  BOOST_TEST(bench.end(1).has_placed);
  bench.stores[0]->index_is_damaged = true;
  bench.write(two_parts, 1);
  BOOST_TEST(bench.all_ended(Kind::kNative));
  BOOST_TEST(bench.end(0).has_placed);
  bench.openings[0].verdict = kFirstOwnReason;
  bench.write(two_parts, 1);
  BOOST_TEST(bench.all_ended(Kind::kNative));
  BOOST_TEST(!bench.end(0).has_placed);
}

BOOST_AUTO_TEST_CASE(a_place_that_one_rank_does_not_get_ends_the_file_on_all) {
  for (int call = 0; call < 8; ++call) {
    Bench bench(3, {14, 9}, {4, 5});
    bench.stores[1]->fail_allocate_at = call;
    bench.write(kThreeParts, 1);
    BOOST_TEST(bench.all_ended(Kind::kPoisoned));
    BOOST_TEST(bench.stores[0]->calls == bench.stores[1]->calls);
  }
}

BOOST_AUTO_TEST_CASE(bytes_that_one_rank_cannot_write_fail_the_call_on_all) {
  const std::vector<Box> whole_chunks{{{0, 0}, {8, 10}}, {{8, 0}, {8, 10}}};
  Bench bench(2, {16, 10}, {4, 5});
  bench.stores[0]->fail_write = true;
  bench.write(whole_chunks, 1);
  BOOST_TEST(bench.all_ended(Kind::kIncomplete));
  bench.stores[0]->fail_write = false;
  BOOST_TEST(bench.unplaced[0].size() == 4U);
  BOOST_TEST(bench.unplaced[1].empty());
  bench.stores[1]->fail_visible = true;
  bench.write(whole_chunks, 1);
  BOOST_TEST(bench.all_ended(Kind::kIncomplete));
  bench.stores[1]->fail_visible = false;
  bench.write(whole_chunks, 1);
  BOOST_TEST(bench.all_ended(Kind::kDone));
}

BOOST_AUTO_TEST_CASE(kept_bytes_are_written_later_unless_the_chunk_is_written_anew) {
  const std::vector<Box> whole_chunks{{{0, 0}, {8, 10}}, {{8, 0}, {8, 10}}};
  Bench bench(2, {16, 10}, {4, 5});
  bench.stores[0]->fail_write = true;
  bench.write(whole_chunks, 1);
  BOOST_TEST(bench.all_ended(Kind::kIncomplete));
  BOOST_TEST(!bench.unplaced[0].place_again(*bench.stores[0]));
  BOOST_TEST(bench.unplaced[0].size() == 4U);
  bench.stores[0]->fail_write = false;
  // The first row of chunks anew: of those nothing may be left to write.
  bench.write({{{0, 0}, {4, 10}}, {{8, 0}, {0, 0}}}, 500);
  BOOST_TEST(bench.all_ended(Kind::kDone));
  BOOST_TEST(bench.unplaced[0].size() == 2U);
  BOOST_TEST(bench.unplaced[0].place_again(*bench.stores[0]));
  BOOST_TEST(bench.unplaced[0].empty());
  BOOST_TEST(bench.value({0, 0}) == 500);
  BOOST_TEST(bench.value({3, 9}) == 539);
  BOOST_TEST(bench.value({4, 0}) == 41);
  BOOST_TEST(bench.value({7, 9}) == 80);
  BOOST_TEST(bench.value({15, 9}) == 80);
}

// Every step: each allocation of one rank fails in turn. All ranks end alike; unless the file is
// given up, the same write goes well afterwards and nothing is lost.
BOOST_DATA_TEST_CASE(memory_that_one_rank_lacks_at_any_step_ends_the_call_on_all,
                     boost::unit_test::data::make({false, true}), writing_fails) {
  int failures = 0;
  for (bool was_reached = true; was_reached; ++failures) {
    Bench bench(3, {14, 9}, {4, 5});
    bench.write(kThreeParts, 1);
    bench.failing_memory[1] = failures + 1;
    bench.stores[1]->fail_write = writing_fails;
    bench.write(kThreeParts, 500);
    was_reached = bench.failing_memory[1] == 0;
    BOOST_TEST(bench.all_ended(bench.end(0).kind));
    BOOST_TEST((bench.end(1).kind == Kind::kDone) == (!was_reached && !writing_fails));
    bench.stores[1]->fail_write = false;
    bench.failing_memory[1] = 0;
    if (bench.end(0).kind == Kind::kPoisoned) continue;
    if (bench.end(0).kind == Kind::kIncomplete) {
      for (int rank = 0; rank < 3; ++rank)
        BOOST_TEST(bench.unplaced[static_cast<std::size_t>(rank)].place_again(
            *bench.stores[static_cast<std::size_t>(rank)]));
      BOOST_TEST(bench.value({5, 0}) == 500);
      BOOST_TEST(bench.value({13, 8}) == 508);
    }
    bench.write(kThreeParts, 900);
    BOOST_TEST(bench.all_ended(Kind::kDone));
    BOOST_TEST(bench.value({13, 8}) == 908);
  }
  BOOST_TEST(failures > 30);
}

BOOST_AUTO_TEST_CASE(an_error_of_mpi_at_any_step_ends_the_call_on_all) {
  int failures = 0;
  for (bool was_reached = true; was_reached; ++failures) {
    Bench bench(3, {14, 9}, {4, 5});
    std::fill(bench.failing_call.begin(), bench.failing_call.end(), failures + 1);
    bench.write(kThreeParts, 1);
    was_reached = bench.failing_call[0] == 0;
    BOOST_TEST(bench.all_ended(bench.end(0).kind));
    BOOST_TEST((bench.end(0).kind == Kind::kDone) == !was_reached);
    // The index is as it was unless the end says otherwise.
    BOOST_TEST((bench.end(0).has_placed || bench.stores[0]->index.empty()));
  }
  BOOST_TEST(failures > 8);
}

BOOST_AUTO_TEST_CASE(a_rank_that_refuses_needs_no_setting) {
  Bench bench(2, {4, 4}, {2, 2});
  ThreadRanks ranks(2);
  std::vector<CollectiveEnd> ends(2);
  ranks.run([&](int rank) {
    ThreadCommunicator own(ranks, rank);
    std::vector<OpeningRecord> records(2);
    ends[static_cast<std::size_t>(rank)] =
        refuse_to_write(own, records, rank == 0 ? kOutOfMemory : kFirstOwnReason);
  });
  BOOST_TEST(ends[0].verdict == kFirstOwnReason);
  BOOST_TEST((ends[1].kind == Kind::kNative));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
