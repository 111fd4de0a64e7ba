#include "shared_dataset.h"

#include <algorithm>

namespace h5pave {

SharedDataset::SharedDataset(const DatasetKey& key, const H5VL_class_t& native, void* under,
                             MemoryAccount& account)
    : key_(key),
      native_(native),
      facts_(native, under),
      cache_(facts_.format(), account, facts_.cache_bytes()) {}

const Extent& SharedDataset::extent(void* under) {
  if (!extent_known_) {
    extent_ = facts_.extent(native_, under).value_or(Extent{});
    extent_known_ = true;
  }
  return extent_;
}

bool SharedDataset::is_one_of_many_tiny(std::uint64_t elements, Direction direction) {
  // Stock decodes faster than it encodes, so that there is less to gain in a read.
  const std::uint64_t tiny_bytes = direction == Direction::kRead ? 1024 : 256;
  constexpr unsigned kMany = 16;
  const ChunkFormat& format = facts_.format();
  const bool tiny = elements <= tiny_bytes / std::max<std::size_t>(format.element_bytes, 1) &&
                    decoded_bytes(format) <= facts_.cache_bytes();
  tiny_in_a_row_ = tiny ? std::min(tiny_in_a_row_ + 1, kMany) : 0;
  return tiny_in_a_row_ == kMany;
}

bool SharedDataset::has_writer_besides(const Object* handle) const {
  return std::any_of(writers_.begin(), writers_.end(),
                     [handle](const Object* writer) { return writer != handle; });
}

void SharedDataset::add_writer(Object* handle) {
  if (std::find(writers_.begin(), writers_.end(), handle) == writers_.end())
    writers_.push_back(handle);
}

void SharedDataset::remove_writer(Object* handle) { std::erase(writers_, handle); }

}  // namespace h5pave
