// A deflate engine around a library whose streams begin and end at whole bytes. Called by the
// engines. Thread rule: one object, one thread.
#pragma once

#include "encode/byte_buffer.h"
#include "encode/deflate_engine.h"

namespace h5pave {

class WholeByteEngine : public DeflateEngine {
 public:
  void append(std::span<const std::byte> bytes, LastBlock last, BitWriter& out,
              std::size_t room) final;
  std::size_t trial(std::span<const std::byte> bytes) final;

 protected:
  /// Writes a stream for `bytes` to `out`; one that is not the last can be followed by others.
  /// Returns the bytes written. Throws std::runtime_error when there is too little room.
  virtual std::size_t write(std::span<const std::byte> bytes, LastBlock last,
                            std::span<std::byte> out) = 0;

  std::size_t scratch_bytes() const { return scratch_.memory_bytes(); }

 private:
  ByteBuffer scratch_;
};

}  // namespace h5pave
