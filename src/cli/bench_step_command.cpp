// The hidden subcommand `h5pave bench-step`: one step of `h5pave bench`, in a process of its own
// whose environment chooses the connector. Prints lines "key<TAB>value"; "error" when it failed.
#include <fmt/format.h>
#include <hdf5.h>
#include <sys/resource.h>

#include <array>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

#include "cli/bench_sample.h"
#include "cli/bench_synthetic.h"
#include "cli/calibrate.h"
#include "cli/child_process.h"
#include "cli/command_context.h"
#include "cli/exit_code.h"
#include "cli/h5_error.h"
#include "cli/table.h"

namespace h5pave::cli {

namespace {

constexpr const char* kDataset = "data";
constexpr std::size_t kSampleLimit = std::size_t{64} << 20U;

/// Times what lies between construction and print(): wall, and CPU (user + system) of all threads.
class Stopwatch {
 public:
  void print() const {
    const std::chrono::duration<double> wall = Clock::now() - start_;
    fmt::print("wall_s\t{:.6f}\ncpu_s\t{:.6f}\n", wall.count(), cpu_now() - cpu_start_);
  }

 private:
  using Clock = std::chrono::steady_clock;
  static double cpu_now() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
      return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
  }
  double cpu_start_ = cpu_now();
  Clock::time_point start_ = Clock::now();
};

/// HDF5 1.14 goes on natively when a connector cannot be loaded; a number would mean nothing.
void require_connector(hid_t file, const std::string& expected) {
  std::array<char, 64> name{};
  require(H5VLget_connector_name(file, name.data(), name.size()) >= 0, "name the connector");
  if (expected == name.data()) return;
  throw std::runtime_error(fmt::format(
      "the active connector is {}, not {}; h5pave doctor finds out why", name.data(), expected));
}

void require_closed(UniqueId& file, const std::string& path) {
  require(H5Fflush(file.get(), H5F_SCOPE_LOCAL) >= 0, "write " + path);
  file.reset();
}

enum class Way { kWhole, kRowByRow };

UniqueId create_dataset(hid_t file, const Sample& sample, Way way) {
  std::vector<hsize_t> shape = sample.shape;
  if (way == Way::kRowByRow) shape[0] = 0;
  const UniqueId space(
      H5Screate_simple(static_cast<int>(shape.size()), shape.data(), sample.max_shape.data()),
      H5Sclose);
  UniqueId dataset(H5Dcreate2(file, kDataset, sample.type.get(), space.get(), H5P_DEFAULT,
                              sample.creation.get(), H5P_DEFAULT),
                   H5Dclose);
  require(dataset.is_open(), "create a dataset");
  return dataset;
}

/// H5Dset_extent and H5Dwrite for each place along the first dimension.
void append_rows(hid_t dataset, hid_t type, const Sample& sample) {
  std::vector<hsize_t> start(sample.shape.size(), 0);
  std::vector<hsize_t> extent = sample.shape;
  std::vector<hsize_t> count = sample.shape;
  count[0] = 1;
  const std::size_t row_bytes = sample.values.size() / sample.shape[0];
  const UniqueId memory(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr),
                        H5Sclose);
  for (hsize_t row = 0; row < sample.shape[0]; ++row) {
    extent[0] = row + 1;
    start[0] = row;
    require(H5Dset_extent(dataset, extent.data()) >= 0, "extend a dataset");
    const UniqueId space(H5Dget_space(dataset), H5Sclose);
    const bool done = H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start.data(), nullptr,
                                          count.data(), nullptr) >= 0 &&
                      H5Dwrite(dataset, type, memory.get(), space.get(), H5P_DEFAULT,
                               sample.values.data() + row * row_bytes) >= 0;
    require(done, "append a row");
  }
}

int write_step(Way way, const std::string& sample_path, const std::string& path,
               const std::string& connector) {
  const Sample sample = load_sample(sample_path);
  const UniqueId type = memory_type(sample.type.get());
  const Stopwatch watch;
  UniqueId file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose);
  require(file.is_open(), "create " + path);
  require_connector(file.get(), connector);
  UniqueId dataset = create_dataset(file.get(), sample, way);
  if (way == Way::kRowByRow) {
    append_rows(dataset.get(), type.get(), sample);
  } else {
    require(H5Dwrite(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT,
                     sample.values.data()) >= 0,
            "write a dataset");
  }
  dataset.reset();
  require_closed(file, path);
  watch.print();
  return kExitFine;
}

struct ReadValues {
  std::vector<std::byte> values;
  hsize_t stored_bytes = 0;
};

enum class Timing { kPrinted, kNone };

/// All values of a file that write_step() made, in one H5Dread.
ReadValues read_all(const std::string& path, const std::string& connector, Timing timing) {
  ReadValues result;
  const Stopwatch watch;
  UniqueId file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  require(file.is_open(), "open " + path);
  require_connector(file.get(), connector);
  UniqueId dataset(H5Dopen2(file.get(), kDataset, H5P_DEFAULT), H5Dclose);
  require(dataset.is_open(), "open a dataset");
  const UniqueId file_type(H5Dget_type(dataset.get()), H5Tclose);
  const UniqueId type = memory_type(file_type.get());
  const UniqueId space(H5Dget_space(dataset.get()), H5Sclose);
  const auto count = static_cast<hsize_t>(H5Sget_simple_extent_npoints(space.get()));
  result.values.resize(bytes_of({count}, H5Tget_size(type.get())));
  require(
      H5Dread(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, result.values.data()) >= 0,
      "read a dataset");
  result.stored_bytes = H5Dget_storage_size(dataset.get());
  dataset.reset();
  file.reset();
  if (timing == Timing::kPrinted) watch.print();
  return result;
}

void print_equal(bool equal) { fmt::print("values\t{}\n", equal ? "equal" : "DIFFER"); }

/// Leaves what was read in the plain file `output`, for check_step().
int read_step(const std::string& path, const std::string& connector, const std::string& output) {
  const ReadValues read = read_all(path, connector, Timing::kPrinted);
  std::ofstream file(output, std::ios::binary);
  file.write(reinterpret_cast<const char*>(read.values.data()),
             static_cast<std::streamsize>(read.values.size()));
  file.close();
  if (!file) throw std::runtime_error("cannot write " + output);
  return kExitFine;
}

/// Are these the values that stock HDF5 reads?
int check_step(const std::string& path, const std::string& values) {
  std::ifstream file(values, std::ios::binary);
  std::vector<char> bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const ReadValues expected = read_all(path, "native", Timing::kNone);
  print_equal(bytes.size() == expected.values.size() &&
              std::memcmp(bytes.data(), expected.values.data(), bytes.size()) == 0);
  return kExitFine;
}

int compare_step(const std::string& stock, const std::string& path) {
  const ReadValues expected = read_all(stock, "native", Timing::kNone);
  const ReadValues actual = read_all(path, "native", Timing::kNone);
  fmt::print("stock_bytes\t{}\nbytes\t{}\n", expected.stored_bytes, actual.stored_bytes);
  print_equal(expected.values == actual.values);
  return kExitFine;
}

int sample_step(const std::string& file, const std::string& dataset, const std::string& output) {
  const ChosenSample chosen = sample_of_file(file, dataset, kSampleLimit);
  save_sample(chosen.sample, output);
  fmt::print("path\t{}\ndescription\t{}\n", printable(chosen.path), printable(chosen.description));
  if (!chosen.note.empty()) fmt::print("note\t{}\n", chosen.note);
  return kExitFine;
}

int list_step() {
  for (const SyntheticSample& sample : synthetic_samples()) fmt::print("name\t{}\n", sample.name);
  return kExitFine;
}

int synthetic_step(const std::string& name, const std::string& output) {
  save_sample(make_synthetic(name), output);
  for (const SyntheticSample& sample : synthetic_samples()) {
    if (sample.name != name) continue;
    fmt::print("description\t{}\nway\t{}\n", sample.description,
               sample.appended ? "append" : "write");
  }
  return kExitFine;
}

int calibrate_step(const std::string& path) {
  const Calibration calibration = calibrate(path);
  for (const auto& [name, value] : calibration.constants) fmt::print("{}\t{:.6g}\n", name, value);
  fmt::print("read_path\t{}\n",
             calibration.read_path == ReadPath::kDirect ? "direct" : "page cache");
  return kExitFine;
}

/// Each line of the text with the key, because an answer is read line by line.
void print_error(const std::string& text) {
  for (const std::string& line : lines_of(text)) fmt::print("error\t{}\n", line);
}

int take_step(const std::vector<std::string>& words) {
  const std::string& step = words[0];
  if (step == "list" && words.size() == 1) return list_step();
  if (step == "synthetic" && words.size() == 3) return synthetic_step(words[1], words[2]);
  if (step == "sample" && words.size() == 4) return sample_step(words[1], words[2], words[3]);
  if (step == "write" && words.size() == 4) {
    return write_step(Way::kWhole, words[1], words[2], words[3]);
  }
  if (step == "append" && words.size() == 4) {
    return write_step(Way::kRowByRow, words[1], words[2], words[3]);
  }
  if (step == "read" && words.size() == 4) return read_step(words[1], words[2], words[3]);
  if (step == "check" && words.size() == 3) return check_step(words[1], words[2]);
  if (step == "calibrate" && words.size() == 2) return calibrate_step(words[1]);
  if (step == "compare" && words.size() == 3) return compare_step(words[1], words[2]);
  throw std::runtime_error("no such step: " + step);
}

}  // namespace

CommandSpec bench_step_command() {
  const auto words = std::make_shared<std::vector<std::string>>();
  CommandSpec command;
  command.name = kBenchStepCommand;
  command.hidden = true;
  command.operands = {{"WORDS", "", OperandSpec::Count::kAny,
                       [words](const std::string& word) { words->push_back(word); }}};
  command.action = [words] {
    try {
      silence_hdf5();
      if (words->empty()) throw std::runtime_error("no step");
      return take_step(*words);
    } catch (const std::exception& error) {
      print_error(error.what());
      return kExitProblem;
    }
  };
  return command;
}

}  // namespace h5pave::cli
