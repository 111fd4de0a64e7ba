// What `h5pave doctor` says: one line each, with the fix when something is wrong.
// Thread rule: plain values.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace h5pave::cli {

enum class Severity {
  kFine,     ///< Checked and right.
  kNote,     ///< Worth knowing; nothing to repair.
  kProblem,  ///< Wrong; `fix` says what to do.
};

struct Finding {
  Severity severity = Severity::kFine;
  std::string text;
  std::string fix;
};

using Findings = std::vector<Finding>;

inline Finding fine(std::string text) { return {Severity::kFine, std::move(text), {}}; }
inline Finding note(std::string text) { return {Severity::kNote, std::move(text), {}}; }
inline Finding problem(std::string text, std::string fix) {
  return {Severity::kProblem, std::move(text), std::move(fix)};
}

}  // namespace h5pave::cli
