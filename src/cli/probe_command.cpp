// The hidden subcommand `h5pave probe`: single questions that doctor asks in a child process,
// because the answer may be a crash. Prints lines "key<TAB>value".
#include <dlfcn.h>
#include <fmt/format.h>
#include <hdf5.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <set>

#include "cli/command_context.h"
#include "cli/exit_code.h"
#include "cli/h5_error.h"
#include "cli/probe_symbols.h"
#include "h5/unique_id.h"

namespace h5pave::cli {

namespace {

/// The first number-like word of "HDF5 library version 1.14.5" or "HDF5 library version: 2.0.0".
std::string version_in(const std::string& text) {
  const auto first = text.find_first_of("0123456789", text.rfind(' '));
  if (first == std::string::npos) return "?";
  return text.substr(first, text.find_first_not_of("0123456789.", first) - first);
}

/// dlopen(), with what the library needs taken from its own folder when it is not found elsewhere:
/// in Python wheels the extension module, not libhdf5, knows the folder. Null with the reason in
/// `error`.
void* open_library(const std::string& path, int mode, std::set<std::string>& tried,
                   std::string& error) {
  const std::string folder = path.substr(0, path.rfind('/') + 1);
  while (true) {
    void* const library = dlopen(path.c_str(), RTLD_NOW | mode);
    if (library != nullptr) return library;
    error = dlerror();
    // "libsz.so.2: cannot open shared object file: No such file or directory"
    const std::string needed = folder + error.substr(0, error.find(':'));
    if (!tried.insert(needed).second || access(needed.c_str(), R_OK) != 0) return nullptr;
    if (open_library(needed, RTLD_GLOBAL, tried, error) == nullptr) return nullptr;
  }
}

/// A library's version and our symbols that it lacks. No function of it is called: this process has
/// another libhdf5, whose symbols the second one would mix with its own. The text with the version
/// is exported data, in all releases.
int probe_library(const std::string& path) {
  std::string error;
  std::set<std::string> tried;
  void* const library = open_library(path, RTLD_LOCAL, tried, error);
  if (library == nullptr) {
    fmt::print("error\t{}\n", error);
    return kExitProblem;
  }
  const auto* const text = static_cast<const char*>(dlsym(library, "H5_lib_vers_info_g"));
  if (text == nullptr) {
    fmt::print("error\tit has no H5_lib_vers_info_g, so it is not libhdf5\n");
    return kExitProblem;
  }
  fmt::print("version\t{}\n", version_in(text));
  for (const char* const symbol : kProbeSymbols) {
    if (dlsym(library, symbol) == nullptr) fmt::print("missing\t{}\n", symbol);
  }
  return kExitFine;
}

/// What kind of HDF5 plugin a file is.
int probe_plugin(const std::string& path) {
  void* const library = dlopen(path.c_str(), RTLD_LAZY | RTLD_LOCAL);  // as libhdf5 does
  if (library == nullptr) {
    fmt::print("error\t{}\n", dlerror());
    return kExitProblem;
  }
  const auto get_type = reinterpret_cast<H5PL_type_t (*)()>(dlsym(library, "H5PLget_plugin_type"));
  const auto get_info = reinterpret_cast<const void* (*)()>(dlsym(library, "H5PLget_plugin_info"));
  if (get_type == nullptr || get_info == nullptr) {
    fmt::print("kind\tnone\n");
  } else if (get_type() == H5PL_TYPE_FILTER) {
    const auto* const filter = static_cast<const H5Z_class2_t*>(get_info());
    fmt::print("kind\tfilter\nfilter\t{}\n", filter == nullptr ? -1 : filter->id);
  } else {
    fmt::print("kind\tother\n");
  }
  return kExitFine;
}

/// Does HDF5 start in this environment, with the connector `name` that it chooses? 1.14 fails the
/// first call of the program only and goes on natively, so the name is looked up as well.
int probe_start(const std::string& name) {
  if (H5open() < 0) {
    fmt::print("error\t{}\n", take_hdf5_error());
    return kExitProblem;
  }
  silence_hdf5();
  const bool built_in = name == "native" || name == "pass_through";
  if (built_in || H5VLis_connector_registered_by_name(name.c_str()) > 0) return kExitFine;
  fmt::print("error\tthe connector is not loaded\n");
  return kExitProblem;
}

/// Creates `path` with a chunked dataset: which connector is active, which index does it get?
int probe_create(const std::string& path) {
  silence_hdf5();
  const UniqueId file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose);
  require(file.is_open(), "create " + path);
  std::array<char, 64> name{};
  require(H5VLget_connector_name(file.get(), name.data(), name.size()) >= 0, "name the connector");
  fmt::print("connector\t{}\n", name.data());
  const std::array<hsize_t, 2> shape{4, 4};
  const std::array<hsize_t, 2> chunk{2, 2};
  const UniqueId space(H5Screate_simple(2, shape.data(), nullptr), H5Sclose);
  const UniqueId creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_chunk(creation.get(), 2, chunk.data());
  const UniqueId dataset(H5Dcreate2(file.get(), "x", H5T_NATIVE_INT, space.get(), H5P_DEFAULT,
                                    creation.get(), H5P_DEFAULT),
                         H5Dclose);
  require(dataset.is_open(), "create a dataset");
  const std::array<int, 16> values{};
  require(
      H5Dwrite(dataset.get(), H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0,
      "write a dataset");
  return kExitFine;
}

/// The index of dataset /x of a file, by stock HDF5.
int probe_index(const std::string& path) {
  silence_hdf5();
  const UniqueId file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  const UniqueId dataset(H5Dopen2(file.get(), "x", H5P_DEFAULT), H5Dclose);
  require(dataset.is_open(), "open the dataset again");
  H5D_chunk_index_t index = H5D_CHUNK_IDX_BTREE;
  require(H5Dget_chunk_index_type(dataset.get(), &index) >= 0, "read the chunk index type");
  fmt::print("index\t{}\n", static_cast<int>(index));
  return kExitFine;
}

int probe(const std::string& question, const std::string& path) {
  try {
    if (question == "library") return probe_library(path);
    if (question == "plugin") return probe_plugin(path);
    if (question == "create") return probe_create(path);
    if (question == "index") return probe_index(path);
    return probe_start(path);
  } catch (const Hdf5Failure& failure) {
    fmt::print("error\t{}\n", failure.what());
    return kExitProblem;
  }
}

}  // namespace

CommandSpec probe_command() {
  struct Arguments {
    std::string question;
    std::string path;
  };
  const auto arguments = std::make_shared<Arguments>();
  CommandSpec command;
  command.name = kProbeCommand;
  command.hidden = true;
  command.operands = {
      {"QUESTION", "", OperandSpec::Count::kOne,
       [arguments](const std::string& question) { arguments->question = question; }},
      {"PATH", "", OperandSpec::Count::kOptional,
       [arguments](const std::string& path) { arguments->path = path; }}};
  command.action = [arguments] { return probe(arguments->question, arguments->path); };
  return command;
}

}  // namespace h5pave::cli
