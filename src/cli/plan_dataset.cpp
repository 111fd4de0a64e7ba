// A plan for one dataset: pure arithmetic over what is known of it.
#include <fmt/format.h>

#include <algorithm>

#include "cli/plan_report.h"
#include "cli/plan_words.h"
#include "cli/table.h"

namespace h5pave::cli {

namespace {

PlannedShape price(const ShapeQuestion& question, const DatasetModel& dataset,
                   const std::vector<AccessBox>& boxes, std::string name, ChunkShape chunk) {
  const StorageModel& storage = question.storage;
  PlannedShape shape;
  shape.name = std::move(name);
  for (const AccessBox& box : boxes) {
    shape.accesses.push_back(chunk.empty() ? predict_contiguous(dataset, box, storage)
                                           : predict_chunked(dataset, chunk, box, storage));
  }
  shape.seconds = chunk.empty() ? contiguous_cost(dataset, boxes, storage)
                                : pattern_cost(dataset, chunk, boxes, storage);
  if (!chunk.empty()) {
    shape.chunk_bytes = shape_bytes(chunk, dataset.element_bytes);
    shape.overhead = storage_overhead(dataset, chunk);
  }
  shape.chunk = std::move(chunk);
  return shape;
}

/// "20 chunks, 5.1 MiB for 78 KiB"
std::string effort(const Prediction& prediction) {
  return fmt::format("{:.{}f} chunks, {} for {}", prediction.chunks, prediction.chunks < 10 ? 1 : 0,
                     human_bytes(static_cast<unsigned long long>(prediction.bytes_moved)),
                     human_bytes(static_cast<unsigned long long>(prediction.bytes_wanted)));
}

/// The access that takes most of the present time, as an example.
std::size_t dearest(const PlannedDataset& plan, const PlannedShape& shape) {
  std::size_t most = 0;
  for (std::size_t i = 1; i < plan.boxes.size(); ++i) {
    if (plan.boxes[i].weight * shape.accesses[i].seconds >
        plan.boxes[most].weight * shape.accesses[most].seconds)
      most = i;
  }
  return most;
}

/// The access that gains most.
std::size_t most_gaining(const PlannedDataset& plan, const PlannedShape& present,
                         const PlannedShape& best) {
  const auto gain = [&](std::size_t i) {
    return plan.boxes[i].weight * (present.accesses[i].seconds - best.accesses[i].seconds);
  };
  std::size_t most = 0;
  for (std::size_t i = 1; i < plan.boxes.size(); ++i) {
    if (gain(i) > gain(most)) most = i;
  }
  return most;
}

std::string compare(const PlannedDataset& plan, const PlannedShape& present,
                    const PlannedShape& best) {
  const std::size_t i = most_gaining(plan, present, best);
  const Prediction& before = present.accesses[i];
  const Prediction& after = best.accesses[i];
  return fmt::format("an access '{}' takes {} now ({}), {} with {} ({}): {:.1f} times faster",
                     box_text(plan.boxes[i]), seconds_text(before.seconds), effort(before),
                     seconds_text(after.seconds), shape_text(best.chunk), effort(after),
                     before.seconds / after.seconds);
}

/// A dataset of a file, or one that does not exist yet.
bool has_present(const std::string& path) { return !path.empty(); }

void decide(PlannedDataset& plan, const ShapeAdvice& advice, const PlannedShape& best) {
  if (!has_present(plan.path)) {
    const Prediction& example = best.accesses[dearest(plan, best)];
    plan.change = true;
    plan.reason =
        fmt::format("an access '{}' takes {} ({})", box_text(plan.boxes[dearest(plan, best)]),
                    seconds_text(example.seconds), effort(example));
    return;
  }
  plan.change = advice.reason == ShapeReason::kChosen;
  plan.reason =
      plan.change ? compare(plan, plan.shapes.front(), best) : explain_shape(plan.question, advice);
}

}  // namespace

PlannedDataset plan_dataset(const std::string& file, const std::string& path,
                            const ShapeQuestion& question, const AccessWords& words,
                            double stored_ratio) {
  PlannedDataset plan;
  plan.path = path;
  plan.question = question;
  plan.boxes = planned_boxes(question);
  const ShapeAdvice advice = advise_shape(question);
  if (plan.boxes.empty()) {
    ShapeAdvice none;
    none.reason = ShapeReason::kOtherRank;
    plan.reason = explain_shape(question, none);
    return plan;
  }
  DatasetModel dataset = dataset_model(question);
  dataset.stored_ratio = stored_ratio;
  const auto add = [&](const std::string& name, const ChunkShape& chunk) {
    plan.shapes.push_back(price(question, dataset, plan.boxes, name, chunk));
  };
  if (has_present(path)) add("present", question.shape.chunk);
  const PlannedShape best = price(question, dataset, plan.boxes, "best",
                                  best_shape(dataset, plan.boxes, question.storage,
                                             planned_range(question, dataset, plan.boxes)));
  plan.shapes.push_back(best);
  for (const ConsideredShape& other : considered_shapes(question, plan.boxes)) {
    if (other.name != "present") add(other.name, other.chunk);
  }
  decide(plan, advice, best);
  if (!plan.change) return plan;
  if (const auto repack = repack_command(file, path, best.chunk); has_present(path) && repack)
    plan.commands.push_back(*repack);
  // For another storage than it plans for itself the plugin must be told the size.
  std::optional<std::uint64_t> target = question.target_bytes;
  if (question.storage.name != usual_storage(question.ranks).name) target = best.chunk_bytes;
  plan.commands.push_back(run_command_line(path, words, target));
  return plan;
}

}  // namespace h5pave::cli
