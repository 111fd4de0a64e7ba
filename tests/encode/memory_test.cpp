// What buffers and codecs say they take, and what they give back.
#include <boost/test/unit_test.hpp>
#include <memory>

#include "encode/chunk_codec.h"
#include "support/filter_orders.h"
#include "support/random_bytes.h"
#include "support/resident_memory.h"
#include "support/sample_data.h"
#include "support/short_runs.h"

namespace h5pave::test {

BOOST_AUTO_TEST_SUITE(memory)

BOOST_AUTO_TEST_CASE(a_buffer_grows_moves_and_tells_what_was_asked_for) {
  for (const std::size_t bytes : {std::size_t{10}, kMapFromBytes / 4, std::size_t{3} << 20U}) {
    if (bytes > std::size_t{1} << 30U) continue;  // Nothing is mapped here.
    ByteBuffer buffer;
    BOOST_TEST(buffer.capacity() == 0U);
    const auto all = buffer.get(bytes);
    BOOST_REQUIRE(all.size() == bytes);
    all.front() = std::byte{1};
    all.back() = std::byte{2};
    BOOST_TEST(buffer.get(bytes / 2).data() == all.data());
    BOOST_TEST(buffer.memory_bytes() == bytes);
    BOOST_TEST(buffer.holds(all, bytes));
    BOOST_TEST(!buffer.holds(all, 2 * bytes));
    ByteBuffer other;
    other = std::move(buffer);
    BOOST_TEST(other.get(bytes).data() == all.data());
    BOOST_TEST((other.get(bytes).back() == std::byte{2}));
    BOOST_TEST(other.get(4 * bytes).size() == 4 * bytes);
    other.get(4 * bytes).back() = std::byte{3};
    BOOST_TEST(other.memory_bytes() == 4 * bytes);
    other.release();
    BOOST_TEST(other.capacity() + other.memory_bytes() == 0U);
  }
}

BOOST_AUTO_TEST_CASE(freed_chunks_go_back_to_the_system_at_once) {
  if (!kMemoryIsMeasurable) return;
  constexpr std::size_t kBytes = std::size_t{1} << 20U;
  // Makes the C library's heap serve blocks of this size, and keep them.
  static_cast<void>(std::make_unique<std::byte[]>(std::size_t{16} << 20U));
  const std::size_t before = status_bytes("VmRSS");
  std::vector<ByteBuffer> buffers(64);
  std::vector<std::unique_ptr<std::byte[]>> small;
  for (ByteBuffer& buffer : buffers) {
    const auto all = buffer.get(kBytes);
    std::fill(all.begin(), all.end(), std::byte{1});
    small.push_back(std::make_unique<std::byte[]>(1000));
  }
  BOOST_TEST(status_bytes("VmRSS") - before > 60 * kBytes);
  buffers.clear();
  BOOST_TEST(status_bytes("VmRSS") < before + 4 * kBytes);
}

BOOST_AUTO_TEST_CASE(a_codec_takes_no_more_than_it_says) {
  constexpr std::size_t kBytes = std::size_t{1} << 20U;
  std::vector<Sample> samples = sample_data(kBytes);
  samples.push_back({"short runs", 1, short_runs(kBytes)});
  for (const Sample& sample : samples) {
    for (const auto mode : kAllModes) {
      for (const unsigned level : {1U, 4U, 9U}) {
        const FilterSteps steps{
            {FilterStep::Kind::kShuffle, static_cast<unsigned>(sample.element_bytes)},
            {FilterStep::Kind::kDeflate, level},
            {FilterStep::Kind::kFletcher32, 0}};
        ChunkCodec codec(steps, mode);
        const auto stored = codec.encode(sample.bytes);
        const std::vector<std::byte> copy(stored.begin(), stored.end());
        BOOST_TEST(
            codec.memory_bytes() <= ChunkCodec::most_memory_bytes(steps, mode, sample.bytes.size()),
            sample.name << ", level " << level);
        ByteBuffer kept;
        const auto moved = codec.move_encoded(kept);
        codec.forget_trace();
        std::vector<std::byte> decoded(sample.bytes.size());
        BOOST_TEST(codec.decode(moved, decoded));
        BOOST_TEST((decoded == sample.bytes));
        BOOST_TEST(std::equal(copy.begin(), copy.end(), moved.begin(), moved.end()));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(what_was_encoded_moves_out_of_any_pipeline) {
  for (const auto& steps : all_filter_orders(4, 6)) {
    ChunkCodec codec(steps, DeflateMode::kBalanced);
    for (const std::size_t bytes : {0U, 1U, 4000U, 4001U}) {
      const auto chunk = mixed_bytes(bytes, bytes);
      const auto stored = codec.encode(chunk);
      const std::vector<std::byte> copy(stored.begin(), stored.end());
      ByteBuffer kept;
      const auto moved = codec.move_encoded(kept);
      static_cast<void>(codec.encode(mixed_bytes(5000, 3)));
      BOOST_TEST(std::equal(copy.begin(), copy.end(), moved.begin(), moved.end()));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave::test
