/* Independent writes to a compressed dataset, which stock HDF5 refuses: what is seen when, and by whom.
 * The rules are in the README.
 *
 *   mpiexec -n N independent_writes FILE EXPECTED
 *
 * EXPECTED is "kept", or "refused" where H5PAVE_MPI_INDEPENDENT=off or stock HDF5 must refuse them. All
 * ranks exit alike: 0, or 1 when any rank found a fault. */
#include <hdf5.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kRowsPerRank = 5, kColumns = 30, kChunkRows = 3 };

static int my_rank = 0;
static int rank_count = 1;
static int faults = 0;
static int values[64 * kRowsPerRank * kColumns];

static void check(int is_good, const char *what) {
  if (is_good) return;
  ++faults;
  fprintf(stderr, "rank %d of %d: %s\n", my_rank, rank_count, what);
}

static hid_t access_list(H5F_close_degree_t degree) {
  hid_t list = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_fapl_mpio(list, MPI_COMM_WORLD, MPI_INFO_NULL);
  H5Pset_fclose_degree(list, degree);
  return list;
}

static hid_t make_dataset(hid_t file, const char *name, hsize_t rows) {
  const hsize_t shape[2] = {rows, kColumns};
  const hsize_t largest[2] = {H5S_UNLIMITED, kColumns};
  const hsize_t chunk[2] = {kChunkRows, 7};
  hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(list, 2, chunk);
  H5Pset_shuffle(list);
  H5Pset_deflate(list, 4);
  hid_t space = H5Screate_simple(2, shape, largest);
  hid_t dataset =
      H5Dcreate2(file, name, H5T_STD_I32BE, space, H5P_DEFAULT, list, H5P_DEFAULT);
  H5Sclose(space);
  H5Pclose(list);
  return dataset;
}

static int value_of(int round, hsize_t row, hsize_t column) {
  return round * 100000 + (int)(row * kColumns + column);
}

/* Rows [first, first + count), by this rank alone. */
static herr_t transfer(hid_t dataset, hsize_t first, hsize_t count, int *buffer, int is_write) {
  const hsize_t start[2] = {first, 0};
  const hsize_t length[2] = {count, kColumns};
  hid_t file_space = H5Dget_space(dataset);
  hid_t memory_space = H5Screate_simple(2, length, NULL);
  H5Sselect_hyperslab(file_space, H5S_SELECT_SET, start, NULL, length, NULL);
  const herr_t status =
      is_write ? H5Dwrite(dataset, H5T_NATIVE_INT, memory_space, file_space, H5P_DEFAULT, buffer)
               : H5Dread(dataset, H5T_NATIVE_INT, memory_space, file_space, H5P_DEFAULT, buffer);
  H5Sclose(memory_space);
  H5Sclose(file_space);
  return status;
}

static herr_t write_rows(hid_t dataset, int round, hsize_t first, hsize_t count) {
  for (hsize_t i = 0; i < count * kColumns; ++i)
    values[i] = value_of(round, first + i / kColumns, i % kColumns);
  return transfer(dataset, first, count, values, 1);
}

/* Round 0 stands for fill value. */
static void check_rows(hid_t dataset, int round, hsize_t first, hsize_t count, const char *what) {
  check(transfer(dataset, first, count, values, 0) >= 0, what);
  for (hsize_t i = 0; i < count * kColumns; ++i) {
    const int expected = round == 0 ? 0 : value_of(round, first + i / kColumns, i % kColumns);
    if (values[i] == expected) continue;
    check(0, what);
    return;
  }
}

static hsize_t own_first(void) { return (hsize_t)(my_rank * kRowsPerRank); }
static hsize_t all_rows(void) { return (hsize_t)(rank_count * kRowsPerRank); }

static void seen_at_once_by_its_writer_and_by_all_after_a_flush(hid_t file) {
  hid_t dataset = make_dataset(file, "flushed", all_rows());
  check(write_rows(dataset, 1, own_first(), kRowsPerRank) >= 0, "an independent write");
  check_rows(dataset, 1, own_first(), kRowsPerRank, "own rows before the flush");
  hid_t again = H5Dopen2(file, "flushed", H5P_DEFAULT);
  check_rows(again, 1, own_first(), kRowsPerRank, "own rows through another handle");
  check(H5Dclose(again) >= 0, "close a handle");
  if (rank_count > 1) {
    const hsize_t next = (hsize_t)((my_rank + 1) % rank_count * kRowsPerRank);
    check_rows(dataset, 0, next, kRowsPerRank, "another rank's rows before the flush");
  }
  MPI_Barrier(MPI_COMM_WORLD); /* a flush shows what lies in the file: not before all have looked */
  check(H5Fflush(file, H5F_SCOPE_LOCAL) >= 0, "flush");
  check_rows(dataset, 1, 0, all_rows(), "all rows after the flush");
  check(H5Dclose(dataset) >= 0, "close");
}

static void one_rank_alone_whose_dataset_is_closed_everywhere(hid_t file) {
  hid_t dataset = make_dataset(file, "one writer", all_rows());
  const int writer = rank_count - 1;
  if (my_rank == writer) check(write_rows(dataset, 2, 0, all_rows()) >= 0, "one rank's write");
  if (my_rank == writer) check(write_rows(dataset, 3, 4, 1) >= 0, "one row once more");
  check(H5Dclose(dataset) >= 0, "close before all ranks meet");
}

static void growing_between_writes(hid_t file) {
  hid_t dataset = make_dataset(file, "growing", all_rows());
  check(write_rows(dataset, 4, own_first(), kRowsPerRank) >= 0, "write before growing");
  const hsize_t larger[2] = {2 * all_rows(), kColumns};
  check(H5Dset_extent(dataset, larger) >= 0, "set the extent");
  check_rows(dataset, 4, 0, all_rows(), "all old rows after growing");
  check(write_rows(dataset, 4, all_rows() + own_first(), kRowsPerRank) >= 0, "write new rows");
  check_rows(dataset, 4, all_rows() + own_first(), kRowsPerRank, "own new rows");
  check(H5Dclose(dataset) >= 0, "close");
}

static void deleted_and_created_again(hid_t file) {
  hid_t dataset = make_dataset(file, "again", all_rows());
  check(write_rows(dataset, 5, own_first(), kRowsPerRank) >= 0, "write what will be deleted");
  check(H5Dclose(dataset) >= 0, "close");
  check(H5Ldelete(file, "again", H5P_DEFAULT) >= 0, "delete");
  dataset = make_dataset(file, "again", all_rows());
  check_rows(dataset, 0, 0, all_rows(), "a new dataset of the same name");
  if (my_rank == 0) check(write_rows(dataset, 6, 1, 1) >= 0, "write to the new one");
  check(H5Dclose(dataset) >= 0, "close");
}

static void copied(hid_t file) {
  hid_t dataset = make_dataset(file, "original", all_rows());
  check(write_rows(dataset, 7, own_first(), kRowsPerRank) >= 0, "write before the copy");
  check(H5Ocopy(file, "original", file, "copy", H5P_DEFAULT, H5P_DEFAULT) >= 0, "copy");
  check(H5Dclose(dataset) >= 0, "close");
}

/* 64 chunks of 64 KiB by each rank: more than a quarter of H5PAVE_MEM=1M. */
static void more_than_the_memory_limit(hid_t file) {
  enum { kElements = 16384 };
  const hsize_t shape[2] = {(hsize_t)rank_count * 64, kElements};
  const hsize_t chunk[2] = {1, kElements};
  hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(list, 2, chunk);
  H5Pset_deflate(list, 1);
  hid_t space = H5Screate_simple(2, shape, NULL);
  hid_t dataset =
      H5Dcreate2(file, "large", H5T_NATIVE_INT, space, H5P_DEFAULT, list, H5P_DEFAULT);
  const hsize_t start[2] = {(hsize_t)my_rank * 64, 0};
  const hsize_t length[2] = {64, kElements};
  int *large = calloc(64 * kElements, sizeof *large);
  H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, length, NULL);
  hid_t memory_space = H5Screate_simple(2, length, NULL);
  const int is_limited = getenv("H5PAVE_MEM") != NULL;
  herr_t status = 0;
  H5E_BEGIN_TRY {
    status = H5Dwrite(dataset, H5T_NATIVE_INT, memory_space, space, H5P_DEFAULT, large);
  }
  H5E_END_TRY
  check((status < 0) == is_limited, "a write beyond the memory limit");
  free(large);
  H5Sclose(memory_space);
  H5Sclose(space);
  H5Pclose(list);
  check(H5Dclose(dataset) >= 0, "close");
}

/* Two handles of one file: what was written through one is seen through the other after its close. */
static void two_file_handles(hid_t file) {
  hid_t second = H5Freopen(file);
  check(second >= 0, "reopen the file");
  hid_t dataset = make_dataset(second, "two files", all_rows());
  check(write_rows(dataset, 8, own_first(), kRowsPerRank) >= 0, "write through the second");
  check(H5Dclose(dataset) >= 0, "close the dataset");
  check(H5Fclose(second) >= 0, "close the second");
  dataset = H5Dopen2(file, "two files", H5P_DEFAULT);
  check_rows(dataset, 8, 0, all_rows(), "all rows through the first");
  check(write_rows(dataset, 9, own_first(), 1) >= 0, "write through the first");
  check(H5Dclose(dataset) >= 0, "close the dataset");
}

/* A list that was used for a collective write, and then for one that is kept. */
static void told_by_the_transfer_list(hid_t file) {
  hid_t dataset = make_dataset(file, "told", all_rows());
  hid_t list = H5Pcreate(H5P_DATASET_XFER);
  hid_t space = H5Dget_space(dataset);
  const hsize_t start[2] = {own_first(), 0};
  const hsize_t length[2] = {kRowsPerRank, kColumns};
  H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, length, NULL);
  hid_t memory_space = H5Screate_simple(2, length, NULL);
  H5D_mpio_actual_io_mode_t mode = H5D_MPIO_NO_COLLECTIVE;
  uint32_t here = 0;
  uint32_t anywhere = 0;
  H5Pset_dxpl_mpio(list, H5FD_MPIO_COLLECTIVE);
  check(H5Dwrite(dataset, H5T_NATIVE_INT, memory_space, space, list, values) >= 0, "all write");
  check(H5Pget_mpio_actual_io_mode(list, &mode) >= 0 && mode == H5D_MPIO_CHUNK_COLLECTIVE,
        "the mode of a collective write");
  H5Pset_dxpl_mpio(list, H5FD_MPIO_INDEPENDENT);
  check(H5Dwrite(dataset, H5T_NATIVE_INT, memory_space, space, list, values) >= 0, "each writes");
  check(H5Pget_mpio_actual_io_mode(list, &mode) >= 0 && mode == H5D_MPIO_NO_COLLECTIVE,
        "the mode of an independent write");
  check(H5Pget_mpio_no_collective_cause(list, &here, &anywhere) >= 0 &&
            here == H5D_MPIO_SET_INDEPENDENT && anywhere == H5D_MPIO_SET_INDEPENDENT,
        "why it was not collective");
  H5Sclose(memory_space);
  H5Sclose(space);
  H5Pclose(list);
  check(H5Dclose(dataset) >= 0, "close");
}

/* A dataset outlives its file's last handle under the WEAK degree: no call of all ranks may follow. */
static void refused_after_the_file_was_closed(const char *path) {
  hid_t list = access_list(H5F_CLOSE_WEAK);
  hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, list);
  hid_t dataset = make_dataset(file, "x", all_rows());
  check(write_rows(dataset, 1, own_first(), kRowsPerRank) >= 0, "write before the close");
  check(H5Fclose(file) >= 0, "close the file");
  check_rows(dataset, 1, 0, all_rows(), "all rows after the close");
  herr_t status = 0;
  if (rank_count > 1) {
    H5E_BEGIN_TRY { status = write_rows(dataset, 2, own_first(), kRowsPerRank); }
    H5E_END_TRY
    check(status < 0, "a write after the file was closed");
  }
  check(H5Dclose(dataset) >= 0, "close the dataset");
  H5Pclose(list);
}

/* All ranks must choose one index, whatever else one of them has open. */
static void created_while_one_rank_has_an_old_file(hid_t file, const char *path) {
  char old_path[4096];
  snprintf(old_path, sizeof old_path, "%s.old", path);
  hid_t list = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_libver_bounds(list, H5F_LIBVER_EARLIEST, H5F_LIBVER_V18);
  hid_t old = my_rank == 0 ? H5Fcreate(old_path, H5F_ACC_TRUNC, H5P_DEFAULT, list) : 0;
  check(old >= 0, "create a file of one rank");
  hid_t dataset = make_dataset(file, "one index", all_rows());
  H5D_chunk_index_t index = H5D_CHUNK_IDX_BTREE;
  check(H5Dget_chunk_index_type(dataset, &index) >= 0 && index == H5D_CHUNK_IDX_EARRAY,
        "the index that all chose");
  check(write_rows(dataset, 9, own_first(), kRowsPerRank) >= 0, "write to it");
  check(H5Dclose(dataset) >= 0, "close it");
  if (my_rank == 0) check(H5Fclose(old) >= 0, "close the file of one rank");
  if (my_rank == 0) remove(old_path);
  H5Pclose(list);
}

static void check_in_file(hid_t file, const char *name, int round, hsize_t first, hsize_t count) {
  hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
  check_rows(dataset, round, first, count, name);
  H5Dclose(dataset);
}

static void compare_with_stock(const char *path) {
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_vol(access, H5VL_NATIVE, NULL);
  hid_t file = H5Fopen(path, H5F_ACC_RDONLY, access);
  check_in_file(file, "flushed", 1, 0, all_rows());
  check_in_file(file, "one writer", 2, 0, 4);
  check_in_file(file, "one writer", 3, 4, 1);
  if (all_rows() > 5) check_in_file(file, "one writer", 2, 5, all_rows() - 5);
  check_in_file(file, "growing", 4, 0, 2 * all_rows());
  check_in_file(file, "again", 0, 0, 1);
  check_in_file(file, "again", 6, 1, 1);
  check_in_file(file, "again", 0, 2, all_rows() - 2);
  check_in_file(file, "original", 7, 0, all_rows());
  check_in_file(file, "copy", 7, 0, all_rows());
  check_in_file(file, "one index", 9, 0, all_rows());
  for (int rank = 0; rank < rank_count; ++rank) {
    check_in_file(file, "two files", 9, (hsize_t)(rank * kRowsPerRank), 1);
    check_in_file(file, "two files", 8, (hsize_t)(rank * kRowsPerRank + 1), kRowsPerRank - 1);
  }
  H5Fclose(file);
  H5Pclose(access);
}

static void refused(hid_t file) {
  hid_t dataset = make_dataset(file, "refused", all_rows());
  herr_t status = 0;
  H5E_BEGIN_TRY { status = write_rows(dataset, 1, own_first(), kRowsPerRank); }
  H5E_END_TRY
  check(status < 0 || rank_count == 1, "an independent write that must be refused");
  check(H5Dclose(dataset) >= 0, "close");
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &my_rank);
  MPI_Comm_size(MPI_COMM_WORLD, &rank_count);
  if (argc != 3 || rank_count > 32) MPI_Abort(MPI_COMM_WORLD, 2);
  hid_t list = access_list(H5F_CLOSE_SEMI);
  hid_t file = H5Fcreate(argv[1], H5F_ACC_TRUNC, H5P_DEFAULT, list);
  H5Pclose(list);
  check(file >= 0, "create the file");
  const int are_kept = strcmp(argv[2], "kept") == 0;
  if (are_kept) {
    seen_at_once_by_its_writer_and_by_all_after_a_flush(file);
    one_rank_alone_whose_dataset_is_closed_everywhere(file);
    growing_between_writes(file);
    deleted_and_created_again(file);
    copied(file);
    more_than_the_memory_limit(file);
    two_file_handles(file);
    told_by_the_transfer_list(file);
    created_while_one_rank_has_an_old_file(file, argv[1]);
  } else {
    refused(file);
  }
  check(H5Fclose(file) >= 0, "close the file");
  MPI_Barrier(MPI_COMM_WORLD);
  if (are_kept && my_rank == 0) compare_with_stock(argv[1]);
  MPI_Barrier(MPI_COMM_WORLD);
  if (are_kept) refused_after_the_file_was_closed(argv[1]);
  int all_faults = 0;
  MPI_Allreduce(&faults, &all_faults, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
  if (my_rank == 0) printf("%d ranks, %s: %d faults\n", rank_count, argv[2], all_faults);
  H5close();
  MPI_Finalize();
  return all_faults == 0 ? 0 : 1;
}
