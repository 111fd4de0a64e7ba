#include "cli/file_walk.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <set>

#include "cli/h5_error.h"

namespace h5pave::cli {

namespace {

struct GroupListing {
  std::vector<std::string> hard_links;
};

// C callback: no exception may leave it.
herr_t add_link(hid_t /*group*/, const char* name, const H5L_info2_t* info, void* data) noexcept {
  if (info->type != H5L_TYPE_HARD) return H5_ITER_CONT;
  try {
    static_cast<GroupListing*>(data)->hard_links.emplace_back(name);
    return H5_ITER_CONT;
  } catch (...) {
    return H5_ITER_ERROR;
  }
}

class Walk {
 public:
  Walk(hid_t file, const WalkVisitor& visitor) : file_(file), visitor_(visitor) {
    H5O_info2_t info{};
    if (H5Oget_info3(file, &info, H5O_INFO_BASIC) >= 0) file_number_ = info.fileno;
    H5Eclear2(H5E_DEFAULT);
    H5Pset_chunk_cache(access_.get(), 0, 0, H5D_CHUNK_CACHE_W0_DEFAULT);
  }

  void from(const std::string& path) {
    pending_.push_back(path);
    while (!pending_.empty()) {
      const std::string next = std::move(pending_.back());
      pending_.pop_back();
      try {
        if (visitor_.before(next) == WalkStep::kEnter) visit(next);
      } catch (const Hdf5Failure& failure) {
        visitor_.error(next, failure.what());
      }
    }
  }

 private:
  void visit(const std::string& path) {
    H5O_info2_t info{};
    require(H5Oget_info_by_name3(file_, path.c_str(), &info, H5O_INFO_BASIC, H5P_DEFAULT) >= 0,
            "read the object's header");
    if (info.fileno != file_number_) throw Hdf5Failure("it lies in another file; inspect that one");
    if (!seen_.insert(to_array(info.token)).second) return;
    if (info.type == H5O_TYPE_GROUP) {
      const UniqueId group(H5Gopen2(file_, path.c_str(), H5P_DEFAULT), H5Gclose);
      require(group.is_open(), "open the group");
      list_group(group.get(), path);
    } else if (info.type == H5O_TYPE_DATASET) {
      const UniqueId dataset(H5Dopen2(file_, path.c_str(), access_.get()), H5Dclose);
      require(dataset.is_open(), "open the dataset");
      visitor_.dataset(dataset.get(), path);
    }
  }

  /// Puts the members on the stack in reverse, so that they come off in the order of names.
  void list_group(hid_t group, const std::string& path) {
    GroupListing listing;
    hsize_t position = 0;
    if (H5Literate2(group, H5_INDEX_NAME, H5_ITER_INC, &position, add_link, &listing) < 0) {
      visitor_.error(path, "cannot list all members of the group: " + take_hdf5_error());
    }
    const std::string prefix = path == "/" ? path : path + "/";
    std::for_each(listing.hard_links.rbegin(), listing.hard_links.rend(),
                  [&](const std::string& name) { pending_.push_back(prefix + name); });
  }

  using Token = std::array<std::uint8_t, H5O_MAX_TOKEN_SIZE>;
  static Token to_array(const H5O_token_t& token) {
    Token copy{};
    std::memcpy(copy.data(), &token, sizeof(token));
    return copy;
  }

  hid_t file_;
  UniqueId access_{H5Pcreate(H5P_DATASET_ACCESS), H5Pclose};  // no chunk cache
  const WalkVisitor& visitor_;
  unsigned long file_number_ = 0;
  std::vector<std::string> pending_;
  std::set<Token> seen_;
};

/// "a/b/" → "/a/b".
std::string absolute(const std::string& name) {
  std::string path(name.starts_with('/') ? "" : "/");
  path += name;
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

}  // namespace

void walk_datasets(hid_t file, const std::vector<std::string>& paths, const WalkVisitor& visitor) {
  Walk walk(file, visitor);
  for (const std::string& path : paths) walk.from(absolute(path));
}

}  // namespace h5pave::cli
