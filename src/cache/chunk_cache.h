// The decoded chunks that h5pave holds of one dataset: written ones until they are encoded and
// committed (write-back), encoded ones until the caller's thread commits them (write-behind),
// decoded ones that will be wanted again or next (read-ahead).
//
// Called by the box transfers and the plugin. Thread rule: the thread that called HDF5; workers see
// only the chunk that their job is for.
#pragma once

#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cache/background_job.h"
#include "cache/memory_account.h"
#include "commit/chunk_format.h"
#include "commit/chunk_store.h"

namespace h5pave {

/// A decoded chunk in memory. All of `raw` is valid except while decoding.
struct CachedChunk {
  enum class State {
    kClean,     ///< As in the file.
    kDirty,     ///< Newer than the file.
    kEncoding,  ///< Newer than the file; a job reads `raw`, its result waits to be committed.
    kDecoding,  ///< A job fills `raw`.
  };

  Extent offset;  ///< First element in the dataset.
  State state = State::kClean;
  ByteBuffer buffer;
  std::span<std::byte> raw;
  std::uint64_t elements_inside = 0;   ///< The extent, at the last write.
  std::uint64_t elements_written = 0;  ///< Since it was clean; counts rewritten ones again.
  std::uint64_t elements_read = 0;
  bool is_masked = false;    ///< Stored with a filter mask: to be rewritten by stock HDF5 only.
  bool is_blank = false;     ///< `raw` is not valid yet: its first writer has not finished.
  bool is_complete = false;  ///< All of it was written: probably nothing more will be.
  std::shared_ptr<BackgroundJob> job;
  SlotLease slot;                      ///< Of the job.
  std::span<const std::byte> encoded;  ///< Result of the encoding job, in the slot.
  std::list<CachedChunk*>::iterator use_place;
  std::list<CachedChunk*>::iterator complete_place;
};

/// What the operations of one call need from outside.
struct ChunkAccess {
  ChunkStore& store;
  Workshop workshop;
};

/// What became of a wish for a chunk.
struct Lookup {
  CachedChunk* chunk = nullptr;    ///< Valid until the next operation on the cache.
  bool is_absent = false;          ///< The file has no such chunk (only where that is asked for).
  std::string_view native_reason;  ///< Set when stock HDF5 must do it.
};

class ChunkCache : public MemoryHolder {
 public:
  /// `hot_bytes`: what stock HDF5 would keep decoded of this dataset. That much is kept however
  /// small the account is, and is not encoded before it must be.
  ChunkCache(const ChunkFormat& format, MemoryAccount& account, std::uint64_t hot_bytes);

  /// Waits for jobs. Dirty chunks are lost: flush() first.
  ~ChunkCache() override;

  bool holds(const Extent& offset) const { return chunks_.contains(offset); }
  bool is_dirty() const { return dirty_count_ > 0; }
  bool is_empty() const { return chunks_.empty(); }
  std::uint64_t hot_bytes() const { return hot_bytes_; }

  /// Bytes that all chunk caches may hold together.
  std::uint64_t room_bytes() const { return account_.limit_bytes(); }

  /// The chunk at `offset` with all its content, from memory or from the file, to be read only. An
  /// absent chunk is told of.
  Lookup load_to_read(const Extent& offset, const ChunkAccess& access);

  /// The same, to be changed and then given to wrote(). An absent chunk is made of fill value.
  Lookup load_to_write(const Extent& offset, const ChunkAccess& access);

  /// The chunk at `offset` for a caller who writes all of it, then gives it to wrote().
  Lookup blank(const Extent& offset, const ChunkAccess& access);

  /// Starts to fetch and decode the chunk, unless it is here, absent or unusable, or there is no
  /// memory for it.
  void prefetch(const Extent& offset, const ChunkAccess& access);

  /// Takes note that the caller changed `elements` of `chunk`, of which `elements_inside` lie
  /// inside the extent, and starts to encode what is probably complete. False when an older chunk
  /// could not be committed: it stays dirty, and the error stack says why.
  bool wrote(CachedChunk& chunk, std::uint64_t elements, std::uint64_t elements_inside,
             const ChunkAccess& access);

  /// Takes note that the caller read `elements` of `chunk`. The chunk may be gone afterwards.
  void was_read(CachedChunk& chunk, std::uint64_t elements);

  /// Commits what has been encoded in the meantime. False as for wrote().
  bool commit_ended(const ChunkAccess& access);

  /// Encodes and commits all dirty chunks. False as for wrote().
  bool flush(const ChunkAccess& access);

  /// Forgets everything, dirty chunks too.
  void forget_all();

  void release_clean() override;

  std::uint64_t chunks_encoded() const { return chunks_encoded_; }
  std::uint64_t chunks_decoded() const { return chunks_decoded_; }

 private:
  struct OffsetHash {
    std::size_t operator()(const Extent& offset) const;
  };
  using UseOrder = std::list<CachedChunk*>;

  CachedChunk* find(const Extent& offset);
  Lookup fetch_and_decode(const Extent& offset, ChunkSlot& slot, bool tell_absent,
                          const ChunkAccess& access);
  Lookup insert(const Extent& offset, const ChunkAccess& access);
  CachedChunk& insert_in_room(const Extent& offset);
  bool make_room(const ChunkAccess& access);
  bool make_room_without_writing();
  bool add_spare();
  bool write_out_oldest(const ChunkAccess& access);
  bool settle(CachedChunk& chunk, const ChunkAccess& access);
  bool start_encoding(CachedChunk& chunk, const ChunkAccess& access);
  bool commit_oldest(const ChunkAccess& access);
  bool commit(CachedChunk& chunk, bool encoded_well, const ChunkAccess& access);
  bool write_behind(const ChunkAccess& access);
  void end_job(CachedChunk& chunk);
  void mark_dirty(CachedChunk& chunk);
  void leave_complete(CachedChunk& chunk);
  void touch(CachedChunk& chunk);
  void erase(CachedChunk& chunk);
  enum class WhileDecoding { kKeep, kWait };
  bool drop_oldest_clean(WhileDecoding running);
  void drop_spares();

  const ChunkFormat& format_;
  MemoryAccount& account_;
  const std::uint64_t chunk_bytes_;
  const std::uint64_t hot_bytes_;
  std::unordered_map<Extent, std::unique_ptr<CachedChunk>, OffsetHash> chunks_;
  UseOrder use_order_;                 ///< All chunks, the longest unused first.
  UseOrder complete_;                  ///< Dirty and complete, the oldest first.
  std::deque<CachedChunk*> encoding_;  ///< In the order in which they will be committed.
  std::vector<ByteBuffer> spares_;     ///< Of gone chunks; counted in the account.
  std::uint64_t dirty_count_ = 0;      ///< Dirty or encoding.
  std::uint64_t chunks_encoded_ = 0;
  std::uint64_t chunks_decoded_ = 0;
};

}  // namespace h5pave
