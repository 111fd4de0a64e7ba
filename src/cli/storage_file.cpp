#include "cli/storage_file.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

namespace h5pave::cli {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFormat = "h5pave storage 1";

struct Constant {
  const char* name;
  double StorageModel::*member;
  double least;  ///< What no machine comes below …
  double most;   ///< … or above.
  /// Where a file lacks the constant, as older ones do: it follows from this one as in the
  /// preset. Null: the file must have it.
  double StorageModel::*like = nullptr;
};

constexpr std::array kConstants{
    Constant{"request_seconds", &StorageModel::request_seconds, 1e-9, 100},
    Constant{"bytes_per_second", &StorageModel::bytes_per_second, 1e3, 1e13},
    Constant{"decode_bytes_per_second", &StorageModel::decode_bytes_per_second, 1e3, 1e13},
    Constant{"encode_bytes_per_second", &StorageModel::encode_bytes_per_second, 1e3, 1e13},
    Constant{"small_decode_bytes_per_second", &StorageModel::small_decode_bytes_per_second, 1e3,
             1e13, &StorageModel::decode_bytes_per_second},
    Constant{"small_encode_bytes_per_second", &StorageModel::small_encode_bytes_per_second, 1e3,
             1e13, &StorageModel::encode_bytes_per_second},
    Constant{"large_decode_bytes_per_second", &StorageModel::large_decode_bytes_per_second, 1e3,
             1e13, &StorageModel::decode_bytes_per_second},
    Constant{"large_encode_bytes_per_second", &StorageModel::large_encode_bytes_per_second, 1e3,
             1e13, &StorageModel::encode_bytes_per_second},
    Constant{"copy_bytes_per_second", &StorageModel::copy_bytes_per_second, 1e3, 1e13},
    Constant{"chunk_seconds", &StorageModel::chunk_seconds, 1e-12, 1},
    Constant{"run_seconds", &StorageModel::run_seconds, 1e-12, 1},
};

/// From so many bytes' time per request on storage is like an object store: few large chunks.
constexpr double kDearRequestBytes = 2 << 20;

Json parsed(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path + ": " + std::strerror(errno));
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  Json document = Json::parse(text, nullptr, false);
  if (document.is_object() && document.value("format", Json()) == kFormat) return document;
  throw std::runtime_error(path + " is not a file that h5pave bench --calibrate wrote");
}

}  // namespace

const std::vector<std::string>& storage_constant_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Constant& constant : kConstants) all.emplace_back(constant.name);
    return all;
  }();
  return names;
}

StorageModel storage_model_of(const StorageConstants& constants) {
  const StorageModel preset = local_storage();
  StorageModel storage = preset;
  storage.name = "measured";
  for (const Constant& constant : kConstants) {
    const auto found = constants.find(constant.name);
    if (found == constants.end() && constant.like != nullptr) {
      storage.*constant.member =
          storage.*constant.like / preset.*constant.like * preset.*constant.member;
      continue;
    }
    if (found == constants.end())
      throw std::runtime_error(std::string(constant.name) + " is missing");
    if (!(found->second >= constant.least && found->second <= constant.most))
      throw std::runtime_error(std::string(constant.name) + " is no sensible number");
    storage.*constant.member = found->second;
  }
  if (storage.request_seconds * storage.bytes_per_second < kDearRequestBytes) return storage;
  const StorageModel object = storage_preset("object").value();
  storage.least_chunk_bytes = object.least_chunk_bytes;
  storage.most_chunk_bytes = object.most_chunk_bytes;
  storage.least_told_bytes = object.least_told_bytes;
  storage.usual_told_bytes = object.usual_told_bytes;
  return storage;
}

std::string storage_file_text(const StorageConstants& constants,
                              const std::map<std::string, std::string>& about) {
  Json document{{"format", kFormat}, {"about", about}};
  for (const Constant& constant : kConstants) document[constant.name] = constants.at(constant.name);
  return document.dump(2) + "\n";
}

StorageModel read_storage_file(const std::string& path) {
  const Json document = parsed(path);
  StorageConstants constants;
  for (const Constant& constant : kConstants) {
    const auto found = document.find(constant.name);
    if (found != document.end() && found->is_number())
      constants[constant.name] = found->get<double>();
  }
  try {
    return storage_model_of(constants);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(path + ": " + error.what());
  }
}

}  // namespace h5pave::cli
