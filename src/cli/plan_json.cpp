#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/plan_report.h"

namespace h5pave::cli {

namespace {

using Json = nlohmann::ordered_json;

Json max_shape_json(const ChunkedShape& shape) {
  Json limits = Json::array();
  for (const std::uint64_t length : shape.max_extent) {
    limits.push_back(length == kUnlimited ? Json() : Json(length));
  }
  return limits;
}

Json chunk_json(const ChunkShape& chunk) { return chunk.empty() ? Json() : Json(chunk); }

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json recorded_json(const RecordedAccess& access) {
  Json boxes = Json::array();
  for (const AccessBox& box : boxes_of(access)) boxes.push_back(box_text(box));
  return {{"boxes", boxes},
          {"calls", access.calls},
          {"bytes_wanted", access.bytes_wanted},
          {"bytes_touched", access.bytes_touched},
          {"amplification", amplification(access)},
          {"seconds", access.seconds}};
}

Json shape_json(const PlannedShape& shape) {
  Json json{{"name", shape.name},
            {"chunk", chunk_json(shape.chunk)},
            {"chunk_bytes", shape.chunk.empty() ? Json() : Json(shape.chunk_bytes)},
            {"size", shape.overhead},
            {"seconds", shape.seconds}};
  json["accesses"] = Json::array();
  for (const Prediction& one : shape.accesses) {
    json["accesses"].push_back({{"seconds", one.seconds},
                                {"chunks", one.chunks},
                                {"bytes_moved", one.bytes_moved},
                                {"bytes_wanted", one.bytes_wanted},
                                {"amplification", one.amplification}});
  }
  return json;
}

Json measurement_json(const Measurement& one) {
  if (!one.note.empty()) return {{"access", one.access}, {"note", one.note}};
  return {{"access", one.access},
          {"boxes", one.boxes},
          {"predicted_seconds", one.predicted_seconds},
          {"measured_seconds", one.measured_seconds}};
}

Json dataset_json(const PlannedDataset& dataset) {
  const ChunkedShape& shape = dataset.question.shape;
  Json json{{"path", dataset.path.empty() ? Json() : Json(dataset.path)},
            {"shape", shape.extent},
            {"max_shape", max_shape_json(shape)},
            {"type_bytes", shape.element_bytes},
            {"filtered", dataset.question.filters == Filters::kSome}};
  json["accesses"] = Json::array();
  for (const AccessBox& box : dataset.boxes) {
    json["accesses"].push_back({{"box", box_text(box)}, {"weight", box.weight}});
  }
  json["recorded"] = Json::array();
  for (const RecordedAccess& each : dataset.recorded)
    json["recorded"].push_back(recorded_json(each));
  json["shapes"] = Json::array();
  for (const PlannedShape& each : dataset.shapes) json["shapes"].push_back(shape_json(each));
  json["change"] = dataset.change;
  json["reason"] = dataset.reason;
  json["commands"] = dataset.commands;
  json["measurements"] = Json::array();
  for (const Measurement& one : dataset.measurements)
    json["measurements"].push_back(measurement_json(one));
  return json;
}

Json notes_json(const std::vector<PlanNote>& notes, const char* key) {
  Json json = Json::array();
  for (const auto& [path, text] : notes) json.push_back({{"path", path}, {key, text}});
  return json;
}

}  // namespace

void print_plan_json(const PlanReport& report) {
  Json json{{"file", report.file.empty() ? Json() : Json(report.file)},
            {"access", text_or_null(report.words.access)},
            {"profile", text_or_null(report.words.profile)},
            {"storage", report.storage.name}};
  json["datasets"] = Json::array();
  for (const PlannedDataset& dataset : report.datasets)
    json["datasets"].push_back(dataset_json(dataset));
  json["notes"] = notes_json(report.notes, "note");
  json["errors"] = notes_json(report.errors, "problem");
  // Names in HDF5 files need not be UTF-8.
  fmt::print("{}\n", json.dump(2, ' ', false, Json::error_handler_t::replace));
}

}  // namespace h5pave::cli
