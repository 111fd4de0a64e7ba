#include "images.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "h5/binding.h"
#include "report/log.h"
#include "vol_class.h"

namespace h5pave {

namespace {

/// A loaded shared object: where it starts in memory, and its file ("" for the main program).
struct LoadedObject {
  const void* base = nullptr;
  std::string file;
};

LoadedObject object_of(const void* address) {
  Dl_info info{};
  link_map* map = nullptr;
  if (dladdr1(address, &info, reinterpret_cast<void**>(&map), RTLD_DL_LINKMAP) == 0) return {};
  return {info.dli_fbase, map != nullptr ? map->l_name : ""};
}

/// An open handle on an already loaded object; closed at the end, so that nothing is pinned.
class Handle {
 public:
  explicit Handle(const LoadedObject& object)
      : handle_(object.file.empty() ? dlopen(nullptr, RTLD_LAZY)
                                    : dlopen(object.file.c_str(), RTLD_LAZY | RTLD_NOLOAD)) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (handle_ != nullptr) dlclose(handle_);
  }

  void* get() const { return handle_; }

 private:
  void* const handle_;
};

/// HDF5 releases whose connector interface this plugin speaks.
std::string version_error(void* library) {
  using GetVersion = herr_t (*)(unsigned*, unsigned*, unsigned*);
  const auto get_version = reinterpret_cast<GetVersion>(dlsym(library, "H5get_libversion"));
  if (get_version == nullptr) return "it has no symbol H5get_libversion";
  unsigned major = 0;
  unsigned minor = 0;
  unsigned release = 0;
  get_version(&major, &minor, &release);
  const bool known = (major == 1 && minor >= 14) || major == 2;
  if (known) return {};
  return "it is HDF5 " + std::to_string(major) + "." + std::to_string(minor) + "." +
         std::to_string(release) + "; h5pave needs 1.14 or 2.x";
}

/// Binds this image; an empty text or what is wrong.
std::string bind_image(const void* caller) {
  const LoadedObject library = object_of(caller);
  const Handle handle(library);
  if (handle.get() == nullptr) return "it cannot be found again by dlopen";
  if (std::string error = version_error(handle.get()); !error.empty()) return error;
  return bind_symbols(handle.get(), caller);
}

/// A further image of this plugin and the library it serves.
struct FurtherImage {
  const void* library_base;
  H5paveBindImage bind;
  H5paveImageRole role;
};

/// The state of the image that HDF5 loaded from the plugin folder.
struct ImageList {
  std::mutex mutex;  // guards all below
  const void* own_library_base = nullptr;
  std::vector<FurtherImage> further;
};

ImageList& image_list() {
  // Never destroyed: libhdf5 may ask for the plugin while the process ends.
  static auto* const list = new ImageList();
  return *list;
}

/// What the users were told by all images, kept by the first one.
struct ToldTexts {
  static constexpr std::size_t kMax = 1000;
  std::mutex mutex;  // guards texts
  std::set<std::string> texts;
};

bool is_first_time_here(const char* text) {
  static auto* const told = new ToldTexts();  // never destroyed, as image_list()
  const std::lock_guard lock(told->mutex);
  return told->texts.size() < ToldTexts::kMax && told->texts.insert(text).second;
}

H5paveImageRole& own_role() {
  static H5paveImageRole role{1, is_first_time_here};
  return role;
}

/// A copy of this plugin's file as a path that the dynamic loader takes for another file.
std::string copy_of_this_image(int& descriptor) {
  const LoadedObject self = object_of(reinterpret_cast<const void*>(&class_for_library));
  const int source = ::open(self.file.c_str(), O_RDONLY | O_CLOEXEC);
  if (source < 0) return {};
  struct stat status {};
  descriptor = ::memfd_create("libh5pave.so", MFD_CLOEXEC);
  bool complete = descriptor >= 0 && ::fstat(source, &status) == 0;
  off_t offset = 0;
  while (complete && offset < status.st_size) {
    const auto left = static_cast<std::size_t>(status.st_size - offset);
    complete = ::sendfile(descriptor, source, &offset, left) > 0;
  }
  ::close(source);
  return complete ? "/proc/self/fd/" + std::to_string(descriptor) : std::string();
}

/// Loads a fresh image; null when the machine does not allow it.
H5paveBindImage load_fresh_image() {
  int descriptor = -1;
  const std::string path = copy_of_this_image(descriptor);
  void* const image = path.empty() ? nullptr : dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (descriptor >= 0) ::close(descriptor);
  if (image == nullptr) return nullptr;
  return reinterpret_cast<H5paveBindImage>(dlsym(image, "h5pave_bind_image"));
}

const H5VL_class_t* class_from_further_image(ImageList& list, const void* library_base,
                                             const void* caller, const char** error) {
  for (const FurtherImage& image : list.further) {
    if (image.library_base == library_base) return image.bind(caller, &image.role, error);
  }
  const H5paveBindImage bind = load_fresh_image();
  if (bind == nullptr) {
    *error = "a second HDF5 library in one process needs memfd_create and /proc";
    return nullptr;
  }
  const auto number = static_cast<unsigned>(list.further.size()) + 2;
  list.further.push_back({library_base, bind, {number, is_first_time_here}});
  return bind(caller, &list.further.back().role, error);
}

/// True when the library bound to this image is still loaded.
bool own_library_is_loaded(const ImageList& list) {
  const void* const bound = bound_library_address();
  return bound != nullptr && object_of(bound).base == list.own_library_base;
}

const H5VL_class_t* find_class(const void* caller, const char** error) {
  ImageList& list = image_list();
  const std::lock_guard lock(list.mutex);
  const void* const base = object_of(caller).base;
  if (base != list.own_library_base && own_library_is_loaded(list))
    return class_from_further_image(list, base, caller, error);
  const H5VL_class_t* const found = bind_this_image(caller, error);
  if (found != nullptr) list.own_library_base = base;
  return found;
}

}  // namespace

const H5VL_class_t* bind_this_image(const void* caller, const char** error) noexcept {
  try {
    static thread_local std::string message;
    message = bind_image(caller);
    *error = message.c_str();
    return message.empty() ? &connector_class_instance() : nullptr;
  } catch (...) {
    *error = "out of memory";
    return nullptr;
  }
}

const H5VL_class_t* class_for_library(const void* caller) noexcept {
  try {
    const char* error = "";
    const H5VL_class_t* const found = find_class(caller, &error);
    if (found == nullptr)
      Log::write(LogLevel::kError, LogLevel::kError,
                 "cannot serve the HDF5 library '" + object_of(caller).file + "': " + error +
                     "; unset HDF5_VOL_CONNECTOR for this program");
    return found;
  } catch (...) {
    return nullptr;
  }
}

void set_image_role(const H5paveImageRole& role) noexcept { own_role() = role; }

unsigned image_number() { return own_role().number; }

bool is_first_time(const std::string& text) { return own_role().is_first_time(text.c_str()); }

}  // namespace h5pave
