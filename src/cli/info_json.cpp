#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/info_report.h"

namespace h5pave::cli {

namespace {

using Json = nlohmann::ordered_json;

/// A limit per dimension; null where unlimited.
Json max_shape_json(const DatasetFacts& facts) {
  Json limits = Json::array();
  for (const hsize_t size : facts.max_shape) {
    limits.push_back(size == H5S_UNLIMITED ? Json() : Json(size));
  }
  return limits;
}

Json filters_json(const DatasetFacts& facts) {
  Json filters = Json::array();
  for (const FilterFacts& filter : facts.filters) {
    filters.push_back({{"id", filter.id},
                       {"name", filter.name},
                       {"description", filter.words},
                       {"parameters", filter.parameters},
                       {"optional", filter.optional},
                       {"available", filter.can_decode}});
  }
  return filters;
}

Json chunks_json(const ChunkList& list) {
  Json chunks = Json::array();
  for (std::size_t i = 0; i < list.chunks.size(); ++i) {
    const Chunk& chunk = list.chunks[i];
    const auto offset = list.at(i);
    chunks.push_back({{"offset", std::vector<hsize_t>(offset.begin(), offset.end())},
                      {"address", chunk.address},
                      {"stored_bytes", chunk.stored_bytes},
                      {"filter_mask", chunk.filter_mask}});
  }
  return chunks;
}

void add_chunking(Json& json, const DatasetFacts& facts) {
  json["chunk_shape"] = facts.chunk_shape;
  json["chunk_bytes"] = facts.chunk_bytes;
  json["index"] = index_name(facts.index.value_or(-1));
  json["index_bytes"] = facts.index_bytes ? Json(*facts.index_bytes) : Json();
  json["chunks_allocated"] = facts.chunks_allocated;
  json["chunks_possible"] = facts.chunks_possible;
}

Json dataset_json(const DatasetReport& dataset, const InfoSections& sections) {
  const DatasetFacts& facts = dataset.facts;
  Json json{{"path", facts.path}, {"type", facts.type}, {"type_bytes", facts.type_bytes}};
  // No shape at all: a null dataspace. An empty one: a scalar.
  json["shape"] = facts.space == SpaceKind::kNull ? Json() : Json(facts.shape);
  json["max_shape"] = facts.space == SpaceKind::kNull ? Json() : max_shape_json(facts);
  json["layout"] = layout_name(facts.layout);
  if (facts.layout == Layout::kChunked) add_chunking(json, facts);
  json["filters"] = filters_json(facts);
  json["stored_bytes"] = facts.stored_bytes;
  json["raw_bytes"] = facts.raw_bytes;
  json["ratio"] =
      facts.stored_bytes == 0
          ? Json()
          : Json(static_cast<double>(facts.raw_bytes) / static_cast<double>(facts.stored_bytes));
  if (sections.chunks) json["chunks"] = chunks_json(dataset.chunks);
  return json;
}

Json verification_json(const InfoReport& report) {
  return {{"datasets", report.summary.datasets},
          {"chunks", report.summary.chunks},
          {"chunks_unchecked", report.summary.unchecked},
          {"problems", report.problems},
          {"notes", report.notes}};
}

}  // namespace

void print_json(const InfoReport& report, const InfoSections& sections) {
  Json json{{"file", report.file}, {"file_bytes", report.file_bytes}};
  json["datasets"] = Json::array();
  for (const DatasetReport& dataset : report.datasets) {
    json["datasets"].push_back(dataset_json(dataset, sections));
  }
  json["errors"] = Json::array();
  for (const auto& [path, problem] : report.errors) {
    json["errors"].push_back({{"path", path}, {"problem", problem}});
  }
  if (report.verified) json["verify"] = verification_json(report);
  // Names in HDF5 files need not be UTF-8.
  fmt::print("{}\n", json.dump(2, ' ', false, Json::error_handler_t::replace));
}

}  // namespace h5pave::cli
