// The memory that transfers really take, as the kernel counts it, beside the limit they were given.
#include <boost/test/unit_test.hpp>

#include "support/chunk_bench.h"
#include "support/resident_memory.h"
#include "support/sample_data.h"
#include "support/short_runs.h"

namespace h5pave {

namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20U;

/// Like MemoryStore, but as a file: it takes no memory of this process.
class CountingStore : public ChunkStore {
 public:
  std::optional<std::uint64_t> stored_bytes(const Extent&) override { return stored_.size(); }
  std::optional<std::uint32_t> read(const Extent&, std::span<std::byte> stored) override {
    std::copy(stored_.begin(), stored_.end(), stored.begin());
    return 0;
  }
  bool write(const Extent&, std::span<const std::byte> stored) override {
    ++writes;
    stored_.assign(stored.begin(), stored.end());
    return true;
  }
  bool write_decoded(const Extent&, std::span<const std::byte>) override { return false; }

  int writes = 0;

 private:
  std::vector<std::byte> stored_;
};

/// A dataset of `chunks` chunks side by side, so that none lies densely in the program's memory.
struct Bench {
  Bench(const test::Sample& sample, unsigned level, std::uint64_t limit_bytes)
      : rows(1024),
        columns(sample.bytes.size() / rows / sample.element_bytes),
        pool(2),
        slots(static_cast<std::size_t>(limit_bytes / 2)),
        account(limit_bytes / 2) {
    format.chunk = {rows, columns};
    format.element_bytes = sample.element_bytes;
    format.filters = {{FilterStep::Kind::kShuffle, static_cast<unsigned>(sample.element_bytes)},
                      {FilterStep::Kind::kDeflate, level},
                      {FilterStep::Kind::kFletcher32, 0}};
    format.fill.assign(sample.element_bytes, std::byte{0});
    extent = {rows, kChunks * columns};
    cache.emplace(format, account, 0);
  }

  TransferTarget target() {
    return {format, extent, *cache, {store, {&pool, slots, DeflateMode::kBalanced}}, nullptr};
  }

  static constexpr std::uint64_t kChunks = 60;
  const std::uint64_t rows;
  const std::uint64_t columns;
  ThreadPool pool;
  SlotPool slots;
  ChunkFormat format;
  Extent extent;
  MemoryAccount account;
  CountingStore store;
  std::optional<ChunkCache> cache;
};

/// Peak bytes over what was resident before.
template <typename Work>
std::size_t peak_of(Work&& work) {
  const std::size_t before = test::status_bytes("VmRSS");
  test::forget_peak();
  work();
  return test::status_bytes("VmHWM") - std::min(before, test::status_bytes("VmHWM"));
}

/// The sample, again and again, as the program's memory for the whole dataset.
std::vector<std::byte> whole(const Bench& bench, const test::Sample& sample) {
  const std::size_t row_bytes = static_cast<std::size_t>(bench.columns) * sample.element_bytes;
  std::vector<std::byte> bytes;
  bytes.reserve(sample.bytes.size() * Bench::kChunks);
  for (std::size_t row = 0; row < bench.rows; ++row) {
    for (std::uint64_t chunk = 0; chunk < Bench::kChunks; ++chunk)
      bytes.insert(bytes.end(), sample.bytes.begin() + static_cast<std::ptrdiff_t>(row * row_bytes),
                   sample.bytes.begin() + static_cast<std::ptrdiff_t>((row + 1) * row_bytes));
  }
  return bytes;
}

void check_limit(const test::Sample& sample, unsigned level, std::uint64_t limit_bytes) {
  Bench bench(sample, level, limit_bytes);
  std::vector<std::byte> memory = whole(bench, sample);
  const Box all{{0, 0}, bench.extent};
  const auto layout = dense_layout(all.length, sample.element_bytes);
  const std::size_t written = peak_of([&] {
    BOOST_TEST(
        (write_box(bench.target(), all, {memory.data(), layout}).kind == TransferEnd::Kind::kDone));
  });
  BOOST_TEST(bench.store.writes == static_cast<int>(Bench::kChunks));
  const std::size_t merged = peak_of([&] {
    // All of each chunk but one row, so that the chunk cache has them.
    const Box most{{1, 0}, {bench.rows - 1, bench.extent[1]}};
    for (int round = 0; round < 2; ++round)
      BOOST_TEST((write_box(bench.target(), most, {memory.data(), layout}).kind ==
                  TransferEnd::Kind::kDone));
    BOOST_TEST(bench.cache->flush(bench.target().access));
  });
  BOOST_TEST(bench.store.writes > 2 * static_cast<int>(Bench::kChunks));
  const std::size_t read = peak_of([&] {
    BOOST_TEST(
        (read_box(bench.target(), all, {memory.data(), layout}).kind == TransferEnd::Kind::kDone));
  });
  // What libraries and threads take besides.
  constexpr std::size_t kRest = 4 * kMiB;
  const std::size_t most = std::max({written, merged, read});
  BOOST_TEST_MESSAGE(sample.name << ": " << written / kMiB << ", " << merged / kMiB << " and "
                                 << read / kMiB << " MiB at the peak of " << limit_bytes / kMiB);
  BOOST_TEST(most <= limit_bytes + kRest, sample.name << ": " << most / kMiB << " MiB");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(memory_limit)

BOOST_AUTO_TEST_CASE(what_transfers_take_stays_inside_the_limit) {
  if (!test::kMemoryIsMeasurable) {
    BOOST_TEST_MESSAGE("left out: a sanitizer keeps freed memory");
    return;
  }
  for (const test::Sample& sample : test::sample_data(2 * kMiB)) check_limit(sample, 1, 64 * kMiB);
  check_limit({"short runs", 1, test::short_runs(kMiB)}, 4, 64 * kMiB);
  check_limit({"short runs, little memory", 1, test::short_runs(kMiB)}, 4, 24 * kMiB);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
