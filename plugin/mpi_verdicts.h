// What a rank says to the others about a write, as a number whose largest value counts, and what
// the number means for the program.
//
// Called by the files mpi_*.cpp. Thread rule: pure functions.
#pragma once

#include <string_view>

#include "mpi/collective_write.h"

namespace h5pave {

/// Chunks of an earlier write still lack their bytes: no rank may touch the dataset's chunks.
inline constexpr Verdict kStillUnplaced = kFail + 4;

/// The verdict for a reason why native HDF5 is to run a call, or why it must fail.
Verdict verdict_of(std::string_view reason);

/// The counted reason of a verdict between kJoin and kFail.
std::string_view reason_of(Verdict verdict);

/// The words for a verdict from kFail on.
std::string_view error_of(Verdict verdict);

}  // namespace h5pave
