// SPDX-License-Identifier: Apache-2.0
// Who syncs: the calling thread when it has nothing better to do, otherwise the log thread, which lives while there is
// work.
#include <chrono>
#include <system_error>

#include "base/log.h"
#include "log/disk_log.h"

namespace lightcone::log {

bool DiskLog::write_and_announce() {
    Result<void> outcome;
    bool is_short = false;
    {
        std::unique_lock role(io_mutex_, std::try_to_lock);
        if (!role.owns_lock()) return false;
        if (state_ != State::Running) return false;
        outcome = write_pending();
        is_short = outcome && !is_poisoned_.load(std::memory_order_relaxed) && writer_->space_is_short();
        if (is_short && !options_.has_thread) maintain_space();
    }
    announce(outcome);
    if (is_short) sync_soon();
    return true;
}

bool DiskLog::sync_now() {
    if (write_and_announce()) return true;
    sync_soon();
    return false;
}

bool DiskLog::make_room() {
    while (!has_room()) {
        if (is_poisoned_.load(std::memory_order_relaxed) || state_ != State::Running) return false;
        Result<void> outcome;
        bool is_short = false;
        {
            std::lock_guard role(io_mutex_);
            outcome = write_pending();
            if (outcome && !is_poisoned_.load(std::memory_order_relaxed)) maintain_space();
            is_short = is_space_short_;
        }
        announce(outcome);
        if (is_short && !has_room()) return false;
    }
    return true;
}

void DiskLog::sync_soon() {
    // An exchange, so that either this thread sees the flag cleared or the log thread sees what this one has appended.
    if (!options_.has_thread || is_requested_.exchange(true)) return;
    {
        std::lock_guard lock(thread_mutex_);
        if (is_ending_) return;
        if (is_thread_running_) {
            wake_.notify_one();
            return;
        }
        if (thread_.joinable()) thread_.join();
        try {
            thread_ = std::thread([this] { run_thread(); });
            is_thread_running_ = true;
            return;
        } catch (const std::system_error& error) {
            log_error("cannot start the log thread: {}", error.what());
            is_requested_.store(false);
        }
    }
    // Slower, but nobody waits in vain.
    write_and_announce();
}

void DiskLog::run_thread() {
    bool is_short = false;
    while (true) {
        {
            std::unique_lock lock(thread_mutex_);
            auto patience = std::chrono::milliseconds(is_short ? kLogSpaceRetryMs : kLogThreadIdleMs);
            wake_.wait_for(lock, patience, [this] { return is_requested_.load() || is_ending_; });
            if (is_ending_ || (!is_requested_.load() && !is_short)) {
                is_thread_running_ = false;
                return;
            }
        }
        is_requested_.exchange(false);
        Result<void> outcome;
        {
            std::lock_guard role(io_mutex_);
            outcome = write_pending();
        }
        announce(outcome);
        // After the announcement, so that nobody waits for the reservation.
        std::lock_guard role(io_mutex_);
        is_short = false;
        if (!is_poisoned_.load(std::memory_order_relaxed)) {
            maintain_space();
            is_short = is_space_short_;
        }
    }
}

void DiskLog::end_thread() {
    std::unique_lock lock(thread_mutex_);
    is_ending_ = true;
    wake_.notify_one();
    std::thread ended = std::move(thread_);
    lock.unlock();
    if (ended.joinable()) ended.join();
}

DiskLog::~DiskLog() {
    end_thread();
}

}  // namespace lightcone::log
