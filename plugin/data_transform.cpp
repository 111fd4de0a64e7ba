#include "data_transform.h"

#include <stdexcept>

#include "h5/error_stack.h"
#include "h5/unique_id.h"
#include "mpi_library.h"

namespace h5pave {

namespace {

constexpr hsize_t kElements = kMostTransformed;

/// The id or status of a call that succeeded.
hid_t checked(hid_t id) {
  if (id < 0) throw std::runtime_error("libhdf5 gives no dataset in memory for a data transform");
  return id;
}

UniqueId memory_file(hid_t native_id) {
  constexpr std::size_t kIncrement = 65536;
  const UniqueId access(checked(H5Pcreate(H5P_FILE_ACCESS)), H5Pclose);
  checked(H5Pset_fapl_core(access.get(), kIncrement, false));
  checked(H5Pset_vol(access.get(), native_id, nullptr));
  return {checked(H5Fcreate("h5pave data transform", H5F_ACC_TRUNC, H5P_DEFAULT, access.get())),
          H5Fclose};
}

/// Libhdf5 takes collective transfers to files of the mpio driver only.
UniqueId independent_copy(hid_t dxpl) {
  UniqueId list(checked(H5Pcopy(dxpl)), H5Pclose);
  const auto set_mode = mpi_library().calls.set_dxpl_mpio;
  if (set_mode != nullptr) checked(set_mode(list.get(), H5FD_MPIO_INDEPENDENT));
  return list;
}

class DataTransform : public ElementConverter {
 public:
  DataTransform(hid_t native_id, hid_t from, hid_t to, hid_t dxpl)
      : ElementConverter(H5Tget_size(from), H5Tget_size(to), false),
        from_(from),
        to_(to),
        list_(independent_copy(dxpl)),
        file_(memory_file(native_id)),
        file_space_(checked(H5Screate_simple(1, &kElements, nullptr)), H5Sclose),
        dataset_(checked(H5Dcreate2(file_.get(), "elements", to, file_space_.get(), H5P_DEFAULT,
                                    H5P_DEFAULT, H5P_DEFAULT)),
                 H5Dclose) {}

  ~DataTransform() override {
    const SavedErrorStack saved;
    dataset_.reset();
    file_space_.reset();
    file_.reset();
    list_.reset();
  }

  bool convert(std::size_t count, std::byte* buffer, std::byte*) override {
    const QuietErrors quiet;  // The program's own call prints them.
    if (count > kElements) return false;
    const hsize_t elements = count;
    const hsize_t start = 0;
    const UniqueId memory_space(H5Screate_simple(1, &elements, nullptr), H5Sclose);
    return memory_space.is_open() &&
           H5Sselect_hyperslab(file_space_.get(), H5S_SELECT_SET, &start, nullptr, &elements,
                               nullptr) >= 0 &&
           H5Dwrite(dataset_.get(), from_, memory_space.get(), file_space_.get(), list_.get(),
                    buffer) >= 0 &&
           H5Dread(dataset_.get(), to_, memory_space.get(), file_space_.get(), H5P_DEFAULT,
                   buffer) >= 0;
  }

 private:
  const hid_t from_;
  const hid_t to_;
  UniqueId list_;  ///< A copy: libhdf5 writes into a list how a transfer went.
  UniqueId file_;
  UniqueId file_space_;
  UniqueId dataset_;
};

}  // namespace

std::unique_ptr<ElementConverter> make_transform(hid_t native_id, hid_t from, hid_t to,
                                                 hid_t dxpl) {
  return std::make_unique<DataTransform>(native_id, from, to, dxpl);
}

}  // namespace h5pave
