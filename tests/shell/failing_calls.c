/* Calls that fail, with HDF5's automatic printing of errors as a program has it by default. */
#include <hdf5.h>
#include <stdio.h>

#define TELL(call)                                                 \
  do {                                                             \
    fprintf(stderr, "--- %s\n", #call);                            \
    long long result = (long long)(call);                          \
    fprintf(stderr, "=== %s\n", result < 0 ? "failed" : "passed"); \
  } while (0)

int main(void) {
  hsize_t extent[2] = {3, 10}, maximum[2] = {5, H5S_UNLIMITED}, chunk[2] = {4, 10},
          beyond[2] = {6, 10};
  hsize_t start[2] = {2, 5}, count[2] = {2, 6};
  int values[30] = {0};
  unsigned char garbage[4096] = {1, 2, 3};
  hid_t file = H5Fcreate("a.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  hid_t fixed = H5Screate_simple(2, extent, NULL);
  hid_t growing = H5Screate_simple(2, extent, maximum);
  hid_t line = H5Screate_simple(1, extent, NULL);
  hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(list, 2, chunk);
  hid_t set = H5Dcreate2(file, "set", H5T_NATIVE_INT, growing, H5P_DEFAULT, list, H5P_DEFAULT);
  hid_t group = H5Gcreate2(file, "group", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);

  FILE *bad = fopen("bad.h5", "wb");
  fwrite(garbage, 1, sizeof garbage, bad);
  fclose(bad);

  TELL(H5Fopen("missing.h5", H5F_ACC_RDONLY, H5P_DEFAULT));
  TELL(H5Fopen("bad.h5", H5F_ACC_RDWR, H5P_DEFAULT));
  TELL(H5Fopen("/", H5F_ACC_RDWR, H5P_DEFAULT));
  TELL(H5Fcreate("a.h5", H5F_ACC_EXCL, H5P_DEFAULT, H5P_DEFAULT));
  TELL(H5Fcreate("/no/such/folder/a.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
  TELL(H5Fis_accessible("missing.h5", H5P_DEFAULT));
  TELL(H5Fis_accessible("bad.h5", H5P_DEFAULT));
  TELL(H5Fdelete("missing.h5", H5P_DEFAULT));
  TELL(H5Dopen2(file, "missing", H5P_DEFAULT));
  TELL(H5Dopen2(file, "group", H5P_DEFAULT));
  TELL(H5Gopen2(file, "set", H5P_DEFAULT));
  TELL(H5Oopen(file, "group/missing/x", H5P_DEFAULT));
  TELL(H5Dcreate2(file, "set", H5T_NATIVE_INT, growing, H5P_DEFAULT, list, H5P_DEFAULT));
  TELL(H5Dcreate2(file, "no/way/to", H5T_NATIVE_INT, growing, H5P_DEFAULT, list, H5P_DEFAULT));
  TELL(H5Dcreate2(file, "chunk too large", H5T_NATIVE_INT, fixed, H5P_DEFAULT, list, H5P_DEFAULT));
  TELL(H5Dcreate2(file, "rank", H5T_NATIVE_INT, line, H5P_DEFAULT, list, H5P_DEFAULT));
  TELL(H5Dcreate2(file, "type", H5P_DATASET_CREATE, fixed, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  TELL(H5Dset_extent(set, beyond));
  TELL(H5Awrite(set, H5T_NATIVE_INT, values));
  TELL(H5Aopen(set, "missing", H5P_DEFAULT));
  TELL(H5Adelete(set, "missing"));
  TELL(H5Ldelete(file, "missing", H5P_DEFAULT));
  TELL(H5Lmove(file, "missing", file, "moved", H5P_DEFAULT, H5P_DEFAULT));
  TELL(H5Ocopy(file, "missing", file, "copy", H5P_DEFAULT, H5P_DEFAULT));
  TELL(H5Gcreate2(file, "group", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  H5Sselect_hyperslab(growing, H5S_SELECT_SET, start, NULL, count, NULL);
  TELL(H5Dread(set, H5T_NATIVE_INT, H5S_ALL, growing, H5P_DEFAULT, values));
  TELL(H5Dwrite(set, H5T_NATIVE_INT, line, H5S_ALL, H5P_DEFAULT, values));
  TELL(H5Dread(set, H5T_C_S1, H5S_ALL, H5S_ALL, H5P_DEFAULT, values));
  TELL(H5Fstart_swmr_write(file));
  TELL(H5Fmount(group, "missing", file, H5P_DEFAULT));
  H5Dclose(set);
  H5Gclose(group);
  TELL(H5Fclose(file));

  file = H5Fopen("a.h5", H5F_ACC_RDONLY, H5P_DEFAULT);
  set = H5Dopen2(file, "set", H5P_DEFAULT);
  TELL(H5Dwrite(set, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values));
  TELL(H5Dset_extent(set, extent));
  TELL(H5Gcreate2(file, "new", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  TELL(H5Dcreate2(file, "new", H5T_NATIVE_INT, growing, H5P_DEFAULT, list, H5P_DEFAULT));
  TELL(H5Dclose(set));
  TELL(H5Fclose(file));
  return 0;
}
