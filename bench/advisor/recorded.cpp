#include "recorded.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <stdexcept>

#include "boxes.h"
#include "profile/access_recorder.h"
#include "profile/profile_file.h"
#include "profile/recorded_question.h"

namespace h5pave::bench {

namespace {

constexpr const char* kPath = "/x";
constexpr double kCalls = 1000;

void record(const Workload& workload, const ShapeQuestion& question, const std::string& profile) {
  AccessRecorder recorder(profile);
  const auto track = recorder.add("a.h5", kPath, question.shape, question.filters);
  for (const AccessBox& box : planned_boxes(question)) {
    Boxes boxes(workload, box);
    auto calls = static_cast<std::uint64_t>(std::lround(kCalls * box.weight));
    if (box.kind == AccessKind::kWrite || workload.written < 1)
      calls = std::min(calls, boxes.left());
    for (std::uint64_t i = 0; i < calls; ++i) {
      ObservedAccess call{box.kind, workload.extent, {}, {}, box.repeats, box.repeats, 1e-3};
      boxes.next(call.start, call.lengths);
      for (const std::uint64_t length : call.lengths) call.elements *= length;
      recorder.note(*track, call, AccessRecorder::Clock::now());
    }
  }
  if (const std::string error = recorder.store(); !error.empty()) throw std::runtime_error(error);
}

}  // namespace

ChunkShape recorded_shape(const Workload& workload, const ShapeQuestion& told) {
  constexpr std::uint64_t kFitsNone = 8;
  ShapeQuestion question = told;
  question.shape.chunk.assign(workload.extent.size(), kFitsNone);
  const std::string profile = "advisor_bench.profile." + std::to_string(getpid());
  std::remove(profile.c_str());
  record(workload, question, profile);
  const auto loaded = load_profile(profile);
  std::remove(profile.c_str());
  question.access = {};
  question.written_part = 1;
  for (const AccessBox& box : planned_boxes(told))
    question.ranks = std::max(question.ranks, box.ranks);
  if (!loaded.profile || !apply_profile(*loaded.profile, kPath, profile, question))
    throw std::runtime_error("the profile says nothing");
  const DatasetModel dataset = dataset_model(question);
  const std::vector<AccessBox> boxes = planned_boxes(question);
  return best_shape(dataset, boxes, question.storage, planned_range(question, dataset, boxes));
}

}  // namespace h5pave::bench
