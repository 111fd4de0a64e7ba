/* Unfiltered datasets whose unlimited dimension is not the first. libhdf5 numbers the chunks of their
 * Extensible Array with that dimension in front, and lists them (H5Dchunk_iter) as if it were not: then all of
 * them seem to lie in the first row of chunks, most at another chunk's place. Each rank writes its part of the
 * whole dataset and of that row alone, by itself and together with the others, before and after it grew.
 *
 *   mpiexec -n N unlimited_later FILE CONNECTOR
 *
 * CONNECTOR ("native" or "h5pave") is what must be active. All ranks exit alike: 0, or 1 when any rank found
 * a fault. */
#include <hdf5.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kMaxRank = 3, kMaxElements = 1 << 18 };

typedef struct {
  const char *name;
  int rank;
  int unlimited; /* dimension */
  hsize_t extent[kMaxRank];
  hsize_t grown; /* length of the unlimited dimension after it grew */
  hsize_t chunk[kMaxRank];
} Case;

/* Bounded dimensions are as long as they may ever be, and chunks of 1 KiB and more in one piece. */
static const Case kCases[] = {
    {"columns", 2, 1, {24, 2048, 1}, 3072, {8, 256, 1}},
    {"columns, edges", 2, 1, {21, 1000, 1}, 1500, {4, 300, 1}},
    {"middle", 3, 1, {4, 12, 512}, 20, {1, 2, 256}},
    {"last of three", 3, 2, {3, 6, 1024}, 1536, {1, 2, 512}},
};
enum { kCaseCount = sizeof kCases / sizeof kCases[0] };

static int my_rank = 0;
static int rank_count = 1;
static int faults = 0;
static int values[kMaxElements];

static void check(int is_good, const char *what, const char *name) {
  if (is_good) return;
  ++faults;
  fprintf(stderr, "rank %d of %d: %s: %s\n", my_rank, rank_count, name, what);
}

/* Element number `i` of a box, row-major; rounds tell writes apart, `first_round` in the first row of chunks. */
static int value_at(const Case *row, const hsize_t *start, const hsize_t *count, hsize_t i, int first_round,
                    int round) {
  int value = 0;
  hsize_t at[kMaxRank];
  for (int dim = row->rank - 1; dim >= 0; --dim) {
    at[dim] = start[dim] + i % count[dim];
    i /= count[dim];
  }
  for (int dim = 0; dim < row->rank; ++dim) value = value * 5000 + (int)at[dim];
  return value * 8 + (at[0] < row->chunk[0] ? first_round : round);
}

typedef enum { kRead, kWrite, kWriteFirstRow } What;

/* Moves [first, last) of the unlimited dimension, and everything of the others but for what `what` says. */
static void transfer(const Case *row, hid_t set, What what, H5FD_mpio_xfer_t mode, hsize_t first,
                     hsize_t last, int first_round, int round) {
  hsize_t start[kMaxRank] = {0, 0, 0};
  hsize_t count[kMaxRank];
  hsize_t elements = 1;
  memcpy(count, row->extent, sizeof count);
  start[row->unlimited] = first;
  count[row->unlimited] = last - first;
  if (what == kWriteFirstRow) count[0] = row->chunk[0];
  for (int dim = 0; dim < row->rank; ++dim) elements *= count[dim];
  for (hsize_t i = 0; i < elements; ++i)
    values[i] = what == kRead ? -1 : value_at(row, start, count, i, first_round, round);
  hid_t file_space = H5Dget_space(set);
  hid_t memory_space = H5Screate_simple(row->rank, count, NULL);
  H5Sselect_hyperslab(file_space, H5S_SELECT_SET, start, NULL, count, NULL);
  hid_t list = H5Pcreate(H5P_DATASET_XFER);
  H5Pset_dxpl_mpio(list, mode);
  const herr_t status = what == kRead
                            ? H5Dread(set, H5T_NATIVE_INT, memory_space, file_space, list, values)
                            : H5Dwrite(set, H5T_NATIVE_INT, memory_space, file_space, list, values);
  check(status >= 0, what == kRead ? "read" : "write", row->name);
  for (hsize_t i = 0; what == kRead && i < elements; ++i)
    if (values[i] != value_at(row, start, count, i, first_round, round)) {
      check(0, "a value read is wrong", row->name);
      break;
    }
  H5Pclose(list);
  H5Sclose(memory_space);
  H5Sclose(file_space);
}

/* This rank's part of [first, last) is [*own_first, *own_last). */
static void own_part(hsize_t first, hsize_t last, hsize_t *own_first, hsize_t *own_last) {
  const hsize_t ranks = (hsize_t)rank_count;
  *own_first = first + (last - first) * (hsize_t)my_rank / ranks;
  *own_last = first + (last - first) * ((hsize_t)my_rank + 1) / ranks;
}

enum { kLastFirstRound = 7, kLastRound = 3 };

static void write_and_read(const Case *row, hid_t set, hsize_t first, hsize_t last) {
  static const H5FD_mpio_xfer_t kModes[] = {H5FD_MPIO_INDEPENDENT, H5FD_MPIO_COLLECTIVE};
  hsize_t own_first = 0;
  hsize_t own_last = 0;
  own_part(first, last, &own_first, &own_last);
  for (int round = 0; round <= kLastRound; ++round) {
    transfer(row, set, kWrite, kModes[round % 2], own_first, own_last, round, round);
    MPI_Barrier(MPI_COMM_WORLD);
    transfer(row, set, kRead, kModes[round / 2], first, last, round, round);
    MPI_Barrier(MPI_COMM_WORLD);
    transfer(row, set, kWriteFirstRow, kModes[round % 2], own_first, own_last, round + 4, round + 4);
    MPI_Barrier(MPI_COMM_WORLD);
    transfer(row, set, kRead, kModes[round / 2], first, last, round + 4, round);
    MPI_Barrier(MPI_COMM_WORLD);
  }
}

/* Stock 2.2.0 with assertions ends the program when such a dataset grows that was just opened. */
static void run(const Case *row, hid_t file, int reopens) {
  hsize_t extent[kMaxRank];
  hsize_t maximum[kMaxRank];
  memcpy(extent, row->extent, sizeof extent);
  memcpy(maximum, row->extent, sizeof maximum);
  maximum[row->unlimited] = H5S_UNLIMITED;
  hid_t space = H5Screate_simple(row->rank, extent, maximum);
  hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(list, row->rank, row->chunk);
  hid_t set = H5Dcreate2(file, row->name, H5T_NATIVE_INT, space, H5P_DEFAULT, list, H5P_DEFAULT);
  H5D_chunk_index_t index = H5D_CHUNK_IDX_NTYPES;
  check(H5Dget_chunk_index_type(set, &index) >= 0 && index == H5D_CHUNK_IDX_EARRAY, "chunk index",
        row->name);
  write_and_read(row, set, 0, extent[row->unlimited]);
  if (reopens) {
    check(H5Dclose(set) >= 0, "close", row->name);
    set = H5Dopen2(file, row->name, H5P_DEFAULT);
  }
  extent[row->unlimited] = row->grown;
  check(H5Dset_extent(set, extent) >= 0, "set the extent", row->name);
  write_and_read(row, set, row->extent[row->unlimited], row->grown);
  transfer(row, set, kRead, H5FD_MPIO_INDEPENDENT, 0, row->grown, kLastFirstRound, kLastRound);
  check(H5Dclose(set) >= 0, "close", row->name);
  H5Pclose(list);
  H5Sclose(space);
}

static void compare_with_stock(const char *path) {
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_vol(access, H5VL_NATIVE, NULL);
  hid_t file = H5Fopen(path, H5F_ACC_RDONLY, access);
  for (int i = 0; i < kCaseCount; ++i) {
    hid_t set = H5Dopen2(file, kCases[i].name, H5P_DEFAULT);
    transfer(&kCases[i], set, kRead, H5FD_MPIO_INDEPENDENT, 0, kCases[i].grown, kLastFirstRound,
             kLastRound);
    H5Dclose(set);
  }
  H5Fclose(file);
  H5Pclose(access);
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &my_rank);
  MPI_Comm_size(MPI_COMM_WORLD, &rank_count);
  if (argc != 3) MPI_Abort(MPI_COMM_WORLD, 2);
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_fapl_mpio(access, MPI_COMM_WORLD, MPI_INFO_NULL);
  H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_LATEST); /* the index, natively too */
  hid_t file = H5Fcreate(argv[1], H5F_ACC_TRUNC, H5P_DEFAULT, access);
  H5Pclose(access);
  char connector[32] = "";
  H5VLget_connector_name(file, connector, sizeof connector);
  check(strcmp(connector, argv[2]) == 0, "the connector is not the one expected", argv[1]);
  for (int i = 0; i < kCaseCount; ++i) run(&kCases[i], file, strcmp(argv[2], "h5pave") == 0);
  check(H5Fclose(file) >= 0, "close the file", argv[1]);
  MPI_Barrier(MPI_COMM_WORLD);
  if (my_rank == 0) compare_with_stock(argv[1]);
  int all_faults = 0;
  MPI_Allreduce(&faults, &all_faults, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
  if (my_rank == 0) printf("%s, %d ranks: %d faults\n", connector, rank_count, all_faults);
  H5close();
  MPI_Finalize();
  return all_faults == 0 ? 0 : 1;
}
