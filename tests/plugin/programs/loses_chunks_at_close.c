/* The disk is full when a dataset is closed that h5pave holds a chunk of, and has room again when
 * the file is closed: loses_chunks_at_close FILE. Prints what closing answered. */
#include <hdf5.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

enum { kCount = 100000, kWritten = 1000 };

int main(int argc, char **argv) {
  const hsize_t extent = kCount;
  const hsize_t written = kWritten;
  const hsize_t start = 0;
  static int values[kCount];
  struct stat now;
  struct rlimit limit;
  if (argc != 2) return 2;
  for (int i = 0; i < kCount; ++i) values[i] = rand();
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  signal(SIGXFSZ, SIG_IGN);
  hid_t file = H5Fcreate(argv[1], H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  hid_t space = H5Screate_simple(1, &extent, NULL);
  hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(list, 1, &extent);
  H5Pset_deflate(list, 1);
  hid_t kept = H5Dcreate2(file, "kept", H5T_NATIVE_INT, space, H5P_DEFAULT, list, H5P_DEFAULT);
  hid_t lost = H5Dcreate2(file, "lost", H5T_NATIVE_INT, space, H5P_DEFAULT, list, H5P_DEFAULT);
  H5Dwrite(kept, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
  H5Fflush(file, H5F_SCOPE_LOCAL);
  H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &written, NULL);
  hid_t memory = H5Screate_simple(1, &written, NULL);
  printf("written: %s\n",
         H5Dwrite(lost, H5T_NATIVE_INT, memory, space, H5P_DEFAULT, values) < 0 ? "no" : "yes");
  stat(argv[1], &now);
  getrlimit(RLIMIT_FSIZE, &limit);
  const rlim_t room = limit.rlim_cur;
  limit.rlim_cur = (rlim_t)now.st_size;
  setrlimit(RLIMIT_FSIZE, &limit);
  printf("lost closed: %s\n", H5Dclose(lost) < 0 ? "no" : "yes");
  limit.rlim_cur = room;
  setrlimit(RLIMIT_FSIZE, &limit);
  printf("kept closed: %s\n", H5Dclose(kept) < 0 ? "no" : "yes");
  printf("file closed: %s\n", H5Fclose(file) < 0 ? "no" : "yes");
  printf("open objects: %d\n", (int)H5Fget_obj_count((hid_t)H5F_OBJ_ALL, H5F_OBJ_ALL));
  fflush(stdout);
  return 0;
}
