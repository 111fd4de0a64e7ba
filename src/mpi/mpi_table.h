/* What the plugin uses of MPI: a table of functions that one module per MPI flavour fills in, so
 * that the plugin itself names neither mpi.h nor an MPI library.
 *
 * Made by mpi_module.c, used by the plugin. Thread rule: the thread that called HDF5. Functions
 * that are marked collective must be called by all ranks of the communicator, in the same order.
 * Every function that returns int returns 1, or 0 when MPI reported an error. */
#ifndef H5PAVE_MPI_TABLE_H
#define H5PAVE_MPI_TABLE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Changes whenever the table does. */
enum { H5PAVE_MPI_ABI = 2 };

/* The ranks of one open file: a communicator that nobody else sends on. */
typedef struct H5paveMpiComm H5paveMpiComm;

typedef void (*H5paveAnyFunction)(void);

typedef struct H5paveMpiTable {
  uint64_t abi;

  /* The ranks in the file access list `fapl`; null when it is not one of the mpio driver or MPI
   * fails. `get_fapl_mpio` is H5Pget_fapl_mpio of the calling libhdf5, whose signature has MPI's
   * types. Collective. */
  H5paveMpiComm *(*open)(H5paveAnyFunction get_fapl_mpio, int64_t fapl);
  /* Does nothing after MPI_Finalize. Collective. */
  void (*close)(H5paveMpiComm *ranks);

  int (*rank)(const H5paveMpiComm *ranks);
  int (*size)(const H5paveMpiComm *ranks);
  /* Ranks of the communicator that run on this rank's machine, with it. */
  int (*ranks_on_node)(const H5paveMpiComm *ranks);

  /* Replaces each of `count` values by its maximum over all ranks. Collective. */
  int (*all_max)(H5paveMpiComm *ranks, int64_t *values, int count);
  /* Gathers `bytes` bytes of every rank, in the order of the ranks, into `all`. Collective. */
  int (*all_gather)(H5paveMpiComm *ranks, const void *own, int bytes, void *all);
  /* The same for records[r] records of `record_bytes` bytes from rank r, fewer than 2^31 in all.
   * Collective. */
  int (*all_gather_records)(H5paveMpiComm *ranks, const void *own, int record_bytes,
                            const uint64_t *records, void *all);
  /* Sends out_bytes[r] bytes at out[r] to rank r and receives in_bytes[r] bytes from it; any sizes.
   * Both sides must agree on them. Collective. */
  int (*exchange)(H5paveMpiComm *ranks, const void *const *out, const uint64_t *out_bytes,
                  void *const *in, const uint64_t *in_bytes);

  /* Writes at a byte offset of the file that `mpi_file`, an MPI_File*, points to. */
  int (*write_at)(void *mpi_file, uint64_t offset, const void *data, uint64_t bytes);
  /* Reads `bytes` bytes there; zeros behind the end of the file, as libhdf5 reads what was allocated
   * and never written. */
  int (*read_at)(void *mpi_file, uint64_t offset, void *data, uint64_t bytes);
  /* Makes what was written visible to the other ranks, where the file system needs that, as libhdf5
   * does. Collective over the file's ranks. */
  int (*make_visible)(void *mpi_file);
} H5paveMpiTable;

/* The one symbol of a module. */
#define H5PAVE_MPI_ENTRY "h5pave_mpi_table"
typedef const H5paveMpiTable *(*H5paveMpiEntry)(void);

#ifdef __cplusplus
}
#endif

#endif /* H5PAVE_MPI_TABLE_H */
