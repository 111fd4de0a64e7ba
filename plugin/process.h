// What this image of the plugin keeps for the whole process: options from the environment, what was
// already told, statistics. Made when libhdf5 initialises the connector, gone when it terminates
// it.
//
// Called by the info, file and dataset slots. Thread rule: safe from any thread between start() and
// stop().
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "cache_grant.h"
#include "changed_shapes.h"
#include "commit/chunk_format.h"
#include "config/options.h"
#include "dataset_registry.h"
#include "profile/access_recorder.h"
#include "report/log.h"
#include "report/statistics.h"

namespace h5pave {

class Process {
 public:
  /// Reads the environment and reports bad settings; called by the initialize slot.
  static void start();

  /// Writes statistics and frees everything; called by the terminate slot.
  static void stop() noexcept;

  /// The process state. Requires start(); throws std::logic_error before it.
  static Process& get();

  std::shared_ptr<const Options> environment_options() const { return environment_options_; }

  /// Environment options overridden by `settings` (from an info string); complaints are reported.
  std::shared_ptr<const Options> options_with(const std::vector<Setting>& settings);

  /// The statistics that `options` ask for, or null.
  std::shared_ptr<Statistics> statistics_for(const Options& options);

  /// The recorder that `options` ask for, or null.
  std::shared_ptr<AccessRecorder> recorder_for(const Options& options);

  /// The profile that `options` name, as it was when it was first asked for; null when there is
  /// none. What is wrong with it is told.
  std::shared_ptr<const AccessProfile> profile_for(const Options& options);

  /// Adds what was recorded so far to the profile when it is time for that. Not in MPI programs,
  /// whose ranks would wait for each other's turns, and which end as they should. Never fails;
  /// leaves errno as it was.
  void store_if_due(AccessRecorder& recorder, AccessRecorder::Moment moment) noexcept;

  /// One line per complaint, each only once in the process, whatever the number of images.
  void report(const Options& options, const Complaints& complaints);

  Log& log() { return log_; }

  /// The worker threads and buffers of this process. The first caller's options say how many and
  /// how much. They end before the program forks, and a child gets its own.
  /// `seconds`: where the caller's time is counted, or null.
  Workshop workshop(const Options& options, PhaseSeconds* seconds);

  /// Before the first workshop: so many MPI ranks work on this machine's processors.
  void share_processors(int ranks_on_node) { ranks_on_node_ = ranks_on_node; }

  /// The datasets that h5pave holds chunks of. The first caller's options say how much memory their
  /// chunks may take.
  DatasetRegistry& datasets(const Options& options);

  /// The same, or null while nobody has needed it.
  DatasetRegistry* datasets_if_any() { return datasets_.get(); }

  /// Before chunks are held back: what libhdf5 needs to write them when it terminates. Once.
  void prepare_for_held_back_chunks(hid_t native_id);

  /// Of the bytes that libhdf5's enlarged chunk caches take.
  std::shared_ptr<CacheGrant::Account> cache_account() const { return cache_account_; }

  /// The datasets whose chunk shape was changed.
  ChangedShapes& changed_shapes() { return changed_shapes_; }

 private:
  Process();
  ~Process();

  static void before_fork() noexcept;
  static void after_fork() noexcept;
  static void after_fork_in_child() noexcept;
  /// Statistics and profiles.
  void write_records() noexcept;
  void tell_profile_trouble(const std::string& trouble);
  void abandon_pool_of_parent();
  static void write_records_at_exit();

  Log log_;
  const bool is_mpi_rank_ = !mpi_rank_text().empty();
  const std::shared_ptr<CacheGrant::Account> cache_account_ =
      std::make_shared<CacheGrant::Account>(0);
  std::shared_ptr<const Options> environment_options_;
  std::mutex mutex_;  // guards all below
  std::map<std::string, std::shared_ptr<Statistics>> statistics_;
  std::map<std::string, std::shared_ptr<AccessRecorder>> recorders_;
  std::map<std::string, std::shared_ptr<const AccessProfile>> profiles_;  // null: there is none
  int pool_process_id_ = 0;
  int ranks_on_node_ = 1;
  std::unique_ptr<ThreadPool> pool_;
  std::unique_ptr<SlotPool> slots_;
  std::unique_ptr<DatasetRegistry> datasets_;  // not guarded: libhdf5's callbacks only
  ChangedShapes changed_shapes_;               // not guarded either
  bool is_prepared_ = false;                   // nor this
};

}  // namespace h5pave
