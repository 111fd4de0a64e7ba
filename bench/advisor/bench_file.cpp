#include "bench_file.h"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace h5pave::bench {

namespace {

constexpr H5Z_filter_t kCountingFilter = 400;  // of HDF5's range for testing
constexpr const char* kName = "advisor_bench.h5";

ChunksCoded coded;  // libhdf5's filter callback gets no user data

std::size_t count_chunk(unsigned flags, std::size_t, const unsigned*, std::size_t bytes,
                        std::size_t*, void**) {
  ++((flags & H5Z_FLAG_REVERSE) != 0 ? coded.decoded : coded.encoded);
  return bytes;
}

void register_counting_filter() {
  const H5Z_class2_t filter{H5Z_CLASS_T_VERS, kCountingFilter, 1,       1,
                            "counting",       nullptr,         nullptr, count_chunk};
  must(H5Zregister(&filter) >= 0, "cannot register the counting filter");
}

}  // namespace

BenchFile::BenchFile(const Lengths& extent, const ChunkShape& chunk, hid_t access, hid_t transfer)
    : rank_(static_cast<int>(extent.size())),
      chunk_bytes_(static_cast<double>(shape_bytes(chunk, sizeof(float)))),
      transfer_(transfer),
      file_(H5Fcreate(kName, H5F_ACC_TRUNC, H5P_DEFAULT, access)) {
  register_counting_filter();
  const hid_t space = H5Screate_simple(rank_, extent.data(), nullptr);
  const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(list, rank_, chunk.data());
  H5Pset_shuffle(list);
  H5Pset_deflate(list, 1);
  H5Pset_filter(list, kCountingFilter, 0, 0, nullptr);
  dataset_ = H5Dcreate2(file_, "x", H5T_NATIVE_FLOAT, space, H5P_DEFAULT, list, H5P_DEFAULT);
  H5Pclose(list);
  H5Sclose(space);
  must(dataset_ >= 0, "cannot create the dataset");
}

BenchFile::~BenchFile() {
  H5Dclose(dataset_);
  H5Fclose(file_);
  std::remove(kName);
}

void BenchFile::write_all(const std::vector<float>& values) {
  must(H5Dwrite(dataset_, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, transfer_, values.data()) >= 0,
       "cannot write");
  reopen();
}

void BenchFile::reopen() {
  H5Dclose(dataset_);
  dataset_ = H5Dopen2(file_, "x", H5P_DEFAULT);
  must(dataset_ >= 0, "cannot open the dataset");
}

void BenchFile::read_box(const Lengths& start, const Lengths& count, std::vector<float>& buffer) {
  const hid_t memory = H5Screate_simple(rank_, count.data(), nullptr);
  const hid_t space = box(start, count);
  must(H5Dread(dataset_, H5T_NATIVE_FLOAT, memory, space, transfer_, buffer.data()) >= 0,
       "cannot read a box");
  H5Sclose(space);
  H5Sclose(memory);
}

void BenchFile::write_box(const Lengths& start, const Lengths& count,
                          const std::vector<float>& values) {
  const hid_t space = box(start, count);
  must(H5Dwrite(dataset_, H5T_NATIVE_FLOAT, space, space, transfer_, values.data()) >= 0,
       "cannot write a box");
  H5Sclose(space);
}

double BenchFile::stored_ratio() const {
  hsize_t chunks = 0;
  must(H5Dget_num_chunks(dataset_, H5S_ALL, &chunks) >= 0, "cannot count chunks");
  return static_cast<double>(H5Dget_storage_size(dataset_)) /
         std::max(1.0, static_cast<double>(chunks)) / chunk_bytes_;
}

ChunksCoded BenchFile::chunks_coded() { return std::exchange(coded, {}); }

hid_t BenchFile::box(const Lengths& start, const Lengths& count) const {
  const hid_t space = H5Dget_space(dataset_);
  H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr);
  return space;
}

}  // namespace h5pave::bench
