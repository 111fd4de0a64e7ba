/* How often a filter of the program's own decodes chunks that are larger than libhdf5's default chunk
 * cache, when rows are read one after the other: counting_filter FILE WAY, WAY being open, object
 * (H5Oopen), sized (the program chose the cache), file_sized (in the file's access list). Prints the
 * chunks decoded and the bytes of the cache. */
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kFilter = 301, kRows = 64, kColumns = 1 << 18, kChunkRows = 16, kChunkColumns = 1 << 17 };

static int decoded = 0;

static size_t count(unsigned flags, size_t values, const unsigned value[], size_t bytes, size_t *buffer_bytes,
                    void **buffer) {
  (void)values, (void)value, (void)buffer_bytes, (void)buffer;
  if (flags & H5Z_FLAG_REVERSE) ++decoded;
  return bytes;
}

static const H5Z_class2_t kClass = {H5Z_CLASS_T_VERS, kFilter, 1, 1, "count", NULL, NULL, count};

static void require(int fine, const char *what) {
  if (fine) return;
  fprintf(stderr, "counting_filter: %s\n", what);
  exit(1);
}

static int value_at(hsize_t row, hsize_t column) { return (int)(row * 1000003 + column); }

static void write_file(const char *name) {
  const hsize_t extent[] = {kRows, kColumns};
  const hsize_t chunk[] = {kChunkRows, kChunkColumns};
  int *const values = malloc(sizeof(int) * kRows * kColumns);
  hid_t file = H5Fcreate(name, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  hid_t space = H5Screate_simple(2, extent, NULL);
  hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  require(values != NULL, "no memory");
  for (hsize_t row = 0; row < kRows; ++row)
    for (hsize_t column = 0; column < kColumns; ++column)
      values[row * kColumns + column] = value_at(row, column);
  H5Pset_chunk(list, 2, chunk);
  H5Pset_filter(list, kFilter, H5Z_FLAG_MANDATORY, 0, NULL);
  hid_t set = H5Dcreate2(file, "x", H5T_NATIVE_INT, space, H5P_DEFAULT, list, H5P_DEFAULT);
  require(H5Dwrite(set, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0, "write");
  require(H5Dclose(set) >= 0 && H5Pclose(list) >= 0 && H5Sclose(space) >= 0 && H5Fclose(file) >= 0,
          "close");
  free(values);
}

static hid_t open_set(hid_t file, const char *way) {
  hid_t access = H5Pcreate(H5P_DATASET_ACCESS);
  hid_t set;
  if (strcmp(way, "sized") == 0)
    require(H5Pset_chunk_cache(access, 101, 2 << 20, 0.5) >= 0, "size the cache");
  set = strcmp(way, "object") == 0 ? H5Oopen(file, "x", H5P_DEFAULT) : H5Dopen2(file, "x", access);
  H5Pclose(access);
  require(set >= 0, "open");
  return set;
}

static void read_rows(hid_t set) {
  const hsize_t row_count[] = {1, kColumns};
  int *const values = malloc(sizeof(int) * kColumns);
  hid_t space = H5Dget_space(set);
  hid_t memory = H5Screate_simple(2, row_count, NULL);
  for (hsize_t row = 0; row < kRows; ++row) {
    const hsize_t start[] = {row, 0};
    H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, row_count, NULL);
    require(H5Dread(set, H5T_NATIVE_INT, memory, space, H5P_DEFAULT, values) >= 0, "read");
    for (hsize_t column = 0; column < kColumns; ++column)
      require(values[column] == value_at(row, column), "a value is wrong");
  }
  H5Sclose(memory);
  H5Sclose(space);
  free(values);
}

int main(int argc, char **argv) {
  size_t slots = 0;
  size_t bytes = 0;
  double preemption = 0;
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  require(argc == 3 && H5Zregister(&kClass) >= 0, "cannot start");
  write_file(argv[1]);
  if (strcmp(argv[2], "file_sized") == 0) H5Pset_cache(access, 0, 101, 3 << 20, 0.5);
  hid_t file = H5Fopen(argv[1], H5F_ACC_RDONLY, access);
  hid_t set = open_set(file, argv[2]);
  hid_t list = H5Dget_access_plist(set);
  decoded = 0;
  read_rows(set);
  H5Pget_chunk_cache(list, &slots, &bytes, &preemption);
  printf("%d %zu\n", decoded, bytes);
  require(H5Pclose(list) >= 0 && H5Dclose(set) >= 0 && H5Fclose(file) >= 0 && H5Pclose(access) >= 0,
          "close");
  return 0;
}
