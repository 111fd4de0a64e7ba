/* Writes a part of a chunk of datasets with each kind of index, and ends with all of them open:
 * ends_with_open_datasets FILE exit|H5close */
#include <hdf5.h>
#include <stdlib.h>
#include <string.h>

static int write_part(hid_t file, const char *name, hsize_t rows, hsize_t columns) {
  const hsize_t extent[2] = {20, 20};
  const hsize_t most[2] = {rows, columns};
  const hsize_t chunk[2] = {10, 10};
  const hsize_t start[2] = {3, 4};
  const hsize_t count[2] = {1, 5};
  const int values[5] = {1, 2, 3, 4, 5};
  hid_t space = H5Screate_simple(2, extent, most);
  hid_t memory = H5Screate_simple(2, count, NULL);
  hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(list, 2, chunk);
  H5Pset_deflate(list, 4);
  hid_t dataset = H5Dcreate2(file, name, H5T_NATIVE_INT, space, H5P_DEFAULT, list, H5P_DEFAULT);
  H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL);
  return dataset >= 0 &&
         H5Dwrite(dataset, H5T_NATIVE_INT, memory, space, H5P_DEFAULT, values) >= 0;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  hid_t file = H5Fcreate(argv[1], H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  if (!write_part(file, "fixed array", 20, 20) ||
      !write_part(file, "extensible array", H5S_UNLIMITED, 20) ||
      !write_part(file, "v2 B-tree", H5S_UNLIMITED, H5S_UNLIMITED))
    return 1;
  if (strcmp(argv[2], "H5close") == 0) return H5close() < 0;
  exit(0);
}
