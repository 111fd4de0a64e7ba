// Runs of elements cut at chunk borders, as source of a collective write.
#include "mpi/run_source.h"

#include <boost/test/unit_test.hpp>
#include <cstring>

#include "mpi/pieces.h"

namespace h5pave {

namespace {

ChunkFormat format_of(Extent chunk) {
  ChunkFormat format;
  format.chunk = std::move(chunk);
  format.element_bytes = 1;
  return format;
}

const std::byte* text(const char* letters) { return reinterpret_cast<const std::byte*>(letters); }

std::string chunk_of(const RunSource& source, std::uint64_t number, std::size_t bytes) {
  std::string chunk(bytes, '.');
  source.copy_into(number, std::as_writable_bytes(std::span(chunk)));
  return chunk;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(run_source)

// Extent 3 × 5, chunks of 2 × 3: chunks 0 and 1 above, 2 and 3 below.
BOOST_AUTO_TEST_CASE(a_run_over_rows_is_cut_at_chunk_borders) {
  const ChunkFormat format = format_of({2, 3});
  RunSource source(format, {3, 5}, RunSource::Elements::kUnique);
  source.add(1, 12, text("bcdefghijklm"));
  source.finish();
  BOOST_TEST(source.touched().size() == 3U);
  BOOST_TEST(chunk_of(source, 0, 6) == ".bcfgh");
  BOOST_TEST(chunk_of(source, 1, 6) == "de.ij.");
  BOOST_TEST(chunk_of(source, 2, 6) == "klm...");
  BOOST_TEST(source.touched()[0].bytes == 5U);
}

BOOST_AUTO_TEST_CASE(packed_pieces_lie_where_the_elements_lie) {
  const ChunkFormat format = format_of({2, 3});
  RunSource source(format, {3, 5}, RunSource::Elements::kUnique);
  source.add(6, 3, text("ghi"));
  source.finish();
  std::vector<std::byte> message;
  source.pack(0, message);
  PieceReader reader(message, 2, 1);
  Piece piece;
  BOOST_TEST(reader.next(piece));
  BOOST_TEST(piece.box.start == (Extent{1, 1}));
  BOOST_TEST(piece.box.length == (Extent{1, 2}));
  BOOST_TEST((std::memcmp(piece.elements.data(), "gh", 2) == 0));
  BOOST_TEST(!reader.next(piece));
}

BOOST_AUTO_TEST_CASE(of_an_element_that_is_named_twice_the_last_value_counts) {
  const ChunkFormat format = format_of({3});
  RunSource source(format, {6}, RunSource::Elements::kMayRepeat);
  source.add(4, 1, text("x"));
  source.add(5, 1, text("y"));
  source.add(4, 1, text("z"));
  source.finish();
  BOOST_TEST(chunk_of(source, 1, 3) == ".zy");
}

BOOST_AUTO_TEST_CASE(repeated_elements_never_count_as_a_whole_chunk) {
  const ChunkFormat format = format_of({3});
  RunSource source(format, {6}, RunSource::Elements::kMayRepeat);
  for (int i = 0; i < 3; ++i) source.add(4, 1, text("x"));
  source.finish();
  BOOST_TEST(source.touched()[0].bytes < decoded_bytes(format));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
