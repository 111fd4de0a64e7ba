#include "advisor/access_pattern.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "advisor/saturating.h"

namespace h5pave {

namespace {

/// What one call of a scan or an append moves at least: a program that steps through a dataset
/// element by element goes through its own buffer, or nothing helps it.
constexpr std::uint64_t kSlabBytes = std::uint64_t{64} << 10;
constexpr std::uint64_t kBlockBytes = std::uint64_t{1} << 20;
constexpr std::size_t kMaxRank = 32;

std::vector<std::uint64_t> whole(const AccessTarget& target) {
  return std::vector<std::uint64_t>(target.extent.size(), kWholeDimension);
}

/// Steps along `dimension`, all of the others, at least kSlabBytes where `at_least_slab` steps
/// allow it.
std::vector<std::uint64_t> slab(const AccessTarget& target, std::size_t dimension) {
  std::uint64_t step_bytes = target.element_bytes;
  for (std::size_t d = 0; d < target.extent.size(); ++d) {
    if (d != dimension) step_bytes = saturating_product(step_bytes, target.extent[d]);
  }
  auto lengths = whole(target);
  lengths[dimension] =
      std::max<std::uint64_t>(1, divide_up(kSlabBytes, std::max<std::uint64_t>(step_bytes, 1)));
  return lengths;
}

/// Equal lengths of kBlockBytes together; what a short dimension leaves over goes to the others.
std::vector<std::uint64_t> cube(const AccessTarget& target) {
  double elements =
      std::max(1.0, static_cast<double>(kBlockBytes) / static_cast<double>(target.element_bytes));
  std::vector<std::size_t> order(target.extent.size());
  for (std::size_t d = 0; d < order.size(); ++d) order[d] = d;
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return target.extent[a] < target.extent[b]; });
  std::vector<std::uint64_t> lengths(target.extent.size(), 1);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const double side = std::pow(elements, 1.0 / static_cast<double>(order.size() - i));
    const double length =
        std::clamp(std::floor(side + 0.5), 1.0, static_cast<double>(target.extent[order[i]]));
    lengths[order[i]] = static_cast<std::uint64_t>(length);
    elements = std::max(1.0, elements / length);
  }
  return lengths;
}

AccessBox box(std::vector<std::uint64_t> lengths, Placement placement = Placement::kAnywhere,
              AccessKind kind = AccessKind::kRead) {
  AccessBox result;
  result.lengths = std::move(lengths);
  result.placement = placement;
  result.kind = kind;
  return result;
}

AccessBox row(const AccessTarget& target) {
  if (target.extent.size() == 1) return box(slab(target, 0), Placement::kInOrder);
  auto lengths = whole(target);
  lengths[0] = 1;
  return box(std::move(lengths));
}

AccessBox column(const AccessTarget& target) {
  if (target.extent.size() == 1) return box(slab(target, 0), Placement::kInOrder);
  std::vector<std::uint64_t> lengths(target.extent.size(), 1);
  lengths[0] = kWholeDimension;
  return box(std::move(lengths));
}

AccessBox batch(const AccessTarget& target, std::uint64_t samples) {
  auto lengths = whole(target);
  lengths[0] = 1;
  AccessBox result = box(std::move(lengths));
  result.repeats = samples;
  return result;
}

/// Written step by step along the unlimited dimension and read so, or anywhere.
std::vector<AccessBox> appends(const AccessTarget& target, std::size_t dimension) {
  return {box(slab(target, dimension), Placement::kInOrder, AccessKind::kWrite),
          box(slab(target, dimension))};
}

std::vector<AccessBox> unsaid(const AccessTarget& target) {
  const auto unlimited = std::count(target.unlimited.begin(), target.unlimited.end(), true);
  if (unlimited != 1) return {box(cube(target))};
  const auto where = std::find(target.unlimited.begin(), target.unlimited.end(), true);
  return appends(target, static_cast<std::size_t>(where - target.unlimited.begin()));
}

std::vector<AccessBox> boxes_of_rank(const AccessSpec& spec, std::size_t rank) {
  std::vector<AccessBox> boxes;
  std::copy_if(spec.boxes.begin(), spec.boxes.end(), std::back_inserter(boxes),
               [rank](const AccessBox& candidate) { return candidate.lengths.size() == rank; });
  return boxes;
}

std::vector<AccessBox> unweighted(const AccessSpec& spec, const AccessTarget& target) {
  switch (spec.preset) {
    case AccessPreset::kUnsaid:
      return unsaid(target);
    case AccessPreset::kRow:
      return {row(target)};
    case AccessPreset::kColumn:
      return {column(target)};
    case AccessPreset::kBlock:
      return {box(cube(target))};
    case AccessPreset::kSequence:
      return {box(slab(target, 0), Placement::kInOrder)};
    case AccessPreset::kBatch:
      return {batch(target, spec.batch)};
    case AccessPreset::kMapAndSeries:
      return {row(target), column(target)};
    case AccessPreset::kBoxes:
      break;
  }
  return boxes_of_rank(spec, target.extent.size());
}

// ---- text

/// Cuts `text` at `separator`; an empty text has one empty part.
std::vector<std::string_view> parts_of(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t start = 0;;) {
    const auto end = text.find(separator, start);
    parts.push_back(text.substr(start, end - start));
    if (end == std::string_view::npos) return parts;
    start = end + 1;
  }
}

std::string_view without_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string quoted(std::string_view text) {
  std::string result("'");
  result.append(text).append("'");
  return result;
}

template <typename Number>
std::optional<Number> whole_number(std::string_view text) {
  Number number{};
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool parse_lengths(std::string_view text, AccessBox& box, std::string& error) {
  for (const std::string_view part : parts_of(text, ',')) {
    const std::string_view word = without_blanks(part);
    const auto length = word == "*" ? kWholeDimension : whole_number<std::uint64_t>(word);
    if (!length || (word != "*" && *length == 0)) {
      error = quoted(word) + " is not a length: a number of elements > 0, or * for all";
      return false;
    }
    box.lengths.push_back(*length);
  }
  if (box.lengths.size() <= kMaxRank) return true;
  error = "a box has " + std::to_string(box.lengths.size()) + " dimensions, more than 32";
  return false;
}

bool parse_ranks(std::string_view text, AccessBox& box, std::string& error) {
  const auto ranks = whole_number<std::uint64_t>(text);
  if (ranks && *ranks > 0 && *ranks <= kMostRanks) {
    box.ranks = *ranks;
    return true;
  }
  error = "ranks:N needs a number of MPI ranks, 1 to " + std::to_string(kMostRanks);
  return false;
}

bool parse_manner(std::string_view word, AccessBox& box, std::string& error) {
  constexpr std::string_view kRanks = "ranks:";
  if (word.starts_with(kRanks)) return parse_ranks(word.substr(kRanks.size()), box, error);
  if (word == "write") {
    box.kind = AccessKind::kWrite;
  } else if (word == "aligned") {
    box.placement = Placement::kAligned;
  } else if (word == "inorder") {
    box.placement = Placement::kInOrder;
  } else {
    error = quoted(word) + " after @ is none of write, aligned, inorder, ranks:N";
    return false;
  }
  return true;
}

bool parse_weight(std::string_view word, AccessBox& box, std::string& error) {
  const auto weight = whole_number<double>(word);
  if (weight && *weight > 0 && std::isfinite(*weight)) {
    box.weight = *weight;
    return true;
  }
  error = quoted(word) + " is not a weight: a number > 0";
  return false;
}

std::optional<AccessBox> parse_box(std::string_view text, std::string& error) {
  AccessBox box;
  const auto manners = parts_of(text, '@');
  for (std::size_t i = 1; i < manners.size(); ++i) {
    if (!parse_manner(without_blanks(manners[i]), box, error)) return std::nullopt;
  }
  if (box.ranks > 1 && box.kind == AccessKind::kRead) {
    error = "ranks:N goes with @write: each rank reads by itself";
    return std::nullopt;
  }
  std::string_view rest = without_blanks(manners.front());
  if (const auto colon = rest.find(':'); colon != std::string_view::npos) {
    if (!parse_weight(without_blanks(rest.substr(0, colon)), box, error)) return std::nullopt;
    rest = rest.substr(colon + 1);
  }
  if (!parse_lengths(rest, box, error)) return std::nullopt;
  return box;
}

std::optional<AccessSpec> parse_batch(std::string_view text, std::string& error) {
  constexpr std::string_view kPrefix = "batch:";
  constexpr std::uint64_t kMostSamples = 1'000'000;
  const auto samples = whole_number<std::uint64_t>(text.substr(kPrefix.size()));
  if (!samples || *samples == 0 || *samples > kMostSamples) {
    error = "batch:N needs a number of samples, 1 to 1000000";
    return std::nullopt;
  }
  return AccessSpec{AccessPreset::kBatch, *samples, {}, std::string(text)};
}

std::optional<AccessPreset> preset_of(std::string_view word) {
  if (word == "row") return AccessPreset::kRow;
  if (word == "column" || word == "col") return AccessPreset::kColumn;
  if (word == "block") return AccessPreset::kBlock;
  if (word == "sequence" || word == "seq") return AccessPreset::kSequence;
  if (word == "map+series") return AccessPreset::kMapAndSeries;
  return std::nullopt;
}

}  // namespace

std::optional<AccessSpec> parse_access(std::string_view text, std::string& error) {
  text = without_blanks(text);
  if (text.size() >= 2 && text.front() == '{' && text.back() == '}')
    text = without_blanks(text.substr(1, text.size() - 2));
  if (const auto preset = preset_of(text)) return AccessSpec{*preset, 0, {}, std::string(text)};
  if (text.starts_with("batch:")) return parse_batch(text, error);
  const bool is_boxes = text.find_first_of("0123456789*") != std::string_view::npos;
  if (!is_boxes) {
    error = quoted(text) +
            " is neither row, column, block, sequence, batch:N, map+series nor boxes like "
            "0.7:1,*,*;0.3:*,1,1";
    return std::nullopt;
  }
  AccessSpec spec{AccessPreset::kBoxes, 0, {}, std::string(text)};
  for (const std::string_view part : parts_of(text, ';')) {
    auto parsed = parse_box(part, error);
    if (!parsed) return std::nullopt;
    spec.boxes.push_back(*std::move(parsed));
  }
  return spec;
}

std::vector<AccessBox> boxes_for(const AccessSpec& spec, const AccessTarget& target) {
  std::vector<AccessBox> boxes = unweighted(spec, target);
  double sum = 0;
  for (const AccessBox& each : boxes) sum += each.weight;
  for (AccessBox& each : boxes) each.weight /= sum;
  return boxes;
}

bool is_sequential(const AccessBox& box) {
  return box.repeats == 1 &&
         (box.placement == Placement::kInOrder ||
          std::all_of(box.lengths.begin(), box.lengths.end(),
                      [](std::uint64_t length) { return length == kWholeDimension; }));
}

std::string box_text(const AccessBox& box) {
  std::string text;
  if (box.repeats > 1) text += std::to_string(box.repeats) + " x ";
  for (std::size_t d = 0; d < box.lengths.size(); ++d) {
    if (d > 0) text += ',';
    text += box.lengths[d] == kWholeDimension ? std::string("*") : std::to_string(box.lengths[d]);
  }
  if (box.placement == Placement::kAligned) text += " aligned";
  if (box.placement == Placement::kInOrder) text += " in order";
  text += box.kind == AccessKind::kWrite ? ", written" : ", read";
  if (box.ranks > 1) text += " by each of " + std::to_string(box.ranks) + " ranks";
  return text;
}

}  // namespace h5pave
