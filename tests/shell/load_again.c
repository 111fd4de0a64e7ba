/* Loads libhdf5 at run time, writes a file, unloads it, and does so again. Arguments: the number of
 * rounds and the libraries to use in turn. Not linked to any libhdf5. */
#include <dlfcn.h>
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>

#define LOOK_UP(name)                             \
  do {                                            \
    *(void **)&my_##name = dlsym(library, #name); \
    if (my_##name == NULL) {                      \
      fprintf(stderr, "no symbol %s\n", #name);   \
      return 1;                                   \
    }                                             \
  } while (0)
#define DECLARE(name) static __typeof__(&name) my_##name
DECLARE(H5open);
DECLARE(H5close);
DECLARE(H5Fcreate);
DECLARE(H5Fclose);
DECLARE(H5Screate_simple);
DECLARE(H5Sclose);
DECLARE(H5Pcreate);
DECLARE(H5Pset_chunk);
DECLARE(H5Pclose);
DECLARE(H5Dcreate2);
DECLARE(H5Dwrite);
DECLARE(H5Dclose);

static int look_up(void *library) {
  LOOK_UP(H5open);
  LOOK_UP(H5close);
  LOOK_UP(H5Fcreate);
  LOOK_UP(H5Fclose);
  LOOK_UP(H5Screate_simple);
  LOOK_UP(H5Sclose);
  LOOK_UP(H5Pcreate);
  LOOK_UP(H5Pset_chunk);
  LOOK_UP(H5Pclose);
  LOOK_UP(H5Dcreate2);
  LOOK_UP(H5Dwrite);
  LOOK_UP(H5Dclose);
  return 0;
}

static int write_file(void *library, int round) {
  const unsigned truncate = 2; /* H5F_ACC_TRUNC, which would call the library by name */
  char name[40];
  int values[30][10];
  hsize_t extent[2] = {30, 10}, maximum[2] = {H5S_UNLIMITED, 10}, chunk[2] = {3, 2};
  for (int i = 0; i < 300; i++) values[i / 10][i % 10] = i + round;
  snprintf(name, sizeof name, "round%d.h5", round);
  if (my_H5open() < 0) return 1;
  hid_t class_id = *(hid_t *)dlsym(library, "H5P_CLS_DATASET_CREATE_ID_g");
  hid_t int_id = *(hid_t *)dlsym(library, "H5T_NATIVE_INT_g");
  hid_t file = my_H5Fcreate(name, truncate, H5P_DEFAULT, H5P_DEFAULT);
  hid_t space = my_H5Screate_simple(2, extent, maximum);
  hid_t list = my_H5Pcreate(class_id);
  my_H5Pset_chunk(list, 2, chunk);
  hid_t set = my_H5Dcreate2(file, "x", int_id, space, H5P_DEFAULT, list, H5P_DEFAULT);
  herr_t written = my_H5Dwrite(set, int_id, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
  my_H5Dclose(set);
  my_H5Pclose(list);
  my_H5Sclose(space);
  return my_H5Fclose(file) < 0 || written < 0;
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  for (int round = 0; round < atoi(argv[1]); round++) {
    const char *path = argv[2 + round % (argc - 2)];
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
      fprintf(stderr, "%s\n", dlerror());
      return 1;
    }
    if (look_up(library) != 0 || write_file(library, round) != 0) return 1;
    /* Some rounds end the library by hand and use it once more, some leave that to dlclose(). */
    if (round % 2 == 1 && (my_H5close() < 0 || write_file(library, round) != 0)) return 1;
    if (round % 3 != 2 && my_H5close() < 0) return 1;
    if (dlclose(library) != 0) return 1;
    void *still = dlopen(path, RTLD_NOW | RTLD_NOLOAD);
    printf("round %d: %s\n", round, still ? "still loaded" : "unloaded");
    if (still != NULL) dlclose(still);
  }
  return 0;
}
