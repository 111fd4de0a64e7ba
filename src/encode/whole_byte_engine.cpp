#include "encode/whole_byte_engine.h"

#include <algorithm>

namespace h5pave {

void WholeByteEngine::append(std::span<const std::byte> bytes, LastBlock last, BitWriter& out,
                             std::size_t room) {
  const std::size_t before = out.size();
  // An empty stored block ends at a whole byte.
  if (out.pending_bits() != 0) write_stored({}, LastBlock::kNo, out);
  const std::size_t left = room - std::min(room, out.size() - before);
  out.adopt(8 * write(bytes, last, {out.next_byte(), left}));
}

std::size_t WholeByteEngine::trial(std::span<const std::byte> bytes) {
  return write(bytes, LastBlock::kYes, scratch_.get(bound(bytes.size())));
}

}  // namespace h5pave
