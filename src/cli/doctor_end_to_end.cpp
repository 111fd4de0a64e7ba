#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>

#include "advisor/index_kind.h"
#include "cli/child_process.h"
#include "cli/doctor.h"
#include "cli/launch.h"
#include "cli/plugin_path.h"
#include "cli/python_modules.h"
#include "cli/temporary_folder.h"
#include "config/option_table.h"

namespace h5pave::cli {

namespace fs = std::filesystem;

namespace {

constexpr int kPythonLimit = 120;  // seconds

constexpr const char* kPythonScript =
    "import h5py, sys\n"
    "with h5py.File(sys.argv[1], 'w') as file:\n"
    "    file.create_dataset('x', shape=(4, 4), chunks=(2, 2), dtype='i4')[:] = 1\n";

/// As `h5pave run` sets it, with default options, so that the outcome is known.
Environment test_environment(const CommandContext& context) {
  Environment environment = context.environment;
  for (const OptionRow& row : option_table()) environment.unset(environment_name(row.key));
  environment.unset("HDF5_VOL_CONNECTOR");
  for (const Assignment& assignment : launch_environment(context, {})) {
    environment.set(assignment.name, assignment.value);
  }
  environment.set("HDF5_VOL_CONNECTOR", "h5pave");
  return environment;
}

/// Looks with stock HDF5 at the file that `who` wrote.
Finding judge_file(const CommandContext& context, const std::string& who, const std::string& file) {
  const ProbeAnswer answer = ask_probe(context, context.environment, {"index", file});
  if (const std::string error = answer_value(answer, "error"); !error.empty()) {
    return problem(fmt::format("end to end with {}: the file cannot be read back: {}", who, error),
                   "report this as a bug of h5pave");
  }
  const int index = std::stoi(answer_value(answer, "index"));
  const std::string name(display_name(static_cast<IndexKind>(index)));
  if (index == static_cast<int>(IndexKind::kBtree1)) {
    return problem(
        fmt::format("end to end with {}: h5pave was not active; the dataset got a {}", who, name),
        "look at the findings above; H5PAVE_LOG=debug tells more");
  }
  return fine(
      fmt::format("end to end with {}: h5pave is active, a chunked dataset got a {}", who, name));
}

Finding create_with_own_library(const CommandContext& context, const Environment& environment,
                                const TemporaryFolder& folder) {
  const std::string who = "this command's libhdf5";
  const std::string file = folder.file("own.h5");
  const ProbeAnswer answer = ask_probe(context, environment, {"create", file});
  const std::string error = answer_value(answer, "error");
  const std::string connector = answer_value(answer, "connector");
  if (!error.empty()) {
    return problem(fmt::format("end to end with {}: {}", who, error), "look at the findings above");
  }
  if (connector != "h5pave") {
    return problem(
        fmt::format("end to end with {}: the active connector is {}, not h5pave", who, connector),
        "look at the findings above; HDF5 is silent about a plugin that does not load");
  }
  return judge_file(context, who, file);
}

/// Nothing to tell when there is no Python with h5py: that is not h5pave's business.
Findings create_with_python(const CommandContext& context, const Environment& environment,
                            const TemporaryFolder& folder) {
  const std::string python = python_to_check(context);
  if (python.empty()) return {};
  const ChildResult has_h5py = run_child(
      {python, "-c", "import h5py, sys; sys.exit(h5py.version.hdf5_version_tuple < (1, 14))"},
      context.environment, kPythonLimit);
  if (!has_h5py.succeeded()) return {};
  const std::string who = "h5py of " + python;
  const std::string file = folder.file("python.h5");
  const ChildResult result =
      run_child({python, "-c", kPythonScript, file}, environment, kPythonLimit);
  if (!result.succeeded()) {
    const auto lines = lines_of(result.errors);
    return {problem(
        fmt::format("end to end with {}: {}", who, lines.empty() ? result.ending : lines.back()),
        "look at the findings above")};
  }
  return {judge_file(context, who, file)};
}

}  // namespace

std::string find_in_path(const std::string& name, const Environment& environment) {
  std::error_code error;
  const auto usable = [&error](const fs::path& path) {
    return fs::is_regular_file(path, error) && access(path.c_str(), X_OK) == 0;
  };
  if (name.empty()) return {};
  if (name.find('/') != std::string::npos) return usable(name) ? name : std::string();
  for (const std::string& folder : split_plugin_path(environment.get("PATH").value_or(""))) {
    if (usable(fs::path(folder) / name)) return (fs::path(folder) / name).string();
  }
  return {};
}

std::string python_to_check(const CommandContext& context) {
  if (!context.program.empty()) {
    const std::string program = find_in_path(context.program.front(), context.environment);
    return is_python_program(program) ? interpreter_of(program, context.environment)
                                      : std::string();
  }
  return find_in_path("python3", context.environment);
}

Findings check_end_to_end(const CommandContext& context) {
  try {
    const TemporaryFolder folder("doctor");
    const Environment environment = test_environment(context);
    Findings findings{create_with_own_library(context, environment, folder)};
    for (Finding& finding : create_with_python(context, environment, folder)) {
      findings.push_back(std::move(finding));
    }
    return findings;
  } catch (const std::runtime_error& error) {
    return {problem(std::string("the end-to-end check could not be made: ") + error.what(),
                    "make room in the folder for temporary files, or set TMPDIR")};
  }
}

}  // namespace h5pave::cli
