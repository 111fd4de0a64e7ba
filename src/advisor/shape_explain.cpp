// The words of the chunk-shape advisor.
#include <array>
#include <cmath>
#include <cstdio>

#include "advisor/shape_advice.h"

namespace h5pave {

namespace {

std::string formatted(const char* format, double number) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), format, number);
  return text.data();
}

/// Two significant digits below ten, whole numbers above.
std::string number_text(double number) {
  return formatted(number < 9.95 ? "%.1f" : "%.0f", number);
}

std::string bytes_text(const ChunkShape& chunk, std::uint64_t element_bytes) {
  const auto bytes = static_cast<double>(shape_bytes(chunk, element_bytes));
  constexpr double kKibibyte = 1024;
  constexpr double kMebibyte = kKibibyte * kKibibyte;
  if (bytes < kKibibyte) return formatted("%.0f B", bytes);
  if (bytes < kMebibyte) return number_text(bytes / kKibibyte) + " KiB";
  return number_text(bytes / kMebibyte) + " MiB";
}

/// "0.5 of 1,*,* in order, written; 0.5 of 1,*,*, read"
std::string accesses_text(const std::vector<AccessBox>& boxes) {
  if (boxes.size() == 1) return box_text(boxes.front());
  std::string text;
  for (const AccessBox& box : boxes) {
    if (!text.empty()) text += "; ";
    text += formatted("%.2g", box.weight);
    text += " of ";
    text += box_text(box);
  }
  return text;
}

std::string present_text(const ShapeQuestion& question, const ShapeAdvice& advice) {
  if (question.shape.chunk.empty()) return "contiguous storage";
  std::string text = shape_text(question.shape.chunk);
  if (advice.chosen_by.empty()) return text;
  text.append(", ").append(advice.chosen_by).append("'s default");
  return text;
}

std::string others_text(const ShapeQuestion& question, const ShapeAdvice& advice) {
  std::string text;
  for (const ConsideredShape& other : considered_shapes(question, advice.boxes)) {
    if (other.name == "present") continue;
    text += text.empty() ? "; considered " : ", ";
    text += other.name + " " + shape_text(other.chunk) + " " + seconds_text(other.seconds);
  }
  return text;
}

std::string comparison_text(const ShapeQuestion& question, const ShapeAdvice& advice) {
  return "for " + accesses_text(advice.boxes) + ": " + seconds_text(advice.present_seconds) +
         " an access with " + present_text(question, advice) + ", " +
         seconds_text(advice.chosen_seconds);
}

std::string chosen_text(const ShapeQuestion& question, const ShapeAdvice& advice) {
  const double gain = advice.present_seconds / advice.chosen_seconds;
  std::string text = comparison_text(question, advice);
  text += " with " + shape_text(advice.chunk) + " of " +
          bytes_text(advice.chunk, question.shape.element_bytes);
  if (gain >= 1) {
    text += ", " + number_text(gain) + " times faster";
  } else {
    text += ", " + number_text(1 / gain) + " times slower, but chunk_target asks for this size";
  }
  return text + others_text(question, advice);
}

}  // namespace

std::string shape_text(const ChunkShape& chunk) {
  if (chunk.empty()) return "none";
  std::string text("[");
  for (std::size_t d = 0; d < chunk.size(); ++d) {
    if (d > 0) text += ", ";
    text += std::to_string(chunk[d]);
  }
  return text + "]";
}

std::string seconds_text(double seconds) {
  if (seconds < 1e-3) return number_text(seconds * 1e6) + " us";
  if (seconds < 1) return number_text(seconds * 1e3) + " ms";
  return number_text(seconds) + " s";
}

std::string explain_shape(const ShapeQuestion& question, const ShapeAdvice& advice) {
  switch (advice.reason) {
    case ShapeReason::kChosen:
      return chosen_text(question, advice);
    case ShapeReason::kKept:
      return "chunk=keep";
    case ShapeReason::kTooSmall:
      return "too small for chunks to matter";
    case ShapeReason::kSizeUnknown:
      return "it may grow, but too little is known of how large it gets; chunk=override would "
             "choose";
    case ShapeReason::kPersonsChoice:
      return "no library's default: the program chose it; chunk=override would change it";
    case ShapeReason::kOtherRank:
      return "no box of access '" + question.access.text + "' has " +
             std::to_string(question.shape.extent.size()) + " dimensions";
    case ShapeReason::kGainsLittle:
      return comparison_text(question, advice) + " with the best found";
  }
  return {};
}

}  // namespace h5pave
