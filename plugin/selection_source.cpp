#include "selection_source.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "data_transform.h"
#include "selection_runs.h"
#include "shared_dataset.h"
#include "transfer_spaces.h"

namespace h5pave {

namespace {

constexpr std::uint64_t kBatchElements = kMostTransformed;
constexpr std::uint64_t kBatchBytes = std::uint64_t{1} << 22U;

/// Copies the elements of `runs` one after the other to `to`.
void pack(const std::byte* buffer, const std::vector<ElementRun>& runs, std::byte* to) {
  for (const ElementRun& run : runs) {
    std::memcpy(to, buffer + run.first_byte, run.bytes);
    to += run.bytes;
  }
}

}  // namespace

std::unique_ptr<RunSource> gather_selection(const DatasetTransfer& transfer,
                                            const std::byte* buffer, const Extent& extent,
                                            ElementConverter* converter) {
  const ChunkFormat& format = transfer.dataset.shared->facts().format();
  const TransferSpaces spaces(transfer.mem_space, transfer.file_space, extent);
  const bool may_repeat = H5Sget_select_type(spaces.file()) == H5S_SEL_POINTS;
  auto source = std::make_unique<RunSource>(
      format, extent, may_repeat ? RunSource::Elements::kMayRepeat : RunSource::Elements::kUnique);
  const std::size_t memory_element_bytes = H5Tget_size(transfer.mem_type);
  const std::size_t room = std::max(memory_element_bytes, format.element_bytes);
  SelectionRuns in_memory(spaces.memory(), memory_element_bytes);
  SelectionRuns in_file(spaces.file(), format.element_bytes);
  const std::uint64_t most = std::clamp<std::uint64_t>(kBatchBytes / room, 1, kBatchElements);
  const hssize_t selected = H5Sget_select_npoints(spaces.file());
  ByteBuffer packed;
  std::vector<ElementRun> runs;
  for (auto left = static_cast<std::uint64_t>(std::max<hssize_t>(selected, 0)); left > 0;) {
    const auto count = static_cast<std::size_t>(std::min(left, most));
    std::byte* const elements = packed.get(count * room).data();
    in_memory.next(count, runs);
    pack(buffer, runs, elements);
    if (converter != nullptr && !converter->convert(count, elements, nullptr))
      throw std::runtime_error("libhdf5 cannot convert the elements");
    in_file.next(count, runs);
    const std::byte* next = elements;
    for (const ElementRun& run : runs) {
      source->add(run.first_byte / format.element_bytes, run.bytes / format.element_bytes, next);
      next += run.bytes;
    }
    left -= count;
  }
  source->finish();
  return source;
}

}  // namespace h5pave
