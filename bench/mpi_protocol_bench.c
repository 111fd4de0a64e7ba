/* What the protocol of a collective write costs beside encoding: many tiny chunks, or many calls of few.
 *
 *   mpiexec -n N mpi_protocol_bench FILE CHUNKS_PER_RANK CALLS CONNECTOR
 *
 * Each call writes the same chunks of 8 int64, gzip-1, each rank its own. Prints ranks, chunks of a call,
 * and microseconds per call and per chunk; docs/scaling.md uses them. The exit status is 1 when a call
 * failed or CONNECTOR ("native", "h5pave") is not active. */
#include <hdf5.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kChunk = 8 };

int main(int argc, char **argv) {
  int rank = 0;
  int ranks = 1;
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  if (argc != 5) MPI_Abort(MPI_COMM_WORLD, 2);
  const hsize_t own = strtoull(argv[2], NULL, 10) * kChunk;
  const int calls = atoi(argv[3]);
  const hsize_t extent = own * (hsize_t)ranks;
  const hsize_t start = own * (hsize_t)rank;
  const hsize_t chunk = kChunk;
  long long *const values = malloc(own * sizeof *values);
  if (values == NULL || calls < 1) MPI_Abort(MPI_COMM_WORLD, 2);
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_fapl_mpio(access, MPI_COMM_WORLD, MPI_INFO_NULL);
  hid_t file = H5Fcreate(argv[1], H5F_ACC_TRUNC, H5P_DEFAULT, access);
  char connector[32] = "";
  H5VLget_connector_name(file, connector, sizeof connector);
  int failed = strcmp(connector, argv[4]) != 0;
  hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(list, 1, &chunk);
  H5Pset_deflate(list, 1);
  hid_t space = H5Screate_simple(1, &extent, NULL);
  hid_t set = H5Dcreate2(file, "x", H5T_NATIVE_LLONG, space, H5P_DEFAULT, list, H5P_DEFAULT);
  hid_t memory = H5Screate_simple(1, &own, NULL);
  H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &own, NULL);
  hid_t together = H5Pcreate(H5P_DATASET_XFER);
  H5Pset_dxpl_mpio(together, H5FD_MPIO_COLLECTIVE);
  double begin = 0;
  for (int call = 0; call <= calls; ++call) {
    if (call == 1) { /* The first call allocates. */
      MPI_Barrier(MPI_COMM_WORLD);
      begin = MPI_Wtime();
    }
    for (hsize_t i = 0; i < own; ++i) values[i] = (long long)(start + i) + call;
    failed |= H5Dwrite(set, H5T_NATIVE_LLONG, memory, space, together, values) < 0;
  }
  MPI_Barrier(MPI_COMM_WORLD);
  const double seconds = (MPI_Wtime() - begin) / calls;
  H5Pclose(together);
  H5Sclose(memory);
  H5Sclose(space);
  H5Pclose(list);
  H5Dclose(set);
  failed |= H5Fclose(file) < 0;
  H5Pclose(access);
  MPI_Allreduce(MPI_IN_PLACE, &failed, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
  const double chunks = (double)(extent / kChunk);
  if (rank == 0 && !failed)
    printf("%s: %d ranks, %.0f chunks: %.1f us per call, %.2f us per chunk\n", connector, ranks, chunks,
           1e6 * seconds, 1e6 * seconds / chunks);
  free(values);
  MPI_Finalize();
  return failed;
}
