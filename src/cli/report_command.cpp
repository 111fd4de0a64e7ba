// `h5pave report`: one page, readable in any browser without a network, about a profile or the
// statistics of a process.
#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <variant>

#include "cli/command_context.h"
#include "cli/exit_code.h"
#include "cli/report_pages.h"
#include "cli/table.h"
#include "profile/profile_text.h"

namespace h5pave::cli {

namespace {

struct ReportArguments {
  std::string input;
  std::string output;
  StorageModel storage = local_storage();
};

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open() || file.bad())
    throw std::runtime_error(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  return text;
}

void write_text(const std::string& path, const std::string& text) {
  std::FILE* const file = std::fopen(path.c_str(), "we");
  const bool written =
      file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const bool closed = file != nullptr && std::fclose(file) == 0;
  if (!written || !closed)
    throw std::runtime_error(fmt::format("cannot write {}: {}", path, std::strerror(errno)));
}

std::string page_for(const ReportArguments& arguments) {
  const std::string text = read_text(arguments.input);
  auto parsed = parse_profile(text);
  if (const auto* const profile = std::get_if<AccessProfile>(&parsed))
    return profile_page(*profile, arguments.input, arguments.storage);
  if (auto page = statistics_page(text, arguments.input)) return *std::move(page);
  const std::string& fault = std::get<ProfileFault>(parsed).text;
  throw std::runtime_error(fmt::format("{} {}, nor statistics", arguments.input, fault));
}

int run(const ReportArguments& arguments) {
  if (arguments.output.empty())
    throw UsageError("report needs -o FILE, for example -o report.html");
  if (arguments.output == arguments.input)
    throw UsageError("report would overwrite what it reads; give another name after -o");
  write_text(arguments.output, page_for(arguments));
  return kExitFine;
}

int run_or_explain(const ReportArguments& arguments) {
  try {
    return run(arguments);
  } catch (const UsageError& error) {
    fmt::print(stderr, "h5pave: {}\nTry 'h5pave report --help'.\n", error.what());
    return kExitUsage;
  }
}

StorageModel take_storage(const std::string& text) {
  const auto storage = storage_preset(text);
  if (!storage)
    throw UsageError(
        fmt::format("bad value '{}' for --storage; legal values: local, parallel, object", text));
  return *storage;
}

}  // namespace

CommandSpec report_command() {
  const auto arguments = std::make_shared<ReportArguments>();
  CommandSpec command;
  command.name = "report";
  command.description = "Make a web page of a profile or of statistics";
  command.footer =
      "Records come from H5PAVE_PROFILE and H5PAVE_STATS. The page is one file without links to\n"
      "others.\n"
      "Exit status: 0 fine, 1 something cannot be read or written, 2 usage.";
  command.operands = {{"PROFILE|STATS", "What a run with h5pave recorded", OperandSpec::Count::kOne,
                       [arguments](const std::string& file) { arguments->input = file; }}};
  command.options = {
      {"output", "The page, for example report.html",
       [arguments](const std::string& text) { arguments->output = text; }, "o"},
      {"storage", "Where the files will lie: local (default), parallel, object",
       [arguments](const std::string& text) { arguments->storage = take_storage(text); }}};
  command.action = [arguments] { return run_or_explain(*arguments); };
  return command;
}

}  // namespace h5pave::cli
