/* An unmodified MPI program that asks an open file about its driver, in all the ways that depend on
 * libhdf5 taking the file for one of its own mpio driver; and opens and closes very many files.
 *
 *   mpiexec -n N driver_tap FILE CONNECTOR
 *
 * CONNECTOR ("native" or "h5pave") is what must be active. All ranks exit alike: 0, or 1 when any
 * rank found a fault. */
#include <hdf5.h>
#include <mpi.h>
#include <stdio.h>
#include <string.h>

enum { kManyFiles = 60, kValues = 100 };

static int my_rank = 0;
static int rank_count = 1;
static int faults = 0;

static void check(int is_good, const char *what) {
  if (is_good) return;
  ++faults;
  fprintf(stderr, "rank %d of %d: %s\n", my_rank, rank_count, what);
}

static hid_t parallel_access(void) {
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_fapl_mpio(access, MPI_COMM_WORLD, MPI_INFO_NULL);
  return access;
}

static hid_t create(const char *path, hsize_t userblock) {
  hid_t access = parallel_access();
  hid_t creation = H5Pcreate(H5P_FILE_CREATE);
  if (userblock > 0) H5Pset_userblock(creation, userblock);
  hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, creation, access);
  H5Pclose(creation);
  H5Pclose(access);
  return file;
}

static void check_driver(hid_t file) {
  hid_t access = H5Fget_access_plist(file);
  check(H5Pget_driver(access) == H5FD_MPIO, "the access list has the mpio driver");
  MPI_Comm comm = MPI_COMM_NULL;
  MPI_Info info = MPI_INFO_NULL;
  int size = 0;
  check(H5Pget_fapl_mpio(access, &comm, &info) >= 0, "the access list tells its communicator");
  if (comm != MPI_COMM_NULL) {
    MPI_Comm_size(comm, &size);
    MPI_Comm_free(&comm);
  }
  if (info != MPI_INFO_NULL) MPI_Info_free(&info);
  check(size == rank_count, "the communicator has all ranks");
  H5Pclose(access);
}

static void check_atomicity(hid_t file) {
  hbool_t atomic = 1;
  check(H5Fget_mpi_atomicity(file, &atomic) >= 0 && !atomic, "a file starts without atomicity");
  check(H5Fset_mpi_atomicity(file, 1) >= 0, "set atomicity");
  check(H5Fget_mpi_atomicity(file, &atomic) >= 0 && atomic, "atomicity is set");
  check(H5Fset_mpi_atomicity(file, 0) >= 0, "unset atomicity");
}

static void check_handle(hid_t file) {
  void *handle = NULL;
  MPI_Offset bytes = -1;
  check(H5Fget_vfd_handle(file, H5P_DEFAULT, &handle) >= 0 && handle != NULL, "the MPI handle");
  if (handle != NULL) MPI_File_get_size(*(MPI_File *)handle, &bytes);
  check(bytes >= 0, "the MPI handle works");
}

/* Unfiltered data by all ranks, collectively; what the tap must let through. Chunks of its own for
 * a dataset that can grow, whose index h5pave chooses. */
static void check_data(hid_t file, const char *name, int is_chunked) {
  const hsize_t extent = (hsize_t)(kValues * rank_count);
  const hsize_t start = (hsize_t)(kValues * my_rank);
  const hsize_t count = kValues;
  int values[kValues];
  for (int i = 0; i < kValues; ++i) values[i] = my_rank * 1000 + i;
  const hsize_t unlimited = H5S_UNLIMITED;
  const hsize_t chunk = 7;
  hid_t file_space = H5Screate_simple(1, &extent, is_chunked ? &unlimited : NULL);
  hid_t memory_space = H5Screate_simple(1, &count, NULL);
  hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  if (is_chunked) H5Pset_chunk(list, 1, &chunk);
  hid_t set =
      H5Dcreate2(file, name, H5T_NATIVE_INT, file_space, H5P_DEFAULT, list, H5P_DEFAULT);
  H5Pclose(list);
  H5Sselect_hyperslab(file_space, H5S_SELECT_SET, &start, NULL, &count, NULL);
  hid_t collective = H5Pcreate(H5P_DATASET_XFER);
  H5Pset_dxpl_mpio(collective, H5FD_MPIO_COLLECTIVE);
  check(H5Dwrite(set, H5T_NATIVE_INT, memory_space, file_space, collective, values) >= 0, "write");
  memset(values, 0, sizeof values);
  check(H5Dread(set, H5T_NATIVE_INT, memory_space, file_space, collective, values) >= 0, "read");
  for (int i = 0; i < kValues; ++i)
    if (values[i] != my_rank * 1000 + i) {
      check(0, "a value read is wrong");
      break;
    }
  H5Pclose(collective);
  H5Dclose(set);
  H5Sclose(memory_space);
  H5Sclose(file_space);
}

static void check_many_files(const char *path) {
  hid_t files[kManyFiles];
  char name[4200];
  for (int i = 0; i < kManyFiles; ++i) {
    snprintf(name, sizeof name, "%s.%d", path, i % 4);
    files[i] = create(name, 0);
    check(files[i] >= 0, "create one of many files");
    if (i >= 3) check(H5Fclose(files[i - 3]) >= 0, "close one of many files");
  }
  for (int i = kManyFiles - 3; i < kManyFiles; ++i)
    check(H5Fclose(files[i]) >= 0, "close one of the last files");
}

static void check_missing_file(void) {
  hid_t access = parallel_access();
  hid_t file = H5I_INVALID_HID;
  H5E_BEGIN_TRY { file = H5Fopen("there is no such file.h5", H5F_ACC_RDONLY, access); }
  H5E_END_TRY
  check(file < 0, "a file that is not there is not opened");
  H5Pclose(access);
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &my_rank);
  MPI_Comm_size(MPI_COMM_WORLD, &rank_count);
  if (argc != 3) MPI_Abort(MPI_COMM_WORLD, 2);
  char connector[32] = "";
  hid_t file = create(argv[1], 512);
  H5VLget_connector_name(file, connector, sizeof connector);
  check(strcmp(connector, argv[2]) == 0, "the connector is not the one expected");
  check_driver(file);
  check_atomicity(file);
  check_handle(file);
  check_data(file, "first", 0);
  check_data(file, "first in chunks", 1);
  hid_t again = H5Freopen(file);
  check(again >= 0, "reopen");
  check_driver(again);
  check(H5Fclose(file) >= 0, "close");
  check_data(again, "second", 1);
  check(H5Fclose(again) >= 0, "close the reopened file");
  check_missing_file();
  check_many_files(argv[1]);

  int all_faults = 0;
  MPI_Allreduce(&faults, &all_faults, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
  if (my_rank == 0) printf("%s, %d ranks: %d faults\n", connector, rank_count, all_faults);
  /* libhdf5 complains here of references that were not given back. */
  H5close();
  MPI_Finalize();
  return all_faults == 0 ? 0 : 1;
}
