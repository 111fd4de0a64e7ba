// Our stored bytes read by stock HDF5, and stock's stored bytes read by us, in files in memory.
#include <hdf5.h>

#include <boost/test/unit_test.hpp>
#include <random>

#include "encode/chunk_codec.h"
#include "support/filter_orders.h"
#include "support/random_bytes.h"

namespace {

using Bytes = std::vector<std::byte>;
using h5pave::ChunkCodec;
using h5pave::DeflateMode;
using h5pave::FilterSteps;
using Kind = h5pave::FilterStep::Kind;

void require(bool done) { BOOST_REQUIRE(done); }

hid_t opened(hid_t id) {
  require(id >= 0);
  return id;
}

class MemoryFile {
 public:
  MemoryFile() {
    const hid_t access = opened(H5Pcreate(H5P_FILE_ACCESS));
    require(H5Pset_fapl_core(access, 1 << 20, false) >= 0);
    file_ = opened(H5Fcreate("codec_test.h5", H5F_ACC_TRUNC, H5P_DEFAULT, access));
    H5Pclose(access);
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { H5Fclose(file_); }
  hid_t id() const { return file_; }

 private:
  hid_t file_ = H5I_INVALID_HID;
};

hid_t creation_list(const FilterSteps& steps, hsize_t elements) {
  const hid_t list = opened(H5Pcreate(H5P_DATASET_CREATE));
  require(H5Pset_chunk(list, 1, &elements) >= 0);
  for (const auto& step : steps) {
    switch (step.kind) {
      case Kind::kShuffle:
        require(H5Pset_shuffle(list) >= 0);
        break;
      case Kind::kDeflate:
        require(H5Pset_deflate(list, step.parameter) >= 0);
        break;
      case Kind::kFletcher32:
        require(H5Pset_fletcher32(list) >= 0);
        break;
    }
  }
  return list;
}

// A dataset of one chunk of opaque elements.
class OneChunk {
 public:
  OneChunk(const MemoryFile& file, const FilterSteps& steps, std::size_t element_bytes,
           std::size_t bytes)
      : bytes_(bytes), type_(opened(H5Tcreate(H5T_OPAQUE, element_bytes))) {
    const hsize_t elements = bytes / element_bytes;
    const hid_t space = opened(H5Screate_simple(1, &elements, nullptr));
    const hid_t list = creation_list(steps, elements);
    dataset_ = opened(H5Dcreate_anon(file.id(), type_, space, list, H5P_DEFAULT));
    H5Pclose(list);
    H5Sclose(space);
  }
  OneChunk(const OneChunk&) = delete;
  OneChunk& operator=(const OneChunk&) = delete;
  ~OneChunk() {
    H5Dclose(dataset_);
    H5Tclose(type_);
  }

  void write(const Bytes& chunk) {
    require(H5Dwrite(dataset_, type_, H5S_ALL, H5S_ALL, H5P_DEFAULT, chunk.data()) >= 0);
    require(H5Dflush(dataset_) >= 0);
  }
  void write_stored(std::span<const std::byte> stored) {
    const hsize_t origin = 0;
    require(H5Dwrite_chunk(dataset_, H5P_DEFAULT, 0, &origin, stored.size(), stored.data()) >= 0);
  }
  Bytes read() {
    Bytes chunk(bytes_);
    require(H5Dread(dataset_, type_, H5S_ALL, H5S_ALL, H5P_DEFAULT, chunk.data()) >= 0);
    return chunk;
  }
  Bytes read_stored() {
    const hsize_t origin = 0;
    hsize_t stored_bytes = 0;
    require(H5Dget_chunk_storage_size(dataset_, &origin, &stored_bytes) >= 0);
    Bytes stored(stored_bytes);
    std::uint32_t filter_mask = 0;
    require(H5Dread_chunk(dataset_, H5P_DEFAULT, &origin, &filter_mask, stored.data()) >= 0);
    BOOST_TEST(filter_mask == 0U);
    return stored;
  }

 private:
  std::size_t bytes_;
  hid_t type_;
  hid_t dataset_ = H5I_INVALID_HID;
};

struct Case {
  FilterSteps steps;
  DeflateMode mode;
  std::size_t element_bytes;
};

void check(const MemoryFile& file, const Case& what, const Bytes& chunk) {
  ChunkCodec codec(what.steps, what.mode);
  const auto view = codec.encode(chunk);
  const Bytes ours(view.begin(), view.end());
  OneChunk read_by_stock(file, what.steps, what.element_bytes, chunk.size());
  read_by_stock.write_stored(ours);
  const bool stock_reads = read_by_stock.read() == chunk;
  BOOST_TEST(stock_reads, "stock reads " << chunk.size() << " bytes");

  OneChunk written_by_stock(file, what.steps, what.element_bytes, chunk.size());
  written_by_stock.write(chunk);
  const Bytes stored = written_by_stock.read_stored();
  Bytes back(chunk.size());
  const bool we_read = codec.decode(stored, back) && back == chunk;
  BOOST_TEST(we_read, "we read " << chunk.size() << " bytes");
  if (what.mode == DeflateMode::kStock) {
    const bool same = stored == ours;
    BOOST_TEST(same, "the same stored bytes for " << chunk.size() << " bytes");
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stock_filters)

BOOST_AUTO_TEST_CASE(every_order_of_small_chunks) {
  std::mt19937_64 random(21);
  for (const std::size_t element_bytes : {1UL, 2UL, 3UL, 4UL, 5UL, 6UL, 7UL, 8UL, 9UL, 10UL, 11UL,
                                          12UL, 13UL, 14UL, 15UL, 16UL, 33UL}) {
    const MemoryFile file;
    for (std::size_t bytes = element_bytes; bytes <= 300; bytes += element_bytes) {
      const auto level = static_cast<unsigned>(random() % 10);
      for (auto& steps :
           h5pave::test::all_filter_orders(static_cast<unsigned>(element_bytes), level)) {
        const DeflateMode mode = h5pave::test::kAllModes[random() % 4];
        check(file, {std::move(steps), mode, element_bytes},
              h5pave::test::mixed_bytes(bytes, random()));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(every_order_and_mode_of_large_chunks) {
  std::mt19937_64 random(22);
  for (const std::size_t element_bytes : {1UL, 2UL, 3UL, 4UL, 8UL, 13UL}) {
    for (const DeflateMode mode : h5pave::test::kAllModes) {
      const auto level = static_cast<unsigned>(1 + random() % 9);
      for (auto& steps :
           h5pave::test::all_filter_orders(static_cast<unsigned>(element_bytes), level)) {
        const MemoryFile file;
        const std::size_t limit = random() % 16 == 0 ? 3000000 : 100000;
        const std::size_t bytes = (1 + random() % limit / element_bytes) * element_bytes;
        check(file, {std::move(steps), mode, element_bytes},
              h5pave::test::mixed_bytes(bytes, random()));
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
