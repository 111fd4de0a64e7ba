#include "filter_withdrawal.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "changed_shapes.h"
#include "creation_list.h"
#include "dataset_link.h"
#include "dataset_names.h"
#include "guard.h"
#include "h5/error_stack.h"
#include "h5pave/h5pave.h"
#include "index_amendment.h"
#include "native_dataset.h"
#include "process.h"
#include "shared_dataset.h"
#include "transfer/shrink_trial.h"
#include "transfer_plan.h"

namespace h5pave {

namespace {

std::atomic<std::uint64_t> objects_told{0};

constexpr std::string_view kWithdrawn;  // No reason to keep the filters.
constexpr std::string_view kNameLost = "name_lost";

/// Handles of another connector are nothing that h5pave sees.
bool is_any_file_open_otherwise() {
  const ssize_t count = H5Fget_obj_count(static_cast<hid_t>(H5F_OBJ_ALL), H5F_OBJ_FILE);
  if (count < 0) return true;
  std::vector<hid_t> files(static_cast<std::size_t>(count));
  const ssize_t got =
      H5Fget_obj_ids(static_cast<hid_t>(H5F_OBJ_ALL), H5F_OBJ_FILE, files.size(), files.data());
  return got != count || !std::ranges::all_of(files, [](hid_t file) {
           const UniqueId connector(H5VLget_connector_id(file), H5Idec_ref);
           H5VL_class_value_t value = H5_VOL_INVALID;
           return connector.is_open() && H5VLget_value(connector.get(), &value) >= 0 &&
                  value == static_cast<H5VL_class_value_t>(H5PAVE_CONNECTOR_VALUE);
         });
}

bool has_committed_type(const Object& dataset) {
  const UniqueId type =
      ask_dataset(dataset.context->under_class(), dataset.under, H5VL_DATASET_GET_TYPE);
  return !type.is_open() || H5Tcommitted(type.get()) != 0;
}

bool has_fixed_extent(hid_t space_id) {
  ChunkedShape shape;
  return read_extent(space_id, shape) && shape.extent == shape.max_extent;
}

bool is_unallocated(const Object& dataset) {
  H5D_space_status_t status = H5D_SPACE_STATUS_ALLOCATED;
  H5VL_dataset_get_args_t args{};
  args.op_type = H5VL_DATASET_GET_SPACE_STATUS;
  args.args.get_space_status.status = &status;
  return ask_slot(dataset.context->under_class().dataset_cls.get, dataset.under, &args,
                  static_cast<hid_t>(H5P_DATASET_XFER_DEFAULT), nullptr) >= 0 &&
         status == H5D_SPACE_STATUS_NOT_ALLOCATED;
}

/// The written box, if it is all of a dataset that cannot grow.
std::optional<BoxPlan> whole_dataset(const DatasetTransfer& transfer, hid_t space_id,
                                     const Extent& extent) {
  if (extent.empty() || !has_fixed_extent(space_id)) return std::nullopt;
  TransferPlan plan = plan_transfer(extent, transfer.mem_space, transfer.file_space,
                                    H5Tget_size(transfer.mem_type));
  if (!plan.box || plan.box->box.length != extent) return std::nullopt;
  return std::move(plan.box);
}

/// Shuffle and deflate off a creation list: the program had neither, or none would have been added.
/// All at once: when H5Premove_filter takes one filter from before one without values, such as
/// fletcher32, copies of the list free memory of the list (1.14.6).
bool remove_added(hid_t dcpl_id) {
  const auto filters = filters_of(dcpl_id);
  if (!filters || H5Premove_filter(dcpl_id, H5Z_FILTER_ALL) < 0) return false;
  return std::ranges::count(*filters, H5Z_FILTER_FLETCHER32) == 0 ||
         H5Pset_fletcher32(dcpl_id) >= 0;
}

/// The dataset once more, without a name and without the filters; not open where libhdf5 refuses.
NativeDataset create_unfiltered(const Object& dataset, const std::string& path, hid_t space_id) {
  const Context& context = *dataset.context;
  const H5VL_class_t& native = context.under_class();
  const hid_t type_id = dataset.shared->facts().type();
  const UniqueId dcpl = ask_dataset(native, dataset.under, H5VL_DATASET_GET_DCPL);
  const UniqueId dapl = ask_dataset(native, dataset.under, H5VL_DATASET_GET_DAPL);
  if (!dcpl.is_open() || !dapl.is_open() || !remove_added(dcpl.get())) return {context, nullptr};
  auto question = index_question(context, type_id, space_id, dcpl.get());
  if (!question) return {context, nullptr};
  question->request = context.options().index_for(path);
  const AmendedList list(dcpl.get(), advise_index(*question).amendment);
  H5VL_loc_params_t self{};
  self.type = H5VL_OBJECT_BY_SELF;
  self.obj_type = H5I_DATASET;
  return {context,
          call_slot(native.dataset_cls.create, dataset.under, &self,
                    static_cast<const char*>(nullptr), static_cast<hid_t>(H5P_LINK_CREATE_DEFAULT),
                    type_id, space_id, list.valid() ? list.id() : dcpl.get(), dapl.get(),
                    static_cast<hid_t>(H5P_DATASET_XFER_DEFAULT), nullptr)};
}

/// What is remembered of the dataset's chunk shape and filters, as it is without those.
void remember(const Object& dataset, std::optional<ShapeChange> change) {
  ChangedShapes& changes = Process::get().changed_shapes();
  if (!change) return changes.note_unchanged(dataset);
  const UniqueId dcpl =
      ask_dataset(dataset.context->under_class(), dataset.under, H5VL_DATASET_GET_DCPL);
  const auto left = filters_of(dcpl.get());
  change->added_filters = left && !left->empty() ? 1U : 0U;
  if (change->added_filters == 0 && change->given == change->asked)
    changes.note_unchanged(dataset);
  else
    changes.note(dataset, *change);
}

/// Why the filters stay, or kWithdrawn.
std::string_view withdraw(const DatasetTransfer& transfer, const void* buffer,
                          std::uint64_t told_at_create) {
  Object& dataset = transfer.dataset;
  const Context& context = *dataset.context;
  if (objects_told.load() != told_at_create) return "may_be_known_elsewhere";
  look_at(dataset);
  if (dataset.shared == nullptr || !dataset.shared->facts().obstacle().empty() || context.swmr)
    return "unknown_dataset";
  const ChunkedDataset& facts = dataset.shared->facts();
  const UniqueId space = ask_dataset(context.under_class(), dataset.under, H5VL_DATASET_GET_SPACE);
  const Extent extent = dataset.shared->extent(dataset.under);
  const auto whole = whole_dataset(transfer, space.get(), extent);
  if (!whole) return "first_write_is_not_all";
  if (!facts.has_type(transfer.mem_type)) return "type_conversion";
  if (has_data_transform(transfer.dxpl)) return "data_transform";
  if (!is_unallocated(dataset)) return "has_storage";
  if (has_committed_type(dataset)) return "committed_type";
  if (is_any_file_open_otherwise()) return "may_be_known_elsewhere";
  if (do_filters_pay(facts.format(), extent, {static_cast<const std::byte*>(buffer), whole->memory},
                     context.options().deflate))
    return "data_shrinks";
  const DatasetLink link(dataset);
  if (!link.is_replaceable()) return link.obstacle();
  NativeDataset unfiltered = create_unfiltered(dataset, link.path(), space.get());
  if (!unfiltered.is_open()) return "libhdf5_refused";
  auto change = Process::get().changed_shapes().take(dataset);
  dataset.shared.reset();
  dataset.kind = DatasetKind::kUnknown;
  dataset.extent_limit.reset();
  const Replacement replacement = link.lead_to(std::move(unfiltered));
  if (replacement == Replacement::kDone) {
    remember(dataset, std::move(change));
    return kWithdrawn;
  }
  if (replacement == Replacement::kNameLost) return kNameLost;
  if (change) Process::get().changed_shapes().note(dataset, *change);
  return "libhdf5_refused";
}

void tell_decision(const Object& dataset, std::string_view reason) {
  const Context& context = *dataset.context;
  if (Statistics* const statistics = context.statistics(); statistics != nullptr) {
    if (reason == kWithdrawn)
      statistics->add_amendment("filters_withdrawn");
    else
      statistics->add_pass_through("filter:stays_" + std::string(reason));
  }
  if (context.options().log < LogLevel::kInfo) return;
  const DatasetName name = name_of(context.under_class(), dataset.under, H5I_DATASET);
  Log::write(context.options().log, LogLevel::kInfo,
             name.file + " " + (name.path.empty() ? "(anonymous)" : name.path) + ": filters " +
                 (reason == kWithdrawn
                      ? "taken back: the first write brought all of the data, of which pieces all "
                        "over it save less than an eighth"
                      : "stay: " + std::string(reason)));
}

}  // namespace

void note_objects_told() noexcept { ++objects_told; }

void await_first_write(Object& created) noexcept {
  created.objects_told_at_create = objects_told.load();
}

void decide_filters(const DatasetTransfer& transfer, const void* buffer) {
  Object& dataset = transfer.dataset;
  if (!dataset.objects_told_at_create || buffer == nullptr) return;
  const std::uint64_t told = *std::exchange(dataset.objects_told_at_create, std::nullopt);
  const SavedErrorStack saved;
  const QuietErrors quiet;
  std::string_view reason = "out_of_memory";
  tell([&] { reason = withdraw(transfer, buffer, told); });
  tell([&] { tell_decision(dataset, reason); });
  if (reason == kNameLost)
    throw std::runtime_error(
        "libhdf5 took the dataset with the filters of option filter=auto out of its group, but did "
        "not put it back without them; create it again, or set H5PAVE_FILTER=none");
}

}  // namespace h5pave
