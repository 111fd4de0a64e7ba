/* A large field written by all ranks together: plain parallel HDF5 that knows nothing of h5pave.
 *
 *   mpiexec -n N mpi_field FILE float|double
 *
 * 64 MiB of float32 in the file, gzip-4, shuffle; each rank writes its rows, which it holds as float or
 * double. Prints the seconds from creating the file to closing it; the exit status is 1 when a call
 * failed on some rank. */
#include <hdf5.h>
#include <math.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kRows = 4096, kColumns = 4096 };

/* The rows of this rank: a temperature-like field with noise of about 0.01. */
static void fill(float *values, hsize_t first, hsize_t count) {
  unsigned long long state = 88172645463325252ULL + first;
  for (hsize_t row = 0; row < count; ++row) {
    for (hsize_t column = 0; column < kColumns; ++column) {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      const double noise = (double)(state >> 40) / 16777216.0 - 0.5;
      values[row * kColumns + column] =
          (float)(285 + 18 * sin((double)(first + row) / 60) * cos((double)column / 90) + 0.03 * noise);
    }
  }
}

int main(int argc, char **argv) {
  int rank = 0;
  int ranks = 1;
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  if (argc != 3) MPI_Abort(MPI_COMM_WORLD, 2);
  const hsize_t extent[] = {kRows, kColumns};
  const hsize_t chunk[] = {256, 1024};
  const hsize_t start[] = {kRows * (hsize_t)rank / (hsize_t)ranks, 0};
  const hsize_t count[] = {kRows * (hsize_t)(rank + 1) / (hsize_t)ranks - start[0], kColumns};
  float *const field = malloc(sizeof(float) * count[0] * kColumns);
  double *const wide = malloc(sizeof(double) * count[0] * kColumns);
  if (field == NULL || wide == NULL) MPI_Abort(MPI_COMM_WORLD, 2);
  fill(field, start[0], count[0]);
  for (hsize_t i = 0; i < count[0] * kColumns; ++i) wide[i] = field[i];
  const int is_wide = strcmp(argv[2], "double") == 0;

  MPI_Barrier(MPI_COMM_WORLD);
  const double begin = MPI_Wtime();
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_fapl_mpio(access, MPI_COMM_WORLD, MPI_INFO_NULL);
  hid_t file = H5Fcreate(argv[1], H5F_ACC_TRUNC, H5P_DEFAULT, access);
  hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(list, 2, chunk);
  H5Pset_shuffle(list);
  H5Pset_deflate(list, 4);
  hid_t space = H5Screate_simple(2, extent, NULL);
  hid_t set = H5Dcreate2(file, "field", H5T_IEEE_F32LE, space, H5P_DEFAULT, list, H5P_DEFAULT);
  hid_t memory = H5Screate_simple(2, count, NULL);
  H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL);
  hid_t together = H5Pcreate(H5P_DATASET_XFER);
  H5Pset_dxpl_mpio(together, H5FD_MPIO_COLLECTIVE);
  int failed = is_wide ? H5Dwrite(set, H5T_NATIVE_DOUBLE, memory, space, together, wide) < 0
                       : H5Dwrite(set, H5T_NATIVE_FLOAT, memory, space, together, field) < 0;
  H5Pclose(together);
  H5Sclose(memory);
  H5Sclose(space);
  H5Pclose(list);
  H5Dclose(set);
  failed = H5Fclose(file) < 0 || failed;
  H5Pclose(access);
  MPI_Allreduce(MPI_IN_PLACE, &failed, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
  if (rank == 0 && !failed) printf("%.6f\n", MPI_Wtime() - begin);
  free(wide);
  free(field);
  MPI_Finalize();
  return failed;
}
