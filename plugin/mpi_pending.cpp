#include "mpi_pending.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "dataset_names.h"
#include "dataset_registry.h"
#include "guard.h"
#include "h5/error_stack.h"
#include "library_context.h"
#include "mpi_bytes.h"
#include "mpi_files.h"
#include "mpi_source.h"
#include "mpi_verdicts.h"
#include "process.h"
#include "transfer_plan.h"
#include "under_class.h"

namespace h5pave {

namespace {

using Token = decltype(DatasetKey::token);

ChunkIoResult fail_to_keep(const DatasetTransfer& transfer, const std::string& cause) {
  const DatasetName name =
      name_of(transfer.dataset.context->under_class(), transfer.dataset.under, H5I_DATASET);
  const std::string operation =
      "keep an independent write to " + name.path + " in '" + name.file + "' until all ranks meet";
  push_error(operation.c_str(), cause.c_str());
  return {ChunkIoResult::Kind::kFailed, {}, 0};
}

bool is_nothing(const DatasetTransfer& transfer, const Extent& extent) {
  return plan_transfer(extent, transfer.mem_space, transfer.file_space, 1).native_reason ==
         kNothingSelected;
}

/// A native dataset opened for one session.
class OpenedByToken {
 public:
  OpenedByToken(const Object& location, H5I_type_t type, const Token& token)
      : native_(location.context->under_class()) {
    H5O_token_t wanted{};
    std::memcpy(&wanted, token.data(), token.size());
    H5VL_loc_params_t place{};
    place.obj_type = type;
    place.type = H5VL_OBJECT_BY_TOKEN;
    place.loc_data.loc_by_token.token = &wanted;
    H5I_type_t opened = H5I_BADID;
    under_ = call_slot(native_.object_cls.open, location.under, &place, &opened,
                       static_cast<hid_t>(H5P_DATASET_XFER_DEFAULT), nullptr);
  }
  OpenedByToken(const OpenedByToken&) = delete;
  OpenedByToken& operator=(const OpenedByToken&) = delete;
  ~OpenedByToken() {
    const SavedErrorStack saved;
    if (under_ != nullptr)
      ask_slot(native_.dataset_cls.close, under_, static_cast<hid_t>(H5P_DATASET_XFER_DEFAULT),
               nullptr);
  }

  void* under() const { return under_; }

 private:
  const H5VL_class_t& native_;
  void* under_ = nullptr;
};

/// The datasets that any rank keeps elements of, the same list on all ranks. False on all of them
/// when one has no memory.
bool gather_tokens(MpiFile& file, std::vector<Token>& all) {  // collective
  Communicator& ranks = file.agreement->ranks();
  std::vector<Token> own;
  bool is_well = true;
  const auto try_to = [&is_well](auto&& step) {
    try {
      if (is_well) step();
    } catch (const std::exception&) {
      is_well = false;
    }
  };
  try_to([&] {
    for (const auto& [token, dataset] : file.pending) own.push_back(token);
  });
  const std::uint64_t count = own.size();
  if (!ranks.all_gather(std::as_bytes(std::span(&count, 1)),
                        std::as_writable_bytes(std::span(file.counts))))
    return false;
  std::uint64_t total = 0;
  for (const std::uint64_t records : file.counts) total += records;
  if (total == 0 && is_well) return true;  // The usual case takes one message.
  try_to([&] { all.resize(static_cast<std::size_t>(total)); });
  if (!ranks.all_agree(is_well)) return false;
  if (!ranks.all_gather_records(std::as_bytes(std::span(own)), sizeof(Token), file.counts,
                                std::as_writable_bytes(std::span(all))))
    return false;
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return true;
}

/// Writes what the ranks keep of one dataset. All ranks have it open.
bool commit(const SessionDataset& dataset) {  // collective
  SharedDataset& shared = dataset.shared;
  const NoSource nothing;
  const WriteSource* source = &nothing;
  Verdict verdict = kJoin;
  if (shared.mpi().pending != nullptr) {
    source = shared.mpi().pending.get();
    try {
      shared.mpi().pending->finish();
    } catch (const std::bad_alloc&) {
      verdict = kOutOfMemory;
    }
  }
  const CollectiveEnd end = run_session(dataset, shared.extent(dataset.under), verdict, source);
  if (end.kind != CollectiveEnd::Kind::kDone) {
    push_session_error(dataset, ("of independent writes: " + cause_of(end)).c_str());
    return false;
  }
  shared.mpi().pending.reset();
  dataset.file.pending.erase(shared.key().token);
  return true;
}

/// The same for a dataset that may be closed on some ranks.
bool commit_by_token(Object& location, H5I_type_t type, MpiFile& file,
                     const Token& token) {  // collective
  Context& context = *location.context;
  std::optional<LibraryContext> apart;
  std::optional<OpenedByToken> opened;
  std::shared_ptr<SharedDataset> shared;
  try {
    apart.emplace();
    opened.emplace(location, type, token);
    if (opened->under() != nullptr)
      shared =
          Process::get().datasets(context.options()).shared(context.under_class(), opened->under());
  } catch (const std::exception&) {
    shared = nullptr;
  }
  if (!file.agreement->ranks().all_agree(shared != nullptr)) {
    push_error("write what independent writes left", "some rank cannot open the dataset again");
    return false;
  }
  return commit({context, opened->under(), *shared, file, false, nullptr});
}

/// Tries once more to write chunks that have their places. False on all ranks when one could not.
bool place_again(MpiFile& file) {  // collective
  MpiBytes bytes(*file.tapped);
  bool all_placed = true;
  for (auto next = file.unplaced.begin(); next != file.unplaced.end();) {
    all_placed = next->second.place_again(bytes) && all_placed;
    next = next->second.empty() ? file.unplaced.erase(next) : std::next(next);
  }
  return file.agreement->ranks().all_agree(all_placed);
}

bool commit_all(Object& location, H5I_type_t type, MpiFile& file) {  // collective
  if (file.is_poisoned) return true;                                 // It told so before.
  if (!place_again(file)) {
    push_error("write chunks that could not be written before", "some rank still cannot");
    return false;
  }
  std::vector<Token> tokens;
  if (!gather_tokens(file, tokens)) {
    push_error("write what independent writes left", "some rank has no memory, or MPI failed");
    return false;
  }
  bool all_done = true;
  for (const Token& token : tokens)
    all_done = commit_by_token(location, type, file, token) && all_done;
  return all_done;
}

}  // namespace

ChunkIoResult keep_until_all_meet(const DatasetTransfer& transfer, const void* buffer,
                                  const std::shared_ptr<MpiFile>& file) {
  constexpr Direction kWrite = Direction::kWrite;
  Object& dataset = transfer.dataset;
  SharedDataset& shared = *dataset.shared;
  const Options& options = dataset.context->options();
  // Where there is one rank, native HDF5 writes alone and may give chunks other places.
  if (file->agreement->ranks().size() == 1 && !settle_unplaced(shared, *file))
    return fail_to_keep(transfer, std::string(error_of(kStillUnplaced)));
  if (!options.mpi_independent) return leave_to_native(dataset, kWrite, "mpi_independent");
  if (file->open_handles == 0) return leave_to_native(dataset, kWrite, "mpi_file_closed");
  RankPart part;
  {
    const LibraryContext apart;
    const Extent extent = shared.extent(dataset.under);
    if (extent.empty() || is_nothing(transfer, extent))
      return leave_to_native(dataset, kWrite, kNothingSelected);
    part = part_of(transfer, buffer, extent);
    if (part.verdict >= kFail) return fail_to_keep(transfer, std::string(error_of(part.verdict)));
    if (part.verdict != kJoin) return leave_to_native(dataset, kWrite, reason_of(part.verdict));
    if (shared.mpi().pending == nullptr)
      shared.mpi().pending = std::make_unique<PendingChunks>(shared.facts().format(), extent);
  }
  std::uint64_t others = 0;
  for (const auto& [token, kept] : file->pending) {
    if (kept.get() != &shared) others += kept->mpi().pending->bytes();
  }
  const std::uint64_t most = options.memory_bytes / 4;
  file->pending.emplace(shared.key().token, dataset.shared);
  if (shared.mpi().pending->add(*part.source, others < most ? most - others : 0))
    return {ChunkIoResult::Kind::kDone, {}, 0};
  if (shared.mpi().pending->empty()) {
    file->pending.erase(shared.key().token);
    shared.mpi().pending.reset();
  }
  return fail_to_keep(transfer,
                      "its chunks and those kept already take more than a quarter of "
                      "H5PAVE_MEM; call H5Fflush on all ranks before, or raise it");
}

bool commit_pending_of(const SessionDataset& dataset) {
  if (!dataset.context.options().mpi_independent || !dataset.file.is_writable) return true;
  std::int64_t any = dataset.shared.mpi().pending != nullptr ? 1 : 0;
  if (!dataset.file.agreement->ranks().all_max({&any, 1})) {
    push_session_error(dataset, "MPI reported an error");
    return false;
  }
  return any == 0 || commit(dataset);
}

bool commit_pending_in(Object& location, H5I_type_t type) {
  const std::shared_ptr<MpiFile> file = location.context->mpi_file.lock();
  return file == nullptr || !file->is_writable || commit_all(location, type, *file);
}

bool commit_pending_at_close(Object& closing) noexcept {
  const std::shared_ptr<MpiFile> file = closing.context->mpi_file.lock();
  if (file == nullptr || !closing.is_opened_file) return true;
  const bool all_done = guard<bool>("commit independent writes", false,
                                    [&] { return commit_pending_in(closing, H5I_FILE); });
  std::erase_if(file->unplaced, [](const auto& kept) { return kept.second.empty(); });
  const bool keeps_nothing = file->pending.empty() && file->unplaced.empty();
  if (--file->open_handles > 0 || keeps_nothing) return all_done;
  tell([&] {
    Log::write(LogLevel::kError, LogLevel::kError,
               std::to_string(file->pending.size()) +
                   " dataset(s) of a closed MPI file lose what this rank wrote independently, " +
                   std::to_string(file->unplaced.size()) +
                   " lose chunks that could not be written; HDF5's error stack says why");
  });
  file->unplaced.clear();
  for (auto& [token, dataset] : file->pending) dataset->mpi().pending.reset();
  file->pending.clear();
  return false;
}

}  // namespace h5pave
