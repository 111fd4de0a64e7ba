#include "mpi_overlay.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "library_context.h"
#include "selection_runs.h"
#include "shared_dataset.h"
#include "transfer_spaces.h"
#include "type_conversion.h"

namespace h5pave {

namespace {

constexpr std::uint64_t kBatchElements = 32768;

/// Kept elements and where they belong in a batch of selected elements.
struct Place {
  std::uint64_t first;  ///< In the batch.
  std::uint64_t count;
  const std::byte* elements;
};

class Overlay {
 public:
  Overlay(const DatasetTransfer& transfer, std::byte* buffer)
      : shared_(*transfer.dataset.shared),
        spaces_(transfer.mem_space, transfer.file_space, shared_.extent(transfer.dataset.under)),
        file_bytes_(shared_.facts().format().element_bytes),
        memory_bytes_(H5Tget_size(transfer.mem_type)),
        in_file_(spaces_.file(), file_bytes_),
        in_memory_(spaces_.memory(), memory_bytes_),
        buffer_(buffer) {
    if (shared_.facts().has_type(transfer.mem_type)) return;
    converter_ = make_conversion(shared_.facts().type(), transfer.mem_type, transfer.dxpl);
    if (converter_ == nullptr) throw std::runtime_error("libhdf5 cannot convert the elements");
  }

  bool run() {
    const hssize_t selected = H5Sget_select_npoints(spaces_.file());
    for (auto left = static_cast<std::uint64_t>(std::max<hssize_t>(selected, 0)); left > 0;) {
      const std::uint64_t count = std::min(left, kBatchElements);
      find_places(count);
      in_memory_.next(static_cast<std::size_t>(count), runs_);
      if (!places_.empty() && !put()) return false;
      left -= count;
    }
    return true;
  }

 private:
  void find_places(std::uint64_t count) {
    places_.clear();
    in_file_.next(static_cast<std::size_t>(count), runs_);
    std::uint64_t position = 0;
    for (const ElementRun& run : runs_) {
      const std::uint64_t first = run.first_byte / file_bytes_;
      held_.clear();
      shared_.mpi().pending->find(first, run.bytes / file_bytes_, held_);
      for (const PendingChunks::Held& held : held_)
        places_.push_back({position + (held.first - first), held.count, held.elements});
      position += run.bytes / file_bytes_;
    }
  }

  /// Converts the elements of all places and copies them into the program's memory.
  bool put() {
    std::uint64_t count = 0;
    for (const Place& place : places_) count += place.count;
    const std::size_t room = converter_ != nullptr ? converter_->room_bytes() : file_bytes_;
    std::byte* const elements = elements_.get(static_cast<std::size_t>(count) * room).data();
    std::byte* next = elements;
    for (const Place& place : places_) {
      std::memcpy(next, place.elements, static_cast<std::size_t>(place.count) * file_bytes_);
      next += place.count * file_bytes_;
    }
    if (converter_ != nullptr) {
      std::byte* background = nullptr;
      if (converter_->needs_background()) {
        background = background_.get(static_cast<std::size_t>(count) * memory_bytes_).data();
        copy_with_memory([](std::byte* memory, std::byte* dense,
                            std::size_t bytes) { std::memcpy(dense, memory, bytes); },
                         background);
      }
      if (!converter_->convert(static_cast<std::size_t>(count), elements, background)) return false;
    }
    copy_with_memory([](std::byte* memory, const std::byte* dense,
                        std::size_t bytes) { std::memcpy(memory, dense, bytes); },
                     elements);
    return true;
  }

  /// Calls `copy(memory, dense, bytes)` for what adjoins in the program's memory; `dense` has the
  /// elements of all places one after the other.
  template <typename Copy>
  void copy_with_memory(Copy&& copy, std::byte* dense) const {
    auto run = runs_.begin();
    std::uint64_t run_first = 0;  // In the batch.
    for (const Place& place : places_) {
      for (std::uint64_t at = place.first; at < place.first + place.count;) {
        while (at >= run_first + run->bytes / memory_bytes_) {
          run_first += run->bytes / memory_bytes_;
          ++run;
        }
        const std::uint64_t count =
            std::min(place.first + place.count - at, run_first + run->bytes / memory_bytes_ - at);
        const std::size_t bytes = static_cast<std::size_t>(count) * memory_bytes_;
        copy(buffer_ + run->first_byte + (at - run_first) * memory_bytes_, dense, bytes);
        dense += bytes;
        at += count;
      }
    }
  }

  SharedDataset& shared_;
  const TransferSpaces spaces_;
  const std::size_t file_bytes_;    ///< Of one element.
  const std::size_t memory_bytes_;  ///< The same.
  SelectionRuns in_file_;
  SelectionRuns in_memory_;
  std::byte* const buffer_;
  std::unique_ptr<ElementConverter> converter_;
  std::vector<ElementRun> runs_;  ///< In memory, while places are filled.
  std::vector<PendingChunks::Held> held_;
  std::vector<Place> places_;  ///< Of one batch, in its order.
  ByteBuffer elements_;
  ByteBuffer background_;
};

}  // namespace

bool overlay_pending(const DatasetTransfer& transfer, void* buffer) {
  const LibraryContext apart;
  return Overlay(transfer, static_cast<std::byte*>(buffer)).run();
}

}  // namespace h5pave
