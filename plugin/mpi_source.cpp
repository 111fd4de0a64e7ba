#include "mpi_source.h"

#include <new>
#include <stdexcept>

#include "data_transform.h"
#include "h5/error_stack.h"
#include "library_context.h"
#include "mpi_verdicts.h"
#include "selection_source.h"
#include "shared_dataset.h"
#include "transfer_plan.h"
#include "transfer_spaces.h"
#include "type_conversion.h"

namespace h5pave {

namespace {

RankPart refused(std::string_view reason) { return {verdict_of(reason), nullptr}; }

/// Throws std::bad_alloc or std::runtime_error.
RankPart find_part(const DatasetTransfer& transfer, const std::byte* buffer, const Extent& extent) {
  const ChunkedDataset& facts = transfer.dataset.shared->facts();
  const std::size_t memory_element_bytes = H5Tget_size(transfer.mem_type);
  TransferPlan plan =
      plan_transfer(extent, transfer.mem_space, transfer.file_space, memory_element_bytes);
  const bool is_planned = plan.box || plan.selections || plan.native_reason == kMemoryShapeDiffers;
  if (plan.native_reason == kNothingSelected) return {kJoin, std::make_unique<NoSource>()};
  if (!is_planned) return refused(plan.native_reason);
  if (buffer == nullptr) return refused("no_buffer");
  if (has_data_transform(transfer.dxpl)) {
    const auto transform = make_transform(transfer.dataset.context->under_id(), transfer.mem_type,
                                          facts.type(), transfer.dxpl);
    return {kJoin, gather_selection(transfer, buffer, extent, transform.get())};
  }
  const bool converts = !facts.has_type(transfer.mem_type);
  if (plan.box && !converts)
    return {kJoin, std::make_unique<BoxSource>(facts.format(), extent, std::move(plan.box->box),
                                               buffer, std::move(plan.box->memory))};
  const auto converter =
      converts ? make_conversion(transfer.mem_type, facts.type(), transfer.dxpl) : nullptr;
  // A background would be the old chunks' content, which other ranks may write as well.
  if (converts && (converter == nullptr || converter->needs_background()))
    return refused("type_conversion");
  return {kJoin, gather_selection(transfer, buffer, extent, converter.get())};
}

}  // namespace

RankPart part_of(const DatasetTransfer& transfer, const void* buffer,
                 const Extent& extent) noexcept {
  RankPart part;
  try {
    const LibraryContext apart;
    if (extent.empty()) {
      part = refused("empty_dataset");
    } else if (is_block(transfer.mem_space)) {
      const TransferSpaces spaces(transfer.mem_space, transfer.file_space, extent);
      part = find_part({transfer.dataset, transfer.mem_type, spaces.memory(), transfer.file_space,
                        transfer.dxpl},
                       static_cast<const std::byte*>(buffer), extent);
    } else {
      part = find_part(transfer, static_cast<const std::byte*>(buffer), extent);
    }
  } catch (const std::bad_alloc&) {
    part = {kOutOfMemory, nullptr};
  } catch (const std::exception&) {
    part = {kChunkNeedsNative, nullptr};
  }
  H5Eclear2(H5E_DEFAULT);
  return part;
}

}  // namespace h5pave
