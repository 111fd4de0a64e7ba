#include "cli/bench_sample.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "cli/dataset_facts.h"
#include "cli/file_walk.h"
#include "cli/h5_error.h"
#include "cli/table.h"
#include "cli/type_name.h"

namespace h5pave::cli {

namespace {

constexpr std::size_t kSmallSample = std::size_t{1} << 20U;
constexpr const char* kValues = "values";
constexpr const char* kCreation = "creation";
constexpr const char* kMaxShape = "max_shape";

// ---- choosing
// --------------------------------------------------------------------------------------

/// Why h5pave cannot be faster with this dataset; empty when it can.
std::string nothing_to_gain(hid_t dataset, const DatasetFacts& facts) {
  if (facts.layout != Layout::kChunked) {
    return fmt::format(
        "its layout is {}: it has no chunks to encode or decode, so h5pave has nothing to speed "
        "up. "
        "h5repack can give it chunks and filters",
        layout_name(facts.layout));
  }
  if (facts.filters.empty()) {
    return "its chunks have no filters: HDF5 copies them as they are, so there is nothing to "
           "encode "
           "or decode faster. h5repack can compress it";
  }
  for (const FilterFacts& filter : facts.filters) {
    if (filter.can_decode) continue;
    return fmt::format("it needs the filter {}, which is not available here (HDF5_PLUGIN_PATH)",
                       filter.words);
  }
  const UniqueId type(H5Dget_type(dataset), H5Tclose);
  if (holds_memory(type.get())) {
    return "its values are of variable length or references, which h5pave leaves to HDF5";
  }
  if (facts.raw_bytes == 0) return "it has no values";
  if (H5Dget_storage_size(dataset) == 0) return "no chunk of it was ever written";
  return {};
}

constexpr const char* kMissing = "there is no such dataset or group; h5pave info lists them";

struct Candidate {
  DatasetFacts facts;
  std::string problem;  ///< Not empty: why it cannot be taken.
};

std::vector<Candidate> find_candidates(hid_t file, const std::string& path) {
  std::vector<Candidate> candidates;
  walk_datasets(file, {path},
                {[](const std::string&) { return WalkStep::kEnter; },
                 [&](hid_t dataset, const std::string& name) {
                   DatasetFacts facts = read_facts(dataset, name);
                   std::string problem = nothing_to_gain(dataset, facts);
                   candidates.push_back({std::move(facts), std::move(problem)});
                 },
                 [&](const std::string& name, const std::string& problem) {
                   const bool missing = problem.find("doesn't exist") != std::string::npos;
                   candidates.push_back({{}, missing ? kMissing : problem});
                   candidates.back().facts.path = name;
                 }});
  return candidates;
}

/// The largest that can be taken. Throws when there is none.
DatasetFacts choose(const std::string& file, const std::string& path,
                    const std::vector<Candidate>& candidates) {
  const Candidate* best = nullptr;
  for (const Candidate& candidate : candidates) {
    if (!candidate.problem.empty()) continue;
    if (best == nullptr || candidate.facts.raw_bytes > best->facts.raw_bytes) best = &candidate;
  }
  if (best != nullptr) return best->facts;
  if (candidates.empty()) {
    throw std::runtime_error(fmt::format("{}: {}: there are no datasets", file, path));
  }
  const Candidate& first = candidates.front();
  std::string text = fmt::format("{}: {}: {}", file, first.facts.path, first.problem);
  if (candidates.size() > 1) {
    text += fmt::format(
        "\nh5pave: {}: nor is there another among the {} datasets of {} that h5pave "
        "could speed up; h5pave info lists them",
        file, candidates.size(), path);
  }
  throw std::runtime_error(text);
}

// ---- taking
// ----------------------------------------------------------------------------------------

struct Part {
  std::vector<hsize_t> start;
  std::vector<hsize_t> count;
};

/// The middle of the dataset in whole chunks (cut at the extent): dimensions are cut one after the
/// other, the first first, until the part fits.
Part middle_part(const DatasetFacts& facts, std::size_t limit_bytes) {
  Part part{std::vector<hsize_t>(facts.shape.size(), 0), facts.shape};
  for (std::size_t d = 0; d < part.count.size(); ++d) {
    auto bytes = static_cast<double>(facts.type_bytes);
    for (const hsize_t count : part.count) bytes *= static_cast<double>(count);
    if (bytes <= static_cast<double>(limit_bytes)) break;
    const double chunk_row =
        bytes / static_cast<double>(part.count[d]) * static_cast<double>(facts.chunk_shape[d]);
    const auto wanted =
        static_cast<hsize_t>(std::max(1.0, static_cast<double>(limit_bytes) / chunk_row));
    const hsize_t chunks = facts.shape[d] / facts.chunk_shape[d] +
                           (facts.shape[d] % facts.chunk_shape[d] != 0 ? 1 : 0);
    const hsize_t taken = std::min(wanted, chunks);
    part.start[d] = (chunks - taken) / 2 * facts.chunk_shape[d];
    part.count[d] = std::min(taken * facts.chunk_shape[d], facts.shape[d] - part.start[d]);
  }
  return part;
}

std::string shape_text(const std::vector<hsize_t>& shape) {
  std::string text;
  for (const hsize_t size : shape) text += (text.empty() ? "" : " x ") + std::to_string(size);
  return text;
}

std::string describe(const DatasetFacts& facts, const Sample& sample) {
  std::string filters;
  for (const FilterFacts& filter : facts.filters) {
    filters += (filters.empty() ? "" : ", ") + filter.words;
  }
  std::string text =
      fmt::format("{}: {}, {}, chunks {} ({}), {}", facts.path, facts.type, shape_text(facts.shape),
                  shape_text(facts.chunk_shape), human_bytes(facts.chunk_bytes), filters);
  if (sample.shape == facts.shape) return text;
  return text + fmt::format("; the sample: {}, {}", shape_text(sample.shape),
                            human_bytes(bytes_of(sample.shape, facts.type_bytes)));
}

std::string note_on(const DatasetFacts& facts, std::size_t sample_bytes) {
  for (const FilterFacts& filter : facts.filters) {
    if (filter.id == H5Z_FILTER_DEFLATE || filter.id == H5Z_FILTER_SHUFFLE ||
        filter.id == H5Z_FILTER_FLETCHER32) {
      continue;
    }
    return fmt::format("h5pave leaves chunks with the filter {} to HDF5: expect no difference",
                       filter.name);
  }
  if (sample_bytes < kSmallSample) {
    return fmt::format("with {} of data the times are mostly those of opening and closing",
                       human_bytes(sample_bytes));
  }
  return {};
}

void read_part(hid_t dataset, const Part& part, Sample& sample) {
  const UniqueId type = memory_type(sample.type.get());
  const UniqueId space(H5Dget_space(dataset), H5Sclose);
  const UniqueId memory(
      H5Screate_simple(static_cast<int>(part.count.size()), part.count.data(), nullptr), H5Sclose);
  require(H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, part.start.data(), nullptr,
                              part.count.data(), nullptr) >= 0,
          "select the sample");
  sample.values.resize(bytes_of(part.count, H5Tget_size(type.get())));
  require(H5Dread(dataset, type.get(), memory.get(), space.get(), H5P_DEFAULT,
                  sample.values.data()) >= 0,
          "read the sample");
}

// ---- keeping
// ---------------------------------------------------------------------------------------

void write_plain(hid_t file, const char* name, hid_t type, hid_t memory,
                 const std::vector<hsize_t>& shape, const void* values) {
  const UniqueId space(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr),
                       H5Sclose);
  const UniqueId dataset(
      H5Dcreate2(file, name, type, space.get(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Dclose);
  require(dataset.is_open() &&
              H5Dwrite(dataset.get(), memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0,
          "write a temporary file");
}

struct PlainDataset {
  UniqueId id;
  std::vector<hsize_t> shape;
};

PlainDataset open_plain(hid_t file, const char* name) {
  PlainDataset dataset{UniqueId(H5Dopen2(file, name, H5P_DEFAULT), H5Dclose), {}};
  require(dataset.id.is_open(), "open the sample");
  const UniqueId space(H5Dget_space(dataset.id.get()), H5Sclose);
  dataset.shape.resize(static_cast<std::size_t>(H5Sget_simple_extent_ndims(space.get())));
  H5Sget_simple_extent_dims(space.get(), dataset.shape.data(), nullptr);
  return dataset;
}

void read_plain(const PlainDataset& dataset, hid_t type, void* values) {
  require(H5Dread(dataset.id.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0,
          "read the sample");
}

}  // namespace

UniqueId memory_type(hid_t type) {
  const H5T_class_t kind = H5Tget_class(type);
  const bool number = kind == H5T_INTEGER || kind == H5T_FLOAT;
  return {number ? H5Tget_native_type(type, H5T_DIR_ASCEND) : H5Tcopy(type), H5Tclose};
}

std::size_t bytes_of(const std::vector<hsize_t>& shape, std::size_t type_bytes) {
  std::size_t bytes = type_bytes;
  for (const hsize_t size : shape) {
    if (size != 0 && bytes > std::numeric_limits<std::size_t>::max() / size) {
      throw std::runtime_error("the sample is too large");
    }
    bytes *= size;
  }
  return bytes;
}

ChosenSample sample_of_file(const std::string& path, const std::string& dataset_path,
                            std::size_t limit_bytes) {
  const InspectedFile file = open_for_inspection(path);
  const DatasetFacts facts =
      choose(path, dataset_path, find_candidates(file.id.get(), dataset_path));
  const UniqueId dataset(H5Dopen2(file.id.get(), facts.path.c_str(), H5P_DEFAULT), H5Dclose);
  require(dataset.is_open(), "open " + facts.path);
  const Part part = middle_part(facts, limit_bytes);
  ChosenSample chosen;
  Sample& sample = chosen.sample;
  const UniqueId type(H5Dget_type(dataset.get()), H5Tclose);
  sample.type = UniqueId(H5Tcopy(type.get()), H5Tclose);  // transient also when it was committed
  sample.creation = UniqueId(H5Dget_create_plist(dataset.get()), H5Pclose);
  sample.shape = part.count;
  sample.max_shape = facts.max_shape;
  read_part(dataset.get(), part, sample);
  chosen.path = facts.path;
  chosen.description = describe(facts, sample);
  chosen.note = note_on(facts, sample.values.size());
  return chosen;
}

void save_sample(const Sample& sample, const std::string& path) {
  const UniqueId file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose);
  require(file.is_open(), "create " + path);
  const UniqueId memory = memory_type(sample.type.get());
  write_plain(file.get(), kValues, sample.type.get(), memory.get(), sample.shape,
              sample.values.data());
  write_plain(file.get(), kMaxShape, H5T_STD_U64LE, H5T_NATIVE_HSIZE, {sample.max_shape.size()},
              sample.max_shape.data());
  std::size_t count = 0;
  require(H5Pencode2(sample.creation.get(), nullptr, &count, H5P_DEFAULT) >= 0,
          "encode the creation properties");
  std::vector<unsigned char> code(count);
  require(H5Pencode2(sample.creation.get(), code.data(), &count, H5P_DEFAULT) >= 0,
          "encode the creation properties");
  write_plain(file.get(), kCreation, H5T_STD_U8LE, H5T_NATIVE_UCHAR, {count}, code.data());
  require(H5Fflush(file.get(), H5F_SCOPE_LOCAL) >= 0, "write " + path);
}

Sample load_sample(const std::string& path) {
  const UniqueId file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  require(file.is_open(), "open " + path);
  const PlainDataset values = open_plain(file.get(), kValues);
  const PlainDataset limits = open_plain(file.get(), kMaxShape);
  const PlainDataset code = open_plain(file.get(), kCreation);
  Sample sample;
  sample.type = UniqueId(H5Dget_type(values.id.get()), H5Tclose);
  sample.shape = values.shape;
  const UniqueId memory = memory_type(sample.type.get());
  sample.values.resize(bytes_of(sample.shape, H5Tget_size(memory.get())));
  read_plain(values, memory.get(), sample.values.data());
  sample.max_shape.resize(bytes_of(limits.shape, 1));
  read_plain(limits, H5T_NATIVE_HSIZE, sample.max_shape.data());
  std::vector<unsigned char> bytes(bytes_of(code.shape, 1));
  read_plain(code, H5T_NATIVE_UCHAR, bytes.data());
  sample.creation = UniqueId(H5Pdecode(bytes.data()), H5Pclose);
  require(sample.creation.is_open(), "decode the creation properties");
  return sample;
}

}  // namespace h5pave::cli
