#include "cache/chunk_cache.h"

#include <algorithm>
#include <new>
#include <stdexcept>

#include "commit/stored_chunk.h"

namespace h5pave {

namespace {

constexpr std::string_view kNoMemory = "memory_budget";
constexpr std::string_view kNeedsNative = "chunk_needs_native";
constexpr std::string_view kCommitFailed = "chunk_write_failed";
constexpr std::size_t kMaxSpares = 8;

bool wait_for(const BackgroundJob& job, const ChunkAccess& access) {
  const PhaseTimer timer(access.workshop.seconds, &PhaseSeconds::filter);
  return job.wait();
}

bool decode_timed(const Fetched& found, std::span<std::byte> chunk, ChunkSlot& slot,
                  const ChunkAccess& access) {
  const PhaseTimer timer(access.workshop.seconds, &PhaseSeconds::filter);
  return decode(found, chunk, slot);
}

std::shared_ptr<BackgroundJob> start_job(const ChunkAccess& access, std::function<void()> work) {
  const PhaseTimer timer(access.workshop.seconds, &PhaseSeconds::filter);
  return BackgroundJob::start(access.workshop.pool, std::move(work));
}

}  // namespace

std::size_t ChunkCache::OffsetHash::operator()(const Extent& offset) const {
  std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a, by words
  for (const std::uint64_t value : offset) {
    hash ^= value;
    hash *= 0x100000001b3U;
    hash ^= hash >> 29U;
  }
  return hash;
}

ChunkCache::ChunkCache(const ChunkFormat& format, MemoryAccount& account, std::uint64_t hot_bytes)
    : format_(format),
      account_(account),
      chunk_bytes_(decoded_bytes(format)),
      hot_bytes_(hot_bytes) {
  spares_.reserve(kMaxSpares);  // So that nothing that keeps one can fail.
  account_.add(this);
}

ChunkCache::~ChunkCache() {
  forget_all();
  drop_spares();
  account_.remove(this);
}

CachedChunk* ChunkCache::find(const Extent& offset) {
  const auto found = chunks_.find(offset);
  if (found == chunks_.end()) return nullptr;
  CachedChunk* const chunk = found->second.get();
  if (!chunk->is_blank) return chunk;
  erase(*chunk);  // Its writer failed before it was done.
  return nullptr;
}

Lookup ChunkCache::load_to_read(const Extent& offset, const ChunkAccess& access) {
  if (CachedChunk* const chunk = find(offset); chunk != nullptr) {
    if (chunk->state == CachedChunk::State::kDecoding && !settle(*chunk, access))
      return {nullptr, false, kNeedsNative};
    touch(*chunk);
    return {chunk, false, {}};
  }
  const SlotLease slot = take_slot(format_, access.workshop);
  return fetch_and_decode(offset, *slot, true, access);
}

Lookup ChunkCache::load_to_write(const Extent& offset, const ChunkAccess& access) {
  if (CachedChunk* const chunk = find(offset); chunk != nullptr) {
    if (!settle(*chunk, access) || chunk->is_masked) return {nullptr, false, kNeedsNative};
    touch(*chunk);
    return {chunk, false, {}};
  }
  const SlotLease slot = take_slot(format_, access.workshop);
  const Lookup found = fetch_and_decode(offset, *slot, false, access);
  if (found.chunk != nullptr && found.chunk->is_masked) return {nullptr, false, kNeedsNative};
  return found;
}

Lookup ChunkCache::fetch_and_decode(const Extent& offset, ChunkSlot& slot, bool tell_absent,
                                    const ChunkAccess& access) {
  const Fetched found = fetch(format_, offset, slot.stored, access.store);
  if (found.kind == Fetched::Kind::kUnusable) return {nullptr, false, kNeedsNative};
  const bool absent = found.kind == Fetched::Kind::kAbsent;
  if (absent && tell_absent) return {nullptr, true, {}};
  const Lookup made = insert(offset, access);
  if (made.chunk == nullptr) return made;
  if (absent) {
    fill_with(made.chunk->raw, format_.fill);
  } else if (decode_timed(found, made.chunk->raw, slot, access)) {
    made.chunk->is_masked = found.filter_mask != 0;
    ++chunks_decoded_;
  } else {
    erase(*made.chunk);
    return {nullptr, false, kNeedsNative};
  }
  made.chunk->is_blank = false;
  return made;
}

Lookup ChunkCache::blank(const Extent& offset, const ChunkAccess& access) {
  if (CachedChunk* const chunk = find(offset); chunk != nullptr) {
    if (settle(*chunk, access))
      return chunk->is_masked ? Lookup{nullptr, false, kNeedsNative} : Lookup{chunk, false, {}};
  }
  return insert(offset, access);
}

void ChunkCache::prefetch(const Extent& offset, const ChunkAccess& access) {
  if (holds(offset) || more_jobs(format_, access.workshop) == 0 || !make_room_without_writing())
    return;
  SlotLease slot = take_slot(format_, access.workshop);
  CachedChunk& chunk = insert_in_room(offset);
  chunk.slot = std::move(slot);
  const Fetched found = fetch(format_, offset, chunk.slot->stored, access.store);
  if (found.kind != Fetched::Kind::kPresent) {
    erase(chunk);
    return;
  }
  chunk.is_masked = found.filter_mask != 0;
  chunk.job = start_job(access, [&chunk, found] {
    if (!decode(found, chunk.raw, *chunk.slot)) throw std::runtime_error("damaged chunk");
  });
  chunk.is_blank = false;
  chunk.state = CachedChunk::State::kDecoding;
}

bool ChunkCache::wrote(CachedChunk& chunk, std::uint64_t elements, std::uint64_t elements_inside,
                       const ChunkAccess& access) {
  mark_dirty(chunk);
  touch(chunk);
  chunk.is_blank = false;
  chunk.elements_inside = elements_inside;
  chunk.elements_written += elements;
  if (chunk.is_complete) {
    complete_.splice(complete_.end(), complete_, chunk.complete_place);
  } else if (chunk.elements_written >= elements_inside) {
    chunk.complete_place = complete_.insert(complete_.end(), &chunk);
    chunk.is_complete = true;
  }
  return write_behind(access);
}

void ChunkCache::was_read(CachedChunk& chunk, std::uint64_t elements) {
  chunk.elements_read += elements;
  const bool used_up =
      chunk.state == CachedChunk::State::kClean && chunk.elements_read >= chunk_elements(format_);
  if (!used_up) return;
  // What was read to its end is the first to go, beyond what stock would keep as well.
  use_order_.splice(use_order_.begin(), use_order_, chunk.use_place);
  if (chunks_.size() * chunk_bytes_ > hot_bytes_) erase(chunk);
}

bool ChunkCache::write_behind(const ChunkAccess& access) {
  if (!commit_ended(access)) return false;
  while (complete_.size() > 1 && complete_.size() * chunk_bytes_ > hot_bytes_) {
    // Not while other datasets' chunks take the memory for work: it can wait.
    if (encoding_.empty() && more_jobs(format_, access.workshop) == 0) return true;
    if (!start_encoding(*complete_.front(), access)) return false;
  }
  return true;
}

bool ChunkCache::commit_ended(const ChunkAccess& access) {
  while (!encoding_.empty() && encoding_.front()->job->has_ended()) {
    if (!commit_oldest(access)) return false;
  }
  return true;
}

bool ChunkCache::flush(const ChunkAccess& access) {
  std::vector<CachedChunk*> dirty;
  for (const auto& [offset, chunk] : chunks_) {
    if (chunk->state == CachedChunk::State::kDirty) dirty.push_back(chunk.get());
  }
  // In the file's order, as stock would.
  std::sort(dirty.begin(), dirty.end(), [](const CachedChunk* left, const CachedChunk* right) {
    return left->offset < right->offset;
  });
  for (CachedChunk* const chunk : dirty) {
    if (!start_encoding(*chunk, access)) return false;
  }
  while (!encoding_.empty()) {
    if (!commit_oldest(access)) return false;
  }
  return true;
}

void ChunkCache::forget_all() {
  while (!use_order_.empty()) {
    CachedChunk& chunk = *use_order_.front();
    end_job(chunk);
    erase(chunk);
  }
}

void ChunkCache::release_clean() {
  drop_spares();
  while (drop_oldest_clean(WhileDecoding::kKeep)) {
  }
  drop_spares();
}

Lookup ChunkCache::insert(const Extent& offset, const ChunkAccess& access) {
  if (make_room(access)) return {&insert_in_room(offset), false, {}};
  return {nullptr, false, is_dirty() ? kCommitFailed : kNoMemory};
}

/// Uses up the spare that is there.
CachedChunk& ChunkCache::insert_in_room(const Extent& offset) {
  auto chunk = std::make_unique<CachedChunk>();
  chunk->offset = offset;
  chunk->is_blank = true;
  CachedChunk& made = *chunk;
  const auto place = use_order_.insert(use_order_.end(), &made);
  try {
    chunks_.emplace(offset, std::move(chunk));
  } catch (...) {
    use_order_.erase(place);  // `made` is gone.
    throw;
  }
  made.use_place = place;
  made.buffer = std::move(spares_.back());
  spares_.pop_back();
  made.raw = made.buffer.get(static_cast<std::size_t>(chunk_bytes_));
  return made;
}

/// Adds a spare from fresh memory, if the account allows it.
bool ChunkCache::add_spare() {
  if (!account_.take(chunk_bytes_, hot_bytes_)) return false;
  try {
    spares_.emplace_back().get(static_cast<std::size_t>(chunk_bytes_));
    return true;
  } catch (const std::bad_alloc&) {
    spares_.pop_back();
    account_.give_back(chunk_bytes_);
    return false;
  }
}

bool ChunkCache::make_room_without_writing() {
  return !spares_.empty() || add_spare() || drop_oldest_clean(WhileDecoding::kKeep);
}

/// Afterwards there is a spare; false when there can be none, or a chunk could not be committed.
bool ChunkCache::make_room(const ChunkAccess& access) {
  bool others_were_asked = false;
  while (spares_.empty() && !make_room_without_writing()) {
    if (!others_were_asked) {
      account_.press(this);
      others_were_asked = true;
    } else if (!encoding_.empty() || is_dirty()) {
      if (!write_out_oldest(access)) return false;
    } else if (!drop_oldest_clean(WhileDecoding::kWait)) {
      return false;
    }
  }
  return true;
}

/// Commits at least one chunk, and starts on the next ones.
bool ChunkCache::write_out_oldest(const ChunkAccess& access) {
  const std::size_t most = std::max<std::size_t>(jobs_at_a_time(format_, access.workshop), 1);
  for (auto place = use_order_.begin(); place != use_order_.end() && encoding_.size() < most;) {
    CachedChunk& chunk = **place++;
    if (chunk.state == CachedChunk::State::kDirty && !start_encoding(chunk, access)) return false;
  }
  return !encoding_.empty() && commit_oldest(access);
}

/// Ends the chunk's job without committing its result; false when the chunk could not be decoded
/// and is gone.
bool ChunkCache::settle(CachedChunk& chunk, const ChunkAccess& access) {
  if (chunk.job == nullptr) return true;
  const bool decoding = chunk.state == CachedChunk::State::kDecoding;
  const bool ended_well = wait_for(*chunk.job, access);
  end_job(chunk);
  if (!decoding) {
    std::erase(encoding_, &chunk);
    chunk.state = CachedChunk::State::kDirty;
    return true;
  }
  chunk.state = CachedChunk::State::kClean;
  if (ended_well) {
    ++chunks_decoded_;
    return true;
  }
  erase(chunk);
  return false;
}

bool ChunkCache::start_encoding(CachedChunk& chunk, const ChunkAccess& access) {
  const std::size_t most = std::max<std::size_t>(jobs_at_a_time(format_, access.workshop), 1);
  while (!encoding_.empty() &&
         (encoding_.size() >= most || more_jobs(format_, access.workshop) == 0)) {
    if (!commit_oldest(access)) return false;
  }
  chunk.slot = take_slot(format_, access.workshop);
  encoding_.push_back(&chunk);
  try {
    chunk.job =
        start_job(access, [&chunk] { chunk.encoded = encode_checked(chunk.raw, *chunk.slot); });
  } catch (...) {  // No memory: the chunk stays dirty.
    encoding_.pop_back();
    chunk.slot.reset();
    throw;
  }
  leave_complete(chunk);
  chunk.state = CachedChunk::State::kEncoding;
  return true;
}

bool ChunkCache::commit_oldest(const ChunkAccess& access) {
  CachedChunk& chunk = *encoding_.front();
  const bool encoded_well = wait_for(*chunk.job, access);
  encoding_.pop_front();
  chunk.state = CachedChunk::State::kDirty;
  bool committed = false;
  try {
    committed = commit(chunk, encoded_well, access);
  } catch (...) {
    end_job(chunk);
    throw;
  }
  end_job(chunk);
  if (!committed) return false;  // Kept: a later flush tries again.
  chunk.state = CachedChunk::State::kClean;
  --dirty_count_;
  const bool was_filled = chunk.elements_written >= chunk.elements_inside;
  chunk.elements_written = 0;
  // What was written as a whole is seldom wanted again soon.
  if (was_filled) erase(chunk);
  return true;
}

bool ChunkCache::commit(CachedChunk& chunk, bool encoded_well, const ChunkAccess& access) {
  if (encoded_well && access.store.takes_encoded() &&
      !size_is_ambiguous(format_, chunk.encoded.size())) {
    if (!access.store.write(chunk.offset, chunk.encoded)) return false;
    ++chunks_encoded_;
    return true;
  }
  return access.store.write_decoded(chunk.offset, chunk.raw);
}

void ChunkCache::end_job(CachedChunk& chunk) {
  if (chunk.job == nullptr) return;
  static_cast<void>(chunk.job->wait());
  // A job that a fork cut off left its slot half changed.
  if (chunk.job->is_lost()) static_cast<void>(chunk.slot.release());
  chunk.slot.reset();
  chunk.job.reset();
  chunk.encoded = {};
}

void ChunkCache::mark_dirty(CachedChunk& chunk) {
  if (chunk.state == CachedChunk::State::kDirty) return;
  chunk.state = CachedChunk::State::kDirty;
  chunk.elements_read = 0;
  ++dirty_count_;
}

void ChunkCache::leave_complete(CachedChunk& chunk) {
  if (!chunk.is_complete) return;
  complete_.erase(chunk.complete_place);
  chunk.is_complete = false;
}

void ChunkCache::touch(CachedChunk& chunk) {
  use_order_.splice(use_order_.end(), use_order_, chunk.use_place);
}

void ChunkCache::erase(CachedChunk& chunk) {
  const bool was_dirty =
      chunk.state == CachedChunk::State::kDirty || chunk.state == CachedChunk::State::kEncoding;
  if (was_dirty) --dirty_count_;
  std::erase(encoding_, &chunk);
  leave_complete(chunk);
  use_order_.erase(chunk.use_place);
  if (spares_.size() < kMaxSpares) {
    spares_.push_back(std::move(chunk.buffer));
  } else {
    account_.give_back(chunk_bytes_);
  }
  chunks_.erase(chunks_.find(chunk.offset));
}

/// The dropped chunk's memory becomes a spare, or goes back to the account.
bool ChunkCache::drop_oldest_clean(WhileDecoding running) {
  if (chunks_.size() == dirty_count_) return false;
  for (CachedChunk* const chunk : use_order_) {
    const bool decoded = chunk->state == CachedChunk::State::kDecoding &&
                         (running == WhileDecoding::kWait || chunk->job->has_ended());
    if (chunk->state != CachedChunk::State::kClean && !decoded) continue;
    end_job(*chunk);
    erase(*chunk);
    return true;
  }
  return false;
}

void ChunkCache::drop_spares() {
  account_.give_back(chunk_bytes_ * spares_.size());
  spares_.clear();
}

}  // namespace h5pave
