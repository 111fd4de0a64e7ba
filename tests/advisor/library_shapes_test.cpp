// Library defaults: values taken down from the libraries (h5py 3.15, netCDF-C 4.10.1, PyTables
// 3.11.1), and shapes that nobody but a person would choose. Random ones are compared with the
// libraries themselves in tests/h5py/library_shapes_test.sh; 400 PyTables arrays were compared
// once.
#include "advisor/library_shapes.h"

#include <boost/test/unit_test.hpp>

namespace h5pave {

namespace {

using Lengths = std::vector<std::uint64_t>;

std::string recognised(Lengths extent, Lengths max_extent, Lengths chunk,
                       std::uint64_t element_bytes) {
  const ChunkedShape shape{std::move(extent), std::move(max_extent), std::move(chunk),
                           element_bytes};
  return std::string(library_default(shape).value_or("nobody"));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(library_shapes)

BOOST_AUTO_TEST_CASE(defaults_are_recognised) {
  BOOST_TEST(recognised({20000, 20000}, {20000, 20000}, {157, 313}, 4) == "h5py");
  BOOST_TEST(recognised({0}, {kUnlimited}, {1024}, 4) == "h5py");
  BOOST_TEST(recognised({0, 721, 1440}, {kUnlimited, 721, 1440}, {1, 721, 1440}, 4) == "netCDF-C");
  BOOST_TEST(recognised({0, 10}, {kUnlimited, 10}, {1638, 10}, 4) == "PyTables");
  BOOST_TEST(recognised({0, 512, 512}, {kUnlimited, 512, 512}, {1, 128, 512}, 8) == "PyTables");
  BOOST_TEST(recognised({0}, {kUnlimited}, {5461}, 12) == "PyTables");
}

BOOST_AUTO_TEST_CASE(shapes_of_persons_are_not) {
  BOOST_TEST(recognised({20000, 20000}, {20000, 20000}, {256, 256}, 4) == "nobody");
  BOOST_TEST(recognised({20000, 20000}, {20000, 20000}, {157, 314}, 4) == "nobody");
  BOOST_TEST(recognised({30, 10}, {30, 10}, {5, 5}, 4) == "nobody");
  BOOST_TEST(recognised({0, 721, 1440}, {kUnlimited, 721, 1440}, {24, 100, 100}, 4) == "nobody");
}

BOOST_AUTO_TEST_CASE(h5py_and_zarr_differ_in_their_sizes_alone) {
  const Lengths extent{20000, 20000};
  BOOST_TEST(h5py_shape(extent, 4) == (ChunkShape{157, 313}), boost::test_tools::per_element());
  BOOST_TEST(zarr_shape(extent, 4) == (ChunkShape{625, 1250}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(dask_takes_short_dimensions_whole_and_cubes_of_the_others) {
  const auto shape = [](const Lengths& extent) { return dask_shape(extent, 4, kDaskBytes); };
  BOOST_TEST(shape({20000, 20000}) == (ChunkShape{5792, 5792}), boost::test_tools::per_element());
  BOOST_TEST(shape({98128, 277, 349}) == (ChunkShape{348, 277, 348}),
             boost::test_tools::per_element());
  BOOST_TEST(shape({2896, 2896}) == (ChunkShape{2896, 2896}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(rew_touches_as_many_chunks_along_as_across) {
  const ChunkShape chunk = rew_shape({98128, 277, 349}, 4, 1 << 20);
  const double along = 98128.0 / static_cast<double>(chunk[0]);
  const double across = 277.0 / static_cast<double>(chunk[1]) * 349 / static_cast<double>(chunk[2]);
  BOOST_TEST(along == across, boost::test_tools::tolerance(0.05));
  BOOST_TEST(static_cast<double>(shape_bytes(chunk, 4)) == 1048576.0,
             boost::test_tools::tolerance(0.05));
}

BOOST_AUTO_TEST_CASE(odd_extents_give_a_shape) {
  for (const Lengths& extent : {Lengths{1}, Lengths{0}, Lengths{0, 0}, Lengths(32, 2),
                                Lengths{std::uint64_t{1} << 62, std::uint64_t{1} << 62}}) {
    const Lengths unlimited(extent.size(), kUnlimited);
    for (const std::uint64_t element_bytes : {std::uint64_t{1}, std::uint64_t{1} << 33}) {
      for (const ChunkShape& chunk :
           {h5py_shape(extent, element_bytes), zarr_shape(extent, element_bytes),
            netcdf_shape({extent, unlimited, {}, element_bytes}, kNetcdfBytes),
            netcdf_shape({extent, extent, {}, element_bytes}, kNetcdfBytes),
            pytables_shape(extent, 0, 1000, element_bytes),
            dask_shape(extent, element_bytes, kDaskBytes),
            rew_shape(extent, element_bytes, 1 << 20)}) {
        BOOST_REQUIRE_EQUAL(chunk.size(), extent.size());
        BOOST_TEST(recognised(extent, unlimited, chunk, element_bytes) != "");
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
