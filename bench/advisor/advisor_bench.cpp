// Measures chunk shapes with stock HDF5: for each workload and shape it writes the dataset
// (shuffle, deflate 1, float32, some 32 MB), makes the accesses, and prints one line per access
// (report.h).
//
// CPU seconds are of this thread with the file in the page cache, so that other work on the machine
// does not count; chunks are counted by a filter of our own in the pipeline, so that storage can be
// charged for them (judge.py).
//
// The least of hundreds of measurements is a lucky one, and the machine changes meanwhile: so the
// five cheapest shapes and the advisor's are measured again, one after the other in each of several
// rounds (shape "final1", "final2", …).
//
//   advisor_bench [GRID_SIZE [WORKLOAD_NUMBER [ROUNDS]]]
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>

#include "bench_file.h"
#include "boxes.h"
#include "field.h"
#include "report.h"

namespace h5pave::bench {

namespace {

constexpr double kSecondsPerAccess = 0.15;
constexpr double kSecondsPerWriting = 1;
constexpr int kMostAccesses = 60;

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

struct Stretch {
  Cost cost;  ///< Of one access on average.
  bool is_complete = false;
};

/// Accesses one after the other, those that write until the dataset is full; patience may end
/// before.
Stretch measure_stretch(BenchFile& file, Boxes& boxes, const AccessBox& box,
                        const std::vector<float>& values) {
  std::vector<float> buffer(values.size());
  const bool writes = box.kind == AccessKind::kWrite;
  const double most =
      writes ? static_cast<double>(boxes.left()) : static_cast<double>(kMostAccesses * box.repeats);
  Lengths start;
  Lengths count;
  file.reopen();
  BenchFile::chunks_coded();
  double done = 0;
  const double begin = cpu_seconds();
  const double patience = writes ? kSecondsPerWriting : kSecondsPerAccess;
  while (done < most && (cpu_seconds() - begin < patience ||
                         std::fmod(done, static_cast<double>(box.repeats)) != 0)) {
    boxes.next(start, count);
    if (writes)
      file.write_box(start, count, values);
    else
      file.read_box(start, count, buffer);
    done += 1;
  }
  if (writes) file.reopen();  // the last chunks are encoded now
  const double accesses = done / static_cast<double>(box.repeats);
  const ChunksCoded coded = BenchFile::chunks_coded();
  return {{(cpu_seconds() - begin) / accesses, static_cast<double>(coded.decoded) / accesses,
           static_cast<double>(coded.encoded) / accesses, file.stored_ratio()},
          done >= most};
}

/// One access on average. A pattern that writes does so from the dataset's beginning, where nothing
/// is yet. Where every access rewrites chunks it does not get far: then it goes on where these are
/// half full, as they are on average.
Cost measure(BenchFile& file, const Workload& workload, const AccessBox& box,
             const ChunkShape& chunk, const std::vector<float>& values) {
  Boxes boxes(workload, box);
  const Stretch first = measure_stretch(file, boxes, box, values);
  const bool is_append = box.kind == AccessKind::kWrite && box.placement == Placement::kInOrder;
  const std::uint64_t half = chunk[0] / 2 / box.lengths[0] * box.lengths[0];
  if (!is_append || first.is_complete || half == 0) return first.cost;
  Lengths filled = workload.extent;
  filled[0] = half;
  file.write_box(Lengths(filled.size(), 0), filled, values);
  Boxes rest(workload, box);
  rest.begin_at(half);
  return measure_stretch(file, rest, box, values).cost;
}

/// Measures and reports one shape; returns the weighted seconds of its accesses.
double run(const Workload& workload, const Contestant& contestant, const ShapeQuestion& question,
           const std::vector<float>& values) {
  BenchFile file(workload.extent, contestant.chunk);
  bool is_whole = workload.written < 1;  // What is read then was written by the box before.
  double seconds = 0;
  for (const AccessBox& box : planned_boxes(question)) {
    const bool reads = box.kind == AccessKind::kRead;
    if (reads && !is_whole) file.write_all(values);
    is_whole = is_whole || reads;
    const Cost cost = measure(file, workload, box, contestant.chunk, values);
    report(workload, contestant, question, box, cost);
    seconds += box.weight * charged_seconds(cost, contestant.chunk);
  }
  return seconds;
}

void run(const Workload& workload, std::size_t grid_size, std::size_t rounds) {
  const std::vector<float> values = turbulent_field(workload.extent);
  const ShapeQuestion question = question_of(workload);
  std::vector<std::pair<double, Contestant>> measured;
  for (const Contestant& contestant : contestants(workload, question, grid_size))
    measured.emplace_back(run(workload, contestant, question, values), contestant);
  const std::vector<Contestant> again = finalists(std::move(measured));
  for (std::size_t round = 1; round <= rounds; ++round) {
    for (Contestant contestant : again) {
      contestant.name = "final" + std::to_string(round);
      run(workload, contestant, question, values);
    }
  }
}

}  // namespace

}  // namespace h5pave::bench

int main(int argc, char** argv) {
  using namespace h5pave::bench;
  const std::size_t grid_size = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 40;
  const std::size_t only = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 0;
  const std::size_t rounds = argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 5;
  const auto all = workloads();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (only == 0 || only == i + 1) run(all[i], grid_size, rounds);
  }
  return 0;
}
