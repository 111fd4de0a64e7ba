/* A random MPI program: all ranks draw the same datasets and steps from one seed, write boxes that
 * do not overlap, resize, read and reopen; every value that is read is compared with a plain array
 * in memory, and so is the final file, by rank 0 through serial stock HDF5.
 *
 *   mpiexec -n N random_writes FILE CONNECTOR FIRST_SEED SEEDS [filtered|unfiltered]
 *
 * CONNECTOR ("native" or "h5pave") is what must be active. All ranks exit alike: 0, or 1 when any
 * rank found a fault; the line of a fault names the seed. */
#include <hdf5.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kMaxRank = 3, kDatasets = 3, kSteps = 14, kMaxElements = 36 * 36 * 36, kSeveralRanks = 255 };

static int my_rank = 0;
static int rank_count = 1;
static int faults = 0;
static unsigned seed = 0;
static int is_unfiltered = 0;
static int is_h5pave = 0; /* stock refuses conversions in collective, and all independent writes */

/* Splitmix64: the same numbers on every rank. */
static unsigned long long state = 0;
static unsigned long long draw(void) {
  unsigned long long z = (state += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}
static hsize_t below(hsize_t limit) { return limit == 0 ? 0 : (hsize_t)(draw() % limit); }
static int one_in(unsigned n) { return draw() % n == 0; }

static void check(int is_good, const char *what, const char *name) {
  if (is_good) return;
  if (++faults <= 5)
    fprintf(stderr, "rank %d of %d, seed %u: %s: %s\n", my_rank, rank_count, seed, name, what);
}

/* A dataset and what it must hold. */
typedef struct {
  char name[16];
  int rank;
  hsize_t extent[kMaxRank];
  hsize_t maximum[kMaxRank]; /* never larger than what `values` has room for */
  int can_grow;
  int is_written;
  int has_fill;         /* what nobody wrote reads as `fill` */
  int fill;
  int *values;          /* row-major in `maximum` */
  unsigned char *known; /* per element: 0 when HDF5 leaves its value open */
  unsigned char *pending; /* per element: 1 + the rank that wrote it alone, or kSeveralRanks, until all ranks meet */
  hid_t id;
} Dataset;

static hsize_t elements(int rank, const hsize_t *lengths) {
  hsize_t count = 1;
  for (int d = 0; d < rank; ++d) count *= lengths[d];
  return count;
}

/* Elements between two of a write in the last dimension. */
static hsize_t last_stride = 1;

/* The place in `values` of element number `i` of a box. */
static hsize_t place(const Dataset *set, const hsize_t *start, const hsize_t *length, hsize_t i) {
  hsize_t at[kMaxRank];
  for (int d = set->rank - 1; d >= 0; --d) {
    at[d] = start[d] + i % length[d] * (d == set->rank - 1 ? last_stride : 1);
    i /= length[d];
  }
  hsize_t index = 0;
  for (int d = 0; d < set->rank; ++d) index = index * set->maximum[d] + at[d];
  return index;
}

static void all_meet(Dataset *set) { memset(set->pending, 0, kMaxElements); }

static void forget(Dataset *set, hsize_t index) {
  set->values[index] = set->fill;
  set->known[index] = (unsigned char)set->has_fill;
}

/* Elements outside the extent are what a growth will show. */
static void forget_outside(Dataset *set) {
  const hsize_t zero[kMaxRank] = {0, 0, 0};
  for (hsize_t i = 0; i < elements(set->rank, set->maximum); ++i) {
    hsize_t left = i;
    int inside = 1;
    for (int d = set->rank - 1; d >= 0; --d) {
      inside = inside && left % set->maximum[d] < set->extent[d];
      left /= set->maximum[d];
    }
    if (!inside) forget(set, place(set, zero, set->maximum, i));
  }
}

static hid_t make_list(Dataset *set, const hsize_t *chunk) {
  hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(list, set->rank, chunk);
  if (!is_unfiltered) {
    if (one_in(2)) H5Pset_shuffle(list);
    H5Pset_deflate(list, (unsigned)below(10));
    if (one_in(4)) H5Pset_fletcher32(list);
  }
  if (one_in(3)) {
    set->fill = (int)below(1000) - 500;
    H5Pset_fill_value(list, H5T_NATIVE_INT, &set->fill);
  }
  const H5D_fill_time_t times[] = {H5D_FILL_TIME_ALLOC, H5D_FILL_TIME_IFSET, H5D_FILL_TIME_NEVER};
  const H5D_fill_time_t time = times[below(3)];
  set->has_fill = time != H5D_FILL_TIME_NEVER;
  H5Pset_fill_time(list, time);
  const H5D_alloc_time_t allocations[] = {H5D_ALLOC_TIME_DEFAULT, H5D_ALLOC_TIME_EARLY,
                                          H5D_ALLOC_TIME_LATE, H5D_ALLOC_TIME_INCR};
  H5Pset_alloc_time(list, allocations[below(4)]);
  return list;
}

static void make_dataset(Dataset *set, hid_t file, int number) {
  hsize_t chunk[kMaxRank];
  hsize_t shown[kMaxRank];
  snprintf(set->name, sizeof set->name, "set %d", number);
  set->rank = 1 + (int)below(kMaxRank);
  set->fill = 0;
  set->is_written = 0;
  set->can_grow = one_in(2);
  const hsize_t most = is_unfiltered ? (set->rank == 1 ? 30000 : set->rank == 2 ? 140 : 24)
                                     : (set->rank == 1 ? 3000 : set->rank == 2 ? 80 : 24);
  const int unlimited = (int)below((hsize_t)set->rank + 1);
  const int only_last = one_in(4); /* libhdf5 lists the chunks of such Extensible Arrays wrongly */
  for (int d = 0; d < set->rank; ++d) {
    set->extent[d] = 1 + below(most);
    set->maximum[d] = set->can_grow ? set->extent[d] + below(most / 2) : set->extent[d];
    shown[d] = set->can_grow && (only_last ? d + 1 == set->rank : d < unlimited) ? H5S_UNLIMITED : set->maximum[d];
    chunk[d] = 1 + below(one_in(4) ? set->extent[d] : 1 + set->extent[d] / 3);
    if (one_in(8) || (is_unfiltered && d > 0 && !one_in(3))) chunk[d] = set->extent[d];
  }
  hid_t list = make_list(set, chunk);
  hid_t space = H5Screate_simple(set->rank, set->extent, shown);
  set->id = H5Dcreate2(file, set->name, one_in(4) ? H5T_STD_I32BE : H5T_NATIVE_INT, space,
                       H5P_DEFAULT, list, H5P_DEFAULT);
  check(set->id >= 0, "create", set->name);
  H5Sclose(space);
  H5Pclose(list);
  set->values = malloc(kMaxElements * sizeof *set->values);
  set->known = malloc(kMaxElements);
  set->pending = calloc(kMaxElements, 1);
  for (hsize_t i = 0; i < elements(set->rank, set->maximum); ++i) forget(set, i);
}

/* A random box inside rows [first, last) of dimension `cut`; length 0 when there is none. */
static void draw_box(const Dataset *set, int cut, hsize_t first, hsize_t last, hsize_t *start,
                     hsize_t *length) {
  const int whole = one_in(2);
  for (int d = 0; d < set->rank; ++d) {
    const hsize_t low = d == cut ? first : 0;
    const hsize_t high = d == cut ? last : set->extent[d];
    const hsize_t a = below(high - low + 1);
    const hsize_t b = below(high - low + 1);
    start[d] = low + (whole ? 0 : a < b ? a : b);
    length[d] = whole ? high - low : a < b ? b - a : a - b;
  }
}

/* Disjoint boxes for all ranks; some have none. */
static void draw_parts(const Dataset *set, hsize_t start[][kMaxRank], hsize_t length[][kMaxRank]) {
  const int cut = (int)below((hsize_t)set->rank);
  hsize_t first = 0;
  for (int rank = 0; rank < rank_count; ++rank) {
    hsize_t last = rank + 1 == rank_count
                       ? set->extent[cut]
                       : first + below((set->extent[cut] - first) * 2 / (hsize_t)(rank_count - rank) + 1);
    if (last > set->extent[cut]) last = set->extent[cut];
    draw_box(set, cut, first, last, start[rank], length[rank]);
    if (one_in(6)) length[rank][0] = 0;
    first = last;
  }
}

/* The memory of one rank's box: dense, or a box inside a larger array. */
typedef struct {
  hid_t space;
  int *bytes;
  hsize_t start[kMaxRank];
  hsize_t lengths[kMaxRank];
} Memory;

static Memory make_memory(const Dataset *set, const hsize_t *length, int is_dense) {
  Memory memory;
  for (int d = 0; d < set->rank; ++d) {
    memory.start[d] = is_dense ? 0 : (hsize_t)(d + 1);
    memory.lengths[d] = length[d] + (is_dense ? 0 : 3);
  }
  memory.space = H5Screate_simple(set->rank, memory.lengths, NULL);
  H5Sselect_hyperslab(memory.space, H5S_SELECT_SET, memory.start, NULL, length, NULL);
  memory.bytes = calloc(elements(set->rank, memory.lengths) + 1, sizeof *memory.bytes);
  return memory;
}

static int *in_memory(const Dataset *set, Memory *memory, const hsize_t *length, hsize_t i) {
  hsize_t at[kMaxRank];
  for (int d = set->rank - 1; d >= 0; --d) {
    at[d] = memory->start[d] + i % length[d];
    i /= length[d];
  }
  hsize_t index = 0;
  for (int d = 0; d < set->rank; ++d) index = index * memory->lengths[d] + at[d];
  return &memory->bytes[index];
}

static hid_t file_space_of(const Dataset *set, const hsize_t *start, const hsize_t *length) {
  hid_t space = H5Dget_space(set->id);
  hsize_t stride[kMaxRank] = {1, 1, 1};
  stride[set->rank - 1] = last_stride;
  if (elements(set->rank, length) == 0)
    H5Sselect_none(space);
  else
    H5Sselect_hyperslab(space, H5S_SELECT_SET, start, stride, length, NULL);
  return space;
}

static hid_t transfer_list(H5FD_mpio_xfer_t mode) {
  hid_t list = H5Pcreate(H5P_DATASET_XFER);
  H5Pset_dxpl_mpio(list, mode);
  return list;
}

static int value_of(unsigned long long step, hsize_t index, int smooth) {
  unsigned long long z = step * 0x9e3779b97f4a7c15ULL + index * 0xbf58476d1ce4e5b9ULL;
  return smooth ? (int)(index / 7 + step) : (int)((z ^ (z >> 29)) & 0x7fffffff);
}

static void write_step(Dataset *set, H5FD_mpio_xfer_t mode) {
  const int alone = mode == H5FD_MPIO_INDEPENDENT;
  if (!alone) {
    set->is_written = 1;
    all_meet(set);
  }
  hsize_t start[64][kMaxRank];
  hsize_t length[64][kMaxRank];
  draw_parts(set, start, length);
  const unsigned long long step = draw();
  const int smooth = one_in(2);
  const int is_dense = one_in(2);
  const int converts = one_in(3) && is_h5pave && !is_unfiltered;
  hid_t file_type = H5Dget_type(set->id);
  const int swap = H5Tget_order(file_type) == H5T_ORDER_BE;
  const int transforms = one_in(4) && is_h5pave && !is_unfiltered && (converts || !swap);
  last_stride = one_in(3) ? 2 : 1;
  for (int rank = 0; last_stride == 2 && rank < rank_count; ++rank)
    length[rank][set->rank - 1] = (length[rank][set->rank - 1] + 1) / 2;
  for (int rank = 0; rank < rank_count; ++rank) {
    for (hsize_t i = 0; i < elements(set->rank, length[rank]); ++i) {
      const hsize_t index = place(set, start[rank], length[rank], i);
      set->values[index] = value_of(step, index, smooth);
      /* Of several ranks' own writes the highest rank's counts, not the last one. */
      const int is_first = set->pending[index] == 0 || set->pending[index] == rank + 1;
      set->known[index] = (unsigned char)is_first;
      if (alone) set->pending[index] = (unsigned char)(is_first ? rank + 1 : kSeveralRanks);
    }
  }
  const hsize_t *own_start = start[my_rank];
  const hsize_t *own_length = length[my_rank];
  Memory memory = make_memory(set, own_length, is_dense);
  for (hsize_t i = 0; i < elements(set->rank, own_length); ++i)
    *in_memory(set, &memory, own_length, i) =
        set->values[place(set, own_start, own_length, i)] + (transforms ? 3 : 0);
  hid_t file_space = file_space_of(set, own_start, own_length);
  if (elements(set->rank, own_length) == 0) H5Sselect_none(memory.space);
  hid_t list = transfer_list(mode);
  const hsize_t room = elements(set->rank, memory.lengths);
  if (transforms) H5Pset_data_transform(list, "x-3");
  long long *wide = calloc(room + 1, sizeof *wide);
  for (hsize_t i = 0; i < room; ++i) wide[i] = memory.bytes[i];
  for (hsize_t i = 0; swap && i < room; ++i)
    memory.bytes[i] = (int)__builtin_bswap32((unsigned)memory.bytes[i]);
  const hid_t memory_space = is_dense && step % 2 == 0 ? H5S_BLOCK : memory.space;
  /* A rank that writes alone may as well make no call; but where metadata are read together stock
   * hangs then. */
  if (!alone || is_unfiltered || elements(set->rank, own_length) > 0)
    check(H5Dwrite(set->id, converts ? H5T_NATIVE_LLONG : file_type, memory_space, file_space, list,
                   converts ? (void *)wide : memory.bytes) >= 0,
          alone ? "independent write" : "collective write", set->name);
  last_stride = 1;
  free(wide);
  H5Tclose(file_type);
  H5Pclose(list);
  H5Sclose(file_space);
  H5Sclose(memory.space);
  free(memory.bytes);
}

static void compare(Dataset *set, const hsize_t *start, const hsize_t *length, Memory *memory,
                    const char *what) {
  for (hsize_t i = 0; i < elements(set->rank, length); ++i) {
    const hsize_t index = place(set, start, length, i);
    const int is_mine = set->pending[index] == 0 || set->pending[index] == my_rank + 1;
    if (set->known[index] && is_mine && *in_memory(set, memory, length, i) != set->values[index]) {
      check(0, what, set->name);
      return;
    }
  }
}

/* Stock HDF5 1.14.5 hangs when a dataset without storage is read and some rank selects nothing. */
static void read_step(Dataset *set) {
  if (!set->is_written && !is_h5pave) return;
  hsize_t start[64][kMaxRank];
  hsize_t length[64][kMaxRank];
  const H5FD_mpio_xfer_t mode =
      one_in(2) && set->is_written ? H5FD_MPIO_COLLECTIVE : H5FD_MPIO_INDEPENDENT;
  if (mode == H5FD_MPIO_COLLECTIVE) all_meet(set);
  for (int rank = 0; rank < rank_count; ++rank)
    draw_box(set, 0, 0, set->extent[0], start[rank], length[rank]);
  const hsize_t *own_length = length[my_rank];
  Memory memory = make_memory(set, own_length, one_in(2));
  hid_t file_space = file_space_of(set, start[my_rank], own_length);
  if (elements(set->rank, own_length) == 0) H5Sselect_none(memory.space);
  hid_t list = transfer_list(mode);
  check(H5Dread(set->id, H5T_NATIVE_INT, memory.space, file_space, list, memory.bytes) >= 0,
        "read", set->name);
  compare(set, start[my_rank], own_length, &memory, "a value read is wrong");
  H5Pclose(list);
  H5Sclose(file_space);
  H5Sclose(memory.space);
  free(memory.bytes);
}

/* Only growth: after a shrink, parallel stock HDF5 1.14.5 loses chunks and hangs by itself (it fills
 * edge chunks through its chunk cache, and then looks for them at their old places). */
static void resize_step(Dataset *set, Dataset *sets) {
  if (!set->can_grow) return;
  for (int d = 0; d < set->rank; ++d) set->extent[d] += below(set->maximum[d] - set->extent[d] + 1);
  check(H5Dset_extent(set->id, set->extent) >= 0, "set the extent", set->name);
  for (int i = 0; i < kDatasets; ++i) all_meet(&sets[i]);
  forget_outside(set);
}

static void reopen_dataset(Dataset *set, hid_t file) {
  check(H5Dclose(set->id) >= 0, "close", set->name);
  set->id = H5Dopen2(file, set->name, H5P_DEFAULT);
  check(set->id >= 0, "open", set->name);
}

static hid_t open_file(const char *path, int is_new) {
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_fapl_mpio(access, MPI_COMM_WORLD, MPI_INFO_NULL);
  /* With it an assertion of 2.2.0 (H5D__chunk_lookup: index_is_open) ends programs, under stock too. */
  if (one_in(3) && !H5_VERSION_GE(2, 2, 0)) H5Pset_all_coll_metadata_ops(access, 1);
  if (one_in(3)) H5Pset_coll_metadata_write(access, 1);
  if (one_in(3)) H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_LATEST);
  hid_t creation = H5Pcreate(H5P_FILE_CREATE);
  if (one_in(4)) H5Pset_userblock(creation, 1024);
  hid_t file = is_new ? H5Fcreate(path, H5F_ACC_TRUNC, creation, access)
                      : H5Fopen(path, H5F_ACC_RDWR, access);
  check(file >= 0, "open or create the file", path);
  H5Pclose(creation);
  H5Pclose(access);
  return file;
}

static hid_t reopen_file(Dataset *sets, hid_t file, const char *path) {
  for (int i = 0; i < kDatasets; ++i) H5Dclose(sets[i].id);
  check(H5Fclose(file) >= 0, "close the file", path);
  file = open_file(path, 0);
  for (int i = 0; i < kDatasets; ++i) sets[i].id = H5Dopen2(file, sets[i].name, H5P_DEFAULT);
  return file;
}

static void compare_with_stock(const char *path, Dataset *sets) {
  const hsize_t zero[kMaxRank] = {0, 0, 0};
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_vol(access, H5VL_NATIVE, NULL);
  hid_t file = H5Fopen(path, H5F_ACC_RDONLY, access);
  check(file >= 0, "stock opens the file", path);
  for (int i = 0; i < kDatasets; ++i) {
    Dataset *set = &sets[i];
    hid_t id = H5Dopen2(file, set->name, H5P_DEFAULT);
    Memory memory = make_memory(set, set->extent, 1);
    check(H5Dread(id, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, memory.bytes) >= 0,
          "stock reads", set->name);
    compare(set, zero, set->extent, &memory, "a value read by serial stock HDF5 is wrong");
    H5Sclose(memory.space);
    free(memory.bytes);
    H5Dclose(id);
  }
  H5Fclose(file);
  H5Pclose(access);
}

static void run_program(const char *path, const char *expected) {
  static Dataset sets[kDatasets];
  char connector[32] = "";
  state = seed;
  hid_t file = open_file(path, 1);
  H5VLget_connector_name(file, connector, sizeof connector);
  check(strcmp(connector, expected) == 0, "the connector is not the one expected", path);
  for (int i = 0; i < kDatasets; ++i) make_dataset(&sets[i], file, i);
  MPI_Barrier(MPI_COMM_WORLD);
  for (int step = 0; step < kSteps; ++step) {
    Dataset *set = &sets[below(kDatasets)];
    const hsize_t kind = below(20);
    if (kind < 7) write_step(set, H5FD_MPIO_COLLECTIVE);
    else if (kind < 10) write_step(set, is_h5pave || is_unfiltered ? H5FD_MPIO_INDEPENDENT : H5FD_MPIO_COLLECTIVE);
    else if (kind < 14) read_step(set);
    else if (kind < 17) resize_step(set, sets);
    else if (kind < 18) reopen_dataset(set, file);
    else if (kind < 19) check(H5Fflush(file, H5F_SCOPE_GLOBAL) >= 0, "flush", path);
    else file = reopen_file(sets, file, path);
    /* Nobody promises that unfiltered bytes (fill value, too) of other ranks are there before that. */
    if (is_unfiltered) MPI_Barrier(MPI_COMM_WORLD);
    for (int i = 0; kind >= 18 && i < kDatasets; ++i) all_meet(&sets[i]);
  }
  for (int i = 0; i < kDatasets; ++i) check(H5Dclose(sets[i].id) >= 0, "close", sets[i].name);
  check(H5Fclose(file) >= 0, "close the file", path);
  for (int i = 0; i < kDatasets; ++i) all_meet(&sets[i]);
  MPI_Barrier(MPI_COMM_WORLD);
  if (my_rank == 0) compare_with_stock(path, sets);
  MPI_Barrier(MPI_COMM_WORLD);
  for (int i = 0; i < kDatasets; ++i) {
    free(sets[i].values);
    free(sets[i].known);
    free(sets[i].pending);
  }
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &my_rank);
  MPI_Comm_size(MPI_COMM_WORLD, &rank_count);
  if ((argc != 5 && argc != 6) || rank_count > 64) MPI_Abort(MPI_COMM_WORLD, 2);
  const unsigned first = (unsigned)strtoul(argv[3], NULL, 10);
  const unsigned count = (unsigned)strtoul(argv[4], NULL, 10);
  int all_faults = 0;
  is_unfiltered = argc == 6 && strcmp(argv[5], "unfiltered") == 0;
  is_h5pave = strcmp(argv[2], "h5pave") == 0;
  for (seed = first; seed < first + count && all_faults == 0; ++seed) {
    run_program(argv[1], argv[2]);
    MPI_Allreduce(&faults, &all_faults, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
  }
  if (my_rank == 0)
    printf("%s, %d ranks: seeds %u to %u, %d faults\n", argv[2], rank_count, first, seed - 1,
           all_faults);
  H5close();
  MPI_Finalize();
  return all_faults == 0 ? 0 : 1;
}
