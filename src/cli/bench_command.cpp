// `h5pave bench`: stock HDF5 beside h5pave on this machine, with the user's data or made-up data.
// Everything that calls HDF5 runs in child processes, whose environment chooses the connector.
#include <fmt/format.h>
#include <hdf5.h>
#include <sched.h>
#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): getloadavg is not ISO
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <fstream>
#include <memory>
#include <stdexcept>

#include "cli/bench_report.h"
#include "cli/child_process.h"
#include "cli/command_context.h"
#include "cli/exit_code.h"
#include "cli/launch.h"
#include "cli/storage_file.h"
#include "cli/temporary_folder.h"
#include "report/version.h"

namespace h5pave::cli {

namespace {

constexpr int kStepLimit = 600;  // seconds
constexpr int kMaxRounds = 1000;

struct BenchArguments {
  std::string file;     ///< Empty: made-up data.
  std::string dataset;  ///< Empty: the largest that suits.
  int rounds = 3;
  bool json = false;
  bool calibrate = false;
  std::string output;  ///< Of calibrate; empty: standard output.
  OptionFlags flags;
};

// ---- interruption
// ----------------------------------------------------------------------------------

volatile std::sig_atomic_t interrupting_signal = 0;

extern "C" void note_signal(int signal) { interrupting_signal = signal; }

/// Until its end SIGINT, SIGTERM and SIGHUP are only noted, so that the temporary folder is
/// removed. Children start with the default action, and a terminal sends them the signal as well.
class InterruptGuard {
 public:
  InterruptGuard() {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, note_signal);
  }
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  ~InterruptGuard() {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_DFL);
  }
};

class Interrupted : public std::exception {};

// ---- steps
// -----------------------------------------------------------------------------------------

/// What a step printed, by key.
using StepAnswer = std::multimap<std::string, std::string>;

std::string first_value(const StepAnswer& answer, const std::string& key) {
  const auto found = answer.find(key);
  return found == answer.end() ? std::string() : found->second;
}

double number(const StepAnswer& answer, const std::string& key) {
  const std::string text = first_value(answer, key);
  try {
    return std::stod(text);
  } catch (const std::exception&) {
    throw std::runtime_error("a measured process gave no " + key);
  }
}

/// The deepest error that HDF5 printed, or the last line.
std::string telling_line(const std::string& errors) {
  const std::vector<std::string> lines = lines_of(errors);
  const auto deepest = std::find_if(lines.rbegin(), lines.rend(), [](const std::string& line) {
    return line.find("(): ") != std::string::npos;
  });
  return deepest == lines.rend() ? lines.back() : *deepest;
}

/// Runs steps with and without the connector.
class Stepper {
 public:
  Stepper(const CommandContext& context, const OptionFlags& flags)
      : executable_(context.executable.string()),
        stock_(context.environment),
        h5pave_(context.environment) {
    stock_.unset("HDF5_VOL_CONNECTOR");
    for (const Assignment& assignment : launch_environment(context, flags)) {
      h5pave_.set(assignment.name, assignment.value);
    }
  }

  StepAnswer stock(const std::vector<std::string>& step) const { return take(step, stock_); }
  StepAnswer h5pave(const std::vector<std::string>& step) const { return take(step, h5pave_); }

 private:
  /// Throws std::runtime_error with the step's own words when it fails.
  StepAnswer take(const std::vector<std::string>& step, const Environment& environment) const {
    std::vector<std::string> words{executable_, kBenchStepCommand, "--"};
    words.insert(words.end(), step.begin(), step.end());
    const ChildResult result = run_child(std::move(words), environment, kStepLimit);
    if (interrupting_signal != 0) throw Interrupted();
    StepAnswer answer;
    std::string error;
    for (const std::string& line : lines_of(result.output)) {
      const auto tab = line.find('\t');
      if (tab == std::string::npos) continue;
      if (line.substr(0, tab) == "error")
        error += (error.empty() ? "" : "\n") + line.substr(tab + 1);
      answer.emplace(line.substr(0, tab), line.substr(tab + 1));
    }
    if (result.succeeded()) {
      std::fwrite(result.errors.data(), 1, result.errors.size(), stderr);  // the connector's words
      return answer;
    }
    if (error.empty()) {
      error = fmt::format("step '{}' failed: {}", step[0],
                          result.ending.empty() ? "no reason given" : result.ending);
      if (!result.errors.empty()) error += ": " + telling_line(result.errors);
      error += "; h5pave doctor finds out why";
    }
    throw std::runtime_error(error);
  }

  std::string executable_;
  Environment stock_;
  Environment h5pave_;
};

// ---- measuring
// -------------------------------------------------------------------------------------

/// Times of one side, round by round.
class Times {
 public:
  void add(const StepAnswer& answer) {
    wall_.push_back(number(answer, "wall_s"));
    cpu_.push_back(number(answer, "cpu_s"));
  }
  BenchSide medians() const { return {median(wall_), median(cpu_)}; }

 private:
  std::vector<double> wall_;
  std::vector<double> cpu_;
};

class Bench {
 public:
  Bench(const Stepper& stepper, const TemporaryFolder& folder, int rounds, BenchReport& report)
      : stepper_(stepper),
        rounds_(rounds),
        report_(report),
        sample_(folder.file("sample.h5")),
        stock_file_(folder.file("stock.h5")),
        h5pave_file_(folder.file("h5pave.h5")),
        values_file_(folder.file("values.bin")) {}

  const std::string& sample_file() const { return sample_; }

  /// `step`: "write" or "append".
  void write(const std::string& data, const std::string& step) {
    BenchRow row;
    row.data = data;
    row.action = step;
    Times stock;
    Times h5pave;
    for (int round = 0; round < rounds_; ++round) {
      stock.add(stepper_.stock({step, sample_, stock_file_, "native"}));
      h5pave.add(stepper_.h5pave({step, sample_, h5pave_file_, "h5pave"}));
      const StepAnswer answer = stepper_.stock({"compare", stock_file_, h5pave_file_});
      row.equal = row.equal && first_value(answer, "values") == "equal";
      row.stock_bytes = static_cast<std::uint64_t>(number(answer, "stock_bytes"));
      row.h5pave_bytes = static_cast<std::uint64_t>(number(answer, "bytes"));
    }
    add(std::move(row), stock, h5pave);
  }

  /// Reads what stock HDF5 wrote in write().
  void read(const std::string& data) {
    BenchRow row;
    row.data = data;
    row.action = "read";
    Times stock;
    Times h5pave;
    for (int round = 0; round < rounds_; ++round) {
      stock.add(stepper_.stock({"read", stock_file_, "native", values_file_}));
      h5pave.add(stepper_.h5pave({"read", stock_file_, "h5pave", values_file_}));
      const StepAnswer answer = stepper_.stock({"check", stock_file_, values_file_});
      row.equal = row.equal && first_value(answer, "values") == "equal";
    }
    add(std::move(row), stock, h5pave);
  }

 private:
  void add(BenchRow row, const Times& stock, const Times& h5pave) {
    row.stock = stock.medians();
    row.h5pave = h5pave.medians();
    report_.rows.push_back(std::move(row));
  }

  const Stepper& stepper_;
  int rounds_;
  BenchReport& report_;
  std::string sample_;
  std::string stock_file_;
  std::string h5pave_file_;
  std::string values_file_;
};

void bench_file(const BenchArguments& arguments, const Stepper& stepper, Bench& bench,
                BenchReport& report) {
  const StepAnswer answer =
      stepper.stock({"sample", arguments.file, arguments.dataset.empty() ? "/" : arguments.dataset,
                     bench.sample_file()});
  report.samples.push_back(arguments.file + ": " + first_value(answer, "description"));
  if (const std::string note = first_value(answer, "note"); !note.empty()) {
    report.notes.push_back(note);
  }
  const std::string path = first_value(answer, "path");
  bench.write(path, "write");
  bench.read(path);
}

void bench_synthetic(const Stepper& stepper, Bench& bench, BenchReport& report) {
  const StepAnswer names = stepper.stock({"list"});
  for (auto [entry, end] = names.equal_range("name"); entry != end; ++entry) {
    const std::string& name = entry->second;
    const StepAnswer made = stepper.stock({"synthetic", name, bench.sample_file()});
    report.samples.push_back(name + ": " + first_value(made, "description"));
    if (first_value(made, "way") == "append") {
      bench.write(name, "append");
    } else {
      bench.write(name, "write");
      bench.read(name);
    }
  }
}

// ---- the machine
// -----------------------------------------------------------------------------------

std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const auto colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown processor";
}

unsigned usable_cores() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  if (sched_getaffinity(0, sizeof cores, &cores) == 0) {
    return static_cast<unsigned>(CPU_COUNT(&cores));
  }
  return static_cast<unsigned>(std::max(1L, sysconf(_SC_NPROCESSORS_ONLN)));
}

BenchReport describe_machine(const BenchArguments& arguments, const TemporaryFolder& folder) {
  unsigned major = 0;
  unsigned minor = 0;
  unsigned release = 0;
  H5get_libversion(&major, &minor, &release);
  BenchReport report;
  report.version = fmt::format("h5pave {}, HDF5 {}.{}.{}", kVersion, major, minor, release);
  report.processor = processor_name();
  report.cores = usable_cores();
  if (getloadavg(&report.load, 1) != 1) report.load = 0;
  report.folder = std::filesystem::path(folder.path()).parent_path().string();
  report.rounds = arguments.rounds;
  return report;
}

// ---- the command
// -----------------------------------------------------------------------------------

int report_result(const BenchReport& report, const BenchArguments& arguments) {
  if (arguments.json) {
    print_bench_json(report);
  } else {
    print_bench_text(report);
  }
  int status = kExitFine;
  for (const BenchRow& row : report.rows) {
    if (row.equal) continue;
    fmt::print(stderr, "h5pave: {} {}: the values differ; please report this as a bug of h5pave\n",
               row.data, row.action);
    status = kExitProblem;
  }
  return status;
}

int measure(const CommandContext& context, const BenchArguments& arguments) {
  const InterruptGuard guard;
  const Stepper stepper(context, arguments.flags);
  const TemporaryFolder folder("bench");
  BenchReport report = describe_machine(arguments, folder);
  Bench bench(stepper, folder, arguments.rounds, report);
  if (arguments.file.empty()) {
    bench_synthetic(stepper, bench, report);
  } else {
    bench_file(arguments, stepper, bench, report);
  }
  return report_result(report, arguments);
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw std::runtime_error(fmt::format("cannot write {}", path));
}

/// Measures the constants of plan's cost model.
int calibrate_machine(const CommandContext& context, const BenchArguments& arguments) {
  const InterruptGuard guard;
  const Stepper stepper(context, arguments.flags);
  const TemporaryFolder folder("calibrate");
  const BenchReport machine = describe_machine(arguments, folder);
  const StepAnswer answer = stepper.stock({"calibrate", folder.file("storage.bin")});
  StorageConstants constants;
  for (const std::string& name : storage_constant_names()) constants[name] = number(answer, name);
  storage_model_of(constants);  // refuses what plan would refuse
  const std::string text = storage_file_text(
      constants,
      {{"version", machine.version},
       {"processor", machine.processor},
       {"load", fmt::format("{:.2f}", machine.load)},
       {"folder", machine.folder},
       {"storage read", first_value(answer, "read_path") == "direct"
                            ? "past the page cache"
                            : "through the page cache, as the file system has no other way"}});
  if (arguments.output.empty()) {
    fmt::print("{}", text);
  } else {
    write_file(arguments.output, text);
  }
  return kExitFine;
}

/// What is wrong with the arguments together; empty when nothing is.
std::string_view wrong_together(const BenchArguments& arguments) {
  if (arguments.calibrate && (!arguments.file.empty() || arguments.json))
    return "--calibrate measures the machine: it goes with --output alone";
  if (!arguments.calibrate && !arguments.output.empty()) return "--output goes with --calibrate";
  return {};
}

int run(const CommandContext& context, const BenchArguments& arguments) {
  if (const std::string_view wrong = wrong_together(arguments); !wrong.empty()) {
    fmt::print(stderr, "h5pave: {}\nTry 'h5pave bench --help'.\n", wrong);
    return kExitUsage;
  }
  try {
    if (arguments.calibrate) return calibrate_machine(context, arguments);
    return measure(context, arguments);
  } catch (const Interrupted&) {
    raise(interrupting_signal);  // ends as the signal would have
    return kExitProblem;
  }
}

int parse_rounds(const std::string& text) {
  int rounds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rounds);
  if (error != std::errc() || end != text.data() + text.size() || rounds < 1 ||
      rounds > kMaxRounds) {
    throw UsageError(
        fmt::format("bad value '{}' for --rounds; legal values: 1 to {}", text, kMaxRounds));
  }
  return rounds;
}

}  // namespace

CommandSpec bench_command(const CommandContext& context) {
  const auto arguments = std::make_shared<BenchArguments>();
  CommandSpec command;
  command.name = "bench";
  command.description = "Measure writing and reading, stock HDF5 beside h5pave";
  command.footer =
      "Without FILE: made-up data. With FILE: up to 64 MiB of DATASET, or of the largest dataset\n"
      "with chunks and filters; FILE is only read. Temporary files, up to 300 MB, go to $TMPDIR.\n"
      "Every value is compared.\n"
      "Exit status: 0 fine, 1 values differ, or it could not be measured, 2 usage.";
  command.operands = {
      {"FILE", "HDF5 file to take the data from", OperandSpec::Count::kOptional,
       [arguments](const std::string& file) { arguments->file = file; }},
      {"DATASET", "Dataset, or group whose largest dataset is taken", OperandSpec::Count::kOptional,
       [arguments](const std::string& dataset) { arguments->dataset = dataset; }}};
  command.options = option_flags(arguments->flags);
  command.options.insert(
      command.options.begin(),
      {"rounds", "How often each is measured; the median counts (3)",
       [arguments](const std::string& text) { arguments->rounds = parse_rounds(text); }});
  command.options.insert(command.options.begin(),
                         {"output", "With --calibrate: the file to write (standard output)",
                          [arguments](const std::string& path) { arguments->output = path; }});
  command.flags = {
      {"json", "As one JSON document", [arguments] { arguments->json = true; }},
      {"calibrate",
       "Measure what storage in $TMPDIR, filters and chunks cost; for plan --storage FILE",
       [arguments] { arguments->calibrate = true; }}};
  command.action = [&context, arguments] { return run(context, *arguments); };
  return command;
}

}  // namespace h5pave::cli
