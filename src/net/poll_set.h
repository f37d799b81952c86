// SPDX-License-Identifier: Apache-2.0
// One epoll set with its timers and its queue of work from other threads.
//
// A poll set belongs to no thread. Whoever runs it brackets each callback: before it, the set is marked "in callback
// n"; after it, the thread takes the mark off by compare-exchange. A monitor that finds the same mark for too long
// takes it off itself and lets a spare thread run the set from where it stands; the late thread's exchange fails, and
// it leaves without touching the set. That is why the position in the event list is a member of the set, not a local
// variable.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "net/file_descriptor.h"
#include "net/reactor.h"
#include "net/timer_wheel.h"

namespace lightcone::net {

struct Worker;

// Reasons for a run, as bits. The low ones are epoll's own.
inline constexpr uint32_t kReadable = EPOLLIN;
inline constexpr uint32_t kWritable = EPOLLOUT;
inline constexpr uint32_t kPeerClosed = EPOLLRDHUP;
inline constexpr uint32_t kHangUp = EPOLLHUP | EPOLLERR;
inline constexpr uint32_t kTimer = 1u << 20;
inline constexpr uint32_t kSignal = 1u << 21;

// Something a poll set calls. run() may be called by two threads at once after a hand-over: sources order themselves.
class EventSource : public std::enable_shared_from_this<EventSource> {
  public:
    virtual ~EventSource() = default;
    virtual void run(uint32_t reasons, Worker& worker) = 0;

  private:
    friend class PollSet;
    struct Node : TimerNode {
        EventSource* source = nullptr;
    };
    Node timer_;
    std::shared_ptr<EventSource> kept_;  // by arm_and_keep()
};

// All public functions: any thread, except run() and those marked.
class PollSet {
  public:
    // `round_ended` may be empty (ReactorOptions).
    static Result<std::unique_ptr<PollSet>> create(const Clock& clock, std::function<void()> round_ended = {});
    ~PollSet();

    // Watches a descriptor. The source must stay alive until retire(). Errors: Io.
    Result<void> watch(int descriptor, uint32_t epoll_events, EventSource& source);
    // Stops watching a descriptor that stays open.
    void unwatch(int descriptor);
    // Drops the last reference once no event of the current round can point to the source; cancels its timer.
    void retire(std::shared_ptr<EventSource> source);
    // Runs the source soon with these reasons. Bounded by the sources: they enqueue themselves once.
    void enqueue(std::shared_ptr<EventSource> source, uint32_t reasons);
    bool post(PostedFunction function);
    // Runs the source with kTimer not before `at_ms` (monotonic_ms()); replaces an earlier arm.
    void arm(EventSource& source, uint64_t at_ms);
    // The same; the set keeps the source alive until then.
    void arm_and_keep(std::shared_ptr<EventSource> source, uint64_t at_ms);
    uint64_t monotonic_ms() const { return clock_.monotonic_nanos() / 1'000'000; }

    // Runs until stop() or until the set was given to another thread: then false.
    bool run(Worker& worker);
    void stop();

    // Monitor only. The value of the mark: odd while in a callback, different for each callback.
    uint64_t mark() const { return mark_.load(std::memory_order_acquire); }
    // Takes the set from the thread that is still in the callback of `seen_mark`; false if it is not any more.
    bool take_over(uint64_t seen_mark);

    std::atomic<uint32_t> connection_count{0};

  private:
    static constexpr size_t kEventsPerWait = 256;
    struct Item {
        std::shared_ptr<EventSource> source;
        uint32_t reasons = 0;
        PostedFunction function;
    };

    PollSet(const Clock& clock, std::function<void()> round_ended, FileDescriptor epoll, FileDescriptor wake)
        : clock_(clock), round_ended_(std::move(round_ended)), epoll_(std::move(epoll)), wake_(std::move(wake)) {}
    uint64_t begin_callback();
    bool end_callback(uint64_t mine);
    bool run_next_event(Worker& worker, bool& lost);
    bool run_next_item(Worker& worker, bool& lost);
    void end_round(bool& lost);
    void collect();
    int wait_timeout_ms();
    void wait(Worker& worker);
    void wake();

    const Clock& clock_;
    const std::function<void()> round_ended_;
    FileDescriptor epoll_;
    FileDescriptor wake_;
    std::atomic<uint64_t> mark_{0};
    std::atomic<bool> stopping_{false};
    std::atomic<bool> sleeping_{false};

    // Of the running thread only.
    std::array<epoll_event, kEventsPerWait> events_{};
    size_t event_at_ = 0;
    size_t event_count_ = 0;
    std::deque<Item> round_;
    std::vector<TimerNode*> due_;

    std::mutex mutex_;
    std::deque<Item> queue_;
    size_t function_count_ = 0;
    TimerWheel wheel_;
    std::vector<std::shared_ptr<EventSource>> retired_;
};

}  // namespace lightcone::net
