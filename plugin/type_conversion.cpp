#include "type_conversion.h"

#include "h5/error_stack.h"
#include "plain_type.h"

namespace h5pave {

namespace {

class TypeConversion : public ElementConverter {
 public:
  TypeConversion(hid_t from, hid_t to, hid_t dxpl, bool needs_background)
      : ElementConverter(H5Tget_size(from), H5Tget_size(to), needs_background),
        from_(from),
        to_(to),
        dxpl_(dxpl) {}

  bool convert(std::size_t count, std::byte* buffer, std::byte* background) override {
    const QuietErrors quiet;  // The program's own call prints them.
    return H5Tconvert(from_, to_, count, buffer, background, dxpl_) >= 0;
  }

 private:
  const hid_t from_;
  const hid_t to_;
  const hid_t dxpl_;
};

}  // namespace

std::unique_ptr<ElementConverter> make_conversion(hid_t from, hid_t to, hid_t dxpl) {
  if (!is_plain(from) || !is_plain(to) || H5Tget_size(from) == 0 || H5Tget_size(to) == 0)
    return nullptr;
  H5T_cdata_t* facts = nullptr;
  {
    const QuietErrors quiet;
    if (H5Tfind(from, to, &facts) == nullptr || facts == nullptr) {
      H5Eclear2(H5E_DEFAULT);
      return nullptr;
    }
  }
  return std::make_unique<TypeConversion>(from, to, dxpl, facts->need_bkg != H5T_BKG_NO);
}

}  // namespace h5pave
