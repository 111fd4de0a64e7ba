// libFuzzer target: the first byte chooses a pipeline, two more the mode and the chunk's size, the
// rest are stored bytes. Build with clang++ and -DH5PAVE_FUZZ=ON; run decode_fuzz with a folder for
// what it finds.
#include <cstdint>
#include <span>
#include <vector>

#include "encode/chunk_codec.h"
#include "support/filter_orders.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const auto orders = h5pave::test::all_filter_orders(1 + data[0] / 16U, 6);
  const auto modes = h5pave::test::kAllModes;
  h5pave::ChunkCodec codec(orders[data[0] % orders.size()], modes[data[1] % modes.size()]);
  const std::size_t chunk_bytes = data[1] | std::size_t{data[2]} << 8;
  std::vector<std::byte> chunk(chunk_bytes);
  codec.decode(std::as_bytes(std::span(data + 3, size - 3)), chunk);

  // What was a chunk must come back from our own stored bytes too.
  const auto input = std::as_bytes(std::span(data + 3, size - 3));
  const auto view = codec.encode(input);
  const std::vector<std::byte> stored(view.begin(), view.end());
  std::vector<std::byte> back(input.size());
  if (!codec.decode(stored, back) || !std::equal(back.begin(), back.end(), input.begin())) {
    __builtin_trap();
  }
  return 0;
}
