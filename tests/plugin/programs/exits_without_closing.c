/* Writes a chunked dataset and ends without closing anything: exits_without_closing FILE */
#include <hdf5.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  const hsize_t extent = 100;
  const hsize_t chunk = 10;
  int values[100];
  for (int i = 0; i < 100; ++i) values[i] = i;
  if (argc != 2) return 2;
  hid_t file = H5Fcreate(argv[1], H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  hid_t space = H5Screate_simple(1, &extent, NULL);
  hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(list, 1, &chunk);
  hid_t dataset = H5Dcreate2(file, "d", H5T_NATIVE_INT, space, H5P_DEFAULT, list, H5P_DEFAULT);
  if (dataset < 0) return 1;
  if (H5Dwrite(dataset, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0) return 1;
  exit(getenv("H5PAVE_TEST_FAILS") == NULL ? 0 : 3);
}
