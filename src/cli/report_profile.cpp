// The page about a profile.
#include <fmt/format.h>

#include <algorithm>

#include "advisor/saturating.h"
#include "advisor/shape_advice.h"
#include "cli/grid_picture.h"
#include "cli/html.h"
#include "cli/plan_words.h"
#include "cli/report_pages.h"
#include "cli/table.h"
#include "profile/recorded_question.h"

namespace h5pave::cli {

namespace {

std::string bytes_text(std::uint64_t bytes) { return human_bytes(bytes); }

std::string chunk_text(const ChunkShape& chunk) {
  return chunk.empty() ? "contiguous" : repack_shape(chunk);
}

std::string stored_text(const ChunkShape& chunk) {
  return chunk.empty() ? "contiguous" : "chunks " + repack_shape(chunk);
}

std::string extent_text(const std::vector<std::uint64_t>& extent) { return repack_shape(extent); }

std::string factor_text(double factor) {
  return fmt::format("{:.{}f}", factor, factor < 9.95 ? 1 : 0);
}

/// A record with its place in the dataset, the dearest first.
using Ranked = std::vector<const RecordedAccess*>;

Ranked by_bytes_touched(const RecordedDataset& dataset) {
  Ranked ranked;
  for (const RecordedAccess& access : dataset.accesses) {
    if (access.calls > 0) ranked.push_back(&access);
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto* a, const auto* b) {
    return a->bytes_touched > b->bytes_touched;
  });
  return ranked;
}

DrawnBox drawn_box(const RecordedDataset& dataset, const RecordedAccess& access,
                   std::size_t color) {
  DrawnBox box{access.start, access.lengths, color, escape_html(box_text(boxes_of(access)[0]))};
  for (std::size_t d = 0; d < box.lengths.size(); ++d) {
    if (box.lengths[d] != kWholeDimension) continue;
    box.lengths[d] = std::max<std::uint64_t>(1, dataset.shape.extent[d]);
    box.start[d] = 0;
  }
  return box;
}

/// Whole-dataset boxes first, so that they do not hide the others.
GridPicture picture_of(const RecordedDataset& dataset, const Ranked& ranked,
                       const ChunkShape& chunk) {
  GridPicture picture{dataset.shape.extent, chunk, {}};
  for (std::size_t i = std::min(ranked.size(), kPageColors); i-- > 0;)
    picture.boxes.push_back(drawn_box(dataset, *ranked[i], i));
  const auto volume = [](const DrawnBox& box) {
    std::uint64_t elements = 1;
    for (const std::uint64_t length : box.lengths) elements = saturating_product(elements, length);
    return elements;
  };
  std::stable_sort(picture.boxes.begin(), picture.boxes.end(),
                   [&](const DrawnBox& a, const DrawnBox& b) { return volume(a) > volume(b); });
  return picture;
}

std::string figure(const GridPicture& picture, const std::vector<std::size_t>& dimensions,
                   const std::string& caption) {
  return "<figure>" + grid_svg(picture, dimensions) + "<figcaption>" + escape_html(caption) +
         "</figcaption></figure>\n";
}

/// What the model says of one dataset.
struct Outlook {
  ShapeQuestion question;
  ShapeAdvice advice;
};

Outlook outlook_of(const RecordedDataset& dataset, const std::string& name,
                   const StorageModel& storage) {
  Outlook outlook;
  ShapeQuestion& question = outlook.question;
  question.shape = dataset.shape;
  question.filters = dataset.filters;
  question.policy = ShapePolicy::kOverride;
  question.storage = storage;
  AccessProfile alone;
  alone.datasets.push_back(dataset);
  apply_profile(alone, dataset.pattern, name, question);
  outlook.advice = advise_shape(question);
  return outlook;
}

std::string pictures(const RecordedDataset& dataset, const Ranked& ranked, const Outlook& outlook) {
  const GridPicture now = picture_of(dataset, ranked, dataset.shape.chunk);
  const auto dimensions = telling_dimensions(now);
  std::string html = "<div class=\"pictures\">\n";
  html += figure(
      now, dimensions,
      "Recorded: " + stored_text(dataset.shape.chunk) + ". " + grid_caption(now, dimensions) + ".");
  if (outlook.advice.reason == ShapeReason::kChosen) {
    const GridPicture then = picture_of(dataset, ranked, outlook.advice.chunk);
    html += figure(then, dimensions,
                   "Advised: chunks " + chunk_text(outlook.advice.chunk) + ". " +
                       grid_caption(then, dimensions) + ".");
  }
  return html + "</div>\n";
}

std::string access_table(const Ranked& ranked) {
  double most_seconds = 0;
  for (const RecordedAccess* const access : ranked)
    most_seconds = std::max(most_seconds, access->seconds);
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    const RecordedAccess& access = *ranked[i];
    const double share = most_seconds > 0 ? access.seconds / most_seconds : 0;
    rows.push_back({(i < kPageColors ? color_key(i) : std::string()) +
                        escape_html(box_text(boxes_of(access)[0])),
                    std::to_string(access.calls), bytes_text(access.bytes_wanted),
                    bytes_text(access.bytes_touched), factor_text(amplification(access)),
                    seconds_text(access.seconds), bar({{share, i, seconds_text(access.seconds)}})});
  }
  return html_table(
      {"access", "calls", "bytes wanted", "in chunks touched", "amplification", "time", ""}, rows);
}

std::string forecast_table(const Outlook& outlook) {
  const ShapeQuestion& question = outlook.question;
  const DatasetModel model = dataset_model(question);
  std::vector<std::vector<std::string>> rows;
  for (const AccessBox& box : outlook.advice.boxes) {
    const Prediction now =
        question.shape.chunk.empty()
            ? predict_contiguous(model, box, question.storage)
            : predict_chunked(model, question.shape.chunk, box, question.storage);
    const Prediction then = predict_chunked(model, outlook.advice.chunk, box, question.storage);
    const double most = std::max(now.seconds, then.seconds);
    rows.push_back({escape_html(box_text(box)), seconds_text(now.seconds),
                    factor_text(now.amplification), seconds_text(then.seconds),
                    factor_text(then.amplification),
                    bar({{now.seconds / most, 4, "before " + seconds_text(now.seconds)}}) + "<br>" +
                        bar({{then.seconds / most, 2, "after " + seconds_text(then.seconds)}})});
  }
  return html_table({"one access, by the model", "before", "amplification", "after",
                     "amplification", color_key(4) + "before " + color_key(2) + "after"},
                    rows);
}

std::string forecast(const Outlook& outlook) {
  const ShapeAdvice& advice = outlook.advice;
  if (advice.reason != ShapeReason::kChosen)
    return "<p>The chunk shape stays: " + escape_html(explain_shape(outlook.question, advice)) +
           ".</p>\n";
  return fmt::format(
             "<p>Before and after: chunks <code>{}</code> instead of <code>{}</code> would make "
             "these accesses together <span class=\"gain\">{} times faster</span>.</p>\n",
             chunk_text(advice.chunk), chunk_text(outlook.question.shape.chunk),
             factor_text(advice.present_seconds / advice.chosen_seconds)) +
         forecast_table(outlook);
}

std::string card(const RecordedDataset& dataset, const std::string& name,
                 const StorageModel& storage) {
  const Ranked ranked = by_bytes_touched(dataset);
  if (ranked.empty()) return {};
  const Outlook outlook = outlook_of(dataset, name, storage);
  std::string html = "<section class=\"card\">\n<h2>" + escape_html(dataset.pattern) + "</h2>\n";
  html += fmt::format("<p class=\"dim\">{} elements of {} bytes, {}, {}</p>\n",
                      extent_text(dataset.shape.extent), dataset.shape.element_bytes,
                      stored_text(dataset.shape.chunk),
                      dataset.filters == Filters::kSome ? "filtered" : "unfiltered");
  html += pictures(dataset, ranked, outlook) + access_table(ranked) + forecast(outlook);
  return html + "</section>\n";
}

double seconds_of(const RecordedDataset& dataset) {
  double seconds = 0;
  for (const RecordedAccess& access : dataset.accesses) seconds += access.seconds;
  return seconds;
}

}  // namespace

std::string profile_page(const AccessProfile& profile, const std::string& name,
                         const StorageModel& storage) {
  std::string body = "<h1>Accesses recorded in " + escape_html(name) + "</h1>\n";
  body += fmt::format(
      "<p class=\"dim\">{} process{}, {} kind{} of datasets (digits in paths count as #){}. "
      "An access is named by its elements per dimension, * for all of it. "
      "Amplification: decoded bytes of the chunks that a call touches per byte that it wants, "
      "whatever was in a cache. Shaded: the chunks touched. Times before and after are those of "
      "the cost model for stock HDF5 on {} storage.</p>\n",
      profile.processes, profile.processes == 1 ? "" : "es", profile.datasets.size(),
      profile.datasets.size() == 1 ? "" : "s",
      profile.left_out > 0 ? fmt::format(", {} or more left out", profile.left_out) : std::string(),
      storage.name);
  std::vector<const RecordedDataset*> dearest;
  for (const RecordedDataset& dataset : profile.datasets) dearest.push_back(&dataset);
  std::stable_sort(dearest.begin(), dearest.end(),
                   [](const auto* a, const auto* b) { return seconds_of(*a) > seconds_of(*b); });
  for (const RecordedDataset* const dataset : dearest) body += card(*dataset, name, storage);
  body += "<p class=\"dim\">Give new datasets these shapes: <code>" +
          escape_html(run_command_line({}, {{}, name}, std::nullopt)) + "</code></p>\n";
  return html_page("h5pave report: " + name, body);
}

}  // namespace h5pave::cli
