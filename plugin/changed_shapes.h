// The datasets of this process whose chunk shape or filters h5pave changed, so that a raw chunk
// call of a program that goes by its own shape can be refused; and the advice given last, since
// programs create many datasets alike.
//
// Called by dataset_slots.cpp and chunk_queries.cpp; owned by Process. Thread rule: the thread that
// called HDF5.
#pragma once

#include <hdf5.h>

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "advisor/shape_advice.h"
#include "advisor/shape_change.h"
#include "object.h"

namespace h5pave {

class ChangedShapes {
 public:
  /// advise_shape(), from memory when the same was asked lately.
  const ShapeAdvice& advice(const ShapeQuestion& question);

  /// False when so many datasets were changed that no more can be remembered: then none may be.
  bool has_room() const { return changes_.size() < kMostChanges; }

  /// Remembers what the program asked of a dataset that was just created.
  void note(const Object& dataset, const ShapeChange& change);

  /// Forgets what is remembered of a dataset, and tells it.
  std::optional<ShapeChange> take(const Object& dataset);

  /// A dataset was created as the program asked; it may lie where a changed one was.
  void note_unchanged(const Object& dataset);

  /// Throws std::runtime_error when a raw chunk call of the program may be meant for the shape and
  /// filters that it asked for; `operation` and `arguments` are the native connector's.
  void check(const Object& dataset, int operation, const void* arguments) const;

 private:
  static constexpr std::size_t kMostChanges = 200'000;  // two keys per dataset
  static constexpr std::size_t kMostAdvice = 16;

  /// File and object.
  using Key = std::pair<std::string, std::array<std::uint8_t, H5O_MAX_TOKEN_SIZE>>;

  /// By the number that libhdf5 gave the open file, which holds when the program changes its
  /// working folder, and by its path, which holds when the file is closed and opened again. Empty
  /// when libhdf5 does not tell.
  static std::vector<Key> keys_of(const Object& dataset);

  std::map<Key, ShapeChange> changes_;
  std::deque<std::pair<ShapeQuestion, ShapeAdvice>> advice_;
};

}  // namespace h5pave
