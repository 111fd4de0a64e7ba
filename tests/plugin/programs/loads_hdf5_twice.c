/* Loads libhdf5 at run time, uses it, unloads it, and does so again: loads_hdf5_twice LIBHDF5 FILE.
 * Not linked to HDF5. Prints the connector that was active each time. */
#include <dlfcn.h>
#include <hdf5.h>
#include <stdio.h>
#include <string.h>

enum { kTruncate = 2 }; /* H5F_ACC_TRUNC, which the macro wraps in calls that would need linking */

#define H5PAVE_FIND(name) __typeof__(&name) found_##name = (__typeof__(&name))dlsym(library, #name)

static int use(const char *path, const char *file_name) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  H5PAVE_FIND(H5Fcreate);
  H5PAVE_FIND(H5Fclose);
  H5PAVE_FIND(H5Gcreate2);
  H5PAVE_FIND(H5Gclose);
  H5PAVE_FIND(H5VLget_connector_name);
  H5PAVE_FIND(H5close);
  hid_t file = found_H5Fcreate(file_name, kTruncate, H5P_DEFAULT, H5P_DEFAULT);
  hid_t group = found_H5Gcreate2(file, "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  char name[32] = "";
  found_H5VLget_connector_name(group, name, sizeof name);
  printf("%s\n", name);
  const int good = found_H5Gclose(group) >= 0 && found_H5Fclose(file) >= 0;
  if (found_H5close() < 0 || !good) return 1;
  return dlclose(library);
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  for (int i = 0; i < 3; ++i)
    if (use(argv[1], argv[2]) != 0) return 1;
  return 0;
}
