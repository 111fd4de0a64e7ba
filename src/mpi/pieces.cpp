#include "mpi/pieces.h"

#include <cstring>
#include <stdexcept>

#include "advisor/saturating.h"

namespace h5pave {

namespace {

void add_number(std::vector<std::byte>& message, std::uint64_t number) {
  const std::size_t place = message.size();
  message.resize(place + sizeof number);
  std::memcpy(message.data() + place, &number, sizeof number);
}

}  // namespace

std::span<std::byte> add_piece(std::vector<std::byte>& message, std::uint64_t chunk_number,
                               const Box& box, std::size_t elements_bytes) {
  add_number(message, chunk_number);
  for (const std::uint64_t start : box.start) add_number(message, start);
  for (const std::uint64_t length : box.length) add_number(message, length);
  const std::size_t place = message.size();
  message.resize(place + elements_bytes);
  return {message.data() + place, elements_bytes};
}

std::span<std::byte> add_row_piece(std::vector<std::byte>& message, std::uint64_t chunk_number,
                                   const Extent& chunk, std::uint64_t inside, std::uint64_t count,
                                   std::size_t element_bytes) {
  Box box{Extent(chunk.size()), Extent(chunk.size(), 1)};
  for (std::size_t dim = chunk.size(); dim-- > 0;) {
    box.start[dim] = inside % chunk[dim];
    inside /= chunk[dim];
  }
  box.length[chunk.size() - 1] = count;
  return add_piece(message, chunk_number, box, static_cast<std::size_t>(count) * element_bytes);
}

bool PieceReader::next(Piece& piece) {
  if (left_.empty()) return false;
  piece.chunk_number = take_number();
  piece.box.start.resize(rank_);
  piece.box.length.resize(rank_);
  for (std::uint64_t& start : piece.box.start) start = take_number();
  for (std::uint64_t& length : piece.box.length) length = take_number();
  const std::uint64_t bytes = saturating_product(element_count(piece.box), element_bytes_);
  if (bytes > left_.size()) throw std::runtime_error("a message of another rank is cut off");
  piece.elements = left_.first(static_cast<std::size_t>(bytes));
  left_ = left_.subspan(piece.elements.size());
  return true;
}

std::uint64_t PieceReader::take_number() {
  std::uint64_t number = 0;
  if (left_.size() < sizeof number)
    throw std::runtime_error("a message of another rank is cut off");
  std::memcpy(&number, left_.data(), sizeof number);
  left_ = left_.subspan(sizeof number);
  return number;
}

}  // namespace h5pave
