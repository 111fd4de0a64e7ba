#include "cli/h5_error.h"

#include <hdf5.h>

#include <vector>

namespace h5pave::cli {

namespace {

struct Record {
  std::string function;
  std::string description;
};

// C callback: no exception may leave it.
herr_t collect(unsigned /*position*/, const H5E_error2_t* error, void* records) noexcept {
  try {
    static_cast<std::vector<Record>*>(records)->push_back(
        {error->func_name == nullptr ? "" : error->func_name,
         error->desc == nullptr ? "" : error->desc});
    return 0;
  } catch (...) {
    return -1;
  }
}

}  // namespace

void silence_hdf5() { H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); }

std::string take_hdf5_error() {
  std::vector<Record> records;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, collect, &records);  // innermost first
  H5Eclear2(H5E_DEFAULT);
  for (const Record& record : records) {
    if (record.description.empty()) continue;
    return record.description + " (" + record.function + ")";
  }
  return "no reason given";
}

void require(bool succeeded, const std::string& attempt) {
  if (!succeeded) throw Hdf5Failure("cannot " + attempt + ": " + take_hdf5_error());
}

}  // namespace h5pave::cli
