#include "driver_tap.h"

#include <utility>
#include <vector>

#include "h5/error_stack.h"

namespace h5pave {

namespace {

/// State of the tap in this image; libhdf5's driver callbacks have no context argument.
struct Tap {
  TapForOpen* opening = nullptr;          ///< The open that runs now.
  const H5FD_class_t* genuine = nullptr;  ///< libhdf5's mpio driver, known from the first file on.
  H5FD_class_t tapped{};                  ///< A copy of it with our callbacks.
  std::vector<std::shared_ptr<TappedFile>> files;
  TapClosed closed = nullptr;
};

Tap& tap() {
  // Never destroyed: libhdf5 may close files while the process ends.
  static auto* const state = new Tap();
  return *state;
}

TappedFile* tapped(const H5FD_t* file);

}  // namespace

struct TapCallbacks {
  static H5FD_t* handle(const TappedFile& file) { return file.file_; }

  static H5FD_t* open(const char* name, unsigned flags, hid_t, haddr_t max_address) {
    TapForOpen* const opening = tap().opening;
    if (opening == nullptr) return nullptr;
    H5FD_t* const file = H5FDopen(name, flags, opening->genuine_list_, max_address);
    if (file == nullptr) return nullptr;
    prepare(*file->cls);
    return file;
  }

  /// At every open: a library that was closed and starts again has another copy of its driver.
  static void prepare(const H5FD_class_t& genuine) {
    tap().genuine = &genuine;
    tap().tapped = genuine;
    tap().tapped.write = write;
    tap().tapped.close = close;
  }

  /// libhdf5 asks a new file once, after it put our class and number into it: the moment to take
  /// both out again. Without a file it asks what the driver can do.
  static herr_t query(const H5FD_t* asked, unsigned long* flags) {
    TapForOpen* const opening = tap().opening;
    if (asked == nullptr || opening == nullptr)
      return opening == nullptr ? -1 : H5FDdriver_query(opening->genuine_id_, flags);
    auto* const file = const_cast<H5FD_t*>(asked);
    file->driver_id = opening->genuine_id_;  // H5FDopen() in open() took the reference.
    file->cls = &tap().tapped;
    opening->in_use_ = true;
    try {
      opening->file_ = std::make_shared<TappedFile>(file);
      tap().files.push_back(opening->file_);
    } catch (...) {
      opening->file_ = nullptr;
      file->cls = tap().genuine;
    }
    return tap().genuine->query(file, flags);
  }

  static herr_t write(H5FD_t* file, H5FD_mem_t type, hid_t dxpl, haddr_t address, size_t bytes,
                      const void* data) {
    TappedFile* const known = tapped(file);
    if (known != nullptr && type == H5FD_MEM_DRAW && known->expected_.data != nullptr &&
        known->expected_.data == data && known->expected_.bytes == bytes) {
      known->expected_ = {};
      known->address_ = address;
      return 0;
    }
    return tap().genuine->write(file, type, dxpl, address, bytes, data);
  }

  static herr_t close(H5FD_t* file) {
    std::shared_ptr<TappedFile> known;
    for (auto& open : tap().files) {
      if (handle(*open) == file) known = std::exchange(open, nullptr);
    }
    std::erase(tap().files, nullptr);
    // A file that is open already is opened, recognised and closed again.
    TapForOpen* const opening = tap().opening;
    if (opening != nullptr && known != nullptr && opening->file_ == known) opening->file_.reset();
    const herr_t status = tap().genuine->close(file);
    if (known != nullptr && tap().closed != nullptr) tap().closed(*known);
    return status;
  }

  // libhdf5 registers only drivers that have these; it never calls ours.
  static haddr_t get_address(const H5FD_t*, H5FD_mem_t) { return HADDR_UNDEF; }
  static herr_t set_address(H5FD_t*, H5FD_mem_t, haddr_t) { return -1; }
  static herr_t read(H5FD_t*, H5FD_mem_t, hid_t, haddr_t, size_t, void*) { return -1; }

  static H5FD_class_t opener() {
    H5FD_class_t driver{};
    driver.version = H5FD_CLASS_VERSION;
    driver.value = static_cast<H5FD_class_value_t>(kDriverValue);
    driver.name = "h5pave_mpio";
    driver.maxaddr = HADDR_MAX;
    driver.fc_degree = H5F_CLOSE_SEMI;
    driver.open = open;
    driver.close = close;
    driver.query = query;
    driver.get_eoa = get_address;
    driver.set_eoa = set_address;
    driver.get_eof = get_address;
    driver.read = read;
    driver.write = write;
    return driver;
  }

  static constexpr int kDriverValue = 65000;  ///< In the range that HDF5 does not give out.
};

namespace {

TappedFile* tapped(const H5FD_t* file) {
  for (const auto& open : tap().files) {
    if (TapCallbacks::handle(*open) == file) return open.get();
  }
  return nullptr;
}

}  // namespace

unsigned long TappedFile::file_number() const { return file_->fileno; }

void* TappedFile::mpi_file() const {
  void* handle = nullptr;
  const auto get_handle = tap().genuine->get_handle;
  const bool known =
      get_handle != nullptr && get_handle(file_, static_cast<hid_t>(H5P_DEFAULT), &handle) >= 0;
  return known ? handle : nullptr;
}

std::optional<std::uint64_t> TappedFile::take_address() {
  expected_ = {};
  return std::exchange(address_, std::nullopt);
}

TapForOpen::TapForOpen(hid_t genuine_list, hid_t under_list)
    : genuine_list_(genuine_list), under_list_(under_list) {
  const H5FD_class_t driver = TapCallbacks::opener();
  genuine_id_ = H5Pget_driver(genuine_list);
  driver_id_ = genuine_id_ < 0 ? H5I_INVALID_HID : H5FDregister(&driver);
  if (driver_id_ >= 0 && H5Pset_driver(under_list, driver_id_, nullptr) >= 0) tap().opening = this;
}

TapForOpen::~TapForOpen() {
  const SavedErrorStack saved;
  tap().opening = nullptr;
  if (driver_id_ < 0) return;
  H5Pset_driver(under_list_, genuine_id_, nullptr);
  // libhdf5 counts references of its own and of programs apart; the first call drops ours, the
  // second the one that libhdf5 took for a file whose driver is now the genuine one.
  H5FDunregister(driver_id_);
  if (in_use_) H5Idec_ref(driver_id_);
}

void set_tap_closed(TapClosed closed) { tap().closed = closed; }

}  // namespace h5pave
