/* The file grows beyond what the process may write while it is closed: fails_to_close FILE. Prints
 * each line that HDF5 reports, and whether closing failed. */
#include <hdf5.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>

static herr_t print_record(unsigned n, const H5E_error2_t *error, void *unused) {
  (void)n;
  (void)unused;
  printf("%s\n", error->func_name);
  return 0;
}

static herr_t print_stack(hid_t stack, void *unused) {
  (void)unused;
  printf("error stack:\n");
  return H5Ewalk2(stack, H5E_WALK_DOWNWARD, print_record, NULL);
}

int main(int argc, char **argv) {
  const hsize_t extent = 100000;
  const hsize_t chunk = 1000;
  static int values[100000];
  if (argc != 2) return 2;
  H5Eset_auto2(H5E_DEFAULT, print_stack, NULL);
  signal(SIGXFSZ, SIG_IGN);
  hid_t file = H5Fcreate(argv[1], H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  hid_t space = H5Screate_simple(1, &extent, NULL);
  hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(list, 1, &chunk);
  hid_t dataset = H5Dcreate2(file, "d", H5T_NATIVE_INT, space, H5P_DEFAULT, list, H5P_DEFAULT);
  H5Dwrite(dataset, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
  const struct rlimit little = {5000, 5000};
  setrlimit(RLIMIT_FSIZE, &little);
  printf("dataset closed: %s\n", H5Dclose(dataset) < 0 ? "no" : "yes");
  printf("file closed: %s\n", H5Fclose(file) < 0 ? "no" : "yes");
  fflush(stdout);
  return 0;
}
