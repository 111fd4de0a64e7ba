#include "config/option_table.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace h5pave {

namespace {

constexpr std::array kOptions{
    OptionRow{"index", "rules", "auto",
              "auto, btree1, single, implicit, fixed, extensible, btree2; or rules "
              "GLOB=INDEX[,GLOB=INDEX…]",
              "Chunk index of new chunked datasets: one for all, or per dataset path (the first "
              "matching rule wins, others stay auto)"},
    OptionRow{
        "chunk", "rules", "keep", "keep, auto, override; or rules GLOB=WORD[,GLOB=WORD…]",
        "Chunk shapes of new datasets: keep the program's; auto chooses where a library chose "
        "by default or a large dataset is contiguous; override chooses for all chunked and "
        "large contiguous ones"},
    OptionRow{"chunk_target", "bytes", "", "a number with K, M or G; 4K to 1G",
              "Bytes per chunk that chunk aims at; without it the model decides: 16K to 8M where "
              "access says "
              "how datasets are used, else 256K to 8M"},
    OptionRow{
        "access", "text", "",
        "row, column, block, sequence, batch:N, map+series; or boxes WEIGHT:LENGTH,…[;…] such "
        "as 0.7:1,*,*;0.3:*,1,1",
        "How datasets will be used, for chunk; without it appends along an unlimited "
        "dimension, else blocks"},
    OptionRow{
        "profile", "path", "", "a file name; %p becomes the process id, %r the MPI rank",
        "File that records how datasets are read and written, added to while a process runs "
        "and at its end; with chunk auto or override new datasets get the shape that its accesses "
        "want, unless access says otherwise"},
    OptionRow{
        "filter", "rules", "keep",
        "keep, none, fast, balanced, max, auto, or a pipeline of shuffle, deflate:LEVEL, "
        "fletcher32; or rules GLOB=FILTER[;GLOB=FILTER…]",
        "Lossless filters for new chunked datasets that have none: fast, balanced and max are "
        "shuffle with deflate 1, 4 and 9; auto chooses and leaves what it cannot shrink"},
    OptionRow{"checksum", "choice", "0", "0, 1",
              "1 ends the filters of new chunked datasets with fletcher32, so that damage is found "
              "when they are read"},
    OptionRow{"page", "bytes", "", "a number with K, M or G; 4K to 1G",
              "New files keep their metadata together in pages of so many bytes, for reading over "
              "networks and from object stores"},
    OptionRow{"cache", "choice", "keep", "keep, auto",
              "libhdf5's chunk caches: auto has those that nobody sized hold the chunks that come "
              "back, within mem, and reads the metadata of files in pages by the page"},
    OptionRow{"compat", "choice", "1.10", "1.10, 1.8",
              "Oldest HDF5 release that must read new datasets; 1.8 keeps the v1 B-tree"},
    OptionRow{"threads", "number", "0", "0 to 1024; 0: the processors this process may use",
              "Threads that encode and decode chunks; 1 uses the program's own thread"},
    OptionRow{"mem", "bytes", "256M", "a number with K, M or G; at least 1M",
              "Memory for chunks on their way between program and file, all files together"},
    OptionRow{"deflate", "choice", "balanced", "balanced, small, fast, stock",
              "How deflate chunks are encoded: balanced keeps stock's size, small and fast trade, "
              "stock is zlib"},
    OptionRow{
        "mpi_independent", "choice", "on", "on, off",
        "MPI: independent writes to filtered datasets wait in memory for the next call of all "
        "ranks; off refuses them as stock does"},
    OptionRow{"log", "choice", "warn", "off, error, warn, info, debug",
              "What is told on stderr: info gives one line per dataset created, with the reason"},
    OptionRow{"stats", "path", "", "a file name; %p becomes the process id, %r the MPI rank",
              "JSON file written when the process ends: what was created, read, written and passed "
              "through, and where the time went; a second HDF5 library in the process writes "
              "NAME.2, a third NAME.3"},
};

}  // namespace

std::span<const OptionRow> option_table() { return kOptions; }

const OptionRow* find_option(std::string_view key) {
  const auto row = std::find_if(kOptions.begin(), kOptions.end(),
                                [key](const OptionRow& option) { return option.key == key; });
  return row == kOptions.end() ? nullptr : &*row;
}

std::string environment_name(std::string_view key) {
  std::string name = "H5PAVE_";
  for (const char letter : key) {
    name += static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  }
  return name;
}

}  // namespace h5pave
