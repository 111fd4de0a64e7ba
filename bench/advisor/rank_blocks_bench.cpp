// The workload of advisor_bench that MPI ranks make together: blocks written collectively with
// stock HDF5, one per rank and call, until the dataset is full. Each chunk is encoded by one rank;
// the call takes as long as the rank that is busy longest. Prints the same lines (report.h).
//
//   mpiexec -n RANKS rank_blocks_bench [GRID_SIZE [ROUNDS]]
//
// CPU seconds are those of the process, which spins where it waits for others: other work on the
// machine disturbs.
#include <mpi.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>

#include "bench_file.h"
#include "field.h"
#include "report.h"

namespace h5pave::bench {

namespace {

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double greatest_of_ranks(double value) {
  MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
  return value;
}

/// Property lists for collective calls of all ranks.
struct Collective {
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  hid_t transfer = H5Pcreate(H5P_DATASET_XFER);
  int rank = 0;
  int ranks = 1;

  Collective() {
    must(H5Pset_fapl_mpio(access, MPI_COMM_WORLD, MPI_INFO_NULL) >= 0 &&
             H5Pset_dxpl_mpio(transfer, H5FD_MPIO_COLLECTIVE) >= 0,
         "cannot set up collective calls");
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  }
  Collective(const Collective&) = delete;
  Collective& operator=(const Collective&) = delete;
  ~Collective() {
    H5Pclose(transfer);
    H5Pclose(access);
  }
};

/// All blocks of the dataset in row-major order, the ranks side by side. The last calls may leave
/// ranks without a block.
Cost write_blocks(const Collective& all, const Workload& workload, const AccessBox& box,
                  const ChunkShape& chunk, const std::vector<float>& values) {
  const Lengths& extent = workload.extent;
  BenchFile file(extent, chunk, all.access, all.transfer);
  std::uint64_t blocks = 1;
  for (std::size_t d = 0; d < extent.size(); ++d) blocks *= extent[d] / box.lengths[d];
  const auto ranks = static_cast<std::uint64_t>(all.ranks);
  const std::uint64_t calls = (blocks + ranks - 1) / ranks;
  BenchFile::chunks_coded();
  MPI_Barrier(MPI_COMM_WORLD);
  const double begin = cpu_seconds();
  for (std::uint64_t call = 0; call < calls; ++call) {
    std::uint64_t block = call * ranks + static_cast<std::uint64_t>(all.rank);
    Lengths start(extent.size(), 0);
    Lengths count(extent.size(), 0);
    if (block < blocks) {
      for (std::size_t d = extent.size(); d-- > 0; block /= extent[d] / box.lengths[d])
        start[d] = block % (extent[d] / box.lengths[d]) * box.lengths[d];
      count = box.lengths;
    }
    file.write_box(start, count, values);
  }
  const auto per_call = [&](double value) {
    return greatest_of_ranks(value) / static_cast<double>(calls);
  };
  const double seconds = per_call(cpu_seconds() - begin);
  const ChunksCoded coded = BenchFile::chunks_coded();
  return {seconds, per_call(static_cast<double>(coded.decoded)),
          per_call(static_cast<double>(coded.encoded)), file.stored_ratio()};
}

void run(const Collective& all, std::size_t grid_size, std::size_t rounds) {
  const Workload workload = rank_blocks(all.ranks);
  const std::vector<float> values = turbulent_field(workload.extent);
  const ShapeQuestion question = question_of(workload);
  const AccessBox box = planned_boxes(question).front();
  const auto measure = [&](const Contestant& contestant) {
    const Cost cost = write_blocks(all, workload, box, contestant.chunk, values);
    if (all.rank == 0) report(workload, contestant, question, box, cost);
    return charged_seconds(cost, contestant.chunk);
  };
  std::vector<std::pair<double, Contestant>> measured;
  for (const Contestant& contestant : contestants(workload, question, grid_size))
    measured.emplace_back(measure(contestant), contestant);
  const std::vector<Contestant> again = finalists(std::move(measured));
  for (std::size_t round = 1; round <= rounds; ++round) {
    for (Contestant contestant : again) {
      contestant.name = "final" + std::to_string(round);
      measure(contestant);
    }
  }
}

}  // namespace

}  // namespace h5pave::bench

int main(int argc, char** argv) {
  using namespace h5pave::bench;
  MPI_Init(&argc, &argv);
  {
    const Collective all;
    run(all, argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 40,
        argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 5);
  }
  MPI_Finalize();
  return 0;
}
