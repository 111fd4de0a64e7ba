// `h5pave doctor`: what is wrong on this machine, with the fix for each.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cli/command_context.h"
#include "cli/doctor.h"
#include "cli/doctor_environment.h"
#include "cli/exit_code.h"
#include "cli/launch.h"
#include "cli/plugin_path.h"
#include "cli/table.h"

namespace h5pave::cli {

namespace {

namespace fs = std::filesystem;

Folders real_folders() {
  return {[](const std::string& path) {
            std::error_code error;
            return fs::is_directory(path, error);
          },
          [](const std::string& path) {
            std::error_code error;
            return fs::exists(fs::path(path) / kPluginFile, error);
          }};
}

void print_finding(const Finding& finding) {
  switch (finding.severity) {
    case Severity::kFine:
      fmt::print("ok       {}\n", printable(finding.text));
      return;
    case Severity::kNote:
      fmt::print("note     {}\n", printable(finding.text));
      return;
    case Severity::kProblem:
      fmt::print("PROBLEM  {}\n         fix: {}\n", printable(finding.text),
                 printable(finding.fix));
  }
}

/// Prints findings as they come and counts the problems.
class Report {
 public:
  void add(const Findings& findings) {
    for (const Finding& finding : findings) {
      print_finding(finding);
      if (finding.severity == Severity::kProblem) ++problems_;
    }
    std::fflush(stdout);
  }
  int finish() const {
    if (problems_ == 0) {
      fmt::print("nothing is wrong\n");
      return kExitFine;
    }
    fmt::print("{} {} found\n", problems_, problems_ == 1 ? "problem" : "problems");
    return kExitProblem;
  }

 private:
  int problems_ = 0;
};

/// The folders that a program of this environment looks through.
std::vector<std::string> folders_in_use(const CommandContext& context,
                                        const std::vector<std::string>& default_folders) {
  const auto path = context.environment.get("HDF5_PLUGIN_PATH");
  return path ? split_plugin_path(*path) : default_folders;
}

bool has_problem(const Findings& findings) {
  return std::ranges::any_of(
      findings, [](const Finding& finding) { return finding.severity == Severity::kProblem; });
}

int doctor(const CommandContext& context) {
  Report report;
  const auto plugin_folder = find_plugin_folder(context.executable.parent_path());
  const std::vector<std::string> default_folders = machine_plugin_folders();
  if (plugin_folder) {
    report.add(check_plugin(context, plugin_folder->string()));
  } else {
    const fs::path expected = context.executable.parent_path() / "../lib/h5pave/plugin";
    report.add({problem(fmt::format("{} is not where this command expects it: {}", kPluginFile,
                                    expected.lexically_normal().string()),
                        "install h5pave again and call PREFIX/bin/h5pave")});
  }
  const Findings environment_findings =
      check_environment(context.environment, plugin_folder ? plugin_folder->string() : "",
                        default_folders, real_folders());
  report.add(environment_findings);
  // One cause, one finding: a failing start is only news when the variables look right.
  if (!has_problem(environment_findings)) report.add(check_start(context));
  report.add(check_plugin_folders(context, folders_in_use(context, default_folders)));
  report.add(check_libraries(context));
  if (plugin_folder) report.add(check_end_to_end(context));
  return report.finish();
}

}  // namespace

CommandSpec doctor_command(const CommandContext& context) {
  CommandSpec command;
  command.name = "doctor";
  command.description =
      "Find what keeps h5pave from working here, with fixes: h5pave doctor [-- PROGRAM]";
  command.footer =
      "With PROGRAM: looks at the HDF5 that it loads (for Python: at its h5py).\n"
      "Exit status: 0 nothing is wrong, 1 something is.";
  command.action = [&context] { return doctor(context); };
  return command;
}

}  // namespace h5pave::cli
