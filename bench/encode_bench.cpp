// Speed and size of the chunk codec on one core, beside zlib itself (DeflateMode::kStock), for data
// of several kinds; and of the proof that follows each encoding. Prints a table; CPU time, all
// modes in turn, medians.
//   encode_bench [chunk bytes [rounds [kind]]]
// Chunks below 1 MiB are cut from that much and encoded one after another, as workers do.
#include <time.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "encode/chunk_codec.h"
#include "support/coastline.h"
#include "support/sample_data.h"

namespace {

using h5pave::ChunkCodec;
using h5pave::DeflateMode;
using h5pave::FilterSteps;
using h5pave::test::Sample;
using Bytes = std::vector<std::byte>;
using Kind = h5pave::FilterStep::Kind;

struct NamedMode {
  const char* name;
  DeflateMode mode;
};
constexpr std::array kModes{
    NamedMode{"stock", DeflateMode::kStock}, NamedMode{"balanced", DeflateMode::kBalanced},
    NamedMode{"small", DeflateMode::kSmall}, NamedMode{"fast", DeflateMode::kFast}};

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <class Work>
double seconds_of(Work work) {
  const double start = cpu_seconds();
  work();
  return cpu_seconds() - start;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

struct Result {
  std::vector<double> encode_seconds;
  std::vector<double> proof_seconds;
  std::vector<double> decode_seconds;
  std::size_t stored_bytes = 0;
};

// Adds to the last round of `result`.
void run_chunk(std::span<const std::byte> chunk, ChunkCodec& codec, Result& result) {
  std::span<const std::byte> view;
  result.encode_seconds.back() += seconds_of([&] { view = codec.encode(chunk); });
  bool proven = !codec.proof_is_fast();  // Then it is by decoding, and that speed is shown.
  double proof_seconds = 0;
  if (!proven) proof_seconds = seconds_of([&] { proven = codec.proves(view, chunk); });
  const Bytes stored(view.begin(), view.end());
  result.stored_bytes += stored.size();
  Bytes back(chunk.size());
  bool decoded = false;
  const double decode_seconds = seconds_of([&] { decoded = codec.decode(stored, back); });
  result.decode_seconds.back() += decode_seconds;
  result.proof_seconds.back() += proof_seconds > 0 ? proof_seconds : decode_seconds;
  if (!proven || !decoded || !std::ranges::equal(back, chunk)) {
    std::fprintf(stderr, "a chunk came back wrong\n");
    std::exit(1);
  }
}

void run_once(const Sample& sample, std::size_t chunk_bytes, ChunkCodec& codec, Result& result) {
  result.encode_seconds.push_back(0);
  result.proof_seconds.push_back(0);
  result.decode_seconds.push_back(0);
  result.stored_bytes = 0;
  const std::span all(sample.bytes);
  for (std::size_t begin = 0; begin + chunk_bytes <= all.size(); begin += chunk_bytes)
    run_chunk(all.subspan(begin, chunk_bytes), codec, result);
}

// Square chunks of the field of bench/mpi_io_bench, from far apart.
Sample field_data(std::size_t bytes, std::size_t chunk_bytes) {
  constexpr std::size_t kColumns = 8192;
  const auto edge = static_cast<std::size_t>(std::sqrt(static_cast<double>(chunk_bytes / 4)));
  std::vector<float> values;
  for (std::size_t chunk = 0; chunk < bytes / chunk_bytes; ++chunk) {
    const std::size_t first_row = chunk * 677 / edge * edge;
    const std::size_t first_column = chunk * 311 % kColumns / edge * edge;
    for (std::size_t row = first_row; row < first_row + edge; ++row) {
      std::uint64_t state = 88172645463325252U + row * 0x9e3779b97f4a7c15U + first_column;
      for (std::size_t column = first_column; column < first_column + edge; ++column) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        const double noise = static_cast<double>(state >> 40) / 16777216.0 - 0.5;
        const double wave = 18 * std::sin(static_cast<double>(row) / 60) *
                            std::cos(static_cast<double>(column) / 90);
        values.push_back(static_cast<float>(wave + 0.03 * noise));
      }
    }
  }
  const auto view = std::as_bytes(std::span(values));
  return {"square of a field", sizeof(float), Bytes(view.begin(), view.end())};
}

void run(const Sample& sample, std::size_t chunk_bytes, const FilterSteps& steps,
         const char* filters, int rounds) {
  std::vector<ChunkCodec> codecs;
  for (const auto& [name, mode] : kModes) codecs.emplace_back(steps, mode);
  std::array<Result, kModes.size()> results;
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < kModes.size(); ++i)
      run_once(sample, chunk_bytes, codecs[i], results[i]);
  }
  const double stock_seconds = median(results[0].encode_seconds);
  const auto bytes = static_cast<double>(sample.bytes.size() / chunk_bytes * chunk_bytes);
  for (std::size_t i = 0; i < kModes.size(); ++i) {
    const double seconds = median(results[i].encode_seconds);
    const auto stored = static_cast<double>(results[i].stored_bytes);
    std::printf("%-18s %-22s %-9s %8.0f %7.1f %10.0f %8.2f %8.3f %9.0f\n", sample.name.c_str(),
                filters, kModes[i].name, bytes / seconds / 1e6, stock_seconds / seconds,
                bytes / median(results[i].proof_seconds) / 1e6, 100 * stored / bytes,
                stored / static_cast<double>(results[0].stored_bytes),
                bytes / median(results[i].decode_seconds) / 1e6);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t chunk_bytes = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1 << 20;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 9;
  const std::string kind = argc > 3 ? argv[3] : "";
  std::printf("%-18s %-22s %-9s %8s %7s %10s %8s %8s %9s\n", "data", "filters", "mode", "MB/s",
              "stock=1", "proof MB/s", "size %", "of stock", "read MB/s");
  const std::size_t bytes = std::max(chunk_bytes, std::size_t{1} << 20);
  auto samples = h5pave::test::sample_data(bytes);
  for (Sample& sample : h5pave::test::coastline_data(bytes)) {
    samples.push_back(std::move(sample));
  }
  samples.push_back(field_data(std::max(chunk_bytes, std::size_t{4} << 20), chunk_bytes));
  for (const Sample& sample : samples) {
    if (sample.name.find(kind) == std::string::npos) continue;
    const auto element_bytes = static_cast<unsigned>(sample.element_bytes);
    const h5pave::FilterStep shuffle{Kind::kShuffle, element_bytes};
    if (element_bytes == 2) {
      run(sample, chunk_bytes, {shuffle, {Kind::kDeflate, 1}, {Kind::kFletcher32, 0}},
          "shuffle gzip-1 fletcher", rounds);
    }
    if (element_bytes > 1)
      run(sample, chunk_bytes, {shuffle, {Kind::kDeflate, 4}}, "shuffle gzip-4", rounds);
    run(sample, chunk_bytes, {{Kind::kDeflate, 4}}, "gzip-4", rounds);
  }
}
