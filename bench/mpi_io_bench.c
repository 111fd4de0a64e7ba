/* One workload of bench/run_mpi.sh: plain parallel HDF5 that knows nothing of h5pave.
 *
 *   mpiexec -n N mpi_io_bench write|read|independent|independent-read FILE LEVEL CHUNK ROWS CONNECTOR
 *
 * A dataset of ROWS x 8192 float32 in CHUNK x CHUNK chunks, shuffle and gzip at LEVEL (0: no filters);
 * every rank transfers its rows. Prints the wall seconds from creating or opening the file to closing it
 * and the CPU seconds of all ranks; read values are compared with what was made. The exit status is 1
 * when a call failed, a value is wrong, or CONNECTOR ("native", "h5pave") is not active. */
#include <hdf5.h>
#include <math.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { kColumns = 8192 };

static double cpu_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

/* Smooth with noise of about 0.01, as write.smooth of run_chunk_io.sh. */
static void fill(float *values, hsize_t first, hsize_t count) {
  for (hsize_t row = first; row < first + count; ++row) {
    unsigned long long state = 88172645463325252ULL + row * 0x9e3779b97f4a7c15ULL;
    for (hsize_t column = 0; column < kColumns; ++column) {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      const double noise = (double)(state >> 40) / 16777216.0 - 0.5;
      *values++ = (float)(18 * sin((double)row / 60) * cos((double)column / 90) + 0.03 * noise);
    }
  }
}

int main(int argc, char **argv) {
  int rank = 0;
  int ranks = 1;
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  if (argc != 7) MPI_Abort(MPI_COMM_WORLD, 2);
  const int reads = strstr(argv[1], "read") != NULL;
  const int alone = strncmp(argv[1], "independent", 11) == 0;
  const unsigned level = (unsigned)atoi(argv[3]);
  const hsize_t chunk[] = {strtoull(argv[4], NULL, 10), strtoull(argv[4], NULL, 10)};
  const hsize_t extent[] = {strtoull(argv[5], NULL, 10), kColumns};
  const hsize_t start[] = {extent[0] * (hsize_t)rank / (hsize_t)ranks, 0};
  const hsize_t count[] = {extent[0] * (hsize_t)(rank + 1) / (hsize_t)ranks - start[0], kColumns};
  const size_t bytes = sizeof(float) * count[0] * kColumns;
  float *const field = malloc(bytes);
  float *const got = malloc(bytes);
  if (field == NULL || got == NULL) MPI_Abort(MPI_COMM_WORLD, 2);
  fill(field, start[0], count[0]);
  memset(got, 0, bytes);

  MPI_Barrier(MPI_COMM_WORLD);
  const double begin = MPI_Wtime();
  const double cpu_begin = cpu_seconds();
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_fapl_mpio(access, MPI_COMM_WORLD, MPI_INFO_NULL);
  hid_t file = reads ? H5Fopen(argv[2], H5F_ACC_RDONLY, access)
                     : H5Fcreate(argv[2], H5F_ACC_TRUNC, H5P_DEFAULT, access);
  char connector[32] = "";
  H5VLget_connector_name(file, connector, sizeof connector);
  int failed = strcmp(connector, argv[6]) != 0;
  hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(list, 2, chunk);
  if (level > 0) H5Pset_shuffle(list);
  if (level > 0) H5Pset_deflate(list, level);
  H5Pset_fill_time(list, H5D_FILL_TIME_NEVER);
  hid_t space = H5Screate_simple(2, extent, NULL);
  hid_t set = reads ? H5Dopen2(file, "field", H5P_DEFAULT)
                    : H5Dcreate2(file, "field", H5T_NATIVE_FLOAT, space, H5P_DEFAULT, list, H5P_DEFAULT);
  hid_t memory = H5Screate_simple(2, count, NULL);
  H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL);
  hid_t transfer = H5Pcreate(H5P_DATASET_XFER);
  H5Pset_dxpl_mpio(transfer, alone ? H5FD_MPIO_INDEPENDENT : H5FD_MPIO_COLLECTIVE);
  failed |= (reads ? H5Dread(set, H5T_NATIVE_FLOAT, memory, space, transfer, got)
                   : H5Dwrite(set, H5T_NATIVE_FLOAT, memory, space, transfer, field)) < 0;
  H5Pclose(transfer);
  H5Sclose(memory);
  H5Sclose(space);
  H5Pclose(list);
  H5Dclose(set);
  failed |= H5Fclose(file) < 0;
  H5Pclose(access);
  double cpu = cpu_seconds() - cpu_begin;
  MPI_Allreduce(MPI_IN_PLACE, &cpu, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  const double wall = MPI_Wtime() - begin;
  failed |= reads && memcmp(got, field, bytes) != 0;
  MPI_Allreduce(MPI_IN_PLACE, &failed, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
  if (rank == 0 && !failed) printf("%.6f %.6f\n", wall, cpu);
  free(got);
  free(field);
  MPI_Finalize();
  return failed;
}
