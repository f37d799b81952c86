// SPDX-License-Identifier: Apache-2.0
#include "log/group_buffer.h"

#include <algorithm>

namespace lightcone::log {

void GroupBuffer::close_open(bool ends_chunk) {
    if (open_.chunk == nullptr) return;
    Extent closed = open_;
    closed.end = cursor_;
    closed.ends_chunk = ends_chunk;
    closed.begins_segment = open_.begins_segment && closed.end > closed.begin;
    if (closed.end > closed.begin || ends_chunk) closed_.push_back(closed);
    open_.file_position += closed.end - closed.begin;
    if (closed.begins_segment) open_.begins_segment = false;
    open_.begin = cursor_;
}

void GroupBuffer::open_at(Chunk* chunk) {
    chunk_ = chunk;
    cursor_ = 0;
    open_.chunk = chunk;
    open_.begin = 0;
    drained_.store(0, std::memory_order_relaxed);
    published_.store(pack(0, count_), std::memory_order_relaxed);
}

uint8_t* GroupBuffer::claim_chunk(size_t bytes) {
    std::lock_guard lock(mutex_);
    close_open(true);
    Chunk* chunk;
    if (bytes <= kChunkBytes && !free_.empty()) {
        chunk = free_.back();
        free_.pop_back();
    } else {
        size_t capacity = std::max(bytes, kChunkBytes);
        chunks_.push_back(std::make_unique<Chunk>());
        chunk = chunks_.back().get();
        *chunk = {std::make_unique_for_overwrite<uint8_t[]>(capacity), capacity};
    }
    open_at(chunk);
    return chunk_->bytes.get();
}

void GroupBuffer::rewind() {
    std::lock_guard lock(mutex_);
    if (open_.begin == cursor_) open_at(chunk_);
}

void GroupBuffer::leave_chunk() {
    std::lock_guard lock(mutex_);
    close_open(true);
    open_at(nullptr);
}

void GroupBuffer::place(uint64_t file_position, bool begins_segment) {
    std::lock_guard lock(mutex_);
    close_open(false);
    open_.file_position = file_position;
    open_.begins_segment = begins_segment;
}

uint64_t GroupBuffer::take(std::vector<Extent>& extents) {
    std::lock_guard lock(mutex_);
    extents.insert(extents.end(), closed_.begin(), closed_.end());
    closed_.clear();
    uint64_t published = published_.load(std::memory_order_acquire);
    size_t end = static_cast<size_t>(published >> 32);
    if (open_.chunk != nullptr && end > open_.begin) {
        Extent part = open_;
        part.end = end;
        extents.push_back(part);
        open_.file_position += end - open_.begin;
        open_.begins_segment = false;
        open_.begin = end;
    }
    // Fewer than 2^32 records are ever on their way.
    taken_count_ += static_cast<uint32_t>(published) - static_cast<uint32_t>(taken_count_);
    return taken_count_;
}

void GroupBuffer::give_back(const std::vector<Extent>& extents) {
    std::lock_guard lock(mutex_);
    for (const Extent& extent : extents) {
        if (!extent.ends_chunk) {
            if (extent.chunk == open_.chunk) drained_.store(extent.end, std::memory_order_release);
            continue;
        }
        if (extent.chunk->capacity == kChunkBytes && free_.size() < kFreeChunksMax) {
            free_.push_back(extent.chunk);
        } else {
            std::erase_if(chunks_, [&](const auto& chunk) { return chunk.get() == extent.chunk; });
        }
    }
}

}  // namespace lightcone::log
