/* Opens a file, forks; the child writes a file of its own and ends, then the parent goes on:
 * forks PARENT_FILE CHILD_FILE. Prints the process ids of parent and child. */
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static hid_t write_dataset(hid_t file) {
  const hsize_t extent = 100;
  const hsize_t chunk = 10;
  int values[100];
  for (int i = 0; i < 100; ++i) values[i] = i;
  hid_t space = H5Screate_simple(1, &extent, NULL);
  hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(list, 1, &chunk);
  hid_t dataset = H5Dcreate2(file, "d", H5T_NATIVE_INT, space, H5P_DEFAULT, list, H5P_DEFAULT);
  herr_t status = H5Dwrite(dataset, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
  H5Dclose(dataset);
  H5Pclose(list);
  H5Sclose(space);
  return status;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  hid_t first = H5Fcreate(argv[1], H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  if (first < 0) return 1;
  const pid_t child = fork();
  if (child == 0) {
    hid_t own = H5Fcreate(argv[2], H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const int good = own >= 0 && write_dataset(own) >= 0 && H5Fclose(own) >= 0;
    exit(good ? 0 : 1);
  }
  int status = 0;
  if (waitpid(child, &status, 0) != child || status != 0) return 1;
  if (write_dataset(first) < 0 || H5Fclose(first) < 0) return 1;
  printf("%ld %ld\n", (long)getpid(), (long)child);
  return 0;
}
