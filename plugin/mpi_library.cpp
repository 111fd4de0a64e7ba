#include "mpi_library.h"

#include <dlfcn.h>
#include <link.h>

#include <array>
#include <string_view>

#include "h5/binding.h"

namespace h5pave {

namespace {

/// "openmpi", "mpich" or an empty text. The only question that needs no MPI type.
std::string flavour() {
  using GetVersion = int (*)(char*, int*);
  const auto get_version = reinterpret_cast<GetVersion>(mpi_symbol("MPI_Get_library_version"));
  if (get_version == nullptr) return {};
  std::array<char, 8192> text{};  // MPI_MAX_LIBRARY_VERSION_STRING of MPICH; Open MPI's is 256.
  int length = 0;
  if (get_version(text.data(), &length) != 0) return {};
  const std::string_view version(text.data());
  if (version.starts_with("Open MPI")) return "openmpi";
  if (version.starts_with("MPICH")) return "mpich";
  return {};
}

/// The folder "mpi" beside the one that this plugin was loaded from.
std::string module_folder() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&mpi_library), &info) == 0 || info.dli_fname == nullptr)
    return {};
  const std::string file = info.dli_fname;
  const std::size_t slash = file.rfind('/');
  return slash == std::string::npos ? std::string() : file.substr(0, slash) + "/../mpi/";
}

/// Loads the module, which stays for ever: MPI may call it while the process ends.
void load(const std::string& path, MpiLibrary& library) {
  void* const module = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (module == nullptr) {
    const char* const reason = dlerror();
    library.trouble = reason != nullptr ? reason : "cannot load " + path;
    return;
  }
  const auto entry = reinterpret_cast<H5paveMpiEntry>(dlsym(module, H5PAVE_MPI_ENTRY));
  if (entry == nullptr || entry()->abi != H5PAVE_MPI_ABI) {
    library.trouble = path + " belongs to another release of h5pave";
  } else if (dlsym(module, "MPI_Allreduce") != mpi_symbol("MPI_Allreduce")) {
    library.trouble = path + " uses another MPI library than libhdf5";
  } else {
    library.table = entry();
  }
}

MpiLibrary look_up() {
  MpiLibrary library;
  library.calls.get_fapl_mpio =
      reinterpret_cast<H5paveAnyFunction>(find_optional_symbol("H5Pget_fapl_mpio"));
  library.calls.get_dxpl_mpio = reinterpret_cast<decltype(library.calls.get_dxpl_mpio)>(
      find_optional_symbol("H5Pget_dxpl_mpio"));
  library.calls.set_dxpl_mpio = reinterpret_cast<decltype(library.calls.set_dxpl_mpio)>(
      find_optional_symbol("H5Pset_dxpl_mpio"));
  library.calls.get_all_coll_metadata_ops =
      reinterpret_cast<decltype(library.calls.get_all_coll_metadata_ops)>(
          find_optional_symbol("H5Pget_all_coll_metadata_ops"));
  library.flavour = flavour();
  if (library.calls.get_fapl_mpio == nullptr || library.calls.get_dxpl_mpio == nullptr ||
      library.calls.set_dxpl_mpio == nullptr ||
      library.calls.get_all_coll_metadata_ops == nullptr) {
    library.trouble = "this libhdf5 has no MPI functions";
  } else if (library.flavour.empty()) {
    library.trouble = "the MPI library is neither Open MPI nor MPICH";
  } else {
    load(module_folder() + "h5pave_mpi_" + library.flavour + ".so", library);
  }
  return library;
}

}  // namespace

void* mpi_symbol(const char* name) {
  Dl_info info{};
  link_map* map = nullptr;
  if (dladdr1(bound_library_address(), &info, reinterpret_cast<void**>(&map), RTLD_DL_LINKMAP) == 0)
    return nullptr;
  const char* const file = *map->l_name == '\0' ? nullptr : map->l_name;
  void* const library = dlopen(file, RTLD_LAZY | RTLD_NOLOAD);
  if (library == nullptr) return nullptr;
  void* const found = dlsym(library, name);  // Looks through what the library was linked with, too.
  dlclose(library);
  return found;
}

const MpiLibrary& mpi_library() {
  // Looked up anew when this image was bound to another libhdf5.
  static const void* bound = nullptr;
  static MpiLibrary library;
  if (bound != bound_library_address()) {
    library = look_up();
    bound = bound_library_address();
  }
  return library;
}

}  // namespace h5pave
