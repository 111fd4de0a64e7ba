/* An unmodified MPI program under option chunk: all ranks create and write compressed datasets, and see the
 * same chunk shape, whichever it is; rank 0 then compares every value through serial stock HDF5.
 *
 *   mpiexec -n N reshaped FILE chosen|asked
 *
 * What must have become of the shape that the program asked for. All ranks exit alike. */
#include <hdf5.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kRows = 1024, kColumns = 1024, kDatasets = 3 };

static int my_rank = 0;
static int rank_count = 1;
static int faults = 0;

static void check(int is_good, const char *what) {
  if (is_good) return;
  ++faults;
  fprintf(stderr, "rank %d of %d: %s\n", my_rank, rank_count, what);
}

static int value_at(int dataset, hsize_t row, hsize_t column) {
  return (int)(row * 7 + column / 3) + 100000 * dataset;
}

static hid_t create_dataset(hid_t file, int number, const hsize_t *asked) {
  const hsize_t extent[2] = {kRows, kColumns};
  char name[8];
  snprintf(name, sizeof name, "x%d", number);
  const hid_t space = H5Screate_simple(2, extent, NULL);
  const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(list, 2, asked);
  H5Pset_shuffle(list);
  H5Pset_deflate(list, 1);
  const hid_t dataset =
      H5Dcreate2(file, name, H5T_NATIVE_INT, space, H5P_DEFAULT, list, H5P_DEFAULT);
  H5Pclose(list);
  H5Sclose(space);
  check(dataset >= 0, "a dataset cannot be created");
  return dataset;
}

/* Every rank sees the same shape, and the one that is expected. */
static void check_shape(hid_t dataset, const hsize_t *asked, int must_be_chosen) {
  hsize_t chunk[2] = {0, 0};
  unsigned long long mine[2];
  unsigned long long first[2];
  const hid_t list = H5Dget_create_plist(dataset);
  check(H5Pget_chunk(list, 2, chunk) == 2, "no chunk shape");
  H5Pclose(list);
  mine[0] = first[0] = chunk[0];
  mine[1] = first[1] = chunk[1];
  MPI_Bcast(first, 2, MPI_UNSIGNED_LONG_LONG, 0, MPI_COMM_WORLD);
  check(memcmp(mine, first, sizeof mine) == 0, "the chunk shape is another one than rank 0's");
  const int is_asked = chunk[0] == asked[0] && chunk[1] == asked[1];
  check(is_asked != must_be_chosen, must_be_chosen ? "the shape stayed" : "the shape changed");
  if (my_rank == 0)
    printf("chunk %llu x %llu\n", (unsigned long long)chunk[0], (unsigned long long)chunk[1]);
}

/* Rows [start, start + count) of each rank, uneven. */
static void write_rows(hid_t dataset, int number) {
  const hsize_t start[2] = {(hsize_t)(kRows * my_rank / rank_count), 0};
  const hsize_t count[2] = {(hsize_t)(kRows * (my_rank + 1) / rank_count) - start[0], kColumns};
  int *values = malloc(count[0] * kColumns * sizeof *values);
  for (hsize_t i = 0; i < count[0] * kColumns; ++i)
    values[i] = value_at(number, start[0] + i / kColumns, i % kColumns);
  const hid_t space = H5Dget_space(dataset);
  const hid_t memory = H5Screate_simple(2, count, NULL);
  const hid_t together = H5Pcreate(H5P_DATASET_XFER);
  H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL);
  H5Pset_dxpl_mpio(together, H5FD_MPIO_COLLECTIVE);
  check(H5Dwrite(dataset, H5T_NATIVE_INT, memory, space, together, values) >= 0,
        "a dataset cannot be written");
  H5Pclose(together);
  H5Sclose(memory);
  H5Sclose(space);
  free(values);
}

static void compare(const char *path) {
  /* Whatever HDF5_VOL_CONNECTOR says. */
  const hid_t list = H5Pcreate(H5P_FILE_ACCESS);
  const hid_t native = H5VLget_connector_id_by_name("native");
  H5Pset_vol(list, native, NULL);
  const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, list);
  check(file >= 0, "the file cannot be opened");
  int *values = malloc(kRows * kColumns * sizeof *values);
  for (int number = 0; number < kDatasets && file >= 0; ++number) {
    char name[8];
    snprintf(name, sizeof name, "x%d", number);
    const hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
    check(H5Dread(dataset, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0,
          "a dataset cannot be read");
    int wrong = 0;
    for (hsize_t i = 0; i < kRows * kColumns; ++i)
      wrong += values[i] != value_at(number, i / kColumns, i % kColumns);
    check(wrong == 0, "wrong values");
    H5Dclose(dataset);
  }
  free(values);
  H5Fclose(file);
  H5VLclose(native);
  H5Pclose(list);
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &my_rank);
  MPI_Comm_size(MPI_COMM_WORLD, &rank_count);
  if (argc != 3) return 2;
  const int must_be_chosen = strcmp(argv[2], "chosen") == 0;
  const hsize_t asked[2] = {kRows, kColumns};
  const hid_t list = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_fapl_mpio(list, MPI_COMM_WORLD, MPI_INFO_NULL);
  const hid_t file = H5Fcreate(argv[1], H5F_ACC_TRUNC, H5P_DEFAULT, list);
  check(file >= 0, "the file cannot be created");
  for (int number = 0; number < kDatasets && file >= 0; ++number) {
    const hid_t dataset = create_dataset(file, number, asked);
    check_shape(dataset, asked, must_be_chosen);
    write_rows(dataset, number);
    H5Dclose(dataset);
  }
  H5Fclose(file);
  H5Pclose(list);
  if (my_rank == 0 && faults == 0) compare(argv[1]);
  MPI_Allreduce(MPI_IN_PLACE, &faults, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
  MPI_Finalize();
  return faults != 0;
}
