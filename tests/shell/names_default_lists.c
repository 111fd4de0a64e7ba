/* A program that names H5P_DATASET_XFER_DEFAULT and an error class itself: the linker gives it
   copies of those variables of libhdf5, and libhdf5 uses the copies. Prints every record that a
   failing H5Dset_extent of a contiguous dataset leaves. */
#include <hdf5.h>
#include <stdio.h>

static herr_t show(unsigned n, const H5E_error2_t *record, void *unused) {
  (void)n;
  (void)unused;
  printf("%s\n", record->func_name);
  return 0;
}

static herr_t show_all(hid_t stack, void *unused) {
  return H5Ewalk2(stack, H5E_WALK_DOWNWARD, show, unused);
}

int main(int count, char **arguments) {
  hsize_t length = 10;
  hid_t file = count == 2 ? H5Fcreate(arguments[1], H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT) : -1;
  hid_t space = H5Screate_simple(1, &length, NULL);
  hid_t dataset =
      H5Dcreate2(file, "x", H5T_NATIVE_INT, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  if (dataset < 0 || H5P_LST_DATASET_XFER_ID_g < 0 || H5E_ERR_CLS_g < 0 || H5E_VOL_g < 0) return 2;
  H5Eset_auto2(H5E_DEFAULT, show_all, NULL);
  length = 20;
  H5Dset_extent(dataset, &length);
  H5Dclose(dataset);
  H5Sclose(space);
  return H5Fclose(file) < 0;
}
