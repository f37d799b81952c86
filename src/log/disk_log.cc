// SPDX-License-Identifier: Apache-2.0
#include "log/disk_log.h"

#include <algorithm>

#include "base/assert.h"
#include "base/log.h"

namespace lightcone::log {

Result<void> DiskLog::start() {
    if (State now = state_; now != State::Opened) {
        return fail(ErrorCode::FailedPrecondition, "the log in {} cannot be started: {}", directory_,
                    now == State::Broken ? "its records could not be read" : "it was started before");
    }
    state_ = State::Broken;
    writer_.emplace(disk_, directory_, options_);
    buffer_.emplace(end_.next_offset);
    next_offset_ = end_.next_offset;
    if (!segments_.empty()) {
        const SegmentInfo& last = segments_.back();
        std::unique_ptr<File> file = TRY(disk_.open(path(last.name), OpenMode::ReadWrite));
        TRY_VOID(writer_->resume(std::move(file), last.name, end_.header_crc, end_.position, end_.last_record,
                                 end_.synced_bytes));
        position_ = end_.position;
        last_record_ = end_.last_record;
        must_roll_ = options_.incarnation != last.header.incarnation;
        buffer_->place(position_, false);
    } else if (TRY(disk_.exists(path(std::string(kUnnamedSegment))))) {
        TRY_VOID(disk_.remove(path(std::string(kUnnamedSegment))));
    }
    durable_count_.store(next_offset_, std::memory_order_release);
    maintain_space();
    bool is_short = is_space_short_;
    {
        std::lock_guard lock(thread_mutex_);
        is_ending_ = !options_.has_thread;
    }
    state_ = State::Running;
    // The thread tries again until there is space; nobody else would, as there are no calls meanwhile.
    if (is_short) sync_soon();
    return {};
}

TxOffset DiskLog::append(const RecordContext& context, ByteView payload) {
    ASSERT(state_.load(std::memory_order_relaxed) == State::Running, "append() belongs between start() and stop()");
    TxOffset offset(next_offset_++);
    if (is_poisoned_.load(std::memory_order_relaxed)) [[unlikely]]
        return offset;
    size_t bound = record_bytes_bound(context, payload);
    if (bound > options_.record_bytes_max) [[unlikely]] {
        refuse_record(bound);
        return offset;
    }
    if (must_roll_ || position_ == 0 || begins_new_segment(position_, bound, options_.segment_bytes)) [[unlikely]] {
        append_to_new_segment(context, payload, bound);
        return offset;
    }
    size_t written = encoder_.encode(context, payload, buffer_->claim(bound));
    last_record_ = position_;
    position_ += written;
    appended_bytes_ += written;
    buffer_->publish(written, 1);
    return offset;
}

void DiskLog::refuse_record(size_t bound) {
    poison(
        Error{ErrorCode::LimitExceeded,
              fmt::format("the transaction at offset {} needs {} bytes of log, more than the limit of {} for a record",
                          next_offset_ - 1, bound, options_.record_bytes_max)});
}

SegmentHeader DiskLog::next_header() const {
    SegmentHeader header{options_.incarnation, next_offset_ - 1, encoder_.chain()};
    // A file without records (its first group was cut) is replaced: the new one continues what that one continued.
    if (position_ == kSegmentHeaderBytes) header.previous_chain = segments_.back().header.previous_chain;
    return header;
}

void DiskLog::append_to_new_segment(const RecordContext& context, ByteView payload, size_t bound) {
    SegmentHeader header = next_header();
    if (position_ != 0) ++segment_;
    must_roll_ = false;
    buffer_->place(0, true);
    uint8_t* out = buffer_->claim(kSegmentHeaderBytes + bound);
    encoder_.begin_segment(write_segment_header(header, out));
    size_t written = kSegmentHeaderBytes + encoder_.encode(context, payload, out + kSegmentHeaderBytes);
    last_record_ = kSegmentHeaderBytes;
    position_ = written;
    appended_bytes_ += written;
    buffer_->publish(written, 1);
    if (kSegmentHeaderBytes + bound > kChunkBytes) buffer_->leave_chunk();
}

bool DiskLog::has_room() const {
    if (is_poisoned_.load(std::memory_order_relaxed) || state_.load(std::memory_order_relaxed) != State::Running) {
        return false;
    }
    uint64_t pending = appended_bytes_ - written_bytes_.load(std::memory_order_relaxed);
    return pending < kLogGroupBytes && writer_->has_room(segment_, position_, options_.room_bytes);
}

Result<void> DiskLog::reserve(const RecordContext& context, size_t payload_bytes) {
    size_t bound = record_bytes_bound(context, {}) + payload_bytes;
    if (bound > options_.record_bytes_max) {
        return fail(ErrorCode::LimitExceeded, "the transaction needs {} bytes of log, more than the limit of {}", bound,
                    options_.record_bytes_max);
    }
    if (bound <= options_.room_bytes) return {};
    Result<void> written;
    Result<void> reserved;
    {
        std::lock_guard role(io_mutex_);
        written = write_pending();
        if (written) reserved = writer_->reserve_record(bound);
    }
    announce(written);
    if (auto failed = failure()) return fail(ErrorCode::Unavailable, "the log has failed: {}", failed->message);
    return reserved;
}

Result<void> DiskLog::write_pending() {
    if (is_poisoned_.load(std::memory_order_acquire)) return {};
    extents_.clear();
    uint64_t count = buffer_->take(extents_);
    if (!extents_.empty()) {
        uint64_t began = clock_.monotonic_nanos();
        TRY_VOID(writer_->write_group(extents_));
        uint64_t nanos = clock_.monotonic_nanos() - began;
        uint64_t bytes = 0;
        for (const Extent& extent : extents_) bytes += extent.end - extent.begin;
        buffer_->give_back(extents_);
        written_bytes_.fetch_add(bytes, std::memory_order_relaxed);
        groups_.fetch_add(1, std::memory_order_relaxed);
        sync_nanos_.fetch_add(nanos, std::memory_order_relaxed);
        if (nanos > sync_nanos_max_.load(std::memory_order_relaxed)) {
            sync_nanos_max_.store(nanos, std::memory_order_relaxed);
        }
    }
    durable_count_.store(count, std::memory_order_release);
    return {};
}

void DiskLog::maintain_space() {
    auto outcome = writer_->maintain_space();
    if (!outcome && !is_space_short_) {
        log_error("the log in {} takes no more transactions until the disk has space: {}", directory_,
                  outcome.error().message);
    }
    if (outcome && is_space_short_) log_info("the log in {} has space again", directory_);
    is_space_short_ = !outcome;
}

void DiskLog::announce(const Result<void>& outcome) {
    if (!outcome) {
        poison(outcome.error());
    } else if (!is_poisoned_.load(std::memory_order_acquire)) {
        listener_.on_durable(durable_count());
    }
}

void DiskLog::poison(Error error) {
    {
        std::lock_guard lock(failure_mutex_);
        if (failure_) return;
        failure_ = error;
        is_poisoned_.store(true, std::memory_order_release);
    }
    log_error("the log in {} has failed and takes nothing more; nothing after offset {} is durable: {}", directory_,
              durable_count(), error.message);
    listener_.on_failure(error);
}

std::optional<Error> DiskLog::failure() const {
    std::lock_guard lock(failure_mutex_);
    return failure_;
}

LogStats DiskLog::stats() const {
    return {groups_.load(std::memory_order_relaxed), written_bytes_.load(std::memory_order_relaxed),
            sync_nanos_.load(std::memory_order_relaxed), sync_nanos_max_.load(std::memory_order_relaxed)};
}

Result<void> DiskLog::stop() {
    if (state_ != State::Running) return {};
    end_thread();
    state_ = State::Stopped;
    Result<void> outcome;
    {
        std::lock_guard role(io_mutex_);
        outcome = write_pending();
    }
    announce(outcome);
    if (auto failed = failure()) return std::unexpected(*failed);
    std::lock_guard role(io_mutex_);
    return writer_->close(last_record_);
}

}  // namespace lightcone::log
