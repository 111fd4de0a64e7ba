#include "storage_amendment.h"

#include <exception>
#include <utility>

#include "creation_list.h"
#include "filter_withdrawal.h"
#include "guard.h"
#include "mpi_files.h"
#include "process.h"
#include "profile/recorded_question.h"

namespace h5pave {

namespace {

void log_amendment(const CreateCall& call, const std::string& text) {
  const Context& context = *call.parent->context;
  if (!is_told(context, LogLevel::kInfo)) return;
  const DatasetName name = call.dataset_name();
  Log::write(context.options().log, LogLevel::kInfo,
             name.file + " " + shown_path(name) + ": " + text);
}

void log_shape(const CreateCall& call, const ShapeQuestion& question, const ShapeAdvice& advice) {
  if (!is_told(*call.parent->context, LogLevel::kInfo)) return;
  std::string change = shape_text(question.shape.chunk);
  change += advice.reason == ShapeReason::kChosen ? " -> " + shape_text(advice.chunk) : " stays";
  log_amendment(call, "chunk " + change + ": " + explain_shape(question, advice));
}

void tell_filters(const CreateCall& call, const FilterQuestion& question,
                  const FilterAdvice& advice) {
  if (advice.reason == FilterReason::kNotAsked) return;
  if (Statistics* const statistics = call.parent->context->statistics();
      statistics != nullptr && advice.reason != FilterReason::kAdded)
    statistics->add_pass_through(reason_name(advice.reason));
  if (!is_told(*call.parent->context, LogLevel::kInfo)) return;
  const std::string change =
      advice.added.empty() ? "filters stay" : "filters added: " + filters_text(advice.added);
  log_amendment(call, change + ": " + std::string(explain_filters(question, advice)));
}

/// The path of the new dataset where a rule or the profile needs it, else nothing.
std::string path_for_rules(const CreateCall& call, const AccessProfile* profile) {
  const Context& context = *call.parent->context;
  const Options& options = context.options();
  const bool shape_wants_it = options.may_change_chunks() && profile != nullptr;
  if (!options.chunk_depends_on_path() && !options.filter_depends_on_path() && !shape_wants_it)
    return {};
  return call.dataset_name().path;
}

}  // namespace

AmendedStorage::AmendedStorage(const CreateCall& call) {
  const Context& context = *call.parent->context;
  const auto profile = Process::get().profile_for(context.options());
  const std::string path = path_for_rules(call, profile.get());
  FilterAdvice filters;
  if (context.options().may_add_filters()) {
    filter_question_ = filter_question(context, path, call.type_id, call.dcpl_id);
    filters = advise_filters(filter_question_);
  }
  const bool may_filter =
      filters.reason == FilterReason::kAdded || filters.reason == FilterReason::kContiguous;
  choose_shape(call, path, profile.get(), may_filter ? Filters::kSome : Filters::kNone);
  if (reshaped_ && may_filter) {
    filter_question_ = filter_question(context, path, call.type_id, reshaped_->id());
    filters = advise_filters(filter_question_);
  }
  tell_filters(call, filter_question_, filters);
  if (!filters.added.empty()) choose_filters(call, filters);
}

void AmendedStorage::choose_filters(const CreateCall& call, const FilterAdvice& advice) {
  const hid_t list = reshaped_ ? reshaped_->id() : call.dcpl_id;
  filtered_chunk_ = chunk_of(list);
  filtered_.emplace(list, advice.added);
  if (filtered_->valid()) return;
  filtered_.reset();
  if (Statistics* const statistics = call.parent->context->statistics(); statistics != nullptr)
    statistics->add_pass_through("filter:refused_by_libhdf5");
}

void AmendedStorage::choose_shape(const CreateCall& call, const std::string& path,
                                  const AccessProfile* profile, Filters filters) {
  auto question =
      shape_question(*call.parent->context, path, call.type_id, call.space_id, call.dcpl_id);
  if (!question) return;
  if (profile != nullptr)
    apply_profile(*profile, path, call.parent->context->options().profile_path, *question);
  question->gets_filters = filters == Filters::kSome;
  const ShapeAdvice& advice = Process::get().changed_shapes().advice(*question);
  log_shape(call, *question, advice);
  if (advice.reason != ShapeReason::kChosen) return;
  reshaped_.emplace(call.dcpl_id, advice.chunk);
  if (!reshaped_->valid()) return reshaped_.reset();
  given_ = advice.chunk;
  asked_ = std::move(question);
}

void AmendedStorage::note(Object& created) const {
  if (filtered_ && filter_question_.request.automatic) await_first_write(created);
  if (Statistics* const statistics = created.context->statistics(); statistics != nullptr) {
    if (asked_) statistics->add_amendment("chunk_shape");
    if (filtered_) statistics->add_amendment("filters");
  }
  ChangedShapes& changes = Process::get().changed_shapes();
  // Who asked for contiguous storage has no raw chunks in mind.
  if (asked_ && asked_->shape.chunk.empty()) return changes.note_unchanged(created);
  ShapeChange change;
  change.given = asked_ ? given_ : filtered_chunk_;
  change.asked = asked_ ? asked_->shape.chunk : filtered_chunk_;
  change.element_bytes = asked_ ? asked_->shape.element_bytes : filter_question_.element_bytes;
  const bool filters = asked_ ? asked_->filters == Filters::kSome : filter_question_.has_filters;
  change.filters = filters ? Filters::kSome : Filters::kNone;
  change.added_filters = filtered_ ? filtered_->added_bits() : 0;
  changes.note(created, change);
}

std::int64_t AmendedStorage::choice() const noexcept {
  // FNV-1a over the lengths.
  std::uint64_t sum = 0xcbf29ce484222325;
  for (const std::uint64_t length : given_) {
    for (unsigned shift = 0; shift < 64; shift += 8)
      sum = (sum ^ ((length >> shift) & 0xff)) * 0x100000001b3;
  }
  return static_cast<std::int64_t>(sum >> 1U);
}

namespace {

std::unique_ptr<AmendedStorage> own_choice(const CreateCall& call) {
  const Context& context = *call.parent->context;
  const Options& options = context.options();
  if (!options.may_change_chunks() && !options.may_add_filters()) return nullptr;
  if (!context.under_is_native()) return nullptr;
  try {
    if (!Process::get().changed_shapes().has_room()) {
      if (context.statistics() != nullptr)
        context.statistics()->add_pass_through("changed_datasets_too_many");
      return nullptr;
    }
    auto storage = std::make_unique<AmendedStorage>(call);
    return storage->list() == H5I_INVALID_HID ? nullptr : std::move(storage);
  } catch (const std::exception&) {
    return nullptr;
  }
}

/// Ranks that choose differently (one read the profile before another run added to it, say) would
/// damage the file's metadata.
bool ranks_agree(const Context& context, const AmendedStorage* storage) {  // collective
  const auto file = context.mpi_file.lock();
  if (file == nullptr || !context.options().may_change_chunks()) return true;
  constexpr std::int64_t kNothing = 0;
  return file->agreement->ranks().all_same(storage == nullptr ? kNothing : storage->choice());
}

}  // namespace

std::unique_ptr<AmendedStorage> amended_storage(const CreateCall& call) {
  auto storage = own_choice(call);
  if (ranks_agree(*call.parent->context, storage.get())) return storage;
  tell([&] {
    if (Statistics* const statistics = call.parent->context->statistics(); statistics != nullptr)
      statistics->add_pass_through("chunk:ranks_chose_differently");
    log_amendment(call, "chunk stays: the ranks chose differently");
  });
  return nullptr;
}

}  // namespace h5pave
