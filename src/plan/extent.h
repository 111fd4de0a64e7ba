// A number per dimension: lengths, coordinates, byte distances.
//
// Thread rule: values.
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstddef>
#include <cstdint>

namespace h5pave {

/// No allocation for up to four dimensions: small transfers make many of these.
template <typename Number>
using PerDimension = boost::container::small_vector<Number, 4>;

using Extent = PerDimension<std::uint64_t>;

}  // namespace h5pave
