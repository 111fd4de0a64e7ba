// What a rank wrote by itself and keeps until all ranks come together.
#include "mpi/pending_chunks.h"

#include <boost/test/unit_test.hpp>
#include <cstring>
#include <random>
#include <string>

#include "mpi/pieces.h"
#include "mpi/run_source.h"

namespace h5pave {

namespace {

ChunkFormat format_of(Extent chunk) {
  ChunkFormat format;
  format.chunk = std::move(chunk);
  format.element_bytes = 1;
  return format;
}

/// A write of `letters` from element `first` on.
void write(PendingChunks& pending, const ChunkFormat& format, const Extent& extent,
           std::uint64_t first, const std::string& letters) {
  RunSource source(format, extent, RunSource::Elements::kUnique);
  source.add(first, letters.size(), reinterpret_cast<const std::byte*>(letters.data()));
  source.finish();
  BOOST_REQUIRE(pending.add(source, 1000));
}

/// All elements of the extent as this rank sees them over dots.
std::string seen(const PendingChunks& pending, std::size_t elements) {
  std::string all(elements, '.');
  std::vector<PendingChunks::Held> held;
  pending.find(0, elements, held);
  for (const auto& run : held) std::memcpy(all.data() + run.first, run.elements, run.count);
  return all;
}

std::string chunk_of(const PendingChunks& pending, std::uint64_t number, std::size_t bytes) {
  std::string chunk(bytes, '.');
  pending.copy_into(number, std::as_writable_bytes(std::span(chunk)));
  return chunk;
}

/// The same by way of a message to another rank.
std::string chunk_sent(const PendingChunks& pending, std::uint64_t number, const Extent& lengths) {
  std::string chunk(lengths[0] * lengths[1], '.');
  std::vector<std::byte> message;
  pending.pack(number, message);
  PieceReader reader(message, 2, 1);
  Piece piece;
  while (reader.next(piece)) {
    BOOST_TEST(piece.chunk_number == number);
    for (std::uint64_t i = 0; i < piece.elements.size(); ++i) {
      const std::uint64_t row = piece.box.start[0] + i / piece.box.length[1];
      const std::uint64_t column = piece.box.start[1] + i % piece.box.length[1];
      chunk[row * lengths[1] + column] = static_cast<char>(piece.elements[i]);
    }
  }
  return chunk;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pending_chunks)

// Extent 3 × 5, chunks of 2 × 3.
BOOST_AUTO_TEST_CASE(later_writes_replace_earlier_ones) {
  const ChunkFormat format = format_of({2, 3});
  PendingChunks pending(format, {3, 5});
  write(pending, format, {3, 5}, 1, "bcdefg");
  write(pending, format, {3, 5}, 2, "XY");
  BOOST_TEST(seen(pending, 15) == ".bXYefg........");
  pending.finish();
  BOOST_TEST(pending.touched().size() == 2U);
  BOOST_TEST(pending.touched()[0].bytes == 4U);
  BOOST_TEST(chunk_of(pending, 0, 6) == ".bXfg.");
  BOOST_TEST(chunk_sent(pending, 0, {2, 3}) == ".bXfg.");
  BOOST_TEST(chunk_of(pending, 1, 6) == "Ye....");
}

BOOST_AUTO_TEST_CASE(only_a_chunk_written_to_its_last_element_is_whole) {
  const ChunkFormat format = format_of({2, 3});
  PendingChunks pending(format, {4, 3});
  write(pending, format, {4, 3}, 0, "abcde");
  pending.finish();
  BOOST_TEST(pending.whole(0).empty());
  write(pending, format, {4, 3}, 5, "f");
  pending.finish();
  BOOST_TEST(pending.whole(0).size() == 6U);
  BOOST_TEST(pending.touched()[0].bytes == 6U);
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_changes_nothing) {
  const ChunkFormat format = format_of({2, 3});
  PendingChunks pending(format, {4, 3});
  write(pending, format, {4, 3}, 0, "abc");
  RunSource source(format, {4, 3}, RunSource::Elements::kUnique);
  source.add(5, 2, reinterpret_cast<const std::byte*>("XY"));
  source.finish();
  BOOST_TEST(!pending.add(source, 11));
  BOOST_TEST(seen(pending, 12) == "abc.........");
  BOOST_TEST(pending.bytes() == 6U);
  BOOST_TEST(pending.add(source, 12));
  BOOST_TEST(seen(pending, 12) == "abc..XY.....");
}

BOOST_AUTO_TEST_CASE(random_writes_are_seen_as_an_array_would_show_them) {
  std::mt19937 random(7);
  const Extent extent{7, 11};
  const Extent lengths{3, 4};
  const ChunkFormat format = format_of(lengths);
  for (int round = 0; round < 200; ++round) {
    PendingChunks pending(format, extent);
    std::string expected(77, '.');
    for (int step = 0; step < 12; ++step) {
      const std::size_t first = random() % 77;
      const std::string letters(1 + random() % (77 - first), static_cast<char>('a' + step));
      write(pending, format, extent, first, letters);
      expected.replace(first, letters.size(), letters);
    }
    BOOST_TEST_REQUIRE(seen(pending, 77) == expected);
    pending.finish();
    for (const TouchedChunk& touched : pending.touched()) {
      const std::string chunk = chunk_of(pending, touched.number, 12);
      BOOST_TEST_REQUIRE(chunk_sent(pending, touched.number, lengths) == chunk);
      const auto dots = static_cast<std::uint64_t>(std::count(chunk.begin(), chunk.end(), '.'));
      BOOST_TEST_REQUIRE(touched.bytes + dots == 12U);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
