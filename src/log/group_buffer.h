// SPDX-License-Identifier: Apache-2.0
// Encoded bytes on their way from the turn to the disk: one producer appends, one consumer takes what has been
// published and gives it back once written, while the producer goes on. Publishing is one store; a lock is taken only
// when a chunk is full, a segment begins or the consumer comes by.
//
// Threads: claim(), publish(), begin_segment(), published_count() for the producer (the holder of the turn); take(),
// give_back() for the consumer (the holder of the writer's role).
// Memory: two chunks of kChunkBytes under load, touched only as far as used; a larger record has a chunk of its own.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "base/bytes.h"

namespace lightcone::log {

inline constexpr size_t kChunkBytes = 1u << 20;

struct Chunk {
    std::unique_ptr<uint8_t[]> bytes;
    size_t capacity = 0;
};

// A run of bytes with one place in one file.
struct Extent {
    Chunk* chunk = nullptr;
    size_t begin = 0;
    size_t end = 0;
    uint64_t file_position = 0;
    bool begins_segment = false;  // its first bytes are a segment header
    bool ends_chunk = false;      // the producer has left the chunk

    ByteView bytes() const { return {chunk->bytes.get() + begin, end - begin}; }
};

class GroupBuffer {
  public:
    explicit GroupBuffer(uint64_t first_offset)
        : count_(first_offset), published_(pack(0, first_offset)), taken_count_(first_offset) {}

    // Room for `bytes` bytes, valid until publish() or the next claim().
    uint8_t* claim(size_t bytes) {
        if (chunk_ == nullptr || bytes > chunk_->capacity - cursor_) [[unlikely]]
            return claim_chunk(bytes);
        if (cursor_ >= kRewindBytes && drained_.load(std::memory_order_acquire) == cursor_) [[unlikely]]
            rewind();
        return chunk_->bytes.get() + cursor_;
    }
    // Hands the first `bytes` bytes of the room claimed last to the consumer, as `records` records.
    void publish(size_t bytes, uint32_t records) {
        cursor_ += bytes;
        count_ += records;
        published_.store(pack(cursor_, count_), std::memory_order_release);
    }
    // What is published from now on starts at `file_position` of a new segment file (or, with begins_segment false, of
    // the current one).
    void place(uint64_t file_position, bool begins_segment);
    // Gives the chunk up as soon as it is written (for one of an unusual size).
    void leave_chunk();
    uint64_t published_count() const { return count_; }

    // Appends everything published to `extents`, in order, and returns the number of records up to there, counted from
    // the log's beginning.
    uint64_t take(std::vector<Extent>& extents);
    // The extents taken last are written.
    void give_back(const std::vector<Extent>& extents);

  private:
    // A chunk is reused from its start before it is full when the consumer keeps up, so that idle logs stay small.
    static constexpr size_t kRewindBytes = 32u << 10;
    static constexpr size_t kFreeChunksMax = 2;

    static uint64_t pack(size_t end, uint64_t count) {
        return static_cast<uint64_t>(end) << 32 | static_cast<uint32_t>(count);
    }
    uint8_t* claim_chunk(size_t bytes);
    void rewind();
    void open_at(Chunk* chunk);
    void close_open(bool ends_chunk);

    // Producer's own.
    Chunk* chunk_ = nullptr;
    size_t cursor_ = 0;
    uint64_t count_;

    // End of what is published in the open chunk, and the low half of the record count.
    alignas(64) std::atomic<uint64_t> published_;
    // Written by the consumer: it has written the open chunk up to here.
    alignas(64) std::atomic<size_t> drained_{0};

    std::mutex mutex_;
    Extent open_;                                 // guarded; its end is in published_
    std::vector<Extent> closed_;                  // guarded
    std::vector<std::unique_ptr<Chunk>> chunks_;  // guarded; all of them
    std::vector<Chunk*> free_;                    // guarded
    uint64_t taken_count_;                        // consumer's own
};

}  // namespace lightcone::log
