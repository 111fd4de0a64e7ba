/* Chunks that got their place in the file and whose bytes one rank could not write there, because the disk
 * was full: what is written at the next try must go to where the chunk is then, whatever happened in
 * between, and never to a place that belongs to something else by now.
 *
 *   mpiexec -n N unwritten_chunks FILE
 *
 * Only under h5pave: stock hangs when one rank fails. All ranks exit alike: 0, or 1 when any rank found a
 * fault. */
#include <hdf5.h>
#include <mpi.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { kRows = 64, kColumns = 1000, kChunkRows = 4 };

static int my_rank = 0;
static int rank_count = 1;
static int faults = 0;
static int values[kRows * kColumns];

static void check(int is_good, const char *name, const char *what) {
  if (is_good) return;
  ++faults;
  fprintf(stderr, "rank %d of %d: %s: %s\n", my_rank, rank_count, name, what);
}

/* Odd rounds are noise that no filter makes smaller, even ones take few bytes. */
static int value_of(hsize_t place, int round) {
  unsigned long long z = (place + 1) * 0x9e3779b97f4a7c15ULL + (unsigned)round;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  return round % 2 == 1 ? (int)(z >> 33) : (int)(place / 500) + round;
}

/* Every write of the last rank beyond the file's first bytes fails from now on, or not any more. */
static void set_disk_full(int is_full) {
  struct rlimit limit;
  getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = is_full && my_rank == rank_count - 1 ? 4096 : RLIM_INFINITY;
  setrlimit(RLIMIT_FSIZE, &limit);
}

typedef enum {
  kTogether,
  kTogetherByStock, /* a dataspace that is larger than the dataset: h5pave leaves it to stock */
  kAloneByStock
} Way;

/* Every rank writes its rows. Returns H5Dwrite's status. */
static herr_t write_all(hid_t set, Way way, int round) {
  const hsize_t larger[2] = {2 * kRows, kColumns};
  const hsize_t start[2] = {(hsize_t)(kRows * my_rank / rank_count), 0};
  const hsize_t end = (hsize_t)(kRows * (my_rank + 1) / rank_count);
  const hsize_t count[2] = {end - start[0], kColumns};
  for (hsize_t i = 0; i < count[0] * kColumns; ++i)
    values[i] = value_of(start[0] * kColumns + i, round);
  hid_t file_space = way == kTogether ? H5Dget_space(set) : H5Screate_simple(2, larger, NULL);
  hid_t memory_space = H5Screate_simple(2, count, NULL);
  H5Sselect_hyperslab(file_space, H5S_SELECT_SET, start, NULL, count, NULL);
  hid_t list = H5Pcreate(H5P_DATASET_XFER);
  H5Pset_dxpl_mpio(list, way == kAloneByStock ? H5FD_MPIO_INDEPENDENT : H5FD_MPIO_COLLECTIVE);
  herr_t status = -1;
  H5E_BEGIN_TRY { status = H5Dwrite(set, H5T_NATIVE_INT, memory_space, file_space, list, values); }
  H5E_END_TRY
  H5Pclose(list);
  H5Sclose(memory_space);
  H5Sclose(file_space);
  MPI_Barrier(MPI_COMM_WORLD); /* before anybody reads */
  return status;
}

static void check_rows(hid_t set, int round, hsize_t rows, const char *name, const char *what) {
  const hsize_t start[2] = {0, 0};
  const hsize_t count[2] = {rows, kColumns};
  hid_t file_space = H5Dget_space(set);
  hid_t memory_space = H5Screate_simple(2, count, NULL);
  H5Sselect_hyperslab(file_space, H5S_SELECT_SET, start, NULL, count, NULL);
  memset(values, 0, sizeof values);
  check(H5Dread(set, H5T_NATIVE_INT, memory_space, file_space, H5P_DEFAULT, values) >= 0, name, "read");
  H5Sclose(memory_space);
  H5Sclose(file_space);
  for (hsize_t i = 0; i < rows * kColumns; ++i)
    if (values[i] != value_of(i, round)) {
      check(0, name, what);
      break;
    }
}

static hid_t create(hid_t file, const char *name) {
  const hsize_t extent[2] = {kRows, kColumns};
  const hsize_t maximum[2] = {H5S_UNLIMITED, kColumns};
  const hsize_t chunk[2] = {kChunkRows, kColumns};
  hid_t space = H5Screate_simple(2, extent, maximum);
  hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(list, 2, chunk);
  H5Pset_deflate(list, 1);
  hid_t set = H5Dcreate2(file, name, H5T_NATIVE_INT, space, H5P_DEFAULT, list, H5P_DEFAULT);
  H5Pclose(list);
  H5Sclose(space);
  return set;
}

/* Without a chunk cache, stock writes at once. */
static hid_t open_without_cache(hid_t file, const char *name) {
  hid_t access = H5Pcreate(H5P_DATASET_ACCESS);
  H5Pset_chunk_cache(access, 1, 0, 1);
  hid_t set = H5Dopen2(file, name, access);
  H5Pclose(access);
  return set;
}

/* A dataset that the last rank could not write. */
static hid_t create_unwritten(hid_t file, const char *name, int round) {
  hid_t set = create(file, name);
  set_disk_full(1);
  check(write_all(set, kTogether, round) < 0, name, "a write of which one rank's bytes are lacking");
  set_disk_full(0);
  return set;
}

/* Takes what became free in the file, has the file flushed, and looks at both. */
static void check_after_flush(hid_t file, hid_t set, const char *name, int round) {
  char other_name[64];
  snprintf(other_name, sizeof other_name, "%s, another", name);
  hid_t other = create(file, other_name);
  check(write_all(other, kTogether, 1) >= 0, other_name, "write");
  check(H5Fflush(file, H5F_SCOPE_LOCAL) >= 0, name, "flush");
  MPI_Barrier(MPI_COMM_WORLD);
  check_rows(set, round, kRows, name, "a value is wrong after the flush");
  check_rows(other, 1, kRows, other_name, "another dataset's value is wrong after the flush");
  H5Dclose(other);
  check(H5Dclose(set) >= 0, name, "close");
}

static void rewritten_at_another_size(hid_t file, const char *name) {
  hid_t set = create_unwritten(file, name, 3);
  check(write_all(set, kTogether, 4) >= 0, name, "write anew");
  check_rows(set, 4, kRows, name, "a value is wrong");
  check_after_flush(file, set, name, 4);
}

static void rewritten_while_the_disk_is_full(hid_t file, const char *name) {
  hid_t set = create_unwritten(file, name, 3);
  set_disk_full(1);
  check(write_all(set, kTogether, 4) < 0, name, "write anew while the disk is full");
  set_disk_full(0);
  check_after_flush(file, set, name, 3);
}

static void extent_changed(hid_t file, const char *name) {
  const hsize_t smaller[2] = {kRows - 2 * kChunkRows, kColumns};
  const hsize_t again[2] = {kRows, kColumns};
  herr_t status = 0;
  hid_t set = create_unwritten(file, name, 3);
  set_disk_full(1);
  H5E_BEGIN_TRY { status = H5Dset_extent(set, smaller); }
  H5E_END_TRY
  set_disk_full(0);
  check(status < 0, name, "an extent set while chunks lack their bytes");
  check(H5Dset_extent(set, smaller) >= 0, name, "set the extent");
  check_rows(set, 3, kRows - 2 * kChunkRows, name, "a value is wrong in the smaller extent");
  MPI_Barrier(MPI_COMM_WORLD);
  check(H5Dset_extent(set, again) >= 0, name, "set the old extent");
  check(write_all(set, kTogether, 6) >= 0, name, "write anew");
  check_after_flush(file, set, name, 6);
}

static void deleted(hid_t file, const char *name) {
  herr_t status = 0;
  hid_t set = create_unwritten(file, name, 3);
  H5Dclose(set);
  set_disk_full(1);
  H5E_BEGIN_TRY { status = H5Ldelete(file, name, H5P_DEFAULT); }
  H5E_END_TRY
  set_disk_full(0);
  check(status < 0, name, "deleted while chunks lack their bytes");
  check(H5Ldelete(file, name, H5P_DEFAULT) >= 0, name, "delete");
  set = create(file, name);
  check(write_all(set, kTogether, 5) >= 0, name, "write to a new one");
  check_after_flush(file, set, name, 5);
}

/* All ranks write the same chunk, one of the last rank's, as raw bytes that no filter touched. Stock 1.14.5
 * would read it with the old filter mask until the dataset is opened again. */
static void written_raw(hid_t file, const char *name) {
  const hsize_t offset[2] = {kRows - kChunkRows, 0};
  const hsize_t first = (kRows - kChunkRows) * kColumns;
  const uint32_t skips_deflate = 1;
  static int raw[kChunkRows * kColumns];
  herr_t status = 0;
  for (hsize_t i = 0; i < kChunkRows * kColumns; ++i) raw[i] = value_of(first + i, 3);
  hid_t set = create_unwritten(file, name, 3);
  set_disk_full(1);
  H5E_BEGIN_TRY { status = H5Dwrite_chunk(set, H5P_DEFAULT, skips_deflate, offset, sizeof raw, raw); }
  H5E_END_TRY
  set_disk_full(0);
  check(status < 0, name, "a raw chunk written while chunks lack their bytes");
  check(H5Dwrite_chunk(set, H5P_DEFAULT, skips_deflate, offset, sizeof raw, raw) >= 0, name,
        "write a raw chunk");
  H5Dclose(set);
  set = H5Dopen2(file, name, H5P_DEFAULT);
  check_after_flush(file, set, name, 3);
}

/* h5pave refuses it as long as it remembers that the ranks placed chunks themselves. */
static void written_by_stock(hid_t file, const char *name) {
  hid_t set = create_unwritten(file, name, 3);
  check(write_all(set, kTogetherByStock, 4) < 0, name, "stock would read stale chunks");
  H5Dclose(set);
  set = H5Dopen2(file, name, H5P_DEFAULT);
  check_rows(set, 3, kRows, name, "a value is wrong after the second try");
  MPI_Barrier(MPI_COMM_WORLD);
  check(write_all(set, kTogetherByStock, 4) >= 0, name, "a write by stock");
  check_after_flush(file, set, name, 4);
}

static void written_by_stock_while_the_disk_is_full(hid_t file, const char *name) {
  hid_t set = create_unwritten(file, name, 3);
  H5Dclose(set);
  set = H5Dopen2(file, name, H5P_DEFAULT);
  set_disk_full(1);
  check(write_all(set, kTogetherByStock, 4) < 0, name, "a write by stock while the disk is full");
  set_disk_full(0);
  check_after_flush(file, set, name, 3);
}

/* Stock refuses such writes where there are several ranks. */
static void written_by_stock_alone(hid_t file, const char *name) {
  if (rank_count > 1) return;
  hid_t set = create_unwritten(file, name, 3);
  H5Dclose(set);
  set = open_without_cache(file, name);
  set_disk_full(1);
  check(write_all(set, kAloneByStock, 4) < 0, name, "a write by stock while the disk is full");
  set_disk_full(0);
  check(write_all(set, kAloneByStock, 4) >= 0, name, "a write by stock");
  check_after_flush(file, set, name, 4);
}

/* The last try, at the close of the file. */
static void written_at_the_close(hid_t file, const char *name) {
  hid_t set = create_unwritten(file, name, 7);
  check(H5Dclose(set) >= 0, name, "close");
}

static void check_in_file(hid_t file, const char *name, int round) {
  hid_t set = H5Dopen2(file, name, H5P_DEFAULT);
  check_rows(set, round, kRows, name, "a value read by stock is wrong");
  H5Dclose(set);
}

typedef struct {
  const char *name;
  void (*run)(hid_t file, const char *name);
  int round; /* what the dataset must hold at the end */
} Case;

static const Case kCases[] = {
    {"rewritten at another size", rewritten_at_another_size, 4},
    {"rewritten, disk full", rewritten_while_the_disk_is_full, 3},
    {"extent changed", extent_changed, 6},
    {"deleted", deleted, 5},
    {"written raw", written_raw, 3},
    {"written by stock", written_by_stock, 4},
    {"written by stock, disk full", written_by_stock_while_the_disk_is_full, 3},
    {"written by stock alone", written_by_stock_alone, 4},
    {"written at the close", written_at_the_close, 7},
};
enum { kCaseCount = sizeof kCases / sizeof kCases[0] };

static void compare_with_stock(const char *path) {
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_vol(access, H5VL_NATIVE, NULL);
  hid_t file = H5Fopen(path, H5F_ACC_RDONLY, access);
  for (int i = 0; i < kCaseCount; ++i)
    if (rank_count == 1 || kCases[i].run != written_by_stock_alone)
      check_in_file(file, kCases[i].name, kCases[i].round);
  H5Fclose(file);
  H5Pclose(access);
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &my_rank);
  MPI_Comm_size(MPI_COMM_WORLD, &rank_count);
  if (argc != 2) MPI_Abort(MPI_COMM_WORLD, 2);
  signal(SIGXFSZ, SIG_IGN);
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_fapl_mpio(access, MPI_COMM_WORLD, MPI_INFO_NULL);
  hid_t file = H5Fcreate(argv[1], H5F_ACC_TRUNC, H5P_DEFAULT, access);
  H5Pclose(access);
  char connector[32] = "";
  H5VLget_connector_name(file, connector, sizeof connector);
  check(strcmp(connector, "h5pave") == 0, argv[1], "h5pave is not active");
  for (int i = 0; i < kCaseCount; ++i) kCases[i].run(file, kCases[i].name);
  check(H5Fclose(file) >= 0, argv[1], "close the file");
  MPI_Barrier(MPI_COMM_WORLD);
  if (my_rank == 0) compare_with_stock(argv[1]);
  int all_faults = 0;
  MPI_Allreduce(&faults, &all_faults, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
  if (my_rank == 0) printf("%d ranks: %d faults\n", rank_count, all_faults);
  H5close();
  MPI_Finalize();
  return all_faults == 0 ? 0 : 1;
}
