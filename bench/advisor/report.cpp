#include "report.h"

#include <algorithm>
#include <cstdio>

namespace h5pave::bench {

namespace {

std::string chunk_text(const ChunkShape& chunk) {
  std::string text;
  for (const std::uint64_t length : chunk) {
    if (!text.empty()) text += 'x';
    text += std::to_string(length);
  }
  return text;
}

/// The model with a storage that costs nothing and one CPU constant at a time set to a second per
/// unit: the prediction is then the quantity itself.
double quantity(const DatasetModel& dataset, const ChunkShape& chunk, const AccessBox& box,
                double StorageModel::*rate, double StorageModel::*per_unit) {
  constexpr double kNothing = 1e300;  // bytes per second
  StorageModel storage;
  storage.bytes_per_second = storage.decode_bytes_per_second = storage.encode_bytes_per_second =
      storage.copy_bytes_per_second = kNothing;
  if (rate != nullptr) storage.*rate = 1;
  // The other rates are to these as in the preset.
  const StorageModel preset = local_storage();
  storage.small_decode_bytes_per_second = storage.decode_bytes_per_second /
                                          preset.decode_bytes_per_second *
                                          preset.small_decode_bytes_per_second;
  storage.large_decode_bytes_per_second = storage.decode_bytes_per_second /
                                          preset.decode_bytes_per_second *
                                          preset.large_decode_bytes_per_second;
  storage.small_encode_bytes_per_second = storage.encode_bytes_per_second /
                                          preset.encode_bytes_per_second *
                                          preset.small_encode_bytes_per_second;
  storage.large_encode_bytes_per_second = storage.encode_bytes_per_second /
                                          preset.encode_bytes_per_second *
                                          preset.large_encode_bytes_per_second;
  if (per_unit != nullptr) storage.*per_unit = 1;
  return predict_chunked(dataset, chunk, box, storage).seconds;
}

}  // namespace

ShapeQuestion question_of(const Workload& workload) {
  ShapeQuestion question;
  question.shape = {workload.extent, workload.extent, {}, sizeof(float)};
  question.filters = Filters::kSome;
  question.policy = ShapePolicy::kOverride;
  question.written_part = workload.written;
  std::string error;
  question.access = *parse_access(workload.access, error);
  return question;
}

void report(const Workload& workload, const Contestant& contestant, const ShapeQuestion& question,
            const AccessBox& box, const Cost& cost) {
  DatasetModel dataset = dataset_model(question);
  dataset.stored_ratio = cost.stored_ratio;
  const Prediction model = predict_chunked(dataset, contestant.chunk, box, question.storage);
  const auto part = [&](double StorageModel::*rate, double StorageModel::*per_unit) {
    return quantity(dataset, contestant.chunk, box, rate, per_unit);
  };
  std::printf("%s\t%s\t%s\t%s\t%.3f\t%.9f\t%.6f\t%.6f\t%.4f\t%llu", workload.name.c_str(),
              contestant.name.c_str(), chunk_text(contestant.chunk).c_str(), box_text(box).c_str(),
              box.weight, cost.cpu_seconds, cost.decoded, cost.encoded, cost.stored_ratio,
              static_cast<unsigned long long>(shape_bytes(contestant.chunk, 4)));
  std::printf("\t%.6f\t%.9f\t%.1f\t%.1f\t%.1f\t%.6f\t%.6f\t%.6f\n", model.chunks, model.seconds,
              part(&StorageModel::decode_bytes_per_second, nullptr),
              part(&StorageModel::encode_bytes_per_second, nullptr),
              part(&StorageModel::copy_bytes_per_second, nullptr),
              part(nullptr, &StorageModel::chunk_seconds),
              part(nullptr, &StorageModel::run_seconds),
              part(nullptr, &StorageModel::request_seconds));
  std::fflush(stdout);
}

double charged_seconds(const Cost& cost, const ChunkShape& chunk) {
  const StorageModel storage = local_storage();
  const auto bytes = static_cast<double>(shape_bytes(chunk, sizeof(float)));
  return cost.cpu_seconds +
         (cost.decoded + cost.encoded) *
             (storage.request_seconds + bytes * cost.stored_ratio / storage.bytes_per_second);
}

std::vector<Contestant> finalists(std::vector<std::pair<double, Contestant>> measured) {
  constexpr std::size_t kFinalists = 6;
  std::vector<Contestant> chosen;
  for (const auto& [seconds, contestant] : measured) {
    if (contestant.name == "advisor") chosen.push_back(contestant);
  }
  std::stable_sort(measured.begin(), measured.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [seconds, contestant] : measured) {
    const bool is_new =
        std::none_of(chosen.begin(), chosen.end(),
                     [&shape = contestant.chunk](const Contestant& c) { return c.chunk == shape; });
    if (is_new && chosen.size() < kFinalists) chosen.push_back(contestant);
  }
  return chosen;
}

}  // namespace h5pave::bench
