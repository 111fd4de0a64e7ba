/* A rank is killed while all write: the job ends as MPI ends it, and what was flushed before is there.
 *
 *   mpiexec -n N killed_rank FILE MILLISECONDS   the last rank kills itself so long after the flush
 *   killed_rank FILE                             every value that was flushed, by serial stock HDF5 */
#define _GNU_SOURCE
#include <hdf5.h>
#include <mpi.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

enum { kRows = 512, kColumns = 1024, kChunkRows = 24 };

static int value_at(hsize_t row, hsize_t column, int version) {
  return (int)(row * 1000 + column * column % 977) + version;
}

static void die(int signal_number) {
  (void)signal_number;
  kill(getpid(), SIGKILL);
}

static hid_t create_dataset(hid_t file, const char *name) {
  const hsize_t extent[2] = {kRows, kColumns};
  const hsize_t chunk[2] = {kChunkRows, kColumns};
  const hid_t space = H5Screate_simple(2, extent, NULL);
  const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(list, 2, chunk);
  H5Pset_shuffle(list);
  H5Pset_deflate(list, 4);
  const hid_t dataset = H5Dcreate2(file, name, H5T_NATIVE_INT, space, H5P_DEFAULT, list, H5P_DEFAULT);
  H5Pclose(list);
  H5Sclose(space);
  return dataset;
}

/* Each rank its rows; chunks at their borders are shared. */
static int write_version(hid_t dataset, int rank, int ranks, int version) {
  const hsize_t first = (hsize_t)(kRows * rank / ranks);
  const hsize_t start[2] = {first, 0};
  const hsize_t count[2] = {(hsize_t)(kRows * (rank + 1) / ranks) - first, kColumns};
  int *const values = malloc(count[0] * kColumns * sizeof *values);
  for (hsize_t i = 0; i < count[0] * kColumns; ++i)
    values[i] = value_at(first + i / kColumns, i % kColumns, version);
  const hid_t file_space = H5Dget_space(dataset);
  const hid_t memory_space = H5Screate_simple(2, count, NULL);
  const hid_t collective = H5Pcreate(H5P_DATASET_XFER);
  H5Pset_dxpl_mpio(collective, H5FD_MPIO_COLLECTIVE);
  H5Sselect_hyperslab(file_space, H5S_SELECT_SET, start, NULL, count, NULL);
  const herr_t status = H5Dwrite(dataset, H5T_NATIVE_INT, memory_space, file_space, collective, values);
  H5Pclose(collective);
  H5Sclose(memory_space);
  H5Sclose(file_space);
  free(values);
  return status >= 0;
}

static int is_h5pave(hid_t file) {
  char name[32] = "";
  return H5VLget_connector_name(file, name, sizeof name) > 0 && strcmp(name, "h5pave") == 0;
}

static void write_until_killed(const char *path, long milliseconds) {
  int rank = 0;
  int ranks = 1;
  MPI_Init(NULL, NULL);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_fapl_mpio(access, MPI_COMM_WORLD, MPI_INFO_NULL);
  const hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, access);
  const hid_t flushed = create_dataset(file, "flushed");
  const hid_t other = create_dataset(file, "other");
  if (!is_h5pave(file) || !write_version(flushed, rank, ranks, 0) || H5Fflush(file, H5F_SCOPE_GLOBAL) < 0) {
    fprintf(stderr, "rank %d: the first write failed, or the connector is not h5pave\n", rank);
    MPI_Abort(MPI_COMM_WORLD, 3);
  }
  if (rank == 0) puts("flushed");
  fflush(stdout);
  MPI_Barrier(MPI_COMM_WORLD);
  if (rank == ranks - 1) {
    const struct itimerval after = {{0, 0}, {milliseconds / 1000, milliseconds % 1000 * 1000}};
    signal(SIGALRM, die);
    setitimer(ITIMER_REAL, &after, NULL);
  }
  for (int version = 1;; ++version) write_version(other, rank, ranks, version);
}

static int check(const char *path) {
  static int values[kRows][kColumns];
  const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
  const hid_t dataset = H5Dopen2(file, "flushed", H5P_DEFAULT);
  if (dataset < 0 || H5Dread(dataset, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0) return 1;
  for (hsize_t row = 0; row < kRows; ++row)
    for (hsize_t column = 0; column < kColumns; ++column)
      if (values[row][column] != value_at(row, column, 0)) {
        fprintf(stderr, "[%llu, %llu] is %d\n", (unsigned long long)row, (unsigned long long)column, values[row][column]);
        return 1;
      }
  H5Dclose(dataset);
  return H5Fclose(file) < 0;
}

int main(int argc, char **argv) {
  if (argc == 3) write_until_killed(argv[1], atol(argv[2]));
  return argc == 2 ? check(argv[1]) : 2;
}
