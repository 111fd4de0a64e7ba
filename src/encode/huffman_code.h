// Length-limited Huffman codes in deflate's canonical form (RFC 1951, 3.2.2). Called by the block
// encoder. Thread rule: pure functions.
#pragma once

#include <cstdint>
#include <span>

namespace h5pave {

/// Sets lengths[i] to the bits of symbol i, 0 where counts[i] is 0. At least two symbols get a
/// length, because some decoders refuse a code of one. Requires at most 288 symbols and 2^max_bits
/// >= symbols.
void set_code_lengths(std::span<const std::uint32_t> counts, unsigned max_bits,
                      std::span<std::uint8_t> lengths);

/// The code words of these lengths, bits reversed as deflate writes them.
void set_code_words(std::span<const std::uint8_t> lengths, std::span<std::uint16_t> words);

}  // namespace h5pave
