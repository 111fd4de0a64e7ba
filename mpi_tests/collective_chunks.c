/* An unmodified MPI program: creates, writes, extends and reads chunked datasets, every rank a part
 * of its own size, the last rank of three or more none; then rank 0 compares every value through
 * serial stock HDF5.
 *
 *   mpiexec -n N collective_chunks FILE CONNECTOR
 *
 * CONNECTOR ("native" or "h5pave") is what must be active; h5pave also means that the modern chunk
 * indexes are expected. All ranks exit alike: 0, or 1 when any rank found a fault. */
#include <hdf5.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kRank = 2, kColumns = 12, kMaxRows = 512 };

typedef struct {
  const char *name;
  hsize_t rows;      /* at creation, and what is written first */
  hsize_t more_rows; /* added by H5Dset_extent and written then; 0: the extent is fixed */
  hsize_t columns_max;
  hsize_t chunk[kRank];
  unsigned deflate;
  H5D_chunk_index_t index; /* with h5pave */
} Case;

static const Case kCases[] = {
    {"plain fixed", 103, 0, kColumns, {10, 5}, 0, H5D_CHUNK_IDX_NONE},
    {"gzip fixed", 103, 0, kColumns, {10, 5}, 4, H5D_CHUNK_IDX_FARRAY},
    {"plain growing", 40, 37, kColumns, {8, 12}, 0, H5D_CHUNK_IDX_EARRAY},
    {"gzip growing", 40, 37, kColumns, {8, 12}, 4, H5D_CHUNK_IDX_EARRAY},
    {"plain growing both ways", 40, 37, H5S_UNLIMITED, {7, 5}, 0, H5D_CHUNK_IDX_BT2},
    {"gzip growing both ways", 40, 37, H5S_UNLIMITED, {7, 5}, 4, H5D_CHUNK_IDX_BT2},
    {"plain in one chunk", 30, 0, kColumns, {30, 12}, 0, H5D_CHUNK_IDX_SINGLE},
    {"gzip in one chunk", 30, 0, kColumns, {30, 12}, 4, H5D_CHUNK_IDX_SINGLE},
};
enum { kCaseCount = sizeof kCases / sizeof kCases[0] };

static int my_rank = 0;
static int rank_count = 1;
static int faults = 0;

static void check(int is_good, const char *what, const Case *row) {
  if (is_good) return;
  ++faults;
  fprintf(stderr, "rank %d of %d: %s: %s\n", my_rank, rank_count, row == NULL ? "" : row->name,
          what);
}

/* Rows [*start, *start + *count) of `rows` belong to `rank`: parts grow with the rank, the last of
 * three or more ranks has none. */
static void part_of(int rank, hsize_t rows, hsize_t *start, hsize_t *count) {
  const int busy = rank_count >= 3 ? rank_count - 1 : rank_count;
  const hsize_t shares = (hsize_t)busy * (hsize_t)(busy + 1) / 2;
  const hsize_t before = (hsize_t)rank * (hsize_t)(rank + 1) / 2;
  *start = 0;
  *count = 0;
  if (rank >= busy) return;
  *start = rows * before / shares;
  *count = rows * (before + (hsize_t)rank + 1) / shares - *start;
}

static int value_at(hsize_t row, hsize_t column) { return (int)(row * 100 + column); }

/* Writes (or reads and compares) this rank's part of rows [first, first + rows); collective. */
static void transfer(const Case *row, hid_t dataset, int is_write, int rank, hsize_t first,
                     hsize_t rows) {
  static int values[kMaxRows * kColumns];
  hsize_t start[kRank] = {0, 0};
  hsize_t count[kRank] = {0, kColumns};
  part_of(rank, rows, &start[0], &count[0]);
  start[0] += first;
  hid_t file_space = H5Dget_space(dataset);
  hid_t memory_space = H5Screate_simple(kRank, count, NULL);
  if (count[0] == 0) {
    H5Sselect_none(file_space);
    H5Sselect_none(memory_space);
  } else {
    H5Sselect_hyperslab(file_space, H5S_SELECT_SET, start, NULL, count, NULL);
  }
  for (hsize_t i = 0; i < count[0] * kColumns; ++i)
    values[i] = is_write ? value_at(start[0] + i / kColumns, i % kColumns) : -1;
  hid_t collective = H5Pcreate(H5P_DATASET_XFER);
  H5Pset_dxpl_mpio(collective, H5FD_MPIO_COLLECTIVE);
  if (is_write) {
    check(H5Dwrite(dataset, H5T_NATIVE_INT, memory_space, file_space, collective, values) >= 0,
          "collective write", row);
  } else {
    check(H5Dread(dataset, H5T_NATIVE_INT, memory_space, file_space, collective, values) >= 0,
          "collective read", row);
    for (hsize_t i = 0; i < count[0] * kColumns; ++i)
      if (values[i] != value_at(start[0] + i / kColumns, i % kColumns)) {
        check(0, "a value read collectively is wrong", row);
        break;
      }
  }
  H5Pclose(collective);
  H5Sclose(memory_space);
  H5Sclose(file_space);
}

static void write_case(const Case *row, hid_t file, H5D_chunk_index_t expected) {
  const hsize_t extent[kRank] = {row->rows, kColumns};
  const hsize_t maximum[kRank] = {row->more_rows > 0 ? H5S_UNLIMITED : row->rows, row->columns_max};
  hid_t space = H5Screate_simple(kRank, extent, maximum);
  hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(list, kRank, row->chunk);
  if (row->deflate > 0) H5Pset_deflate(list, row->deflate);
  hid_t dataset =
      H5Dcreate2(file, row->name, H5T_NATIVE_INT, space, H5P_DEFAULT, list, H5P_DEFAULT);
  check(dataset >= 0, "create", row);
  H5D_chunk_index_t index = H5D_CHUNK_IDX_NTYPES;
  check(H5Dget_chunk_index_type(dataset, &index) >= 0 && index == expected, "chunk index", row);
  transfer(row, dataset, 1, my_rank, 0, row->rows);
  if (row->more_rows > 0) {
    const hsize_t grown[kRank] = {row->rows + row->more_rows, kColumns};
    check(H5Dset_extent(dataset, grown) >= 0, "set the extent", row);
    transfer(row, dataset, 1, my_rank, row->rows, row->more_rows);
  }
  check(H5Dclose(dataset) >= 0, "close", row);
  H5Pclose(list);
  H5Sclose(space);
}

/* Metadata is read by each rank on its own, in another order on every rank; data collectively. */
static void read_cases(hid_t file) {
  for (int i = 0; i < kCaseCount; ++i) {
    const Case *row = &kCases[(i + my_rank) % kCaseCount];
    H5O_info2_t info;
    check(H5Lexists(file, row->name, H5P_DEFAULT) > 0, "link exists", row);
    check(H5Oget_info_by_name3(file, row->name, &info, H5O_INFO_BASIC, H5P_DEFAULT) >= 0,
          "object info", row);
    hid_t dataset = H5Dopen2(file, row->name, H5P_DEFAULT);
    hid_t space = H5Dget_space(dataset);
    hsize_t extent[kRank] = {0, 0};
    H5Sget_simple_extent_dims(space, extent, NULL);
    check(extent[0] == row->rows + row->more_rows, "extent", row);
    H5Sclose(space);
    check(H5Dclose(dataset) >= 0, "close", row);
  }
  for (int i = 0; i < kCaseCount; ++i) {
    hid_t dataset = H5Dopen2(file, kCases[i].name, H5P_DEFAULT);
    /* A part that another rank wrote. */
    transfer(&kCases[i], dataset, 0, (my_rank + 1) % rank_count, 0, kCases[i].rows);
    H5Dclose(dataset);
  }
}

/* Rank 0 alone, with serial stock HDF5. */
static void compare_with_stock(const char *path) {
  static int values[kMaxRows * kColumns];
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_vol(access, H5VL_NATIVE, NULL);
  hid_t file = H5Fopen(path, H5F_ACC_RDONLY, access);
  check(file >= 0, "stock opens the file", NULL);
  for (int i = 0; i < kCaseCount; ++i) {
    const hsize_t rows = kCases[i].rows + kCases[i].more_rows;
    hid_t dataset = H5Dopen2(file, kCases[i].name, H5P_DEFAULT);
    memset(values, 0xff, sizeof values);
    check(H5Dread(dataset, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0,
          "stock reads", &kCases[i]);
    for (hsize_t k = 0; k < rows * kColumns; ++k)
      if (values[k] != value_at(k / kColumns, k % kColumns)) {
        check(0, "a value read by stock is wrong", &kCases[i]);
        break;
      }
    H5Dclose(dataset);
  }
  H5Fclose(file);
  H5Pclose(access);
}

static hid_t open_parallel(const char *path, int is_new) {
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_fapl_mpio(access, MPI_COMM_WORLD, MPI_INFO_NULL);
  hid_t file = is_new ? H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, access)
                      : H5Fopen(path, H5F_ACC_RDONLY, access);
  H5Pclose(access);
  return file;
}

/* All ranks write nothing, which allocates the storage: stock 1.14.5 hangs in the read of a dataset without any
 * where one rank selects nothing. */
static void write_nothing(hid_t file) {
  const hsize_t extent = 1000;
  const hsize_t chunk = 100;
  const hsize_t count = my_rank == 0 ? 1 : 0;
  const hsize_t start = 500;
  int value = 7;
  hid_t space = H5Screate_simple(1, &extent, NULL);
  hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(list, 1, &chunk);
  H5Pset_deflate(list, 1);
  hid_t set = H5Dcreate2(file, "nothing", H5T_NATIVE_INT, space, H5P_DEFAULT, list, H5P_DEFAULT);
  hid_t collective = H5Pcreate(H5P_DATASET_XFER);
  H5Pset_dxpl_mpio(collective, H5FD_MPIO_COLLECTIVE);
  hid_t memory_space = H5Screate_simple(1, &count, NULL);
  H5Sselect_none(space);
  if (count == 0) H5Sselect_none(memory_space);
  hid_t nothing = H5Scopy(space);
  check(H5Dwrite(set, H5T_NATIVE_INT, nothing, space, collective, &value) >= 0, "write nothing", NULL);
  if (count > 0) H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &count, NULL);
  check(H5Dread(set, H5T_NATIVE_INT, memory_space, space, collective, &value) >= 0, "read little", NULL);
  check(value == (count > 0 ? 0 : 7), "a value that nobody wrote is wrong", NULL);
  H5Sclose(nothing);
  H5Sclose(memory_space);
  H5Pclose(collective);
  H5Dclose(set);
  H5Pclose(list);
  H5Sclose(space);
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &my_rank);
  MPI_Comm_size(MPI_COMM_WORLD, &rank_count);
  if (argc != 3) MPI_Abort(MPI_COMM_WORLD, 2);

  const int is_h5pave = strcmp(argv[2], "h5pave") == 0;
  char connector[32] = "";
  hid_t file = open_parallel(argv[1], 1);
  check(file >= 0, "create the file", NULL);
  H5VLget_connector_name(file, connector, sizeof connector);
  check(strcmp(connector, argv[2]) == 0, "the connector is not the one expected", NULL);
  for (int i = 0; i < kCaseCount; ++i)
    write_case(&kCases[i], file, is_h5pave ? kCases[i].index : H5D_CHUNK_IDX_BTREE);
  write_nothing(file);
  check(H5Fclose(file) >= 0, "close the file", NULL);

  file = open_parallel(argv[1], 0);
  check(file >= 0, "open the file", NULL);
  read_cases(file);
  check(H5Fclose(file) >= 0, "close the file again", NULL);
  if (my_rank == 0) compare_with_stock(argv[1]);

  int all_faults = 0;
  MPI_Allreduce(&faults, &all_faults, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
  if (my_rank == 0)
    printf("%s, %d ranks: %d datasets, %d faults\n", connector, rank_count, kCaseCount, all_faults);
  H5close();
  MPI_Finalize();
  return all_faults == 0 ? 0 : 1;
}
