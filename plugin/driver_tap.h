// A tap on libhdf5's mpio driver: the file is the genuine one, opened by the genuine driver, but
// its writes pass by here. During a collective write of ours the raw bytes of a chunk are dropped
// and only their address is kept, since all ranks tell libhdf5 of all chunks and each writes its
// own.
//
// Called by mpi_files.cpp. Thread rule: as libhdf5's callbacks, one after the other.
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <memory>
#include <optional>

namespace h5pave {

/// One open file of the mpio driver.
class TappedFile {
 public:
  explicit TappedFile(H5FD_t* file) : file_(file) {}

  /// libhdf5's number of the file, as H5Oget_info tells it.
  unsigned long file_number() const;

  /// The file's MPI_File*; null when the driver does not tell.
  void* mpi_file() const;

  /// The next write of `bytes` raw bytes from `data` is dropped.
  void expect(const void* data, std::uint64_t bytes) { expected_ = {data, bytes}; }

  /// Where the dropped write would have gone, once; nothing when no such write came by.
  std::optional<std::uint64_t> take_address();

 private:
  friend struct TapCallbacks;
  struct Expected {
    const void* data = nullptr;
    std::uint64_t bytes = 0;
  };

  H5FD_t* const file_;
  Expected expected_;
  std::optional<std::uint64_t> address_;
};

/// Puts the tap into the next file that is opened with a file access list; lives as long as that
/// call of the connector below.
class TapForOpen {
 public:
  /// `genuine_list` has the mpio driver. Points `under_list`, a copy of it, at the tap. When that
  /// is not possible the list stays as it is.
  TapForOpen(hid_t genuine_list, hid_t under_list);
  TapForOpen(const TapForOpen&) = delete;
  TapForOpen& operator=(const TapForOpen&) = delete;
  ~TapForOpen();

  /// After the open: the file, which lives until libhdf5 closes it; null when there is none.
  std::shared_ptr<TappedFile> file() const { return file_; }

 private:
  friend struct TapCallbacks;

  const hid_t genuine_list_;
  const hid_t under_list_;
  hid_t driver_id_ = H5I_INVALID_HID;
  hid_t genuine_id_ = H5I_INVALID_HID;
  bool in_use_ = false;  ///< libhdf5 counted a reference to the tap that nobody will drop.
  std::shared_ptr<TappedFile> file_;
};

/// Called by the tap when libhdf5 closes a tapped file.
using TapClosed = void (*)(const TappedFile& file);
void set_tap_closed(TapClosed closed);

}  // namespace h5pave
