#include "process.h"

#include <hdf5.h>
#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include "guard.h"
#include "images.h"
#include "index_packages.h"
#include "profile/profile_file.h"
#include "report/file_pattern.h"

namespace h5pave {

namespace {

// The one global of the plugin: libhdf5's callbacks have no context argument.
std::atomic<Process*> the_process{nullptr};

// Held while a thread of the program forks, and while the process state comes or goes.
std::mutex fork_mutex;

std::string hdf5_version() {
  unsigned major = 0;
  unsigned minor = 0;
  unsigned release = 0;
  H5get_libversion(&major, &minor, &release);
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(release);
}

}  // namespace

Process::Process() {
  Complaints complaints;
  environment_options_ = std::make_shared<const Options>(
      apply_settings(Options{}, settings_from_environment(environ), complaints));
  report(*environment_options_, complaints);
}

Process::~Process() {
  if (datasets_ != nullptr && !datasets_->dirty().empty())
    Log::write(LogLevel::kError, LogLevel::kError,
               std::to_string(datasets_->dirty().size()) +
                   " dataset(s) were never closed, so data that was not written yet is lost");
  abandon_pool_of_parent();
}

void Process::start() {
  static std::atomic<bool> handlers_set{false};
  {
    const std::lock_guard no_fork(fork_mutex);
    if (the_process.load() == nullptr) the_process.store(new Process());
  }
  if (handlers_set.exchange(true)) return;
  // A library that never terminates its connectors (H5dont_atexit) must not lose what was recorded.
  std::atexit(&Process::write_records_at_exit);
  // For good: the plugin is never unloaded (-z nodelete).
  static_cast<void>(
      ::pthread_atfork(&Process::before_fork, &Process::after_fork, &Process::after_fork_in_child));
}

// A process with more threads than the program knows of forks at its peril, and Python warns.
void Process::before_fork() noexcept {
  fork_mutex.lock();
  Process* const process = the_process.load();
  if (process == nullptr) return;
  process->mutex_.lock();
  for (const auto& [path, recorder] : process->recorders_) recorder->hold();
  if (process->pool_ != nullptr && process->pool_process_id_ == ::getpid()) process->pool_->rest();
}

void Process::after_fork() noexcept {
  if (Process* const process = the_process.load(); process != nullptr) {
    for (const auto& [path, recorder] : process->recorders_) recorder->release();
    process->mutex_.unlock();
  }
  fork_mutex.unlock();
}

void Process::after_fork_in_child() noexcept {
  if (Process* const process = the_process.load(); process != nullptr) {
    for (const auto& [path, recorder] : process->recorders_) recorder->release_in_child();
    process->mutex_.unlock();
  }
  fork_mutex.unlock();
}

void Process::stop() noexcept {
  const std::lock_guard no_fork(fork_mutex);
  Process* const process = the_process.exchange(nullptr);
  if (process == nullptr) return;
  process->write_records();
  delete process;
}

Process& Process::get() {
  Process* const process = the_process.load();
  if (process == nullptr) throw std::logic_error("the connector is not initialised");
  return *process;
}

std::shared_ptr<const Options> Process::options_with(const std::vector<Setting>& settings) {
  if (settings.empty()) return environment_options_;
  Complaints complaints;
  auto options =
      std::make_shared<const Options>(apply_settings(*environment_options_, settings, complaints));
  report(*options, complaints);
  return options;
}

std::shared_ptr<Statistics> Process::statistics_for(const Options& options) {
  if (options.stats_path.empty()) return nullptr;
  // Each HDF5 library in the process has an image of its own, and so a file of its own.
  const unsigned number = image_number();
  const std::string path =
      number == 1 ? options.stats_path : options.stats_path + "." + std::to_string(number);
  const std::lock_guard lock(mutex_);
  auto& entry = statistics_[path];
  if (entry == nullptr) entry = std::make_shared<Statistics>(path, hdf5_version());
  return entry;
}

std::shared_ptr<AccessRecorder> Process::recorder_for(const Options& options) {
  if (options.profile_path.empty()) return nullptr;
  const std::lock_guard lock(mutex_);
  auto& entry = recorders_[options.profile_path];
  if (entry == nullptr) entry = std::make_shared<AccessRecorder>(options.profile_path);
  return entry;
}

std::shared_ptr<const AccessProfile> Process::profile_for(const Options& options) {
  if (options.profile_path.empty()) return nullptr;
  const std::lock_guard lock(mutex_);
  const auto known = profiles_.find(options.profile_path);
  if (known != profiles_.end()) return known->second;
  LoadedProfile loaded = load_profile(expand_file_pattern(options.profile_path));
  tell_profile_trouble(loaded.trouble);
  auto& entry = profiles_[options.profile_path];
  if (loaded.profile) entry = std::make_shared<const AccessProfile>(*std::move(loaded.profile));
  return entry;
}

void Process::tell_profile_trouble(const std::string& trouble) {
  if (trouble.empty()) return;
  // What is wrong with one file is the same for all ranks.
  const std::string rank = mpi_rank_text();
  if (!rank.empty() && rank != "0") return;
  // Shown at every log level: no later call could report it. Reading and writing fail alike.
  if (is_first_time(trouble)) Log::write(LogLevel::kError, LogLevel::kError, trouble);
}

void Process::store_if_due(AccessRecorder& recorder, AccessRecorder::Moment moment) noexcept {
  if (is_mpi_rank_) return;
  const int saved_errno = errno;
  tell([&] { tell_profile_trouble(recorder.store_if_due(moment)); });
  errno = saved_errno;
}

void Process::abandon_pool_of_parent() {
  if (pool_process_id_ == ::getpid()) return;
  // After fork() the threads are the parent's and locks may be held for ever: nothing can be freed.
  static_cast<void>(pool_.release());
  static_cast<void>(slots_.release());
}

Workshop Process::workshop(const Options& options, PhaseSeconds* seconds) {
  const std::lock_guard lock(mutex_);
  abandon_pool_of_parent();
  if (slots_ == nullptr) {
    const unsigned threads =
        options.threads != 0 ? options.threads : usable_processors(ranks_on_node_);
    if (threads > 1) pool_ = std::make_unique<ThreadPool>(threads);
    slots_ = std::make_unique<SlotPool>(options.memory_bytes / 2);
    pool_process_id_ = ::getpid();
  }
  return {pool_.get(), *slots_, options.deflate, seconds};
}

DatasetRegistry& Process::datasets(const Options& options) {
  // The other half is for chunks in work.
  if (datasets_ == nullptr) datasets_ = std::make_unique<DatasetRegistry>(options.memory_bytes / 2);
  return *datasets_;
}

void Process::prepare_for_held_back_chunks(hid_t native_id) {
  if (!std::exchange(is_prepared_, true)) initialize_index_packages(native_id);
}

void Process::report(const Options& options, const Complaints& complaints) {
  for (const std::string& complaint : complaints) {
    if (options.log >= LogLevel::kWarn && is_first_time(complaint))
      Log::write(options.log, LogLevel::kWarn, complaint);
  }
}

void Process::write_records() noexcept {
  const std::lock_guard lock(mutex_);
  for (const auto& [path, statistics] : statistics_) {
    try {
      // Shown at every log level: no later call could report it.
      if (const std::string error = statistics->write(); !error.empty())
        log_.write_once(LogLevel::kError, LogLevel::kError, error);
    } catch (const std::exception& error) {
      Log::write(LogLevel::kError, LogLevel::kError, error.what());
    }
  }
  for (const auto& [path, recorder] : recorders_) {
    try {
      tell_profile_trouble(recorder->store());
    } catch (const std::exception& error) {
      Log::write(LogLevel::kError, LogLevel::kError, error.what());
    }
  }
}

void Process::write_records_at_exit() {
  if (Process* const process = the_process.load(); process != nullptr) process->write_records();
}

}  // namespace h5pave
