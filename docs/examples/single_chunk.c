/* Single Chunk: current extent = maximum = chunk.
 *
 * An ordinary HDF5 program: it knows nothing of h5pave. Stock HDF5 gives its dataset a v1 B-tree,
 * h5pave no index at all, only an address in the object header. Usage: single_chunk FILE
 */
#include <hdf5.h>
#include <stdio.h>

int main(int argc, char** argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: %s FILE\n", argv[0]);
    return 2;
  }
  const hsize_t extent[2] = {30, 10};
  const hsize_t maximum[2] = {30, 10};
  const hsize_t chunk[2] = {30, 10};
  static float values[30][10];
  for (int i = 0; i < 300; i++) values[i / 10][i % 10] = (float)i;

  hid_t file = H5Fcreate(argv[1], H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  hid_t space = H5Screate_simple(2, extent, maximum);
  hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(list, 2, chunk);
  hid_t dataset =
      H5Dcreate2(file, "/data", H5T_NATIVE_FLOAT, space, H5P_DEFAULT, list, H5P_DEFAULT);
  herr_t status = H5Dwrite(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);

  H5Dclose(dataset);
  H5Pclose(list);
  H5Sclose(space);
  return H5Fclose(file) < 0 || status < 0;
}
