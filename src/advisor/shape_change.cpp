#include "advisor/shape_change.h"

#include "advisor/shape_advice.h"

namespace h5pave {

namespace {

bool is_start_of_chunk(const ChunkShape& chunk, std::span<const std::uint64_t> offset) {
  for (std::size_t d = 0; d < chunk.size(); ++d) {
    if (offset[d] % chunk[d] != 0) return false;
  }
  return true;
}

bool skips_added_filters(const ShapeChange& change, const RawChunkCall& call) {
  return call.written_bytes && (call.filter_mask & change.added_filters) == change.added_filters;
}

std::string changed_text(const ShapeChange& change, const RawChunkCall& call) {
  if (change.given != change.asked)
    return "option chunk gave the dataset chunks " + shape_text(change.given) +
           " where the program asked for " + shape_text(change.asked) + "; the raw chunk at " +
           shape_text({call.offset.begin(), call.offset.end()}) + " may be meant for those";
  return "option filter or checksum gave the dataset filters that the program did not ask for; the "
         "raw chunk at " +
         shape_text({call.offset.begin(), call.offset.end()}) + " may be meant for it without them";
}

std::string_view remedy(const ShapeChange& change) {
  if (change.added_filters == 0) return "H5PAVE_CHUNK=keep";
  if (change.given == change.asked) return "H5PAVE_FILTER=keep and H5PAVE_CHECKSUM=0";
  return "H5PAVE_CHUNK=keep, H5PAVE_FILTER=keep and H5PAVE_CHECKSUM=0";
}

}  // namespace

bool is_meant_for_given(const ShapeChange& change, const RawChunkCall& call) {
  if (change.added_filters != 0 && !skips_added_filters(change, call)) return false;
  if (change.given == change.asked) return true;
  if (!is_start_of_chunk(change.given, call.offset)) return false;
  if (!is_start_of_chunk(change.asked, call.offset)) return true;
  // Filtered chunks have any size; without filters the size is the shape's.
  if (!call.written_bytes || change.filters == Filters::kSome) return false;
  return *call.written_bytes == shape_bytes(change.given, change.element_bytes) &&
         *call.written_bytes != shape_bytes(change.asked, change.element_bytes);
}

std::string refusal_text(const ShapeChange& change, const RawChunkCall& call) {
  std::string text = changed_text(change, call);
  text += call.written_bytes ? ": nothing was written" : ": nothing was read";
  text += "; for programs that write or read raw chunks set ";
  text += remedy(change);
  return text;
}

}  // namespace h5pave
