#include "encode/deflate_engine.h"

namespace h5pave {

std::unique_ptr<DeflateEngine> quick_engine() { return nullptr; }

std::size_t quick_engine_bytes() { return 0; }

}  // namespace h5pave
