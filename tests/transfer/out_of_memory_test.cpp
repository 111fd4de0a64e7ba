// Every single allocation of a run of writes, reads and flushes fails once: no hang, no crash, and
// no value is wrong when the call that ran out of memory is made again.
#include <boost/test/unit_test.hpp>
#include <cstdlib>

#include "support/chunk_bench.h"
#include "support/failing_allocation.h"

namespace {

void* allocate(std::size_t bytes) {
  if (h5pave::test::is_to_fail()) throw std::bad_alloc();
  if (void* const memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t bytes) { return allocate(bytes); }
void* operator new[](std::size_t bytes) { return allocate(bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace h5pave {

namespace {

const Extent kExtent{40, 30};

template <typename Call>
void run(long& left, Call&& call) {
  BOOST_REQUIRE(test::run_with_failing_allocation(left, call));
}

/// One run; true when the allocation to fail was never reached.
bool run_all(unsigned threads, std::uint64_t memory_bytes, long fail_at) {
  long left = fail_at;
  ChunkBench bench(kExtent, {8, 11}, threads, 700, memory_bytes);
  bench.store.filters = bench.format.filters;
  std::vector<int> model(40 * 30, 0x11111111);
  std::mt19937 random(11);
  for (unsigned step = 0; step < 14; ++step) {
    const std::uint64_t row = step % 4 == 0 ? 0 : random() % 40;
    const std::uint64_t column = step % 4 == 0 ? 0 : random() % 30;
    const Box box{{row, column},
                  step % 4 == 0 ? kExtent
                                : Extent{random() % (40 - row) + 1, random() % (30 - column) + 1}};
    std::vector<int> values = numbers(element_count(box), step);
    const bool writes = step % 3 != 1;
    run(left, [&] {
      const TransferEnd end = writes ? bench.write(box, values) : bench.read(box, values);
      return end.kind == TransferEnd::Kind::kDone;
    });
    for (std::size_t i = 0; i < values.size(); ++i) {
      int& element = model[(row + i / box.length[1]) * 30 + column + i % box.length[1]];
      if (writes) element = values[i];
      BOOST_REQUIRE(element == values[i]);
    }
    if (step % 7 == 0) run(left, [&] { return bench.flush(); });
  }
  run(left, [&] { return bench.flush(); });
  bench.cache.forget_all();
  std::vector<int> back;
  BOOST_REQUIRE(bench.read({{0, 0}, kExtent}, back).kind == TransferEnd::Kind::kDone);
  BOOST_REQUIRE(back == model);
  return left >= 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(out_of_memory)

BOOST_AUTO_TEST_CASE(every_failing_allocation_is_survived) {
  for (const unsigned threads : {1U, 3U}) {
    for (const std::uint64_t memory_bytes : {std::uint64_t{1} << 20U, std::uint64_t{2000}}) {
      long fail_at = 0;
      while (!run_all(threads, memory_bytes, fail_at)) ++fail_at;
      BOOST_TEST_MESSAGE(threads << " threads: " << fail_at << " allocations failed in turn");
      BOOST_TEST(fail_at > 300);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
