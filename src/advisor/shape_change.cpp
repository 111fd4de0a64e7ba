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

}  // namespace

bool is_meant_for_given(const ShapeChange& change, const RawChunkCall& call) {
  if (!is_start_of_chunk(change.given, call.offset)) return false;
  if (!is_start_of_chunk(change.asked, call.offset)) return true;
  // Filtered chunks have any size; without filters the size is the shape's.
  if (!call.written_bytes || change.filters == Filters::kSome) return false;
  return *call.written_bytes == shape_bytes(change.given, change.element_bytes) &&
         *call.written_bytes != shape_bytes(change.asked, change.element_bytes);
}

std::string refusal_text(const ShapeChange& change, const RawChunkCall& call) {
  std::string text("option chunk gave the dataset chunks ");
  text += shape_text(change.given) + " where the program asked for " + shape_text(change.asked) +
          "; the raw chunk at " + shape_text({call.offset.begin(), call.offset.end()}) +
          " may be meant for those: nothing was ";
  text += call.written_bytes ? "written" : "read";
  return text + "; for programs that write or read raw chunks set H5PAVE_CHUNK=keep";
}

}  // namespace h5pave
