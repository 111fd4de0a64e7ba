#include <dlfcn.h>
#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "cli/child_process.h"
#include "cli/doctor.h"
#include "cli/python_modules.h"

namespace h5pave::cli {

namespace fs = std::filesystem;

namespace {

constexpr int kToolLimit = 30;  // seconds

/// Who uses a library, and whether the user asked about it by name.
struct User {
  std::string name;
  bool asked_for = false;
};

using Libraries = std::map<std::string, std::vector<User>>;  // by real path

void add_library(Libraries& libraries, const std::string& path, User user) {
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  libraries[error ? path : real.string()].push_back(std::move(user));
}

/// "libhdf5.so.103", "libhdf5_serial.so", "libhdf5-9e18f0c6.so.320": not _hl, _cpp, _fortran, …
bool is_hdf5_library(const std::string& path) {
  const std::string name = fs::path(path).filename().string();
  if (!name.starts_with("libhdf5") || name.find(".so") == std::string::npos) return false;
  for (const char* const part : {"_hl", "_cpp", "_fortran", "_tools", "_test", "_f90", "_java"}) {
    if (name.find(part) != std::string::npos) return false;
  }
  return true;
}

/// The part of a line "… => /path (0x…)" after the arrow, or an empty text.
std::string after_arrow(const std::string& line) {
  const auto arrow = line.find("=> ");
  if (arrow == std::string::npos) return {};
  const std::string rest = line.substr(arrow + 3);
  return rest.substr(0, rest.find(" (0x"));
}

void add_from_ldconfig(const CommandContext& context, Libraries& libraries) {
  Environment environment = context.environment;
  environment.set("LC_ALL", "C");
  for (const std::string command : {"ldconfig", "/sbin/ldconfig"}) {
    const ChildResult result = run_child({command, "-p"}, environment, kToolLimit);
    if (!result.succeeded()) continue;
    for (const std::string& line : lines_of(result.output)) {
      const std::string path = after_arrow(line);
      if (is_hdf5_library(path)) add_library(libraries, path, {"the system"});
    }
    return;
  }
}

/// The libhdf5 of this process.
std::string own_library() {
  Dl_info info{};
  const bool found = dladdr(reinterpret_cast<const void*>(&H5open), &info) != 0;
  return found && info.dli_fname != nullptr ? info.dli_fname : "libhdf5.so";
}

void add_from_root(const CommandContext& context, Libraries& libraries, Findings& findings) {
  const auto root = context.environment.get("HDF5_ROOT");
  if (!root || root->empty()) return;
  std::error_code error;
  for (const char* const folder : {"lib", "lib64"}) {
    const fs::path path = fs::path(*root) / folder / "libhdf5.so";
    if (!fs::exists(path, error)) continue;
    add_library(libraries, path.string(), {"HDF5_ROOT", true});
    return;
  }
  findings.push_back(
      problem(fmt::format("HDF5_ROOT={} holds no lib/libhdf5.so", *root),
              "set HDF5_ROOT to the prefix of a shared HDF5 1.14 or later, or unset it"));
}

/// What a program links, from ldd; a program with HDF5 inside has HDF5's variable names in it.
void add_from_program(const CommandContext& context, const std::string& program,
                      Libraries& libraries, Findings& findings) {
  const ChildResult result = run_child({"ldd", program}, context.environment, kToolLimit);
  bool found = false;
  for (const std::string& line : lines_of(result.output)) {
    const std::string path = after_arrow(line);
    if (path.starts_with("not found") && line.find("libhdf5") != std::string::npos) {
      findings.push_back(problem(fmt::format("{} does not find its HDF5:{}", program,
                                             line.substr(line.find_first_not_of(" \t") - 1)),
                                 "add the library's folder to LD_LIBRARY_PATH"));
      found = true;
    }
    if (!is_hdf5_library(path)) continue;
    add_library(libraries, path, {program, true});
    found = true;
  }
  if (found) return;
  if (holds_text(program, "HDF5_VOL_CONNECTOR")) {
    findings.push_back(problem(program + " has HDF5 built in statically; no plugin can serve it",
                               "link it to the shared libhdf5"));
  } else {
    findings.push_back(note(program + " does not link libhdf5 itself; it may load one later"));
  }
}

void add_from_python(const CommandContext& context, bool asked_for, Libraries& libraries,
                     Findings& findings) {
  const std::string python = python_to_check(context);
  if (python.empty()) return;
  std::set<std::string> used;
  for (const PythonModule& module : hdf5_modules_of(python, context.environment)) {
    if (!module.error.empty()) {
      findings.push_back(
          note(fmt::format("{} cannot import {}: {}", python, module.name, module.error)));
    }
    for (const std::string& library : module.libraries) {
      if (!is_hdf5_library(library)) continue;
      add_library(libraries, library, {fmt::format("{} of {}", module.name, python), asked_for});
      used.insert(library);
    }
  }
  if (used.size() > 1) {
    findings.push_back(note(
        fmt::format("{} loads {} different libhdf5 into one process; h5pave serves each on its own",
                    python, used.size())));
  }
}

std::string users_text(const std::vector<User>& users) {
  std::string text;
  std::set<std::string> named;
  for (const User& user : users) {
    if (!named.insert(user.name).second) continue;
    if (!text.empty()) text += ", ";
    text += user.name;
  }
  return text;
}

bool is_new_enough(const std::string& version) {
  int major = 0;
  int minor = 0;
  if (std::sscanf(version.c_str(), "%d.%d", &major, &minor) != 2) return false;
  return major > 1 || (major == 1 && minor >= 14);
}

/// Why h5pave cannot serve the library; empty when it can.
std::string refusal(const ProbeAnswer& answer) {
  if (const std::string error = answer_value(answer, "error"); !error.empty()) {
    return "cannot be loaded: " + error;
  }
  const std::string version = answer_value(answer, "version");
  if (!is_new_enough(version)) {
    return fmt::format("is HDF5 {}, too old: h5pave needs 1.14 or later", version);
  }
  if (const std::string symbol = answer_value(answer, "missing"); !symbol.empty()) {
    return fmt::format("is HDF5 {} without the function {}, which h5pave needs", version, symbol);
  }
  return {};
}

Finding judge(const CommandContext& context, const std::string& path,
              const std::vector<User>& users) {
  const ProbeAnswer answer = ask_probe(context, context.environment, {"library", path});
  const std::string reason = refusal(answer);
  const std::string used_by = users_text(users);
  if (reason.empty()) {
    return fine(fmt::format("HDF5 {}: {} ({})", answer_value(answer, "version"), path, used_by));
  }
  const std::string text =
      fmt::format("{} ({}) {}; programs with it run without h5pave", path, used_by, reason);
  const bool asked_for = std::ranges::any_of(users, &User::asked_for);
  return asked_for
             ? problem(text,
                       "use an HDF5 1.14 or later: a newer h5py, a newer package, or link the "
                       "program to a newer libhdf5")
             : note(text);
}

}  // namespace

Findings check_libraries(const CommandContext& context) {
  Findings findings;
  Libraries libraries;
  add_library(libraries, own_library(), {"this command"});
  add_from_ldconfig(context, libraries);
  add_from_root(context, libraries, findings);
  const bool has_program = !context.program.empty();
  const std::string program =
      has_program ? find_in_path(context.program.front(), context.environment) : std::string();
  if (has_program && program.empty()) {
    findings.push_back(problem("there is no program '" + context.program.front() + "'",
                               "correct its name or PATH"));
  }
  const bool is_python = is_python_program(program);
  if (!program.empty() && !is_python) add_from_program(context, program, libraries, findings);
  add_from_python(context, is_python, libraries, findings);
  for (const auto& [path, users] : libraries) findings.push_back(judge(context, path, users));
  return findings;
}

}  // namespace h5pave::cli
