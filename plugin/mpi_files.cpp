#include "mpi_files.h"

#include <functional>
#include <string>
#include <utility>

#include "h5/error_stack.h"
#include "mpi_absence.h"
#include "mpi_library.h"
#include "table_communicator.h"

namespace h5pave {

namespace {

std::vector<std::shared_ptr<MpiFile>>& open_files() {
  // Never destroyed: libhdf5 may close files while the process ends.
  static auto* const files = new std::vector<std::shared_ptr<MpiFile>>();
  return *files;
}

void forget(const TappedFile& closed) {
  std::erase_if(open_files(), [&closed](const std::shared_ptr<MpiFile>& file) {
    return file->tapped.get() == &closed;
  });
}

/// Of the options that decide what is in the file's metadata: ranks must not differ in them.
std::uint64_t fingerprint(const Options& options) {
  std::string text = options.compat == Compat::kV18 ? "1.8" : "1.10";
  text += options.mpi_independent ? " independent" : "";
  // Which shapes they choose is compared at each create, in a call that all must make.
  text += options.may_change_chunks() ? " chunk" : "";
  for (const IndexRule& rule : options.index_rules) {
    text += '\n' + rule.glob + '=' + std::to_string(static_cast<int>(rule.index));
  }
  return std::hash<std::string>{}(text);
}

}  // namespace

MpiAgreement::MpiAgreement(hid_t list, const Options& options) {
  const MpiLibrary& library = mpi_library();
  const QuietErrors quiet;
  if (library.table == nullptr) {
    tell_absence(library.flavour, library.calls.get_fapl_mpio, list, mpi_symbol);
    H5Eclear2(H5E_DEFAULT);
    reason_ = "no_mpi_module";
    return;
  }
  const std::uint64_t own = fingerprint(options);
  H5paveMpiComm* const comm = library.table->open(library.calls.get_fapl_mpio, list);
  if (comm == nullptr) {
    H5Eclear2(H5E_DEFAULT);
    reason_ = "other_mpi_driver_or_no_module_on_some_rank";
    return;
  }
  ranks_ = std::make_unique<TableCommunicator>(*library.table, comm);
  ranks_on_node_ = library.table->ranks_on_node(comm);
  options_differ_ = !ranks_->all_same(static_cast<std::int64_t>(own >> 1U));
  if (options_differ_) reason_ = "options_differ_between_ranks";
}

MpiAgreement::~MpiAgreement() = default;

std::shared_ptr<MpiFile> make_mpi_file(const std::shared_ptr<MpiAgreement>& agreement) noexcept {
  try {
    auto file = std::make_shared<MpiFile>();
    file->openings.resize(static_cast<std::size_t>(agreement->ranks().size()));
    file->counts.resize(file->openings.size());
    file->agreement = agreement;
    open_files().reserve(open_files().size() + 1);
    return file;
  } catch (...) {
    return nullptr;
  }
}

void add_mpi_file(std::shared_ptr<MpiFile> file) noexcept {
  set_tap_closed(forget);
  open_files().push_back(std::move(file));
}

std::shared_ptr<MpiFile> find_mpi_file(unsigned long file_number) {
  for (const auto& file : open_files()) {
    if (file->tapped->file_number() == file_number) return file;
  }
  return nullptr;
}

}  // namespace h5pave
