/* A collective write of a part of each chunk, where one stored chunk is damaged: stock HDF5 fails
 * on the rank that decodes it, and the others wait for ever. Here all ranks must return an error
 * and change nothing; a write of the whole chunk mends it; where the program switched checksums
 * off, a chunk whose checksum alone is wrong is written as in stock.
 *
 *   mpiexec -n N damaged_chunk FILE
 *
 * All ranks exit alike: 0, or 1 when any rank found a fault. */
#include <hdf5.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kRows = 16, kColumns = 1000, kChunkRows = 4, kDamagedRow = 4 };

static int my_rank = 0;
static int rank_count = 1;
static int faults = 0;
static int values[kRows * kColumns];

static void check(int is_good, const char *what) {
  if (is_good) return;
  ++faults;
  fprintf(stderr, "rank %d of %d: %s\n", my_rank, rank_count, what);
}

static int value_of(hsize_t place) { return (int)(place * 2654435761U % 5000); }

/* Where bytes are spoiled, counted from the chunk's start or, if negative, from its end. */
static void create_damaged(hid_t file, const char *name, int has_checksum, FILE *raw, long where) {
  const hsize_t extent[2] = {kRows, kColumns};
  const hsize_t chunk[2] = {kChunkRows, kColumns};
  hid_t space = H5Screate_simple(2, extent, NULL);
  hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(list, 2, chunk);
  H5Pset_deflate(list, 1);
  if (has_checksum) H5Pset_fletcher32(list);
  hid_t set = H5Dcreate2(file, name, H5T_NATIVE_INT, space, H5P_DEFAULT, list, H5P_DEFAULT);
  for (hsize_t i = 0; i < kRows * kColumns; ++i) values[i] = value_of(i);
  check(H5Dwrite(set, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0, "create");
  H5Fflush(file, H5F_SCOPE_LOCAL);
  const hsize_t at[2] = {kDamagedRow, 0};
  unsigned mask = 0;
  haddr_t address = 0;
  hsize_t bytes = 0;
  H5Dget_chunk_info_by_coord(set, at, &mask, &address, &bytes);
  check(bytes > 200, "the chunk to damage is stored");
  fseek(raw, (long)address + (where >= 0 ? where : (long)bytes + where), SEEK_SET);
  check(fwrite("\x5a\x5a\x5a\x5a", 1, 4, raw) == 4, "damage");
  fflush(raw);
  H5Dclose(set);
  H5Pclose(list);
  H5Sclose(space);
}

static void create_file(const char *path) {
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_vol(access, H5VL_NATIVE, NULL);
  hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, access);
  FILE *raw = fopen(path, "r+b");
  if (raw == NULL) MPI_Abort(MPI_COMM_WORLD, 3);
  create_damaged(file, "content", 0, raw, 100);
  create_damaged(file, "checksum", 1, raw, -4);
  fclose(raw);
  H5Fclose(file);
  H5Pclose(access);
}

/* Of this rank's rows, or one after its last; with all columns they are whole chunks. */
static hsize_t row_of(int rank, hsize_t first_column) {
  const hsize_t unit = first_column == 0 ? kChunkRows : 1;
  return kRows / unit * (hsize_t)rank / (hsize_t)rank_count * unit;
}

/* Columns from `first` on of this rank's rows become negative. */
static herr_t write_columns(hid_t file, const char *name, hsize_t first, int is_checked) {
  hid_t set = H5Dopen2(file, name, H5P_DEFAULT);
  const hsize_t start[2] = {row_of(my_rank, first), first};
  const hsize_t count[2] = {row_of(my_rank + 1, first) - start[0], kColumns - first};
  for (hsize_t i = 0; i < count[0] * count[1]; ++i) {
    const hsize_t place = (start[0] + i / count[1]) * kColumns + first + i % count[1];
    values[i] = -value_of(place);
  }
  hid_t file_space = H5Dget_space(set);
  hid_t memory_space = H5Screate_simple(2, count, NULL);
  H5Sselect_hyperslab(file_space, H5S_SELECT_SET, start, NULL, count, NULL);
  hid_t list = H5Pcreate(H5P_DATASET_XFER);
  H5Pset_dxpl_mpio(list, H5FD_MPIO_COLLECTIVE);
  if (!is_checked) H5Pset_edc_check(list, H5Z_DISABLE_EDC);
  herr_t status = -1;
  H5E_BEGIN_TRY { status = H5Dwrite(set, H5T_NATIVE_INT, memory_space, file_space, list, values); }
  H5E_END_TRY
  H5Pclose(list);
  H5Sclose(memory_space);
  H5Sclose(file_space);
  H5Dclose(set);
  return status;
}

/* Of the rows outside the damaged chunk, or of all; columns from `first` on are negative. */
static void check_values(const char *path, const char *name, hsize_t first, int has_damage) {
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_vol(access, H5VL_NATIVE, NULL);
  hid_t file = H5Fopen(path, H5F_ACC_RDONLY, access);
  hid_t set = H5Dopen2(file, name, H5P_DEFAULT);
  hid_t space = H5Dget_space(set);
  const hsize_t start[2] = {has_damage ? kDamagedRow + kChunkRows : 0, 0};
  const hsize_t count[2] = {kRows - start[0], kColumns};
  H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL);
  hid_t memory = H5Screate_simple(2, count, NULL);
  check(H5Dread(set, H5T_NATIVE_INT, memory, space, H5P_DEFAULT, values) >= 0, "stock reads");
  for (hsize_t i = 0; i < count[0] * kColumns; ++i) {
    const hsize_t place = start[0] * kColumns + i;
    const int value = value_of(place);
    if (values[i] == (place % kColumns >= first ? -value : value)) continue;
    check(0, "a value read by stock is wrong");
    break;
  }
  H5Sclose(memory);
  H5Sclose(space);
  H5Dclose(set);
  H5Fclose(file);
  H5Pclose(access);
}

static hid_t open_together(const char *path) {
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_fapl_mpio(access, MPI_COMM_WORLD, MPI_INFO_NULL);
  hid_t file = H5Fopen(path, H5F_ACC_RDWR, access);
  H5Pclose(access);
  return file;
}

static void close_together(hid_t file) {
  check(H5Fclose(file) >= 0, "close the file");
  MPI_Barrier(MPI_COMM_WORLD);
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &my_rank);
  MPI_Comm_size(MPI_COMM_WORLD, &rank_count);
  if (argc != 2) MPI_Abort(MPI_COMM_WORLD, 2);
  if (my_rank == 0) create_file(argv[1]);
  MPI_Barrier(MPI_COMM_WORLD);
  hid_t file = open_together(argv[1]);
  char connector[32] = "";
  H5VLget_connector_name(file, connector, sizeof connector);
  check(strcmp(connector, "h5pave") == 0, "h5pave is not active");
  check(write_columns(file, "content", 500, 1) < 0,
        "a part of a damaged chunk must fail everywhere");
  check(write_columns(file, "content", 500, 1) < 0, "and once more");
  check(write_columns(file, "checksum", 500, 1) < 0, "so must one whose checksum is wrong");
  close_together(file);
  if (my_rank == 0) check_values(argv[1], "content", kColumns, 1);
  if (my_rank == 0) check_values(argv[1], "checksum", kColumns, 1);
  MPI_Barrier(MPI_COMM_WORLD);
  file = open_together(argv[1]);
  check(write_columns(file, "checksum", 500, 0) >= 0, "not where the program wants no checksums");
  check(write_columns(file, "content", 0, 1) >= 0, "whole chunks can be written");
  check(write_columns(file, "content", 0, 1) >= 0, "whole chunks can be written again");
  close_together(file);
  if (my_rank == 0) check_values(argv[1], "content", 0, 0);
  if (my_rank == 0) check_values(argv[1], "checksum", 500, 0);
  int all_faults = 0;
  MPI_Allreduce(&faults, &all_faults, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
  if (my_rank == 0) printf("%d ranks: %d faults\n", rank_count, all_faults);
  H5close();
  MPI_Finalize();
  return all_faults == 0 ? 0 : 1;
}
