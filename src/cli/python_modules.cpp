#include "cli/python_modules.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "cli/child_process.h"
#include "cli/doctor.h"
#include "config/text.h"

namespace h5pave::cli {

namespace {

constexpr int kImportLimit = 120;  // seconds; imports over a network file system are slow

constexpr const char* kScript = R"(
import importlib, importlib.util
def loaded():
    with open('/proc/self/maps') as maps:
        return {line.split(None, 5)[5].strip() for line in maps if 'libhdf5' in line}
for name in ('h5py', 'netCDF4', 'tables'):
    if importlib.util.find_spec(name) is None:
        continue
    before = loaded()
    print('module\t' + name)
    try:
        importlib.import_module(name)
    except Exception as error:
        print('error\t%s: %s' % (type(error).__name__, ' '.join(str(error).split())))
    for path in sorted(loaded() - before):
        print('library\t' + path)
)";

std::string first_line(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string line;
  // A binary has no line end soon.
  line.resize(256);
  file.read(line.data(), static_cast<std::streamsize>(line.size()));
  line.resize(static_cast<std::size_t>(file.gcount()));
  return line.substr(0, line.find('\n'));
}

bool is_interpreter_name(const std::string& word) {
  return std::filesystem::path(word).filename().string().starts_with("python");
}

/// The interpreter in "#!/usr/bin/python3 -s" or "#!/usr/bin/env python3"; empty for anything else.
std::string named_interpreter(const std::string& path) {
  const std::string line = first_line(path);
  if (!line.starts_with("#!")) return {};
  for (const std::string_view part : split(std::string_view(line).substr(2), ' ')) {
    const std::string word(trim(part));
    if (is_interpreter_name(word)) return word;
  }
  return {};
}

}  // namespace

std::vector<PythonModule> hdf5_modules_of(const std::string& python,
                                          const Environment& environment) {
  Environment stock = environment;
  stock.unset("HDF5_VOL_CONNECTOR");
  const ChildResult result = run_child({python, "-c", kScript}, stock, kImportLimit);
  std::vector<PythonModule> modules;
  for (const std::string& line : lines_of(result.output)) {
    const auto tab = line.find('\t');
    if (tab == std::string::npos) continue;
    const std::string key = line.substr(0, tab);
    const std::string value = line.substr(tab + 1);
    if (key == "module") {
      modules.push_back({value, {}, {}});
    } else if (modules.empty()) {
      continue;
    } else if (key == "library") {
      modules.back().libraries.push_back(value);
    } else if (key == "error") {
      modules.back().error = value;
    }
  }
  return modules;
}

bool is_python_program(const std::string& path) {
  return is_interpreter_name(path) || !named_interpreter(path).empty();
}

std::string interpreter_of(const std::string& path, const Environment& environment) {
  if (is_interpreter_name(path)) return path;
  return find_in_path(named_interpreter(path), environment);
}

bool holds_text(const std::string& path, const std::string& text) {
  std::ifstream file(path, std::ios::binary);
  constexpr std::size_t kBlock = 1 << 20;
  std::string window;
  std::vector<char> block(kBlock);
  while (file) {
    file.read(block.data(), static_cast<std::streamsize>(block.size()));
    window.append(block.data(), static_cast<std::size_t>(file.gcount()));
    if (window.find(text) != std::string::npos) return true;
    // The text may lie across two blocks.
    if (window.size() > text.size()) window.erase(0, window.size() - text.size());
  }
  return false;
}

}  // namespace h5pave::cli
