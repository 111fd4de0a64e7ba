// Pieces of chunks through a message, and messages that are damaged.
#include "mpi/pieces.h"

#include <boost/test/unit_test.hpp>
#include <cstring>

namespace h5pave {

namespace {

std::vector<std::byte> two_pieces() {
  std::vector<std::byte> message;
  std::memset(add_piece(message, 7, {{1, 2}, {2, 3}}, 24).data(), 5, 24);
  std::memset(add_piece(message, 9, {{0, 0}, {1, 1}}, 4).data(), 6, 4);
  return message;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pieces)

BOOST_AUTO_TEST_CASE(what_is_added_is_read_in_order) {
  const std::vector<std::byte> message = two_pieces();
  PieceReader reader(message, 2, 4);
  Piece piece;
  BOOST_TEST(reader.next(piece));
  BOOST_TEST(piece.chunk_number == 7U);
  BOOST_TEST(piece.box.start == (Extent{1, 2}));
  BOOST_TEST(piece.box.length == (Extent{2, 3}));
  BOOST_TEST((piece.elements.size() == 24 && piece.elements[23] == std::byte{5}));
  BOOST_TEST(reader.next(piece));
  BOOST_TEST((piece.chunk_number == 9U && piece.elements[0] == std::byte{6}));
  BOOST_TEST(!reader.next(piece));
}

BOOST_AUTO_TEST_CASE(a_message_that_is_cut_off_is_an_error) {
  const std::vector<std::byte> message = two_pieces();
  const std::span<const std::byte> whole(message);
  constexpr std::size_t kFirstPieceBytes = 8 + 4 * 8 + 24;
  for (std::size_t bytes = 1; bytes < message.size(); ++bytes) {
    if (bytes == kFirstPieceBytes) continue;
    PieceReader reader(whole.first(bytes), 2, 4);
    Piece piece;
    const auto read_all = [&] {
      while (reader.next(piece)) {
      }
    };
    BOOST_CHECK_THROW(read_all(), std::runtime_error);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
