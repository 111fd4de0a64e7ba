/* What a VOL connector costs a program that makes many small objects. An unmodified HDF5 program:
 * the connector is chosen by the environment, see run_metadata_overhead.sh.
 *
 *   metadata_overhead WORKLOAD COUNT FILE CONNECTOR
 *
 * WORKLOAD small:   COUNT groups, each with two attributes and two small contiguous datasets, one
 * of which has an attribute; then all of it is opened and read again. WORKLOAD chunked: COUNT
 * chunked datasets are created and closed; then opened and closed again. CONNECTOR:        the
 * connector that must be active ("native", "pass_through", "h5pave"): libhdf5 goes on natively when
 * one cannot be loaded, and a number would mean nothing.
 *
 * Prints "create_wall create_cpu reopen_wall reopen_cpu" in seconds; cpu is user + system. */
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { kElements = 16, kVector = 3, kDatasets = 2 };

typedef struct {
  double wall_s;
  double cpu_s;
} Clock;

static void require(int true_is_good, const char *what) {
  if (true_is_good) return;
  fprintf(stderr, "metadata_overhead: failed: %s\n", what);
  exit(1);
}

static Clock now(void) {
  struct timespec wall;
  struct rusage usage;
  clock_gettime(CLOCK_MONOTONIC, &wall);
  getrusage(RUSAGE_SELF, &usage);
  Clock clock;
  clock.wall_s = (double)wall.tv_sec + 1e-9 * (double)wall.tv_nsec;
  clock.cpu_s = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
  return clock;
}

static void require_connector(hid_t file, const char *expected) {
  char name[64] = "";
  require(H5VLget_connector_name(file, name, sizeof name) > 0, "H5VLget_connector_name");
  if (strcmp(name, expected) == 0) return;
  fprintf(stderr, "metadata_overhead: connector '%s' is active, expected '%s'\n", name, expected);
  exit(1);
}

static void write_attribute(hid_t object, const char *name, hid_t space, const int *values) {
  hid_t attribute = H5Acreate2(object, name, H5T_NATIVE_INT, space, H5P_DEFAULT, H5P_DEFAULT);
  require(attribute >= 0, "H5Acreate2");
  require(H5Awrite(attribute, H5T_NATIVE_INT, values) >= 0, "H5Awrite");
  H5Aclose(attribute);
}

static void read_attribute(hid_t object, const char *name, int expected) {
  int values[kVector] = {-1, -1, -1};
  hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
  require(attribute >= 0, "H5Aopen");
  require(H5Aread(attribute, H5T_NATIVE_INT, values) >= 0, "H5Aread");
  require(values[0] == expected, "attribute has its value");
  H5Aclose(attribute);
}

static void create_small(hid_t file, int count) {
  const hsize_t elements = kElements;
  const hsize_t vector = kVector;
  hid_t scalar_space = H5Screate(H5S_SCALAR);
  hid_t vector_space = H5Screate_simple(1, &vector, NULL);
  hid_t data_space = H5Screate_simple(1, &elements, NULL);
  for (int i = 0; i < count; ++i) {
    char name[32];
    int values[kElements];
    for (int k = 0; k < kElements; ++k) values[k] = i + k;
    snprintf(name, sizeof name, "group%d", i);
    hid_t group = H5Gcreate2(file, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    require(group >= 0, "H5Gcreate2");
    write_attribute(group, "step", scalar_space, values);
    write_attribute(group, "origin", vector_space, values);
    for (int k = 0; k < kDatasets; ++k) {
      snprintf(name, sizeof name, "data%d", k);
      hid_t dataset = H5Dcreate2(group, name, H5T_NATIVE_INT, data_space, H5P_DEFAULT, H5P_DEFAULT,
                                 H5P_DEFAULT);
      require(dataset >= 0, "H5Dcreate2");
      require(H5Dwrite(dataset, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0,
              "H5Dwrite");
      if (k == 0) write_attribute(dataset, "units", scalar_space, values);
      H5Dclose(dataset);
    }
    H5Gclose(group);
  }
  H5Sclose(data_space);
  H5Sclose(vector_space);
  H5Sclose(scalar_space);
}

static void reopen_small(hid_t file, int count) {
  for (int i = 0; i < count; ++i) {
    char name[32];
    snprintf(name, sizeof name, "group%d", i);
    hid_t group = H5Gopen2(file, name, H5P_DEFAULT);
    require(group >= 0, "H5Gopen2");
    read_attribute(group, "step", i);
    read_attribute(group, "origin", i);
    for (int k = 0; k < kDatasets; ++k) {
      int values[kElements] = {0};
      snprintf(name, sizeof name, "data%d", k);
      hid_t dataset = H5Dopen2(group, name, H5P_DEFAULT);
      require(dataset >= 0, "H5Dopen2");
      require(H5Dread(dataset, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0,
              "H5Dread");
      require(values[kElements - 1] == i + kElements - 1, "dataset has its values");
      if (k == 0) read_attribute(dataset, "units", i);
      H5Dclose(dataset);
    }
    H5Gclose(group);
  }
}

static void create_chunked(hid_t file, int count) {
  const hsize_t extent[2] = {1000, 100};
  const hsize_t chunk[2] = {10, 100};
  hid_t space = H5Screate_simple(2, extent, NULL);
  hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  require(H5Pset_chunk(list, 2, chunk) >= 0 && H5Pset_deflate(list, 1) >= 0, "creation list");
  for (int i = 0; i < count; ++i) {
    char name[32];
    snprintf(name, sizeof name, "data%d", i);
    hid_t dataset = H5Dcreate2(file, name, H5T_NATIVE_FLOAT, space, H5P_DEFAULT, list, H5P_DEFAULT);
    require(dataset >= 0, "H5Dcreate2");
    H5Dclose(dataset);
  }
  H5Pclose(list);
  H5Sclose(space);
}

static void reopen_chunked(hid_t file, int count) {
  for (int i = 0; i < count; ++i) {
    char name[32];
    snprintf(name, sizeof name, "data%d", i);
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
    require(dataset >= 0, "H5Dopen2");
    H5Dclose(dataset);
  }
}

int main(int argc, char **argv) {
  if (argc != 5) {
    fprintf(stderr, "usage: metadata_overhead small|chunked COUNT FILE CONNECTOR\n");
    return 2;
  }
  const int is_small = strcmp(argv[1], "small") == 0;
  const int count = atoi(argv[2]);
  require(is_small || strcmp(argv[1], "chunked") == 0, "the workload is small or chunked");
  require(count > 0, "the count is positive");

  const Clock start = now();
  hid_t file = H5Fcreate(argv[3], H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  require(file >= 0, "H5Fcreate");
  require_connector(file, argv[4]);
  (is_small ? create_small : create_chunked)(file, count);
  require(H5Fclose(file) >= 0, "H5Fclose after writing");
  const Clock created = now();

  file = H5Fopen(argv[3], H5F_ACC_RDONLY, H5P_DEFAULT);
  require(file >= 0, "H5Fopen");
  (is_small ? reopen_small : reopen_chunked)(file, count);
  require(H5Fclose(file) >= 0, "H5Fclose after reading");
  const Clock reopened = now();

  printf("%.6f %.6f %.6f %.6f\n", created.wall_s - start.wall_s, created.cpu_s - start.cpu_s,
         reopened.wall_s - created.wall_s, reopened.cpu_s - created.cpu_s);
  return 0;
}
