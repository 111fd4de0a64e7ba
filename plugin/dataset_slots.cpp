#include "dataset_slots.h"

#include <array>
#include <optional>
#include <span>
#include <stdexcept>
#include <vector>

#include "advisor/saturating.h"
#include "chunk_io.h"
#include "dataset_names.h"
#include "extent_limit.h"
#include "forward.h"
#include "guard.h"
#include "index_amendment.h"
#include "object.h"
#include "process.h"
#include "under_class.h"

namespace h5pave {

namespace {

/// The arguments of a create, so that it can be run twice.
struct CreateCall {
  Object* parent;
  const H5VL_loc_params_t* location;
  const char* name;
  hid_t lcpl_id, type_id, space_id, dcpl_id, dapl_id, dxpl_id;
  void** request;

  void* run(hid_t list) const {
    return call_slot(parent->context->under_class().dataset_cls.create, parent->under, location,
                     name, lcpl_id, type_id, space_id, list, dapl_id, dxpl_id, request);
  }
};

bool is_told(const Context& context, LogLevel level) { return context.options().log >= level; }

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

std::string shown_path(const DatasetName& name) {
  return name.path.empty() ? std::string("(anonymous)") : name.path;
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
  const Outcome outcome = create_below(call, list);
  if (outcome.under == nullptr) return nullptr;
  wrap_request(&context, call.request);
  auto* const created = as_object(dataset.complete(outcome.under));
  created->created_here = true;
  attach_counts(*created, name);
  tell_creation(*created, name, question, advice, outcome);
  return created;
}

void* create_plain(const CreateCall& call) {
  Context& context = *call.parent->context;
  PendingObject dataset(&context);
  void* const under = call.run(call.dcpl_id);
  if (under == nullptr) return nullptr;
  wrap_request(&context, call.request);
  auto* const created = as_object(dataset.complete(under));
  if (context.statistics() != nullptr) {
    attach_counts(*created, name_below(context.under_class(), call.parent->under,
                                       call.location->obj_type, call.name));
    context.statistics()->add_creation(created->counts, {});
  }
  return created;
}

/// The arrays of one read or write of `count` datasets.
struct TransferCall {
  std::span<void*> datasets;
  const hid_t* mem_space_ids;
  const hid_t* file_space_ids;
};

/// The objects below, all of one connector; a small array covers the usual single dataset.
class UnderObjects {
 public:
  explicit UnderObjects(std::span<void*> datasets) {
    if (datasets.size() > 1) many_.resize(datasets.size());
    const H5VL_class_t* const connector = &as_object(datasets.front())->context->under_class();
    for (std::size_t i = 0; i < datasets.size(); ++i) {
      if (&as_object(datasets[i])->context->under_class() != connector)
        throw std::runtime_error("the datasets lie below different connectors");
      data()[i] = as_object(datasets[i])->under;
    }
  }

  void** data() { return many_.empty() ? &one_ : many_.data(); }

 private:
  void* one_ = nullptr;
  std::vector<void*> many_;
};

/// Bytes in the file of one dataset's selection; 0 when HDF5 cannot tell.
std::uint64_t selected_bytes(const Object& dataset, hid_t mem_space, hid_t file_space) {
  H5VL_dataset_get_args_t args{};
  args.op_type = H5VL_DATASET_GET_TYPE;
  args.args.get_type.type_id = H5I_INVALID_HID;
  const auto get = dataset.context->under_class().dataset_cls.get;
  if (ask_slot(get, dataset.under, &args, H5P_DATASET_XFER_DEFAULT, nullptr) < 0) return 0;
  const std::uint64_t element_bytes = H5Tget_size(args.args.get_type.type_id);
  H5Tclose(args.args.get_type.type_id);
  // H5S_ALL, H5S_BLOCK and H5S_PLIST are small numbers, not ids: only a real id can be asked.
  constexpr hid_t kFirstRealId = 16;
  hssize_t elements = -1;
  if (file_space >= kFirstRealId) {
    elements = H5Sget_select_npoints(file_space);
  } else if (mem_space >= kFirstRealId) {
    elements = H5Sget_select_npoints(mem_space);
  } else {
    args.op_type = H5VL_DATASET_GET_SPACE;
    if (ask_slot(get, dataset.under, &args, H5P_DATASET_XFER_DEFAULT, nullptr) < 0) return 0;
    elements = H5Sget_simple_extent_npoints(args.args.get_space.space_id);
    H5Sclose(args.args.get_space.space_id);
  }
  return elements < 0 ? 0 : saturating_product(static_cast<std::uint64_t>(elements), element_bytes);
}

void count_transfer(const TransferCall& call, Direction direction, std::uint64_t chunks) {
  for (std::size_t i = 0; i < call.datasets.size(); ++i) {
    const Object& dataset = *as_object(call.datasets[i]);
    if (dataset.counts == nullptr) continue;
    const SavedErrorStack saved;
    dataset.context->statistics()->add_transfer(
        dataset.counts, direction,
        selected_bytes(dataset, call.mem_space_ids[i], call.file_space_ids[i]), chunks);
  }
}

/// The common part of read and write: `chunks` tries h5pave's own way for one dataset, `natively`
/// gets the objects and the class of the connector below.
template <typename Chunks, typename Natively>
herr_t run_transfer(const TransferCall& call, Direction direction, void** request, Chunks&& chunks,
                    Natively&& natively) {
  Context* const context = as_object(call.datasets.front())->context;
  const ChunkIoResult done = call.datasets.size() == 1
                                 ? chunks(*as_object(call.datasets.front()))
                                 : ChunkIoResult{"several_datasets_in_one_call", 0};
  if (!done.native_reason.empty()) {
    if (context->statistics() != nullptr)
      context->statistics()->add_pass_through(direction, done.native_reason);
    UnderObjects objects(call.datasets);
    const herr_t status = natively(objects.data(), context->under_class());
    wrap_request(context, request);
    if (status < 0) return status;
  }
  count_transfer(call, direction, done.chunks);
  return 0;
}

}  // namespace

void* dataset_create(void* parent, const H5VL_loc_params_t* location, const char* name,
                     hid_t lcpl_id, hid_t type_id, hid_t space_id, hid_t dcpl_id, hid_t dapl_id,
                     hid_t dxpl_id, void** request) noexcept {
  return guard<void*>("create a dataset", nullptr, [&]() -> void* {
    const CreateCall call{as_object(parent), location, name,    lcpl_id, type_id,
                          space_id,          dcpl_id,  dapl_id, dxpl_id, request};
    auto question = index_question(*call.parent->context, type_id, space_id, dcpl_id);
    return question ? create_chunked(call, *std::move(question)) : create_plain(call);
  });
}

void* dataset_open(void* parent, const H5VL_loc_params_t* location, const char* name, hid_t dapl_id,
                   hid_t dxpl_id, void** request) noexcept {
  return guard<void*>("open a dataset", nullptr, [&]() -> void* {
    Context* const context = as_object(parent)->context;
    PendingObject dataset(context);
    void* const under = call_slot(context->under_class().dataset_cls.open, as_object(parent)->under,
                                  location, name, dapl_id, dxpl_id, request);
    if (under == nullptr) return nullptr;
    wrap_request(context, request);
    if (context->statistics() != nullptr)
      attach_counts(*dataset.operator->(), name_of(context->under_class(), under, H5I_DATASET));
    return dataset.complete(under);
  });
}

herr_t dataset_read(size_t count, void* datasets[], hid_t mem_type_ids[], hid_t mem_space_ids[],
                    hid_t file_space_ids[], hid_t dxpl_id, void* buffers[],
                    void** request) noexcept {
  return guard<herr_t>("read a dataset", -1, [&]() -> herr_t {
    const TransferCall call{{datasets, count}, mem_space_ids, file_space_ids};
    const auto chunks = [&](Object& dataset) {
      return read_through_chunks(
          {dataset, mem_type_ids[0], mem_space_ids[0], file_space_ids[0], dxpl_id}, buffers[0]);
    };
    const auto natively = [&](void** objects, const H5VL_class_t& under) {
      return call_slot(under.dataset_cls.read, count, objects, mem_type_ids, mem_space_ids,
                       file_space_ids, dxpl_id, buffers, request);
    };
    return run_transfer(call, Direction::kRead, request, chunks, natively);
  });
}

herr_t dataset_write(size_t count, void* datasets[], hid_t mem_type_ids[], hid_t mem_space_ids[],
                     hid_t file_space_ids[], hid_t dxpl_id, const void* buffers[],
                     void** request) noexcept {
  return guard<herr_t>("write a dataset", -1, [&]() -> herr_t {
    const TransferCall call{{datasets, count}, mem_space_ids, file_space_ids};
    const auto chunks = [&](Object& dataset) {
      return write_through_chunks(
          {dataset, mem_type_ids[0], mem_space_ids[0], file_space_ids[0], dxpl_id}, buffers[0]);
    };
    const auto natively = [&](void** objects, const H5VL_class_t& under) {
      return call_slot(under.dataset_cls.write, count, objects, mem_type_ids, mem_space_ids,
                       file_space_ids, dxpl_id, buffers, request);
    };
    return run_transfer(call, Direction::kWrite, request, chunks, natively);
  });
}

herr_t dataset_specific(void* dataset, H5VL_dataset_specific_args_t* args, hid_t dxpl_id,
                        void** request) noexcept {
  return guard<herr_t>("serve a dataset operation", -1, [&]() -> herr_t {
    Object* const known = as_object(dataset);
    const bool outgrown = args->op_type == H5VL_DATASET_SET_EXTENT &&
                          outgrows_index(*known, args->args.set_extent.size);
    const herr_t status =
        forward(known->context->under_class().dataset_cls.specific, known, args, dxpl_id, request);
    if (status >= 0 && outgrown) replace_outgrown_index(*known);
    return status;
  });
}

}  // namespace h5pave
