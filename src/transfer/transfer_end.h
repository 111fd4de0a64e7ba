// How a transfer ends, and the base of everything that runs one step by step.
//
// Called by the box and selection transfers. Thread rule: the thread that called HDF5.
#pragma once

#include <cstdint>
#include <string_view>

namespace h5pave {

/// How a transfer ended.
struct TransferEnd {
  enum class Kind {
    kDone,
    kFailed,  ///< The call must fail: the error stack says why.
    kGiveUp,  ///< Nothing is wrong with the program: stock HDF5 must run the whole call.
  };
  Kind kind = Kind::kDone;
  std::string_view native_reason;   ///< For kGiveUp.
  std::uint64_t direct_chunks = 0;  ///< Chunks that went past the cache.
};

/// A transfer whose steps return false when it ends early.
class EndableTransfer {
 protected:
  bool give_up(std::string_view reason) {
    end_.kind = TransferEnd::Kind::kGiveUp;
    end_.native_reason = reason;
    return false;
  }

  bool fail() {
    end_.kind = TransferEnd::Kind::kFailed;
    return false;
  }

  TransferEnd end_;
};

}  // namespace h5pave
