/* A program that needs the filter of xor_filter.c: needs_filter FILE [reset]. With reset it first sets
 * the folders of plugins by HDF5_PLUGIN_PATH, as netCDF-C 4.9.3 does. Prints the connector and whether
 * the filter was found and the values came back. */
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kFilter = 302, kValues = 10000 };

static void reset_folders(void) {
  unsigned count = 0;
  H5PLsize(&count);
  while (count > 0) H5PLremove(--count);
  char *const folders = strdup(getenv("HDF5_PLUGIN_PATH"));
  for (char *folder = strtok(folders, ":"); folder != NULL; folder = strtok(NULL, ":")) H5PLappend(folder);
  free(folders);
}

int main(int argc, char **argv) {
  static int values[kValues], read[kValues];
  const hsize_t extent = kValues, chunk = 1000;
  char connector[32] = "";
  if (argc > 2 && strcmp(argv[2], "reset") == 0) reset_folders();
  hid_t file = H5Fcreate(argv[1], H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  H5VLget_connector_name(file, connector, sizeof connector);
  if (H5Zfilter_avail(kFilter) <= 0) {
    printf("%s, no filter\n", connector);
    H5Fclose(file);
    return 1;
  }
  hid_t space = H5Screate_simple(1, &extent, NULL);
  hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(list, 1, &chunk);
  H5Pset_filter(list, kFilter, H5Z_FLAG_MANDATORY, 0, NULL);
  hid_t set = H5Dcreate2(file, "x", H5T_NATIVE_INT, space, H5P_DEFAULT, list, H5P_DEFAULT);
  for (int i = 0; i < kValues; ++i) values[i] = 3 * i;
  const int fine = H5Dwrite(set, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0 &&
                   H5Dread(set, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, read) >= 0 &&
                   memcmp(values, read, sizeof values) == 0;
  H5Dclose(set), H5Pclose(list), H5Sclose(space), H5Fclose(file);
  printf("%s, %s\n", connector, fine ? "values" : "wrong values");
  return fine ? 0 : 1;
}
