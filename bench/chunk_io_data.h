// The values that bench/chunk_io_bench writes and expects: each is a function of its place alone,
// so that any part can be made again for a comparison. No h5pave code. Thread rule: plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace chunk_io {

enum class Kind {
  kSmooth,     ///< A temperature-like field, 260 to 310, with noise of 0.01.
  kQuantised,  ///< The same with noise of 0.05, rounded to one decimal.
  kNoise,      ///< White noise, mean 0, deviation 1.
  kCounters,   ///< 1,000,000 and 3 more at each place.
  kImages,     ///< Camera-like counts, 900 to 2,200, with noise of 12.
};

/// The values of an array whose rows have `width` elements.
class Field {
 public:
  Field(Kind kind, std::size_t width);

  /// Fills `values` with what stands at the linear places `first`, `first` + 1, … Each value is
  /// made in double precision and then converted to Value, so a float array is the double array
  /// rounded once. Value: float, double, int32_t or uint16_t.
  template <class Value>
  void fill(std::uint64_t first, std::span<Value> values) const;

 private:
  double value_at(double row_factor, std::size_t column, std::uint64_t place) const;

  Kind kind_;
  std::vector<double> slow_;  // what depends on the column alone
  std::vector<double> fast_;
};

}  // namespace chunk_io
