// `h5pave plan`: which chunk shapes fit how datasets are used, what that gains, and how to get it.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "cli/command_context.h"
#include "cli/dataset_facts.h"
#include "cli/exit_code.h"
#include "cli/file_walk.h"
#include "cli/h5_error.h"
#include "cli/isolation.h"
#include "cli/plan_measure.h"
#include "cli/plan_report.h"
#include "cli/plan_words.h"
#include "cli/storage_file.h"
#include "cli/table.h"
#include "config/text.h"
#include "plugin/plain_type.h"
#include "profile/profile_file.h"
#include "profile/recorded_question.h"

namespace h5pave::cli {

namespace {

struct PlanArguments {
  std::string file;
  std::vector<std::string> datasets;
  std::optional<ChunkedShape> shape;  ///< A plan without a file.
  std::optional<std::uint64_t> type_bytes;
  bool compressed = false;
  AccessSpec access;
  std::string profile_path;
  std::optional<AccessProfile> profile;  ///< Of that file.
  std::optional<StorageModel> storage;
  std::optional<std::uint64_t> target;
  std::uint64_t ranks = 1;
  bool measure = false;
  bool json = false;
};

// ---- the values of the options

AccessSpec take_access(const std::string& text) {
  std::string error;
  auto access = parse_access(text, error);
  if (!access) throw UsageError(fmt::format("bad value '{}' for --access: {}", text, error));
  return *std::move(access);
}

StorageModel take_storage(const std::string& text) {
  if (const auto storage = storage_preset(text)) return *storage;
  try {
    return read_storage_file(text);
  } catch (const std::runtime_error& error) {
    throw UsageError(
        fmt::format("bad value '{}' for --storage; legal values: local, parallel, "
                    "object, or a file that h5pave bench --calibrate wrote ({})",
                    text, error.what()));
  }
}

ChunkedShape take_shape(const std::string& text) {
  auto shape = parse_shape(text);
  if (!shape)
    throw UsageError(fmt::format(
        "bad value '{}' for --shape: lengths such as 98128,277,349, with inf where there is no "
        "limit",
        text));
  return *std::move(shape);
}

std::uint64_t take_type(const std::string& text) {
  const auto bytes = parse_type_bytes(text);
  if (!bytes)
    throw UsageError(fmt::format(
        "bad value '{}' for --type: f4, i2, u1, c16, float32, int16, uint8 and their like, or the "
        "bytes of a value",
        text));
  return *bytes;
}

std::uint64_t take_target(const std::string& text) {
  constexpr std::uint64_t kLeast = std::uint64_t{4} << 10;
  constexpr std::uint64_t kMost = std::uint64_t{1} << 30;
  const auto bytes = parse_bytes(text);
  if (!bytes || *bytes < kLeast || *bytes > kMost)
    throw UsageError(
        fmt::format("bad value '{}' for --target: a number with K, M or G, from 4K to 1G", text));
  return *bytes;
}

std::uint64_t take_ranks(const std::string& text) {
  std::uint64_t ranks = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), ranks);
  if (fault != std::errc{} || end != text.data() + text.size() || ranks == 0 || ranks > kMostRanks)
    throw UsageError(fmt::format("bad value '{}' for --ranks: a number of MPI ranks, 1 to {}", text,
                                 kMostRanks));
  return ranks;
}

// ---- planning

AccessWords words_of(const PlanArguments& arguments) {
  return {arguments.access.text, arguments.profile_path};
}

StorageModel storage_of(const PlanArguments& arguments) {
  return arguments.storage.value_or(usual_storage(arguments.ranks));
}

ShapeQuestion question_for(const PlanArguments& arguments) {
  ShapeQuestion question;
  question.policy = ShapePolicy::kOverride;
  question.access = arguments.access;
  question.target_bytes = arguments.target;
  question.storage = storage_of(arguments);
  question.ranks = arguments.ranks;
  return question;
}

/// Why chunks cannot help a dataset; empty when they may.
std::string hindrance(hid_t dataset, const DatasetFacts& facts) {
  const UniqueId type(H5Dget_type(dataset), H5Tclose);
  if (facts.space != SpaceKind::kSimple) return "has no dimensions";
  if (facts.layout != Layout::kChunked && facts.layout != Layout::kContiguous)
    return "is " + layout_name(facts.layout) + ": chunks are not possible or no use";
  if (!type.is_open() || !is_plain(type.get()))
    return "has values of variable length or references, which lie outside its chunks";
  const bool empty = std::ranges::find(facts.shape, hsize_t{0}) != facts.shape.end();
  const bool may_grow = std::ranges::find(facts.max_shape, H5S_UNLIMITED) != facts.max_shape.end();
  if (empty && !may_grow) return "is empty";
  return {};
}

class Planner {
 public:
  Planner(const PlanArguments& arguments, PlanReport& report)
      : arguments_(arguments), report_(report) {}

  void dataset(hid_t dataset, const std::string& path) {
    const DatasetFacts facts = read_facts(dataset, path);
    if (const std::string reason = hindrance(dataset, facts); !reason.empty()) {
      report_.notes.push_back({path, reason});
      return;
    }
    ShapeQuestion question = question_for(arguments_);
    question.shape = {facts.shape, facts.max_shape, facts.chunk_shape, facts.type_bytes};
    question.filters = facts.filters.empty() ? Filters::kNone : Filters::kSome;
    const bool recorded = arguments_.profile && apply_profile(*arguments_.profile, path,
                                                              arguments_.profile_path, question);
    if (arguments_.profile && !recorded) {
      report_.notes.push_back({path, "has no accesses in the profile"});
      return;
    }
    const double ratio = stored_ratio(dataset, facts);
    report_.datasets.push_back(
        plan_dataset(arguments_.file, path, question, words_of(arguments_), ratio));
    ratios_.push_back(ratio);
    if (recorded)
      report_.datasets.back().recorded =
          recorded_dataset(*arguments_.profile, path, facts.shape.size())->accesses;
  }

  /// After the walk, which holds each dataset open with a chunk cache of its own.
  void measure(hid_t file) {
    for (std::size_t i = 0; i < report_.datasets.size(); ++i) {
      PlannedDataset& plan = report_.datasets[i];
      const auto& extent = plan.question.shape.extent;
      if (std::ranges::find(extent, hsize_t{0}) != extent.end()) continue;  // nothing to read
      try {
        plan.measurements = measure_accesses(file, plan, ratios_[i]);
      } catch (const Hdf5Failure& failure) {
        report_.errors.push_back({plan.path, failure.what()});
      }
    }
  }

 private:
  static double stored_ratio(hid_t dataset, const DatasetFacts& facts) {
    const auto stored = static_cast<double>(H5Dget_storage_size(dataset));
    const auto raw = static_cast<double>(facts.raw_bytes);
    return stored > 0 && raw > 0 ? std::min(1.0, stored / raw) : 1.0;
  }

  const PlanArguments& arguments_;
  PlanReport& report_;
  std::vector<double> ratios_;  // per dataset of the report
};

PlanReport new_report(const PlanArguments& arguments) {
  PlanReport report;
  report.file = arguments.file;
  report.words = words_of(arguments);
  report.storage = storage_of(arguments);
  return report;
}

int show(const PlanReport& report, const PlanArguments& arguments) {
  for (const auto& [path, problem] : report.errors) {
    fmt::print(stderr, "h5pave: {}: {}: {}\n", printable(report.file), printable(path), problem);
  }
  if (arguments.json) {
    print_plan_json(report);
  } else {
    print_plan_text(report);
  }
  return report.errors.empty() ? kExitFine : kExitProblem;
}

int plan_file(const PlanArguments& arguments, Progress& progress,
              const std::vector<Crash>& crashes) {
  silence_hdf5();
  const InspectedFile file = open_for_inspection(arguments.file);
  PlanReport report = new_report(arguments);
  if (!file.problem.empty()) report.errors.push_back({"/", file.problem});
  Planner planner(arguments, report);
  const WalkVisitor visitor{
      [&](const std::string& path) {
        progress.reading(path);
        const auto crash = std::ranges::find(crashes, path, &Crash::path);
        if (crash == crashes.end()) return WalkStep::kEnter;
        report.errors.push_back({path, crash->reason});
        return WalkStep::kSkip;
      },
      [&](hid_t dataset, const std::string& path) { planner.dataset(dataset, path); },
      [&](const std::string& path, const std::string& problem) {
        report.errors.push_back({path, problem});
      }};
  const std::vector<std::string> everything{"/"};
  walk_datasets(file.id.get(), arguments.datasets.empty() ? everything : arguments.datasets,
                visitor);
  if (arguments.measure) planner.measure(file.id.get());
  return show(report, arguments);
}

int plan_without_file(const PlanArguments& arguments) {
  ShapeQuestion question = question_for(arguments);
  question.shape = *arguments.shape;
  question.shape.element_bytes = *arguments.type_bytes;
  question.filters = arguments.compressed ? Filters::kSome : Filters::kNone;
  PlanReport report = new_report(arguments);
  report.datasets.push_back(plan_dataset({}, {}, question, words_of(arguments), 1));
  return show(report, arguments);
}

AccessProfile take_profile(const std::string& path) {
  LoadedProfile loaded = load_profile(path);
  if (!loaded.trouble.empty()) throw std::runtime_error(loaded.trouble);
  if (!loaded.profile) throw std::runtime_error("there is no profile '" + path + "'");
  return *std::move(loaded.profile);
}

int run(PlanArguments& arguments) {
  if (arguments.file.empty() == !arguments.shape.has_value())
    throw UsageError("plan needs either a FILE or --shape");
  if (!arguments.file.empty() && (arguments.type_bytes || arguments.compressed))
    throw UsageError("--type and --compressed go with --shape; a FILE says them itself");
  if (arguments.shape && !arguments.type_bytes)
    throw UsageError("--shape needs --type, for example --type f4");
  if (arguments.shape && arguments.measure) throw UsageError("--measure needs a FILE to read from");
  if (arguments.shape && !arguments.profile_path.empty())
    throw UsageError("--profile needs a FILE: it goes by the paths of datasets");
  if (!arguments.access.text.empty() && !arguments.profile_path.empty())
    throw UsageError("--access and --profile both say how datasets are used; give one");
  if (arguments.shape) return plan_without_file(arguments);
  if (!arguments.profile_path.empty()) arguments.profile = take_profile(arguments.profile_path);
  return run_isolated([&](Progress& progress, const std::vector<Crash>& crashes) {
    return plan_file(arguments, progress, crashes);
  });
}

int run_or_explain(PlanArguments& arguments) {
  try {
    return run(arguments);
  } catch (const UsageError& error) {
    fmt::print(stderr, "h5pave: {}\nTry 'h5pave plan --help'.\n", error.what());
    return kExitUsage;
  }
}

std::vector<OptionSpec> plan_options(const std::shared_ptr<PlanArguments>& arguments) {
  return {
      {"access",
       "How the datasets will be used: row, column, block, sequence, batch:N, map+series, or "
       "boxes such as 0.7:1,*,*;0.3:*,1,1",
       [arguments](const std::string& text) { arguments->access = take_access(text); }},
      {"profile", "A file that H5PAVE_PROFILE recorded: how the datasets were used",
       [arguments](const std::string& text) { arguments->profile_path = text; }},
      {"storage",
       "Where the file will lie: local (default), parallel (with --ranks), object, or a FILE of "
       "bench --calibrate",
       [arguments](const std::string& text) { arguments->storage = take_storage(text); }},
      {"target", "Bytes per chunk to aim at, e.g. 4M; the model decides when left out",
       [arguments](const std::string& text) { arguments->target = take_target(text); }},
      {"ranks", "MPI ranks that write a dataset together, each such a box in a call of all",
       [arguments](const std::string& text) { arguments->ranks = take_ranks(text); }},
      {"shape", "Without FILE: lengths such as 98128,277,349; inf for no limit",
       [arguments](const std::string& text) { arguments->shape = take_shape(text); }},
      {"type", "With --shape: f4, i2, float32, … or the bytes of a value",
       [arguments](const std::string& text) { arguments->type_bytes = take_type(text); }}};
}

}  // namespace

CommandSpec plan_command() {
  const auto arguments = std::make_shared<PlanArguments>();
  CommandSpec command;
  command.name = "plan";
  command.description = "Find the chunk shapes that fit how datasets are used, and what they gain";
  command.footer =
      "Seconds are the model's for one access with stock HDF5, one core, and a file that is not "
      "in\n"
      "the page cache; amplification is decoded bytes per byte wanted; size is that of the file "
      "per\n"
      "size of the values.\n"
      "Exit status: 0 fine, 1 something cannot be opened or read, 2 usage.";
  command.operands = {
      {"FILE", "HDF5 file, only read", OperandSpec::Count::kOptional,
       [arguments](const std::string& file) { arguments->file = file; }},
      {"DATASET", "Only these datasets or groups", OperandSpec::Count::kAny,
       [arguments](const std::string& path) { arguments->datasets.push_back(path); }}};
  command.options = plan_options(arguments);
  command.flags = {
      {"compressed", "With --shape: the dataset will have filters",
       [arguments] { arguments->compressed = true; }},
      {"measure", "Read such boxes from FILE as it is, and show the times beside predicted ones",
       [arguments] { arguments->measure = true; }},
      {"json", "As one JSON document", [arguments] { arguments->json = true; }}};
  command.action = [arguments] { return run_or_explain(*arguments); };
  return command;
}

}  // namespace h5pave::cli
