#include "cli/dataset_facts.h"

#include <array>

#include "advisor/index_kind.h"
#include "advisor/saturating.h"
#include "cli/filter_words.h"
#include "cli/h5_error.h"
#include "cli/type_name.h"
#include "h5/unique_id.h"

namespace h5pave::cli {

namespace {

/// Bytes of an address in the file that holds `dataset`.
std::size_t address_bytes(hid_t dataset) {
  const UniqueId file(H5Iget_file_id(dataset), H5Fclose);
  const UniqueId creation(H5Fget_create_plist(file.get()), H5Pclose);
  std::size_t address = 0;
  std::size_t length = 0;
  require(H5Pget_sizes(creation.get(), &address, &length) >= 0, "read the size of addresses");
  return address;
}

void read_type(hid_t dataset, DatasetFacts& facts) {
  const UniqueId type(H5Dget_type(dataset), H5Tclose);
  require(type.is_open(), "read the datatype");
  facts.type = type_name(type.get());
  if (H5Tcommitted(type.get()) > 0) facts.type += " (committed)";
  facts.type_bytes = stored_type_bytes(type.get(), address_bytes(dataset));
}

void read_space(hid_t dataset, DatasetFacts& facts) {
  const UniqueId space(H5Dget_space(dataset), H5Sclose);
  require(space.is_open(), "read the dataspace");
  const H5S_class_t kind = H5Sget_simple_extent_type(space.get());
  facts.space = kind == H5S_NULL     ? SpaceKind::kNull
                : kind == H5S_SCALAR ? SpaceKind::kScalar
                                     : SpaceKind::kSimple;
  const int rank = H5Sget_simple_extent_ndims(space.get());
  require(rank >= 0, "read the rank");
  facts.shape.resize(static_cast<std::size_t>(rank));
  facts.max_shape.resize(static_cast<std::size_t>(rank));
  require(H5Sget_simple_extent_dims(space.get(), facts.shape.data(), facts.max_shape.data()) >= 0,
          "read the shape");
  facts.raw_bytes = facts.space == SpaceKind::kNull ? 0 : facts.type_bytes;
  for (const hsize_t size : facts.shape) {
    facts.raw_bytes = saturating_product(facts.raw_bytes, size);
  }
}

Layout read_layout(hid_t creation_list) {
  switch (H5Pget_layout(creation_list)) {
    case H5D_COMPACT:
      return Layout::kCompact;
    case H5D_CONTIGUOUS:
      return H5Pget_external_count(creation_list) > 0 ? Layout::kExternal : Layout::kContiguous;
    case H5D_CHUNKED:
      return Layout::kChunked;
    case H5D_VIRTUAL:
      return Layout::kVirtual;
    default:
      return Layout::kUnknown;
  }
}

/// Whether this libhdf5 can decode with the filter; looks for a plugin when it has to.
bool filter_can_decode(H5Z_filter_t id) {
  unsigned configuration = 0;
  const bool available = H5Zfilter_avail(id) > 0 && H5Zget_filter_info(id, &configuration) >= 0;
  H5Eclear2(H5E_DEFAULT);
  return available && (configuration & H5Z_FILTER_CONFIG_DECODE_ENABLED) != 0;
}

FilterFacts read_filter(hid_t creation_list, unsigned position) {
  std::array<char, 256> name{};
  unsigned flags = 0;
  std::size_t count = 0;
  H5Z_filter_t id = H5Pget_filter2(creation_list, position, &flags, &count, nullptr, name.size(),
                                   name.data(), nullptr);
  require(id >= 0, "read a filter");
  FilterFacts filter;
  filter.parameters.resize(count);
  id = H5Pget_filter2(creation_list, position, &flags, &count, filter.parameters.data(),
                      name.size(), name.data(), nullptr);
  require(id >= 0, "read a filter");
  name.back() = '\0';
  filter.id = id;
  filter.name = filter_name(id, name.data());
  filter.words = filter_words(id, name.data(), filter.parameters);
  filter.optional = (flags & H5Z_FLAG_OPTIONAL) != 0;
  filter.can_decode = filter_can_decode(id);
  return filter;
}

void read_filters(hid_t creation_list, DatasetFacts& facts) {
  const int count = H5Pget_nfilters(creation_list);
  require(count >= 0, "read the filters");
  for (int i = 0; i < count; ++i) {
    facts.filters.push_back(read_filter(creation_list, static_cast<unsigned>(i)));
  }
}

void read_chunking(hid_t dataset, hid_t creation_list, DatasetFacts& facts) {
  facts.chunk_shape.resize(facts.shape.size());
  const int rank = H5Pget_chunk(creation_list, static_cast<int>(facts.chunk_shape.size()),
                                facts.chunk_shape.data());
  require(rank == static_cast<int>(facts.chunk_shape.size()), "read the chunk shape");
  facts.chunk_bytes = facts.type_bytes;
  facts.chunks_possible = 1;
  for (std::size_t d = 0; d < facts.chunk_shape.size(); ++d) {
    facts.chunk_bytes = saturating_product(facts.chunk_bytes, facts.chunk_shape[d]);
    facts.chunks_possible =
        saturating_product(facts.chunks_possible, divide_up(facts.shape[d], facts.chunk_shape[d]));
  }
  H5D_chunk_index_t index = H5D_CHUNK_IDX_BTREE;
  require(H5Dget_chunk_index_type(dataset, &index) >= 0, "read the chunk index type");
  facts.index = static_cast<int>(index);
}

}  // namespace

DatasetFacts read_facts(hid_t dataset, const std::string& path) {
  DatasetFacts facts;
  facts.path = path;
  read_type(dataset, facts);
  read_space(dataset, facts);
  const UniqueId creation_list(H5Dget_create_plist(dataset), H5Pclose);
  require(creation_list.is_open(), "read the creation properties");
  facts.layout = read_layout(creation_list.get());
  if (facts.layout == Layout::kChunked) {
    read_chunking(dataset, creation_list.get(), facts);
  } else {
    facts.stored_bytes = H5Dget_storage_size(dataset);
  }
  read_filters(creation_list.get(), facts);
  return facts;
}

void read_index_bytes(hid_t dataset, DatasetFacts& facts) {
  H5O_native_info_t info{};
  if (H5Oget_native_info(dataset, &info, H5O_NATIVE_INFO_META_SIZE) >= 0) {
    facts.index_bytes = info.meta_size.obj.index_size;
  } else {
    H5Eclear2(H5E_DEFAULT);
  }
}

std::string index_name(int index) {
  if (index < 0 || index > static_cast<int>(IndexKind::kBtree2)) {
    return "unknown index " + std::to_string(index);
  }
  return std::string(display_name(static_cast<IndexKind>(index)));
}

std::string layout_name(Layout layout) {
  switch (layout) {
    case Layout::kCompact:
      return "compact";
    case Layout::kContiguous:
      return "contiguous";
    case Layout::kChunked:
      return "chunked";
    case Layout::kVirtual:
      return "virtual";
    case Layout::kExternal:
      return "external";
    case Layout::kUnknown:
      break;
  }
  return "unknown";
}

}  // namespace h5pave::cli
