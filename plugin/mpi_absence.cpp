#include "mpi_absence.h"

#include <cstdint>

namespace h5pave {

namespace {

/// Open MPI: handles are addresses of objects in the library.
struct OpenMpiHandles {
  using Handle = void*;
  static Handle integer(void* (*find)(const char*)) { return find("ompi_mpi_int"); }
  static Handle minimum(void* (*find)(const char*)) { return find("ompi_mpi_op_min"); }
};

/// MPICH: handles are numbers, the same in all libraries of its common binary interface.
struct MpichHandles {
  using Handle = int;
  static Handle integer(void* (*)(const char*)) { return 0x4c000405; }
  static Handle minimum(void* (*)(const char*)) { return 0x58000002; }
};

template <typename Handles>
void tell(H5paveAnyFunction get_fapl_mpio, hid_t list, void* (*find)(const char*)) {
  using Handle = typename Handles::Handle;
  using GetFaplMpio = herr_t (*)(hid_t, Handle*, Handle*);
  using AllReduce = int (*)(const void*, void*, int, Handle, Handle, Handle);
  using CommFree = int (*)(Handle*);
  const auto all_reduce = reinterpret_cast<AllReduce>(find("MPI_Allreduce"));
  const auto comm_free = reinterpret_cast<CommFree>(find("MPI_Comm_free"));
  Handle comm{};
  if (all_reduce == nullptr || comm_free == nullptr ||
      reinterpret_cast<GetFaplMpio>(get_fapl_mpio)(list, &comm, nullptr) < 0)
    return;
  const int own = 0;
  int all = 0;
  all_reduce(&own, &all, 1, Handles::integer(find), Handles::minimum(find), comm);
  comm_free(&comm);
}

}  // namespace

void tell_absence(const std::string& flavour, H5paveAnyFunction get_fapl_mpio, hid_t list,
                  void* (*find)(const char* name)) {
  if (get_fapl_mpio == nullptr) return;
  if (flavour == "openmpi") tell<OpenMpiHandles>(get_fapl_mpio, list, find);
  if (flavour == "mpich") tell<MpichHandles>(get_fapl_mpio, list, find);
}

}  // namespace h5pave
