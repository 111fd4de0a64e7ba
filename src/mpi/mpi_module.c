/* The table of mpi_table.h over one MPI flavour. The only file with mpi.h; built once per installed
 * flavour by its own compiler wrapper, loaded by the plugin when it meets the first mpio file. */
#include <limits.h>
#include <mpi.h>
#include <stdlib.h>
#include <string.h>

#include "mpi_table.h"

/* MPI counts are int: more than this goes in several calls. */
static const uint64_t kMostBytesAtOnce = UINT64_C(1) << 30;

/* All memory is here from the start: no rank may miss a collective call because it has none. */
struct H5paveMpiComm {
  MPI_Comm comm;
  int rank;
  int size;
  int ranks_on_node;
  int *counts;           /* one per rank */
  int *places;           /* one per rank */
  MPI_Request *requests; /* two per rank */
};

static int count_ranks_on_node(MPI_Comm comm) {
  MPI_Comm node = MPI_COMM_NULL;
  int size = 1;
  if (MPI_Comm_split_type(comm, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node) != MPI_SUCCESS)
    return 1;
  MPI_Comm_size(node, &size);
  MPI_Comm_free(&node);
  return size;
}

static int is_usable(void) {
  int initialized = 0;
  int finalized = 0;
  return MPI_Initialized(&initialized) == MPI_SUCCESS && initialized &&
         MPI_Finalized(&finalized) == MPI_SUCCESS && !finalized;
}

static void free_ranks(H5paveMpiComm *ranks) {
  if (ranks == NULL) return;
  free(ranks->counts);
  free(ranks->places);
  free(ranks->requests);
  free(ranks);
}

static H5paveMpiComm *make_ranks(MPI_Comm comm) {
  H5paveMpiComm *const ranks = calloc(1, sizeof *ranks);
  if (ranks == NULL) return NULL;
  ranks->comm = comm;
  MPI_Comm_rank(comm, &ranks->rank);
  MPI_Comm_size(comm, &ranks->size);
  const size_t size = (size_t)ranks->size;
  ranks->counts = malloc(size * sizeof *ranks->counts);
  ranks->places = malloc(size * sizeof *ranks->places);
  ranks->requests = malloc(2 * size * sizeof(MPI_Request));
  if (ranks->counts != NULL && ranks->places != NULL && ranks->requests != NULL) return ranks;
  free_ranks(ranks);
  return NULL;
}

static H5paveMpiComm *open_ranks(H5paveAnyFunction get_fapl_mpio, int64_t fapl) {
  typedef int (*GetFaplMpio)(int64_t, MPI_Comm *, MPI_Info *);
  MPI_Comm comm = MPI_COMM_NULL;
  if (!is_usable()) return NULL;
  /* libhdf5 hands out a duplicate, which is ours. */
  if (((GetFaplMpio)get_fapl_mpio)(fapl, &comm, NULL) < 0 || comm == MPI_COMM_NULL) return NULL;
  MPI_Comm_set_errhandler(comm, MPI_ERRORS_RETURN);
  H5paveMpiComm *ranks = make_ranks(comm);
  /* A rank without a module says 0 here, and takes no part in anything else (mpi_absence.cpp). */
  int all_have = ranks != NULL;
  if (MPI_Allreduce(MPI_IN_PLACE, &all_have, 1, MPI_INT, MPI_MIN, comm) != MPI_SUCCESS)
    all_have = 0;
  if (!all_have) {
    free_ranks(ranks);
    MPI_Comm_free(&comm);
    return NULL;
  }
  ranks->ranks_on_node = count_ranks_on_node(comm);
  return ranks;
}

static void close_ranks(H5paveMpiComm *ranks) {
  if (is_usable()) MPI_Comm_free(&ranks->comm);
  free_ranks(ranks);
}

static int rank_of(const H5paveMpiComm *ranks) { return ranks->rank; }
static int size_of(const H5paveMpiComm *ranks) { return ranks->size; }
static int on_node_of(const H5paveMpiComm *ranks) { return ranks->ranks_on_node; }

static int all_max(H5paveMpiComm *ranks, int64_t *values, int count) {
  return MPI_Allreduce(MPI_IN_PLACE, values, count, MPI_INT64_T, MPI_MAX, ranks->comm) ==
         MPI_SUCCESS;
}

static int all_gather(H5paveMpiComm *ranks, const void *own, int bytes, void *all) {
  return MPI_Allgather(own, bytes, MPI_BYTE, all, bytes, MPI_BYTE, ranks->comm) == MPI_SUCCESS;
}

static int all_gather_records(H5paveMpiComm *ranks, const void *own, int record_bytes,
                              const uint64_t *records, void *all) {
  uint64_t total = 0;
  for (int rank = 0; rank < ranks->size; ++rank) {
    if (records[rank] > INT_MAX || total > INT_MAX) return 0; /* on every rank alike */
    ranks->counts[rank] = (int)records[rank];
    ranks->places[rank] = (int)total;
    total += records[rank];
  }
  MPI_Datatype record = MPI_DATATYPE_NULL;
  if (MPI_Type_contiguous(record_bytes, MPI_BYTE, &record) != MPI_SUCCESS) return 0;
  const int done = MPI_Type_commit(&record) == MPI_SUCCESS &&
                   MPI_Allgatherv(own, ranks->counts[ranks->rank], record, all, ranks->counts,
                                  ranks->places, record, ranks->comm) == MPI_SUCCESS;
  MPI_Type_free(&record);
  return done;
}

/* The bytes of a message of `bytes` bytes that its part at `place` has. */
static int part_bytes(uint64_t bytes, uint64_t place) {
  const uint64_t left = bytes > place ? bytes - place : 0;
  return (int)(left < kMostBytesAtOnce ? left : kMostBytesAtOnce);
}

/* Starts the parts at `place` of all messages; the number of requests, or -1. */
static int start_parts(H5paveMpiComm *ranks, const void *const *out, const uint64_t *out_bytes,
                       void *const *in, const uint64_t *in_bytes, uint64_t place) {
  int count = 0;
  int good = 1;
  for (int rank = 0; rank < ranks->size; ++rank) {
    const int bytes = part_bytes(in_bytes[rank], place);
    if (bytes > 0)
      good &= MPI_Irecv((char *)in[rank] + place, bytes, MPI_BYTE, rank, 0, ranks->comm,
                        &ranks->requests[count++]) == MPI_SUCCESS;
  }
  for (int rank = 0; rank < ranks->size; ++rank) {
    const int bytes = part_bytes(out_bytes[rank], place);
    if (bytes > 0)
      good &= MPI_Isend((const char *)out[rank] + place, bytes, MPI_BYTE, rank, 0, ranks->comm,
                        &ranks->requests[count++]) == MPI_SUCCESS;
  }
  return good ? count : -1;
}

static int exchange(H5paveMpiComm *ranks, const void *const *out, const uint64_t *out_bytes,
                    void *const *in, const uint64_t *in_bytes) {
  for (uint64_t place = 0;; place += kMostBytesAtOnce) {
    const int count = start_parts(ranks, out, out_bytes, in, in_bytes, place);
    if (count <= 0) return count == 0;
    if (MPI_Waitall(count, ranks->requests, MPI_STATUSES_IGNORE) != MPI_SUCCESS) return 0;
  }
}

static int write_at(void *mpi_file, uint64_t offset, const void *data, uint64_t bytes) {
  const MPI_File file = *(MPI_File *)mpi_file;
  for (uint64_t place = 0; place < bytes; place += kMostBytesAtOnce) {
    const int wanted = part_bytes(bytes, place);
    MPI_Status status;
    int written = 0;
    if (MPI_File_write_at(file, (MPI_Offset)(offset + place), (const char *)data + place, wanted,
                          MPI_BYTE, &status) != MPI_SUCCESS ||
        MPI_Get_count(&status, MPI_BYTE, &written) != MPI_SUCCESS || written != wanted)
      return 0;
  }
  return 1;
}

static int read_at(void *mpi_file, uint64_t offset, void *data, uint64_t bytes) {
  const MPI_File file = *(MPI_File *)mpi_file;
  for (uint64_t place = 0; place < bytes; place += kMostBytesAtOnce) {
    const int wanted = part_bytes(bytes, place);
    MPI_Status status;
    int got = 0;
    if (MPI_File_read_at(file, (MPI_Offset)(offset + place), (char *)data + place, wanted, MPI_BYTE,
                         &status) != MPI_SUCCESS ||
        MPI_Get_count(&status, MPI_BYTE, &got) != MPI_SUCCESS || got < 0 || got > wanted)
      return 0;
    memset((char *)data + place + got, 0, (size_t)(wanted - got));
  }
  return 1;
}

/* `room` counts the text's end. MPI 4 deprecates the older function. */
#if MPI_VERSION >= 4
static void find_hint(MPI_Info info, const char *name, char *value, int room, int *is_set) {
  MPI_Info_get_string(info, name, &room, value, is_set);
}
#else
static void find_hint(MPI_Info info, const char *name, char *value, int room, int *is_set) {
  MPI_Info_get(info, name, room - 1, value, is_set);
}
#endif

/* As H5_mpio_get_file_sync_required() of libhdf5: a hint, and a variable that overrules it. */
static int needs_sync(MPI_File file) {
  MPI_Info info = MPI_INFO_NULL;
  char value[8] = "";
  int is_set = 0;
  const char *const wish = getenv("HDF5_DO_MPI_FILE_SYNC");
  if (wish != NULL && (strcmp(wish, "TRUE") == 0 || strcmp(wish, "1") == 0)) return 1;
  if (wish != NULL && (strcmp(wish, "FALSE") == 0 || strcmp(wish, "0") == 0)) return 0;
  if (MPI_File_get_info(file, &info) != MPI_SUCCESS || info == MPI_INFO_NULL) return 0;
  find_hint(info, "romio_visibility_immediate", value, (int)sizeof value, &is_set);
  MPI_Info_free(&info);
  return is_set && strcmp(value, "false") == 0;
}

static int make_visible(void *mpi_file) {
  const MPI_File file = *(MPI_File *)mpi_file;
  return !needs_sync(file) || MPI_File_sync(file) == MPI_SUCCESS;
}

static const H5paveMpiTable kTable = {
    H5PAVE_MPI_ABI, open_ranks,         close_ranks, rank_of,  size_of, on_node_of,  all_max,
    all_gather,     all_gather_records, exchange,    write_at, read_at, make_visible};

const H5paveMpiTable *h5pave_mpi_table(void);
__attribute__((visibility("default"))) const H5paveMpiTable *h5pave_mpi_table(void) {
  return &kTable;
}
