// A dataset of `int` with shuffle and gzip in a MemoryStore, with its workshop and cache.
#pragma once

#include <random>

#include "support/memory_store.h"
#include "transfer/box_transfer.h"

namespace h5pave {

struct ChunkBench {
  ChunkBench(Extent dataset_extent, Extent chunk, unsigned threads, std::uint64_t hot_bytes = 0,
             std::uint64_t memory_bytes = std::uint64_t{32} << 20U)
      : extent(std::move(dataset_extent)),
        pool(threads),
        slots(std::size_t{32} << 20U),
        format(format_of(std::move(chunk))),
        account(memory_bytes),
        cache(format, account, hot_bytes) {}

  static ChunkFormat format_of(Extent chunk) {
    ChunkFormat format;
    format.chunk = std::move(chunk);
    format.element_bytes = sizeof(int);
    format.filters = {{FilterStep::Kind::kShuffle, sizeof(int)}, {FilterStep::Kind::kDeflate, 4}};
    format.fill.assign(sizeof(int), std::byte{0x11});
    return format;
  }

  ChunkAccess access() {
    return {store, {pool.thread_count() > 1 ? &pool : nullptr, slots, DeflateMode::kBalanced}};
  }

  TransferTarget target() { return {format, extent, cache, access(), converter}; }

  TransferEnd write(const Box& box, const std::vector<int>& values) {
    return write_box(
        target(), box,
        {reinterpret_cast<const std::byte*>(values.data()), dense_layout(box.length, sizeof(int))});
  }

  TransferEnd read(const Box& box, std::vector<int>& values) {
    values.assign(element_count(box), -1);
    return read_box(
        target(), box,
        {reinterpret_cast<std::byte*>(values.data()), dense_layout(box.length, sizeof(int))});
  }

  bool flush() { return cache.flush(access()); }

  /// The chunk at `offset` as stored.
  std::vector<int> stored(const Extent& offset) {
    std::vector<int> values(static_cast<std::size_t>(chunk_elements(format)));
    ChunkCodec codec(format.filters, DeflateMode::kBalanced);
    const bool decoded =
        codec.decode(store.chunks.at(offset), std::as_writable_bytes(std::span(values)));
    return decoded ? values : std::vector<int>{};
  }

  Extent extent;
  ThreadPool pool;
  SlotPool slots;
  ChunkFormat format;
  MemoryAccount account;
  MemoryStore store;
  ElementConverter* converter = nullptr;
  ChunkCache cache;
};

inline std::vector<int> numbers(std::uint64_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<int> values(count);
  for (int& value : values) value = static_cast<int>(random() % 1000);
  return values;
}

}  // namespace h5pave
