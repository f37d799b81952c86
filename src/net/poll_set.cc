// SPDX-License-Identifier: Apache-2.0
#include "net/poll_set.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>

#include "base/assert.h"
#include "net/worker.h"

namespace lightcone::net {

Result<std::unique_ptr<PollSet>> PollSet::create(const Clock& clock, std::function<void()> round_ended) {
    FileDescriptor epoll(::epoll_create1(EPOLL_CLOEXEC));
    if (!epoll.valid()) return fail(ErrorCode::Io, "cannot create an epoll set: {}", std::strerror(errno));
    FileDescriptor wake(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    if (!wake.valid()) return fail(ErrorCode::Io, "cannot create an eventfd: {}", std::strerror(errno));
    epoll_event event{};
    event.events = EPOLLIN | EPOLLET;
    event.data.ptr = nullptr;
    if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, wake.get(), &event) != 0) {
        return fail(ErrorCode::Io, "cannot watch an eventfd: {}", std::strerror(errno));
    }
    return std::unique_ptr<PollSet>(new PollSet(clock, std::move(round_ended), std::move(epoll), std::move(wake)));
}

PollSet::~PollSet() {
    // Timers that never fired still hold their sources.
    std::vector<TimerNode*> left;
    wheel_.advance(UINT64_MAX / 2, left);
    for (TimerNode* node : left) static_cast<EventSource::Node*>(node)->source->kept_.reset();
}

Result<void> PollSet::watch(int descriptor, uint32_t epoll_events, EventSource& source) {
    epoll_event event{};
    event.events = epoll_events;
    event.data.ptr = &source;
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) != 0) {
        return fail(ErrorCode::Io, "cannot watch a descriptor: {}", std::strerror(errno));
    }
    return {};
}

void PollSet::unwatch(int descriptor) {
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor, nullptr);
}

void PollSet::retire(std::shared_ptr<EventSource> source) {
    {
        std::lock_guard lock(mutex_);
        wheel_.cancel(source->timer_);
        retired_.push_back(std::move(source));
    }
    wake();
}

void PollSet::enqueue(std::shared_ptr<EventSource> source, uint32_t reasons) {
    {
        std::lock_guard lock(mutex_);
        queue_.push_back({std::move(source), reasons, {}});
    }
    wake();
}

bool PollSet::post(PostedFunction function) {
    {
        std::lock_guard lock(mutex_);
        if (stopping_.load(std::memory_order_relaxed) || function_count_ >= kPostedFunctionsMax) return false;
        function_count_++;
        queue_.push_back({nullptr, 0, std::move(function)});
    }
    wake();
    return true;
}

void PollSet::arm(EventSource& source, uint64_t at_ms) {
    bool sooner = false;
    {
        std::lock_guard lock(mutex_);
        uint64_t before = wheel_.next_due_tick();
        source.timer_.source = &source;
        wheel_.arm(source.timer_, at_ms / kTimerTickMs + 1);
        sooner = wheel_.next_due_tick() < before;
    }
    if (sooner) wake();
}

void PollSet::arm_and_keep(std::shared_ptr<EventSource> source, uint64_t at_ms) {
    EventSource& kept = *source;
    {
        std::lock_guard lock(mutex_);
        kept.kept_ = std::move(source);
    }
    arm(kept, at_ms);
}

void PollSet::wake() {
    // Pairs with wait(): mutex_ was held by us before and is held there after the store, so either it saw our entry, or
    // its store came before our load.
    if (!sleeping_.load(std::memory_order_acquire)) return;
    uint64_t one = 1;
    [[maybe_unused]] ssize_t written = ::write(wake_.get(), &one, sizeof one);
}

void PollSet::stop() {
    {
        std::lock_guard lock(mutex_);
        stopping_.store(true);
    }
    wake();
}

uint64_t PollSet::begin_callback() {
    uint64_t mine = mark_.load(std::memory_order_relaxed) + 1;
    mark_.store(mine, std::memory_order_release);
    return mine;
}

bool PollSet::end_callback(uint64_t mine) {
    return mark_.compare_exchange_strong(mine, mine + 1, std::memory_order_acq_rel);
}

bool PollSet::take_over(uint64_t seen_mark) {
    return mark_.compare_exchange_strong(seen_mark, seen_mark + 1, std::memory_order_acq_rel);
}

bool PollSet::run_next_event(Worker& worker, bool& lost) {
    if (event_at_ == event_count_) return false;
    const epoll_event& event = events_[event_at_++];
    auto* source = static_cast<EventSource*>(event.data.ptr);
    if (source == nullptr) return true;  // the wake-up: edge-triggered, so its counter need not be read
    uint32_t reasons = event.events;
    // Own reference: after a hand-over nothing else keeps the source for this thread.
    std::shared_ptr<EventSource> keep = source->shared_from_this();
    uint64_t mine = begin_callback();
    source->run(reasons, worker);
    lost = !end_callback(mine);
    return true;
}

bool PollSet::run_next_item(Worker& worker, bool& lost) {
    if (round_.empty()) return false;
    Item item = std::move(round_.front());
    round_.pop_front();
    uint64_t mine = begin_callback();
    if (item.source) {
        item.source->run(item.reasons, worker);
    } else {
        item.function();
    }
    item = {};
    lost = !end_callback(mine);
    return true;
}

void PollSet::end_round(bool& lost) {
    if (!round_ended_) return;
    uint64_t mine = begin_callback();
    round_ended_();
    lost = !end_callback(mine);
}

void PollSet::collect() {
    // Every event of the round was handled, so nothing points to what was retired during it.
    std::vector<std::shared_ptr<EventSource>> unreachable;
    uint64_t now_tick = monotonic_ms() / kTimerTickMs;
    std::lock_guard lock(mutex_);
    unreachable.swap(retired_);
    round_.swap(queue_);
    function_count_ = 0;
    due_.clear();
    wheel_.advance(now_tick, due_);
    for (TimerNode* node : due_) {
        EventSource* source = static_cast<EventSource::Node*>(node)->source;
        // A source whose last owner is just leaving has nothing left to time.
        std::shared_ptr<EventSource> owner = source->kept_ ? std::move(source->kept_) : source->weak_from_this().lock();
        source->kept_.reset();
        if (owner) round_.push_back({std::move(owner), kTimer, {}});
    }
}

int PollSet::wait_timeout_ms() {
    // Sources that queue themselves again must not keep the descriptors of others from being looked at.
    if (!round_.empty() || !queue_.empty() || !retired_.empty() || stopping_.load(std::memory_order_relaxed)) return 0;
    if (wheel_.next_due_tick() == UINT64_MAX) return -1;
    uint64_t due_ms = wheel_.next_due_tick() * kTimerTickMs;
    uint64_t now = monotonic_ms();
    return due_ms <= now ? 0 : static_cast<int>(std::min<uint64_t>(due_ms - now + 1, INT_MAX));
}

void PollSet::wait(Worker& worker) {
    int timeout = 0;
    sleeping_.store(true, std::memory_order_release);
    {
        std::lock_guard lock(mutex_);
        timeout = wait_timeout_ms();
    }
    int count = ::epoll_wait(epoll_.get(), events_.data(), static_cast<int>(events_.size()), timeout);
    sleeping_.store(false, std::memory_order_relaxed);
    ASSERT(count >= 0 || errno == EINTR, "epoll_wait failed: {}", std::strerror(errno));
    event_at_ = 0;
    event_count_ = static_cast<size_t>(std::max(count, 0));
    worker.now_ms = monotonic_ms();
}

bool PollSet::run(Worker& worker) {
    worker.now_ms = monotonic_ms();
    bool lost = false;
    while (true) {
        while (run_next_event(worker, lost)) {
            if (lost) return false;
        }
        while (run_next_item(worker, lost)) {
            if (lost) return false;
        }
        if (stopping_.load(std::memory_order_acquire)) return true;
        collect();
        end_round(lost);
        if (lost) return false;
        wait(worker);
    }
}

}  // namespace lightcone::net
