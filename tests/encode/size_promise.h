// What each mode promises about the stored size, against zlib at the same level. Called by the size
// tests. Thread rule: one thread.
#pragma once

#include <array>
#include <boost/test/unit_test.hpp>
#include <span>

#include "encode/chunk_codec.h"
#include "encode/deflate_engine.h"
#include "support/sample_data.h"

namespace h5pave::test {

inline std::size_t stored_bytes(const Sample& sample, const FilterSteps& steps, DeflateMode mode) {
  return ChunkCodec(steps, mode).encode(sample.bytes).size();
}

struct Promise {
  DeflateMode mode;
  const char* name;
  double ratio;
  double extra_bytes;  // What block headers may take where the data is nearly nothing.
};
inline constexpr std::array kPromises{Promise{DeflateMode::kBalanced, "balanced", 1.02, 32},
                                      Promise{DeflateMode::kSmall, "small", 1.00, 64},
                                      Promise{DeflateMode::kFast, "fast", 1.10, 1024}};

/// Over all `samples` together.
inline void check_total(std::span<const Sample> samples, const char* name, Planes planes,
                        unsigned level) {
  const auto total = [&](DeflateMode mode) {
    std::size_t bytes = 0;
    for (const Sample& sample : samples) {
      const FilterStep deflate{FilterStep::Kind::kDeflate, level};
      const FilterStep shuffle{FilterStep::Kind::kShuffle,
                               static_cast<unsigned>(sample.element_bytes)};
      const bool shuffled = planes == Planes::kYes;
      bytes += stored_bytes(sample, shuffled ? FilterSteps{shuffle, deflate} : FilterSteps{deflate},
                            mode);
    }
    return static_cast<double>(bytes);
  };
  const double zlib = total(DeflateMode::kStock);
  for (const auto& [mode, mode_name, ratio, extra_bytes] : kPromises) {
    const double ours = total(mode);
    BOOST_TEST(ours <= ratio * zlib + extra_bytes,
               name << (planes == Planes::kYes ? " shuffled, " : " unshuffled, ") << level << ", "
                    << mode_name << ": " << ours / zlib << " of zlib's " << zlib << " bytes");
  }
}

}  // namespace h5pave::test
