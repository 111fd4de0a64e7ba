// What each mode promises about the stored size, kind by kind, against zlib at the same level.
#include <array>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "encode/chunk_codec.h"
#include "support/sample_data.h"

namespace {

using h5pave::ChunkCodec;
using h5pave::DeflateMode;
using Kind = h5pave::FilterStep::Kind;

constexpr std::size_t kChunkBytes = 1 << 20;

std::size_t stored_bytes(const h5pave::test::Sample& sample, const h5pave::FilterSteps& steps,
                         DeflateMode mode) {
  return ChunkCodec(steps, mode).encode(sample.bytes).size();
}

struct Promise {
  DeflateMode mode;
  const char* name;
  double ratio;
  double extra_bytes;  // What block headers may take where the data is nearly nothing.
};
constexpr std::array kPromises{Promise{DeflateMode::kBalanced, "balanced", 1.02, 32},
                               Promise{DeflateMode::kSmall, "small", 1.00, 32},
                               Promise{DeflateMode::kFast, "fast", 1.10, 1024}};

void check_sizes(const h5pave::test::Sample& sample, const h5pave::FilterSteps& steps,
                 const char* shuffled) {
  const auto zlib = static_cast<double>(stored_bytes(sample, steps, DeflateMode::kStock));
  for (const auto& [mode, name, ratio, extra_bytes] : kPromises) {
    const auto ours = static_cast<double>(stored_bytes(sample, steps, mode));
    BOOST_TEST(ours <= ratio * zlib + extra_bytes,
               sample.name << shuffled << steps.back().parameter << ", " << name << ": "
                           << ours / zlib << " of zlib's " << zlib << " bytes");
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(size)

BOOST_DATA_TEST_CASE(no_larger_than_promised, boost::unit_test::data::make({1U, 4U, 6U, 9U}),
                     level) {
  for (const auto& sample : h5pave::test::sample_data(kChunkBytes)) {
    const auto element_bytes = static_cast<unsigned>(sample.element_bytes);
    check_sizes(sample, {{Kind::kShuffle, element_bytes}, {Kind::kDeflate, level}}, " shuffled, ");
    check_sizes(sample, {{Kind::kDeflate, level}}, " unshuffled, ");
  }
}

BOOST_AUTO_TEST_SUITE_END()
