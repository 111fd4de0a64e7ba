// What the command's exit status means. Documented in docs/h5pave.1. Thread rule: constants.
#pragma once

namespace h5pave::cli {

inline constexpr int kExitFine = 0;
inline constexpr int kExitProblem = 1;    ///< Something is wrong with the file or the machine.
inline constexpr int kExitUsage = 2;      ///< The command line is wrong.
inline constexpr int kExitUnchecked = 3;  ///< info --verify: no damage seen, but not all checkable.
inline constexpr int kExitCannotRun = 126;  ///< run: the program exists but cannot be executed.
inline constexpr int kExitNotFound = 127;   ///< run: there is no such program.

}  // namespace h5pave::cli
