#include "cli/filter_words.h"

#include <array>
#include <optional>

namespace h5pave::cli {

namespace {

struct KnownFilter {
  int id;
  std::string_view name;
};

// The first six are part of libhdf5; the others are registered with The HDF Group.
constexpr std::array kKnownFilters{
    KnownFilter{1, "deflate"},        KnownFilter{2, "shuffle"},
    KnownFilter{3, "fletcher32"},     KnownFilter{4, "szip"},
    KnownFilter{5, "nbit"},           KnownFilter{6, "scaleoffset"},
    KnownFilter{257, "nc-quantize"},  KnownFilter{305, "lzo"},
    KnownFilter{307, "bzip2"},        KnownFilter{32000, "lzf"},
    KnownFilter{32001, "blosc"},      KnownFilter{32004, "lz4"},
    KnownFilter{32008, "bitshuffle"}, KnownFilter{32013, "zfp"},
    KnownFilter{32015, "zstd"},       KnownFilter{32017, "sz"},
    KnownFilter{32018, "fci"},        KnownFilter{32019, "jpeg"},
    KnownFilter{32022, "bitgroom"},   KnownFilter{32023, "granular-bitround"},
    KnownFilter{32024, "sz3"},        KnownFilter{32026, "blosc2"},
    KnownFilter{32028, "bitround"}};

std::string number(std::span<const unsigned> parameters, std::size_t i) {
  return i < parameters.size() ? std::to_string(parameters[i]) : "?";
}

std::string szip_words(std::span<const unsigned> parameters) {
  constexpr unsigned kEntropyCoding = 4;
  const unsigned mask = parameters.empty() ? 0 : parameters[0];
  return std::string(" (") +
         ((mask & kEntropyCoding) != 0 ? "entropy coding" : "nearest neighbour") + ", " +
         number(parameters, 1) + " pixels per block)";
}

std::string scaleoffset_words(std::span<const unsigned> parameters) {
  constexpr unsigned kInteger = 2;
  if (!parameters.empty() && parameters[0] == kInteger) {
    const std::string bits = number(parameters, 1);
    return bits == "0" ? " (integer, bits per chunk as needed)" : " (integer, " + bits + " bits)";
  }
  return " (float, " + number(parameters, 1) + " decimal digits)";
}

/// Blosc's parameters: revision, format, element bytes, chunk bytes, level, shuffle, compressor.
std::optional<std::string> blosc_words(std::span<const unsigned> parameters) {
  constexpr std::array<std::string_view, 3> kShuffles{"no shuffle", "byte shuffle", "bit shuffle"};
  constexpr std::array<std::string_view, 6> kCompressors{"blosclz", "lz4",  "lz4hc",
                                                         "snappy",  "zlib", "zstd"};
  if (parameters.size() < 7) return std::nullopt;
  if (parameters[5] >= kShuffles.size() || parameters[6] >= kCompressors.size())
    return std::nullopt;
  return " (" + std::string(kCompressors[parameters[6]]) + " level " + number(parameters, 4) +
         ", " + std::string(kShuffles[parameters[5]]) + ", " + number(parameters, 2) +
         "-byte elements)";
}

std::string all_numbers(std::span<const unsigned> parameters) {
  std::string text;
  for (const unsigned parameter : parameters) {
    text += ' ';
    text += std::to_string(parameter);
  }
  return text;
}

/// What follows the name; nothing when we do not know the meaning of this filter's numbers.
std::optional<std::string> parameter_words(int id, std::span<const unsigned> parameters) {
  switch (id) {
    case 1:
      return " level " + number(parameters, 0);
    case 2:
      return parameters.empty() ? "" : " (" + number(parameters, 0) + "-byte elements)";
    case 3:
    case 5:
    case 32000:
      return "";
    case 4:
      return szip_words(parameters);
    case 6:
      return scaleoffset_words(parameters);
    case 307:
    case 32015:
      return parameters.empty() ? "" : " level " + number(parameters, 0);
    case 32001:
      return blosc_words(parameters);
    default:
      return std::nullopt;
  }
}

}  // namespace

std::string filter_name(int id, std::string_view name_in_file) {
  for (const KnownFilter& filter : kKnownFilters) {
    if (filter.id == id) return std::string(filter.name);
  }
  return name_in_file.empty() ? std::string("filter ") + std::to_string(id)
                              : std::string(name_in_file);
}

std::string filter_words(int id, std::string_view name_in_file,
                         std::span<const unsigned> parameters) {
  const auto words = parameter_words(id, parameters);
  return filter_name(id, name_in_file) + (words ? *words : all_numbers(parameters));
}

}  // namespace h5pave::cli
