/* An application's own filter with can_apply and set_local: app_filter FILE. Prints what the filter
 * was asked and a checksum of every stored chunk; the values are checked here. */
#define H5Dread_chunk_vers 1 /* HDF5 2.x: the function as 1.14 has it */
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kFilter = 300, kRows = 60, kColumns = 40, kCount = kRows * kColumns };

static int can_apply_calls = 0;
static int set_local_calls = 0;

static htri_t can_apply(hid_t dcpl, hid_t type, hid_t space) {
  (void)dcpl;
  (void)space;
  ++can_apply_calls;
  return H5Tget_class(type) == H5T_INTEGER;
}

/* The element size becomes the filter's parameter. */
static herr_t set_local(hid_t dcpl, hid_t type, hid_t space) {
  (void)space;
  const unsigned bytes = (unsigned)H5Tget_size(type);
  ++set_local_calls;
  return H5Pmodify_filter(dcpl, kFilter, H5Z_FLAG_MANDATORY, 1, &bytes);
}

/* Adds the element size to every byte. */
static size_t add(unsigned flags, size_t count, const unsigned values[], size_t bytes,
                  size_t *buffer_bytes, void **buffer) {
  unsigned char *const data = *buffer;
  (void)buffer_bytes;
  if (count != 1) return 0;
  const unsigned shift = flags & H5Z_FLAG_REVERSE ? 256 - values[0] : values[0];
  for (size_t i = 0; i < bytes; ++i) data[i] = (unsigned char)(data[i] + shift);
  return bytes;
}

static const H5Z_class2_t kClass = {H5Z_CLASS_T_VERS, kFilter, 1, 1, "add", can_apply, set_local, add};

static void fail(const char *what) {
  fprintf(stderr, "app_filter: %s\n", what);
  exit(1);
}

int main(int argc, char **argv) {
  const hsize_t extent[] = {kRows, kColumns};
  const hsize_t chunk[] = {20, 15};
  static int values[kCount];
  static int back[kCount];
  if (argc != 2 || H5Zregister(&kClass) < 0) fail("cannot start");
  for (int i = 0; i < kCount; ++i) values[i] = i * 7;
  hid_t file = H5Fcreate(argv[1], H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  hid_t space = H5Screate_simple(2, extent, NULL);
  hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(list, 2, chunk);
  H5Pset_filter(list, kFilter, H5Z_FLAG_MANDATORY, 0, NULL);
  H5Pset_deflate(list, 3);
  hid_t set = H5Dcreate2(file, "x", H5T_NATIVE_INT, space, H5P_DEFAULT, list, H5P_DEFAULT);
  if (H5Dwrite(set, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0) fail("write");
  if (H5Dread(set, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, back) < 0) fail("read");
  if (memcmp(values, back, sizeof values) != 0) fail("other values read");
  printf("can_apply %d, set_local %d\n", can_apply_calls, set_local_calls);
  for (hsize_t row = 0; row < kRows; row += chunk[0]) {
    for (hsize_t column = 0; column < kColumns; column += chunk[1]) {
      const hsize_t offset[] = {row, column};
      static unsigned char stored[20 * 15 * 8];
      hsize_t bytes = 0;
      uint32_t mask = 0;
      unsigned long sum = 5381;
      H5Dget_chunk_storage_size(set, offset, &bytes);
      if (bytes > sizeof stored || H5Dread_chunk(set, H5P_DEFAULT, offset, &mask, stored) < 0)
        fail("read chunk");
      for (hsize_t i = 0; i < bytes; ++i) sum = sum * 33 + stored[i];
      printf("%lu %lu %lx\n", (unsigned long)row, (unsigned long)column, sum);
    }
  }
  if (H5Dclose(set) < 0 || H5Fclose(file) < 0) fail("close");
  return 0;
}
