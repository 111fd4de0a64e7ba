// Records what a process does with its datasets, for the option `profile`, at a bounded cost: of
// many quick calls only some are looked at, in stretches that keep their order, and counted for the
// others.
//
// Called by plugin/access_recording.cpp around reads and writes. Thread rule: every member function
// is safe from any thread; an AccessTrack is changed through the recorder alone.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "profile/access_profile.h"

namespace h5pave {

/// A read or write of one dataset that went well.
struct ObservedAccess {
  AccessKind kind = AccessKind::kRead;
  std::vector<std::uint64_t> extent;   ///< The dataset's, now.
  std::vector<std::uint64_t> start;    ///< Of the box, or of the first of several.
  std::vector<std::uint64_t> lengths;  ///< In elements, each > 0.
  std::uint64_t repeats = 1;           ///< Boxes of this size, at places of their own.
  std::uint64_t elements = 0;          ///< Selected.
  double seconds = 0;
};

/// What the recorder keeps of one dataset of one file.
class AccessTrack {
 public:
  AccessTrack(std::string pattern, ChunkedShape shape, Filters filters)
      : pattern_(std::move(pattern)), shape_(std::move(shape)), filters_(filters) {}

 private:
  friend class AccessRecorder;

  /// The last box of one size.
  struct LastBox {
    std::vector<std::uint64_t> start;
    std::vector<std::uint64_t> lengths;
  };

  /// Which calls of one kind are looked at: those of a stretch, then none for a while.
  struct Sampling {
    std::uint64_t stretch = 0;  ///< Calls still to look at.
    std::uint64_t weight = 1;  ///< Calls that each of the stretch stands for: those before it, too.
    double spent = 0;          ///< Seconds for recording the stretch …
    std::chrono::steady_clock::time_point begin;  ///< … which began then.
    // Changed without the lock: of two threads one may be late, and a call more is skipped.
    std::atomic<std::uint64_t> to_skip{0};
    std::atomic<std::uint64_t> skipped{0};
    std::atomic<std::chrono::steady_clock::time_point> skip_until{};  ///< At the latest.
  };

  std::string pattern_;
  ChunkedShape shape_;
  Filters filters_;
  std::uint64_t generation_ = 0;                    ///< Of the recorder, when the rest was set.
  std::vector<std::optional<LastBox>> last_boxes_;  ///< As the accesses of the record.
  std::array<Sampling, 2> samplings_;               ///< Of reads and of writes.
};

class AccessRecorder {
 public:
  using Clock = std::chrono::steady_clock;

  /// `path`: where the profile will be, %p and %r included.
  explicit AccessRecorder(std::string path);

  /// The track of a dataset, by its file and path; null when it is not known.
  std::shared_ptr<AccessTrack> find(const std::string& file, const std::string& path);

  /// Makes the track of a dataset. `shape`: as it is now.
  std::shared_ptr<AccessTrack> add(const std::string& file, const std::string& path,
                                   ChunkedShape shape, Filters filters);

  /// False for a call that is one of many quick ones and need not be looked at.
  static bool wants(AccessTrack& track, AccessKind kind) {
    constexpr std::uint64_t kCallsPerLookAtTheClock = 16;
    AccessTrack::Sampling& sampling = track.samplings_[kind == AccessKind::kRead ? 0 : 1];
    const std::uint64_t to_skip = sampling.to_skip.load(std::memory_order_relaxed);
    if (to_skip == 0) return true;
    sampling.to_skip.store(to_skip - 1, std::memory_order_relaxed);
    sampling.skipped.store(sampling.skipped.load(std::memory_order_relaxed) + 1,
                           std::memory_order_relaxed);
    if (to_skip % kCallsPerLookAtTheClock == 0) end_skipping_in_time(sampling);
    return false;
  }

  /// The same for a handle whose track was not looked up yet: finding out its name costs more than
  /// recording a call, and some programs open the dataset anew for each.
  bool wants_lookup();

  /// Such a look-up and the recording of its call took `seconds`.
  void note_lookup(double seconds);

  /// Takes note of a call that returned at `returned`; what passes from then on counts as the cost
  /// of recording. Requires the rank of the track.
  void note(AccessTrack& track, const ObservedAccess& access, Clock::time_point returned);

  /// Adds what was recorded to the file and forgets it. Does nothing when nothing was. Returns a
  /// sentence for the user when it failed, else an empty text.
  std::string store();

  /// When the file may be added to in the middle of the process.
  enum class Moment { kCall, kFileClosed };

  /// The same while the process goes on: it may end by _exit, as the workers of Python's
  /// multiprocessing do, or be killed, and then nobody calls store(). Does nothing unless it is
  /// time: after a second of calls, sooner when the program closes a file, and in either case not
  /// before the share of the program's time that this takes is as small as that of recording. Waits
  /// for other writers at most a moment, at the close of a file: what cannot be stored now is kept
  /// for the next time.
  std::string store_if_due(Moment moment);

  /// Around fork(): the child must find neither lock taken, and no file half written.
  void hold() {
    file_mutex_.lock();
    mutex_.lock();
  }
  void release() noexcept {
    mutex_.unlock();
    file_mutex_.unlock();
  }
  void release_in_child() noexcept {
    // Whoever forks without exec likely ends by _exit: the first file that it closes is stored.
    set_due(Clock::now(), {});
    release();
  }

  const std::string& path() const { return path_; }

 private:
  using Name = std::pair<std::string, std::string>;

  /// Skips no more calls when slow ones came among the quick ones.
  static void end_skipping_in_time(AccessTrack::Sampling& sampling);

  /// Ends a stretch whose recording took too long, or begins the next. Requires the lock.
  static void end_stretch(AccessTrack& track, AccessTrack::Sampling& sampling);

  /// After fork() the child begins with nothing: the parent stores its own. Requires the lock.
  void forget_parents_records();

  /// The record of the track's dataset; null when there is no room. Requires the lock.
  RecordedDataset* record_of(AccessTrack& track);

  /// Drops tracks that no handle uses when there are many. Requires the lock.
  void make_room();

  void forget_records();

  /// What was recorded, to be stored; empty when nothing was.
  AccessProfile take_records();

  /// Another process had the file: the records are kept together with those made meanwhile.
  void give_back(AccessProfile&& records);

  /// Sets when the file may be added to again. Requires the file's lock.
  void set_due(Clock::time_point now, Clock::duration took);

  const std::string path_;
  std::mutex file_mutex_;  // held while the file is added to; taken before mutex_
  std::array<std::atomic<Clock::time_point>, 2> due_;  ///< By moment.
  std::atomic<bool> cannot_store_{false};              ///< The file was refused: told already.
  std::mutex mutex_;         // guards all below, and all tracks but their atomics
  bool is_counted_ = false;  ///< This process is among those of the file.
  int process_id_;
  std::uint64_t generation_ = 1;  ///< Counts how often the records were forgotten.
  AccessProfile profile_;
  std::map<Name, std::shared_ptr<AccessTrack>> tracks_;
  std::size_t most_tracks_;
  const Clock::time_point made_ = Clock::now();
  // Changed without the lock: of two threads one may be late, and a call more or less counts.
  std::atomic<double> lookup_seconds_{0};
  std::atomic<std::uint64_t> without_lookup_{0};  ///< Calls since the last one noted, which counts
                                                  ///< for them.
};

}  // namespace h5pave
