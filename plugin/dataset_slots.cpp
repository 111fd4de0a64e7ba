#include "dataset_slots.h"

#include <array>
#include <optional>
#include <span>
#include <stdexcept>
#include <vector>

#include "advisor/saturating.h"
#include "cache_amendment.h"
#include "chunk_io.h"
#include "create_call.h"
#include "dataset_names.h"
#include "filter_withdrawal.h"
#include "forward.h"
#include "guard.h"
#include "index_amendment.h"
#include "mpi_dataset.h"
#include "native_dataset.h"
#include "object.h"
#include "process.h"
#include "storage_amendment.h"
#include "under_class.h"

namespace h5pave {

namespace {

/// Names cost several HDF5 calls: only looked up when somebody will see them or a rule needs them.
bool needs_name(const Context& context) {
  return context.options().index_depends_on_path() || context.statistics() != nullptr ||
         is_told(context, LogLevel::kInfo);
}

/// "[30, 10]", with "unlimited" for H5S_UNLIMITED.
std::string extents_text(const std::vector<std::uint64_t>& extents) {
  std::string text = "[";
  for (const std::uint64_t extent : extents) {
    if (text.size() > 1) text += ", ";
    text += extent == kUnlimited ? std::string("unlimited") : std::to_string(extent);
  }
  return text + "]";
}

/// A retry with the program's own list after libhdf5 refused the amended one.
struct Outcome {
  void* under = nullptr;
  bool list_refused = false;
};

/// Creates the dataset; whatever made the amended list fail must not make the program fail.
Outcome create_below(const CreateCall& call, const AmendedList& list) {
  if (!list.valid()) return {call.run(call.dcpl_id), false};
  Outcome outcome{call.run(list.id()), false};
  if (outcome.under != nullptr) return outcome;
  H5Eclear2(H5E_DEFAULT);
  outcome.under = call.run(call.dcpl_id);
  outcome.list_refused = outcome.under != nullptr;
  return outcome;
}

Creation creation_of(const IndexQuestion& question, const IndexAdvice& advice, IndexKind actual) {
  return {question.shape.extent,
          question.shape.max_extent,
          question.shape.chunk,
          std::string(display_name(advice.before)),
          std::string(display_name(actual)),
          explain(question, advice)};
}

void log_creation(const Context& context, const DatasetName& name, const Creation& creation) {
  if (!is_told(context, LogLevel::kInfo)) return;
  Log::write(context.options().log, LogLevel::kInfo,
             name.file + " " + shown_path(name) + ": shape " + extents_text(creation.shape) +
                 ", maximum " + extents_text(creation.max_shape) + ", chunk " +
                 extents_text(creation.chunk) + ", index " + creation.index_before + " -> " +
                 creation.index_after + ": " + creation.reason);
}

/// Log, statistics and counted reasons for a chunked dataset that was created.
void tell_creation(Object& dataset, const DatasetName& name, const IndexQuestion& question,
                   const IndexAdvice& advice, const Outcome& outcome) {
  const Context& context = *dataset.context;
  Statistics* const statistics = context.statistics();
  if (statistics != nullptr && is_pass_through(advice.reason))
    statistics->add_pass_through(reason_name(advice.reason));
  if (statistics != nullptr && outcome.list_refused)
    statistics->add_pass_through("modern_index_refused_by_libhdf5");
  if (statistics == nullptr && !is_told(context, LogLevel::kInfo)) return;
  const IndexKind expected = outcome.list_refused ? advice.before : advice.after;
  Creation creation =
      creation_of(question, advice, actual_index(dataset.under, context).value_or(expected));
  if (outcome.list_refused) creation.reason = "libhdf5 refused a modern index for this dataset";
  log_creation(context, name, creation);
  if (statistics != nullptr) statistics->add_creation(dataset.counts, std::move(creation));
}

void attach_counts(Object& dataset, const DatasetName& name) {
  if (Statistics* const statistics = dataset.context->statistics(); statistics != nullptr)
    dataset.counts = statistics->dataset(name.file, shown_path(name));
}

void* create_chunked(const CreateCall& call, IndexQuestion question) {
  Context& context = *call.parent->context;
  DatasetName name;
  if (needs_name(context))
    name =
        name_below(context.under_class(), call.parent->under, call.location->obj_type, call.name);
  question.request = context.options().index_for(name.path);
  const IndexAdvice advice = advise_index(question);
  if (advice.refused)
    Process::get().log().write_once(context.options().log, LogLevel::kWarn,
                                    (call.name == nullptr ? "(anonymous)" : call.name) +
                                        std::string(": ") + explain_refusal(question, advice));
  PendingObject dataset(&context);
  const AmendedList list(call.dcpl_id, advice.amendment);
  EnlargedCache cache(context, call.type_id, question.shape, call.dcpl_id, call.dapl_id);
  CreateCall with_cache = call;
  if (cache.valid()) with_cache.dapl_id = cache.id();
  const Outcome outcome = create_below(with_cache, list);
  if (outcome.under == nullptr) return nullptr;
  if (cache.valid()) dataset->cache_grant = cache.use(context, outcome.under);
  wrap_request(&context, call.request);
  auto* const created = as_object(dataset.complete(outcome.under));
  created->created_here = true;
  look_at_together(*created);
  tell([&] {
    attach_counts(*created, name);
    tell_creation(*created, name, question, advice, outcome);
  });
  return created;
}

/// True for lists of contiguous and compact datasets, which are always left to native HDF5.
bool stays_plain(hid_t dcpl_id) {
  if (dcpl_id == H5P_DATASET_CREATE_DEFAULT) return true;
  const H5D_layout_t layout = H5Pget_layout(dcpl_id);
  return layout == H5D_CONTIGUOUS || layout == H5D_COMPACT;
}

void* create_plain(const CreateCall& call) {
  Context& context = *call.parent->context;
  PendingObject dataset(&context);
  void* const under = call.run(call.dcpl_id);
  if (under == nullptr) return nullptr;
  wrap_request(&context, call.request);
  auto* const created = as_object(dataset.complete(under));
  if (stays_plain(call.dcpl_id)) created->kind = DatasetKind::kNotChunked;
  tell([&] {
    if (context.statistics() == nullptr) return;
    attach_counts(*created, name_below(context.under_class(), call.parent->under,
                                       call.location->obj_type, call.name));
    context.statistics()->add_creation(created->counts, {});
  });
  return created;
}

/// With the chunks that the creation list says.
void* create_as_listed(const CreateCall& call) {
  auto question = index_question(*call.parent->context, call.type_id, call.space_id, call.dcpl_id);
  return question ? create_chunked(call, *std::move(question)) : create_plain(call);
}

/// With the chunk shape and filters that the options ask for; null where libhdf5 refuses them.
void* create_amended(const CreateCall& call, const AmendedStorage& storage) {
  CreateCall amended = call;
  amended.dcpl_id = storage.list();
  void* const created = create_as_listed(amended);
  if (created == nullptr) {
    H5Eclear2(H5E_DEFAULT);
    return nullptr;
  }
  tell([&] { storage.note(*as_object(created)); });
  return created;
}

/// With the storage that the program asked for; `refused` is what libhdf5 did not take instead.
void* create_as_asked(const CreateCall& call, const AmendedStorage* refused) {
  void* const created = create_as_listed(call);
  if (created == nullptr) return nullptr;
  tell([&] {
    Process::get().changed_shapes().note_unchanged(*as_object(created));
    Statistics* const statistics = call.parent->context->statistics();
    if (refused != nullptr && statistics != nullptr)
      statistics->add_pass_through("changed_storage_refused_by_libhdf5");
  });
  return created;
}

}  // namespace

void* dataset_create(void* parent, const H5VL_loc_params_t* location, const char* name,
                     hid_t lcpl_id, hid_t type_id, hid_t space_id, hid_t dcpl_id, hid_t dapl_id,
                     hid_t dxpl_id, void** request) noexcept {
  return guard<void*>("create a dataset", nullptr, [&]() -> void* {
    const CreateCall call{as_object(parent), location, name,    lcpl_id, type_id,
                          space_id,          dcpl_id,  dapl_id, dxpl_id, request};
    const auto storage = amended_storage(call);
    void* const amended = storage != nullptr ? create_amended(call, *storage) : nullptr;
    return amended != nullptr ? amended : create_as_asked(call, storage.get());
  });
}

void* dataset_open(void* parent, const H5VL_loc_params_t* location, const char* name, hid_t dapl_id,
                   hid_t dxpl_id, void** request) noexcept {
  note_objects_told();
  return guard<void*>("open a dataset", nullptr, [&]() -> void* {
    Context* const context = as_object(parent)->context;
    PendingObject dataset(context);
    const auto open_with = [&](hid_t list) {
      return call_slot(context->under_class().dataset_cls.open, as_object(parent)->under, location,
                       name, list, dxpl_id, request);
    };
    NativeDataset under(*context, open_with(dapl_id));
    if (under.is_open() && may_enlarge_caches(*context) &&
        (request == nullptr || *request == nullptr))
      under =
          with_fitting_cache(*context, std::move(under), dapl_id,
                             {open_with, [&] { return open_with(dapl_id); }}, dataset->cache_grant);
    if (!under.is_open()) return nullptr;
    wrap_request(context, request);
    tell([&] {
      if (context->statistics() != nullptr)
        attach_counts(*dataset.operator->(),
                      name_of(context->under_class(), under.get(), H5I_DATASET));
    });
    auto* const opened = as_object(dataset.complete(under.release()));
    look_at_together(*opened);
    return opened;
  });
}

}  // namespace h5pave
