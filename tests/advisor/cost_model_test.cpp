// The cost model: chunks against enumeration, and what libhdf5 does to chunks in the cache, to
// partly written ones and to contiguous storage.
#include "advisor/cost_model.h"

#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <list>
#include <map>
#include <set>

#include "advisor/saturating.h"

namespace h5pave {

namespace {

using Lengths = std::vector<std::uint64_t>;

AccessBox box(Lengths lengths, Placement placement = Placement::kAnywhere,
              AccessKind kind = AccessKind::kRead) {
  AccessBox result;
  result.lengths = std::move(lengths);
  result.placement = placement;
  result.kind = kind;
  return result;
}

DatasetModel filtered(Lengths extent, std::uint64_t element_bytes = 4) {
  DatasetModel dataset;
  dataset.extent = std::move(extent);
  dataset.element_bytes = element_bytes;
  dataset.filters = Filters::kSome;
  return dataset;
}

Prediction predict(const DatasetModel& dataset, const Lengths& chunk, const AccessBox& access) {
  return predict_chunked(dataset, chunk, access, local_storage());
}

/// The chunks of all boxes of a 2-D dataset that follow each other in row-major order, through a
/// cache of `slots` chunks that drops the least recently used one.
double loads_counted(const Lengths& extent, const Lengths& lengths, const Lengths& chunk,
                     std::size_t slots) {
  std::list<std::pair<std::uint64_t, std::uint64_t>> cache;
  double loads = 0;
  double boxes = 0;
  for (std::uint64_t y = 0; y < extent[0]; y += lengths[0]) {
    for (std::uint64_t x = 0; x < extent[1]; x += lengths[1], boxes += 1) {
      const std::uint64_t last_y = std::min(y + lengths[0], extent[0]) - 1;
      const std::uint64_t last_x = std::min(x + lengths[1], extent[1]) - 1;
      for (std::uint64_t i = y / chunk[0]; i <= last_y / chunk[0]; ++i) {
        for (std::uint64_t j = x / chunk[1]; j <= last_x / chunk[1]; ++j) {
          const std::pair key{i, j};
          const auto found = std::find(cache.begin(), cache.end(), key);
          if (found == cache.end()) {
            loads += 1;
          } else {
            cache.erase(found);
          }
          cache.push_front(key);
          if (cache.size() > slots) cache.pop_back();
        }
      }
    }
  }
  return loads / boxes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cost_model)

BOOST_AUTO_TEST_CASE(chunks_touched_are_those_of_enumeration) {
  const Lengths extent{13, 17};
  for (const Lengths& chunk : std::vector<Lengths>{{1, 1}, {4, 5}, {13, 1}, {5, 17}, {13, 17}}) {
    for (const Lengths& lengths : std::vector<Lengths>{{1, 1}, {3, 7}, {13, 1}, {6, 17}}) {
      double touched = 0;
      double starts = 0;
      for (std::uint64_t y = 0; y + lengths[0] <= extent[0]; ++y) {
        for (std::uint64_t x = 0; x + lengths[1] <= extent[1]; ++x) {
          std::set<std::pair<std::uint64_t, std::uint64_t>> chunks;
          for (std::uint64_t i = 0; i < lengths[0]; ++i) {
            for (std::uint64_t j = 0; j < lengths[1]; ++j)
              chunks.emplace((y + i) / chunk[0], (x + j) / chunk[1]);
          }
          touched += static_cast<double>(chunks.size());
          starts += 1;
        }
      }
      BOOST_TEST(predict(filtered(extent), chunk, box(lengths)).chunks == touched / starts,
                 boost::test_tools::tolerance(1e-9));
    }
  }
}

BOOST_AUTO_TEST_CASE(scans_load_chunks_as_a_cache_of_that_size_does) {
  // Extents that are multiples of box and chunk, where the counts are exact.
  const Lengths extent{48, 60};
  const std::uint64_t element_bytes = 4;
  for (const Lengths& chunk : std::vector<Lengths>{{4, 60}, {4, 10}, {16, 12}, {48, 5}, {1, 60}}) {
    for (const Lengths& lengths : std::vector<Lengths>{{1, 60}, {2, 60}, {1, 10}, {8, 30}}) {
      for (const std::size_t slots : {1U, 2U, 6U, 12U, 500U}) {
        DatasetModel dataset = filtered(extent, element_bytes);
        dataset.cache_bytes = slots * shape_bytes(chunk, element_bytes);
        const double counted = loads_counted(extent, lengths, chunk, slots);
        const double predicted = predict(dataset, chunk, box(lengths, Placement::kInOrder)).chunks;
        BOOST_TEST_INFO("chunk " << chunk[0] << 'x' << chunk[1] << ", box " << lengths[0] << 'x'
                                 << lengths[1] << ", slots " << slots);
        BOOST_TEST(predicted == counted, boost::test_tools::tolerance(0.35));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(rows_appended_to_a_chunk_larger_than_the_cache_rewrite_it_each_time) {
  DatasetModel dataset = filtered({1000, 1000});
  dataset.cache_bytes = 1 << 20;
  const AccessBox append = box({1, kWholeDimension}, Placement::kInOrder, AccessKind::kWrite);
  const Prediction fits = predict(dataset, Lengths{100, 1000}, append);
  BOOST_TEST(fits.chunks == 0.01, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(fits.amplification == 1);
  const Prediction thrashes = predict(dataset, Lengths{500, 1000}, append);
  BOOST_TEST(thrashes.chunks == 1, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(thrashes.amplification == 500, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(thrashes.seconds > 50 * fits.seconds);
}

BOOST_AUTO_TEST_CASE(partly_written_chunks_are_read_back_whole_ones_are_not) {
  const DatasetModel dataset = filtered({1024, 1024});
  const AccessBox whole = box({64, 64}, Placement::kAligned, AccessKind::kWrite);
  const AccessBox shifted = box({64, 64}, Placement::kAnywhere, AccessKind::kWrite);
  const Lengths chunk{64, 64};
  BOOST_TEST(predict(dataset, chunk, whole).bytes_moved < 1.01 * 64 * 64 * 4);
  const Prediction partly = predict(dataset, chunk, shifted);
  // Nearly every start touches four chunks, each read and written.
  BOOST_TEST(partly.bytes_moved == 8.0 * 64 * 64 * 4, boost::test_tools::tolerance(0.05));
}

BOOST_AUTO_TEST_CASE(small_and_large_chunks_have_rates_of_their_own) {
  // Storage that costs nothing: a whole chunk read or written is the codec's time.
  StorageModel codec;
  codec.bytes_per_second = codec.copy_bytes_per_second = 1e300;
  codec.decode_bytes_per_second = 400e6;
  codec.small_decode_bytes_per_second = 100e6;
  codec.large_decode_bytes_per_second = 200e6;
  codec.encode_bytes_per_second = 100e6;
  codec.small_encode_bytes_per_second = 200e6;
  codec.large_encode_bytes_per_second = 50e6;
  const auto seconds = [&](std::uint64_t bytes, AccessKind kind) {
    const DatasetModel dataset = filtered({4 * bytes}, 1);
    return predict_chunked(dataset, Lengths{bytes}, box({bytes}, Placement::kAligned, kind), codec)
        .seconds;
  };
  const auto near = boost::test_tools::tolerance(1e-9);
  const std::uint64_t window = kDeflateWindowBytes;
  const std::uint64_t encoded = kEncodedInCacheBytes;
  const std::uint64_t decoded = kDecodedInCacheBytes;
  BOOST_TEST(seconds(window, AccessKind::kWrite) == static_cast<double>(window) / 200e6, near);
  const double in_cache =
      static_cast<double>(window) / 200e6 + static_cast<double>(encoded - window) / 100e6;
  BOOST_TEST(seconds(encoded, AccessKind::kWrite) == in_cache, near);
  BOOST_TEST(seconds(4 * encoded, AccessKind::kWrite) ==
                 in_cache + 3 * static_cast<double>(encoded) / 50e6,
             near);
  BOOST_TEST(seconds(window - 1, AccessKind::kRead) == static_cast<double>(window - 1) / 100e6,
             near);
  BOOST_TEST(seconds(window, AccessKind::kRead) == static_cast<double>(window) / 400e6, near);
  BOOST_TEST(seconds(decoded, AccessKind::kRead) == static_cast<double>(decoded) / 400e6, near);
  BOOST_TEST(seconds(2 * decoded, AccessKind::kRead) ==
                 static_cast<double>(decoded) * (1 / 400e6 + 1 / 200e6),
             near);
}

// Encoding fill value takes 0.12 of the time, decoding it 0.4.
BOOST_AUTO_TEST_CASE(what_is_fill_value_is_coded_faster) {
  StorageModel codec;
  codec.bytes_per_second = codec.copy_bytes_per_second = 1e300;
  codec.decode_bytes_per_second = codec.large_decode_bytes_per_second = 400e6;
  codec.encode_bytes_per_second = codec.small_encode_bytes_per_second =
      codec.large_encode_bytes_per_second = 100e6;
  constexpr std::uint64_t kChunk = 1'000'000;
  DatasetModel dataset = filtered({100 * kChunk}, 1);
  const auto seconds = [&](const AccessBox& access) {
    return predict_chunked(dataset, Lengths{kChunk}, access, codec).seconds;
  };
  const double encoding = kChunk / 100e6;
  const double decoding = kChunk / 400e6;
  const auto near = boost::test_tools::tolerance(1e-9);
  const AccessBox tenth = box({kChunk / 10}, Placement::kAligned, AccessKind::kWrite);
  // On average 0.55 full when it is encoded, 0.5 when it is read back.
  BOOST_TEST(seconds(tenth) == encoding * (0.55 + 0.45 * 0.12) + decoding * (0.5 + 0.5 * 0.4),
             near);
  dataset.written_part = 0.1;  // A chunk gets one such piece.
  BOOST_TEST(seconds(tenth) == encoding * (0.1 + 0.9 * 0.12) + decoding * (0.1 + 0.9 * 0.4), near);
  // What is read was written; of the rest of the chunk a tenth was.
  BOOST_TEST(seconds(box({kChunk / 10}, Placement::kAligned)) == decoding * (0.19 + 0.81 * 0.4),
             near);
  // In order and in the cache: encoded once, when it is full.
  dataset.written_part = 1;
  dataset.cache_bytes = kChunk;
  const AccessBox in_order = box({kChunk / 10}, Placement::kInOrder, AccessKind::kWrite);
  BOOST_TEST(seconds(in_order) == encoding / 10, near);
}

BOOST_AUTO_TEST_CASE(unfiltered_chunks_are_copied_at_one_rate) {
  StorageModel codec;
  codec.bytes_per_second = 1e300;
  codec.copy_bytes_per_second = 1e9;
  codec.large_decode_bytes_per_second = codec.large_encode_bytes_per_second = 1;
  codec.decode_bytes_per_second = codec.encode_bytes_per_second = 1;
  codec.small_decode_bytes_per_second = codec.small_encode_bytes_per_second = 1;
  DatasetModel dataset;
  dataset.extent = {std::uint64_t{1} << 26};
  dataset.cache_bytes = std::uint64_t{1} << 30;
  const AccessBox whole = box({std::uint64_t{1} << 24}, Placement::kAligned);
  // To the chunk and from it.
  BOOST_TEST(predict_chunked(dataset, Lengths{std::uint64_t{1} << 24}, whole, codec).seconds ==
                 2 * 0x1p24 / 1e9,
             boost::test_tools::tolerance(1e-9));
}

/// Blocks that 16 ranks write side by side, 4 x 4 of them.
AccessBox block_of_sixteen() {
  AccessBox block = box({724, 724}, Placement::kAligned, AccessKind::kWrite);
  block.ranks = 16;
  return block;
}

BOOST_AUTO_TEST_CASE(a_chunk_of_all_ranks_leaves_all_but_one_idle) {
  const DatasetModel dataset = filtered({2896, 2896});
  const AccessBox block = block_of_sixteen();
  const Prediction own = predict(dataset, Lengths{724, 724}, block);
  const Prediction shared = predict(dataset, Lengths{2896, 2896}, block);
  BOOST_TEST(own.chunks == 1);
  BOOST_TEST(shared.chunks == 1);
  BOOST_TEST(shared.seconds > 14 * own.seconds);
  BOOST_TEST(shared.seconds < 20 * own.seconds);
  // Of 8 chunks 8 ranks encode one each.
  BOOST_TEST(predict(dataset, Lengths{724, 1448}, block).seconds > 1.9 * own.seconds);
}

BOOST_AUTO_TEST_CASE(chunks_that_ranks_cover_together_are_not_read_back) {
  const DatasetModel dataset = filtered({2896, 2896});
  AccessBox block = block_of_sixteen();
  const Lengths chunk{1448, 362};
  const double chunk_bytes = 1448.0 * 362 * 4;
  // 16 chunks, one per rank, each of two ranks' blocks; only written.
  BOOST_TEST(predict(dataset, chunk, block).chunks == 1);
  BOOST_TEST(predict(dataset, chunk, block).bytes_moved == chunk_bytes,
             boost::test_tools::tolerance(0.001));
  // One rank by itself reads the two chunks of its block before it writes them.
  block.ranks = 1;
  BOOST_TEST(predict(dataset, chunk, block).bytes_moved == 4 * chunk_bytes,
             boost::test_tools::tolerance(0.001));
}

BOOST_AUTO_TEST_CASE(what_ranks_send_each_other_costs) {
  const DatasetModel dataset = filtered({2896, 2896});
  const AccessBox block = block_of_sixteen();
  // As many chunks of as many bytes each: within the blocks of ranks, and across two of them.
  const double own = predict(dataset, Lengths{362, 724}, block).seconds;
  const double shared = predict(dataset, Lengths{181, 1448}, block).seconds;
  const double half_of_two_chunks = 362.0 * 724 * 4;
  BOOST_TEST(shared > own + half_of_two_chunks / 1e9);
  BOOST_TEST(shared < 1.1 * own);
}

BOOST_AUTO_TEST_CASE(rows_that_ranks_append_rewrite_their_chunk_in_each_call) {
  const DatasetModel dataset = filtered({1000, 1000});
  AccessBox row = box({1, kWholeDimension}, Placement::kInOrder, AccessKind::kWrite);
  row.ranks = 4;
  const double stored = 100.0 * 1000 * 4;
  // 250 calls of four rows, 10 chunks: each is read back in all calls but the first.
  BOOST_TEST(predict(dataset, Lengths{100, 1000}, row).bytes_moved == (2 - 10.0 / 250) * stored,
             boost::test_tools::tolerance(0.001));
  BOOST_TEST(predict(dataset, Lengths{4, 1000}, row).bytes_moved == 4.0 * 1000 * 4,
             boost::test_tools::tolerance(0.01));
}

BOOST_AUTO_TEST_CASE(ranks_write_unfiltered_chunks_in_place) {
  DatasetModel dataset = filtered({2896, 2896});
  dataset.filters = Filters::kNone;
  const AccessBox block = block_of_sixteen();
  const Prediction shared = predict(dataset, Lengths{1448, 1448}, block);
  BOOST_TEST(shared.bytes_moved == shared.bytes_wanted, boost::test_tools::tolerance(0.001));
  BOOST_TEST(shared.amplification == 1);
}

BOOST_AUTO_TEST_CASE(more_ranks_than_boxes_and_readers_are_as_they_are) {
  const DatasetModel dataset = filtered({100, 100});
  AccessBox whole =
      box({kWholeDimension, kWholeDimension}, Placement::kAligned, AccessKind::kWrite);
  whole.ranks = 1000;
  BOOST_TEST(predict(dataset, Lengths{100, 100}, whole).bytes_moved == 40000,
             boost::test_tools::tolerance(0.001));
  AccessBox read = box({50, 50});
  const double alone = predict(dataset, Lengths{10, 10}, read).seconds;
  read.ranks = 8;
  BOOST_TEST(predict(dataset, Lengths{10, 10}, read).seconds == alone);
}

BOOST_AUTO_TEST_CASE(a_batch_touches_as_many_chunks_as_drawing_with_replacement) {
  const DatasetModel dataset = filtered({1000, 8});
  AccessBox batch = box({1, kWholeDimension});
  batch.repeats = 32;
  // 10 chunks: 10·(1 - 0.9^32) of them.
  BOOST_TEST(predict(dataset, Lengths{100, 8}, batch).chunks == 9.6566,
             boost::test_tools::tolerance(1e-4));
  BOOST_TEST(predict(dataset, Lengths{1, 8}, batch).amplification == 1,
             boost::test_tools::tolerance(0.02));
  BOOST_TEST(predict(dataset, Lengths{1, 8}, batch).bytes_wanted == 32.0 * 8 * 4);
  // Chunks that the cache cannot hold together are decoded for each sample.
  DatasetModel thrashing = dataset;
  thrashing.cache_bytes = 1000;
  BOOST_TEST(predict(thrashing, Lengths{100, 8}, batch).chunks == 32,
             boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(a_column_of_a_contiguous_dataset_fetches_a_sieve_buffer_per_row) {
  DatasetModel dataset;
  dataset.extent = {20000, 20000};
  dataset.element_bytes = 4;
  const Prediction column = predict_contiguous(dataset, box({kWholeDimension, 1}), local_storage());
  BOOST_TEST(column.chunks == 20000);
  BOOST_TEST(column.bytes_moved == 20000.0 * 65536);
  const Prediction row = predict_contiguous(dataset, box({1, kWholeDimension}), local_storage());
  BOOST_TEST(row.chunks == 1);
  BOOST_TEST(row.amplification == 1);
  const Prediction chunked = predict(dataset, Lengths{256, 256}, box({kWholeDimension, 1}));
  BOOST_TEST(chunked.seconds < column.seconds / 10);
}

BOOST_AUTO_TEST_CASE(large_unfiltered_chunks_are_read_in_place) {
  DatasetModel dataset;
  dataset.extent = {4096, 4096};
  dataset.element_bytes = 4;
  const Prediction point = predict(dataset, Lengths{4096, 4096}, box({1, 1}));
  BOOST_TEST(point.bytes_moved == 4);
  dataset.filters = Filters::kSome;
  BOOST_TEST(predict(dataset, Lengths{4096, 4096}, box({1, 1})).amplification == 4096.0 * 4096);
}

BOOST_AUTO_TEST_CASE(padding_and_index_entries_count_against_a_shape) {
  DatasetModel dataset;
  dataset.extent = {101, 100};
  dataset.element_bytes = 4;
  BOOST_TEST(storage_overhead(dataset, Lengths{101, 100}) < 1.001);
  BOOST_TEST(storage_overhead(dataset, Lengths{100, 100}) > 1.98);
  BOOST_TEST(storage_overhead(dataset, Lengths{1, 1}) == 9, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(thirty_two_dimensions_and_huge_extents_stay_finite) {
  DatasetModel dataset = filtered(Lengths(32, std::uint64_t{1} << 40), 8);
  const Prediction one = predict(dataset, Lengths(32, 2), box(Lengths(32, 1)));
  BOOST_TEST(std::isfinite(one.seconds));
  BOOST_TEST(one.chunks == 1, boost::test_tools::tolerance(1e-6));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
