// The elements that this rank gives to one collective write, chunk by chunk.
//
// Called by the collective writer. Thread rule: copy_into() and whole() on any thread, the others
// on the thread that called HDF5.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "commit/chunk_format.h"
#include "gather/strided_copy.h"
#include "mpi/write_plan.h"
#include "plan/box.h"
#include "plan/chunk_numbers.h"

namespace h5pave {

class WriteSource {
 public:
  WriteSource() = default;
  WriteSource(const WriteSource&) = delete;
  WriteSource& operator=(const WriteSource&) = delete;
  virtual ~WriteSource() = default;

  /// The chunks of which this rank writes anything, ascending by number.
  virtual const std::vector<TouchedChunk>& touched() const = 0;

  /// The decoded chunk where it lies in memory as it lies in the file, all of it; else empty.
  virtual std::span<const std::byte> whole(std::uint64_t number) const = 0;

  /// Copies this rank's elements of a touched chunk into the decoded chunk.
  virtual void copy_into(std::uint64_t number, std::span<std::byte> chunk) const = 0;

  /// Adds this rank's elements of a touched chunk to a message for its owner.
  virtual void pack(std::uint64_t number, std::vector<std::byte>& message) const = 0;
};

/// A rank that writes nothing.
class NoSource : public WriteSource {
 public:
  const std::vector<TouchedChunk>& touched() const override { return none_; }
  std::span<const std::byte> whole(std::uint64_t) const override { return {}; }
  void copy_into(std::uint64_t, std::span<std::byte>) const override {}
  void pack(std::uint64_t, std::vector<std::byte>&) const override {}

 private:
  const std::vector<TouchedChunk> none_;
};

/// A box in the program's memory, of elements as they are in the file.
class BoxSource : public WriteSource {
 public:
  /// `box` lies inside `extent`; its element (0, …, 0) lies at base + layout.first. `format` and
  /// the memory must outlive the source.
  BoxSource(const ChunkFormat& format, const Extent& extent, Box box, const std::byte* base,
            StridedBytes layout);

  const std::vector<TouchedChunk>& touched() const override { return touched_; }
  std::span<const std::byte> whole(std::uint64_t number) const override;
  void copy_into(std::uint64_t number, std::span<std::byte> chunk) const override;
  void pack(std::uint64_t number, std::vector<std::byte>& message) const override;

 private:
  ChunkPart part(std::uint64_t number) const;

  const ChunkFormat& format_;
  const ChunkNumbers numbers_;
  const Box box_;
  const std::byte* const base_;
  const StridedBytes layout_;
  std::vector<TouchedChunk> touched_;
};

}  // namespace h5pave
