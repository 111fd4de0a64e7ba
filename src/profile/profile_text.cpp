#include "profile/profile_text.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

#include "advisor/saturating.h"
#include "profile/path_pattern.h"
#include "report/version.h"

namespace h5pave {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxRank = 32;

// ---- writing

std::string lengths_text(const std::vector<std::uint64_t>& lengths) {
  std::string text;
  for (const std::uint64_t length : lengths) {
    if (!text.empty()) text += ',';
    text += length == kWholeDimension ? std::string("*") : std::to_string(length);
  }
  return text;
}

Json limits_json(const std::vector<std::uint64_t>& limits) {
  Json list = Json::array();
  for (const std::uint64_t limit : limits) {
    list.push_back(limit == kUnlimited ? Json(nullptr) : Json(limit));
  }
  return list;
}

Json access_json(const RecordedAccess& access) {
  return {{"kind", access.kind == AccessKind::kRead ? "read" : "write"},
          {"box", lengths_text(access.lengths)},
          {"repeats", access.repeats},
          {"start", access.start},
          {"calls", access.calls},
          {"begun", access.begun},
          {"followed", access.followed},
          {"aligned", access.aligned},
          {"moved", access.moved},
          {"bytes_wanted", access.bytes_wanted},
          {"bytes_touched", access.bytes_touched},
          {"seconds", access.seconds}};
}

Json dataset_json(const RecordedDataset& dataset) {
  Json json{{"path", dataset.pattern},
            {"shape", dataset.shape.extent},
            {"max_shape", limits_json(dataset.shape.max_extent)},
            {"chunk", dataset.shape.chunk.empty() ? Json(nullptr) : Json(dataset.shape.chunk)},
            {"type_bytes", dataset.shape.element_bytes},
            {"filtered", dataset.filters == Filters::kSome}};
  json["accesses"] = Json::array();
  for (const RecordedAccess& access : dataset.accesses)
    json["accesses"].push_back(access_json(access));
  return json;
}

std::string head_text(const AccessProfile& profile, std::uint64_t left_out) {
  const Json head{{"h5pave_profile", kProfileVersion},
                  {"written_by", kVersion},
                  {"processes", profile.processes},
                  {"left_out", left_out}};
  std::string text = head.dump();
  text.pop_back();
  return text + ",\"datasets\":[\n";
}

// ---- reading: every step throws std::invalid_argument for what profile_text() does not write

[[noreturn]] void refuse(const char* what) { throw std::invalid_argument(what); }

const Json& member(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) refuse(key);
  return *found;
}

std::uint64_t number(const Json& value) {
  if (!value.is_number_unsigned()) refuse("not a number");
  return value.get<std::uint64_t>();
}

std::uint64_t number_of(const Json& object, const char* key) { return number(member(object, key)); }

double seconds_of(const Json& object) {
  const Json& value = member(object, "seconds");
  if (!value.is_number()) refuse("seconds");
  const double seconds = value.get<double>();
  if (!std::isfinite(seconds) || seconds < 0) refuse("seconds");
  return seconds;
}

const Json& list_of(const Json& object, const char* key, std::size_t most) {
  const Json& value = member(object, key);
  if (!value.is_array() || value.size() > most) refuse(key);
  return value;
}

std::vector<std::uint64_t> numbers_of(const Json& object, const char* key) {
  std::vector<std::uint64_t> numbers;
  for (const Json& each : list_of(object, key, kMaxRank)) numbers.push_back(number(each));
  return numbers;
}

std::vector<std::uint64_t> limits_of(const Json& object) {
  std::vector<std::uint64_t> limits;
  for (const Json& each : list_of(object, "max_shape", kMaxRank))
    limits.push_back(each.is_null() ? kUnlimited : number(each));
  return limits;
}

const std::string& text_of(const Json& object, const char* key) {
  const Json& value = member(object, key);
  if (!value.is_string()) refuse(key);
  return value.get_ref<const std::string&>();
}

/// "1,*,30".
std::vector<std::uint64_t> lengths_of(const std::string& text, std::size_t rank) {
  std::vector<std::uint64_t> lengths;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (true) {
    std::uint64_t length = 0;
    if (at != end && *at == '*') {
      ++at;
      length = kWholeDimension;
    } else {
      const auto [next, fault] = std::from_chars(at, end, length);
      if (fault != std::errc{} || length == 0) refuse("box");
      at = next;
    }
    lengths.push_back(length);
    if (at == end) break;
    if (*at != ',' || lengths.size() >= rank) refuse("box");
    ++at;
  }
  if (lengths.size() != rank) refuse("box");
  return lengths;
}

RecordedAccess access_of(const Json& json, std::size_t rank) {
  if (!json.is_object()) refuse("accesses");
  RecordedAccess access;
  const std::string& kind = text_of(json, "kind");
  if (kind != "read" && kind != "write") refuse("kind");
  access.kind = kind == "read" ? AccessKind::kRead : AccessKind::kWrite;
  access.lengths = lengths_of(text_of(json, "box"), rank);
  access.repeats = number_of(json, "repeats");
  access.start = numbers_of(json, "start");
  access.calls = number_of(json, "calls");
  access.begun = number_of(json, "begun");
  access.followed = number_of(json, "followed");
  access.aligned = number_of(json, "aligned");
  access.moved = number_of(json, "moved");
  access.bytes_wanted = number_of(json, "bytes_wanted");
  access.bytes_touched = number_of(json, "bytes_touched");
  access.seconds = seconds_of(json);
  if (access.repeats == 0 || access.start.size() != rank) refuse("accesses");
  return access;
}

RecordedDataset dataset_of(const Json& json) {
  if (!json.is_object()) refuse("datasets");
  RecordedDataset dataset;
  dataset.pattern = text_of(json, "path");
  ChunkedShape& shape = dataset.shape;
  shape.extent = numbers_of(json, "shape");
  shape.max_extent = limits_of(json);
  if (!member(json, "chunk").is_null()) shape.chunk = numbers_of(json, "chunk");
  shape.element_bytes = number_of(json, "type_bytes");
  const Json& filtered = member(json, "filtered");
  if (!filtered.is_boolean()) refuse("filtered");
  dataset.filters = filtered.get<bool>() ? Filters::kSome : Filters::kNone;
  const std::size_t rank = shape.extent.size();
  const bool fits = rank > 0 && shape.max_extent.size() == rank && shape.element_bytes > 0 &&
                    (shape.chunk.empty() || shape.chunk.size() == rank) &&
                    dataset.pattern == path_pattern(dataset.pattern);
  if (!fits) refuse("shape");
  for (const std::uint64_t length : shape.chunk) {
    if (length == 0) refuse("chunk");
  }
  // Added one by one, so that damage cannot break the limits.
  for (const Json& each : list_of(json, "accesses", 2 * kMostBoxesPerKind)) {
    const RecordedAccess access = access_of(each, rank);
    add_counts(access_like(dataset, access), access);
  }
  return dataset;
}

AccessProfile profile_of(const Json& json) {
  AccessProfile profile;
  profile.processes = number_of(json, "processes");
  profile.left_out = number_of(json, "left_out");
  AccessProfile part;
  part.datasets.resize(1);
  for (const Json& each : list_of(json, "datasets", kMostRecordedDatasets)) {
    part.datasets.front() = dataset_of(each);
    merge(profile, part);
  }
  return profile;
}

/// The text as JSON; nothing when it is none, or nested deeper than any profile: memory is not to
/// be spent on garbage.
std::optional<Json> json_of(std::string_view text) {
  constexpr int kDeepest = 6;
  bool too_deep = false;
  const Json::parser_callback_t watch = [&](int depth, Json::parse_event_t, Json&) {
    too_deep = too_deep || depth > kDeepest;
    return !too_deep;
  };
  Json json = Json::parse(text.begin(), text.end(), watch, false);
  if (too_deep || json.is_discarded() || !json.is_object()) return std::nullopt;
  return json;
}

ProfileFault no_profile() { return {"is not a profile of h5pave"}; }

}  // namespace

std::string profile_text(const AccessProfile& profile) {
  constexpr std::string_view kEnd = "\n]}\n";
  constexpr std::size_t kRoomForHead = 300;
  std::string lines;
  std::uint64_t left_out = profile.left_out;
  for (const RecordedDataset& dataset : profile.datasets) {
    const std::string line =
        dataset_json(dataset).dump(-1, ' ', false, Json::error_handler_t::replace);
    if (lines.size() + line.size() + kRoomForHead > kLongestProfile) {
      left_out = saturating_sum(left_out, 1);
      continue;
    }
    if (!lines.empty()) lines += ",\n";
    lines += line;
  }
  return head_text(profile, left_out) + lines + std::string(kEnd);
}

std::variant<AccessProfile, ProfileFault> parse_profile(std::string_view text) {
  if (text.size() > kLongestProfile) return no_profile();
  const auto json = json_of(text);
  if (!json) return no_profile();
  const auto version = json->find("h5pave_profile");
  if (version == json->end() || !version->is_number_unsigned()) return no_profile();
  if (version->get<std::uint64_t>() != kProfileVersion)
    return ProfileFault{"is a profile of version " + std::to_string(version->get<std::uint64_t>()) +
                        ", which this h5pave does not know (it knows version " +
                        std::to_string(kProfileVersion) + ")"};
  try {
    return profile_of(*json);
  } catch (const std::invalid_argument& fault) {
    return ProfileFault{"is a damaged profile: '" + std::string(fault.what()) + "' is wrong"};
  }
}

}  // namespace h5pave
