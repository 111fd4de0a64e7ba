/* A filter in a plugin of its own, as third parties make them: turns every byte over. */
#include <hdf5.h>
#include <H5PLextern.h>

static size_t turn_over(unsigned flags, size_t values, const unsigned value[], size_t bytes, size_t *buffer_bytes,
                        void **buffer) {
  unsigned char *const byte = *buffer;
  (void)flags, (void)values, (void)value, (void)buffer_bytes;
  for (size_t i = 0; i < bytes; ++i) byte[i] ^= 0x5a;
  return bytes;
}

static const H5Z_class2_t kClass = {H5Z_CLASS_T_VERS, 302, 1, 1, "turn over", NULL, NULL, turn_over};

H5PL_type_t H5PLget_plugin_type(void) { return H5PL_TYPE_FILTER; }
const void *H5PLget_plugin_info(void) { return &kClass; }
