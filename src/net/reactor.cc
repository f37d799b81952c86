// SPDX-License-Identifier: Apache-2.0
#include "net/reactor.h"

#include <pthread.h>
#include <signal.h>

#include <chrono>
#include <condition_variable>
#include <thread>

#include "base/assert.h"
#include "net/poll_set.h"
#include "net/worker.h"

namespace lightcone::net {

namespace {

constexpr uint32_t kMonitorIdleTickMs = 10;

// Signals are the main thread's business; a broken pipe is an error code.
void block_signals() {
    sigset_t set;
    sigemptyset(&set);
    for (int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGUSR1, SIGUSR2}) sigaddset(&set, signal);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

class DelayedFunction final : public EventSource {
  public:
    explicit DelayedFunction(PostedFunction function) : function_(std::move(function)) {}
    void run(uint32_t, Worker&) override { function_(); }

  private:
    PostedFunction function_;
};

class ReactorImpl final : public Reactor {
  public:
    explicit ReactorImpl(ReactorOptions options) : options_(std::move(options)) {}
    ~ReactorImpl() override { stop(); }

    Result<void> begin() {
        for (uint32_t i = 0; i < options_.threads; i++)
            sets_.push_back(TRY(PollSet::create(clock_, options_.round_ended)));
        std::lock_guard lock(mutex_);
        for (auto& set : sets_) threads_.emplace_back([this, first = set.get()] { run_thread(first); });
        if (options_.spare_threads_max > 0) monitor_ = std::thread([this] { run_monitor(); });
        return {};
    }

    size_t poll_set_count() const override { return sets_.size(); }
    PollSet& poll_set(size_t index) override { return *sets_[index]; }
    uint64_t handover_count() const override { return handovers_.load(std::memory_order_relaxed); }

    bool post(size_t index, PostedFunction function) override { return sets_[index]->post(std::move(function)); }
    bool post_after(size_t index, uint32_t delay_ms, PostedFunction function) override {
        PollSet& set = *sets_[index];
        if (stopping_.load()) return false;
        set.arm_and_keep(std::make_shared<DelayedFunction>(std::move(function)), set.monotonic_ms() + delay_ms);
        return true;
    }

    void stop() override {
        if (stopping_.exchange(true)) return;
        {
            std::lock_guard lock(mutex_);
        }
        changed_.notify_all();
        if (monitor_.joinable()) monitor_.join();
        for (auto& set : sets_) set->stop();
        // The monitor has ended, so no thread is added any more.
        for (std::thread& thread : threads_) thread.join();
    }

  private:
    struct Seen {
        uint64_t mark = 0;
        std::chrono::steady_clock::time_point since;
    };

    void run_thread(PollSet* set) {
        block_signals();
        Worker worker;
        while (set != nullptr) {
            if (set->run(worker)) return;
            set = wait_for_set();
        }
    }

    // A thread that lost its set becomes a spare one. Null: the reactor stops.
    PollSet* wait_for_set() {
        std::unique_lock lock(mutex_);
        idle_spares_++;
        changed_.wait(lock, [this] { return stopping_.load() || !orphans_.empty(); });
        idle_spares_--;
        if (orphans_.empty()) return nullptr;
        PollSet* set = orphans_.back();
        orphans_.pop_back();
        return set;
    }

    void run_monitor() {
        block_signals();
        std::vector<Seen> seen(sets_.size());
        uint32_t tick_ms = kMonitorIdleTickMs;
        std::unique_lock lock(mutex_);
        while (!changed_.wait_for(lock, std::chrono::milliseconds(tick_ms), [this] { return stopping_.load(); })) {
            bool busy = false;
            auto now = std::chrono::steady_clock::now();
            for (size_t i = 0; i < sets_.size(); i++) {
                uint64_t mark = sets_[i]->mark();
                if (mark != seen[i].mark) {
                    seen[i] = {mark, now};
                    busy = true;
                } else if (mark % 2 == 1) {
                    busy = true;
                    if (now - seen[i].since >= std::chrono::milliseconds(options_.stuck_after_ms)) replace(i, mark);
                }
            }
            tick_ms = busy ? std::max(1u, options_.stuck_after_ms / 2) : kMonitorIdleTickMs;
        }
    }

    // mutex_ is held. Without a spare thread the set waits for its own.
    void replace(size_t index, uint64_t mark) {
        bool parked = idle_spares_ > orphans_.size();
        if (!parked && threads_.size() >= sets_.size() + options_.spare_threads_max) return;
        if (!sets_[index]->take_over(mark)) return;
        handovers_.fetch_add(1, std::memory_order_relaxed);
        if (parked) {
            orphans_.push_back(sets_[index].get());
            changed_.notify_all();
        } else {
            threads_.emplace_back([this, set = sets_[index].get()] { run_thread(set); });
        }
    }

    const ReactorOptions options_;
    SystemClock clock_;
    std::vector<std::unique_ptr<PollSet>> sets_;
    std::atomic<bool> stopping_{false};
    std::atomic<uint64_t> handovers_{0};

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::thread> threads_;
    std::vector<PollSet*> orphans_;  // taken from stuck threads, not yet run by a spare one
    size_t idle_spares_ = 0;
    std::thread monitor_;
};

}  // namespace

Result<std::unique_ptr<Reactor>> Reactor::start(ReactorOptions options) {
    if (options.threads == 0 || options.threads > 1024) {
        return fail(ErrorCode::InvalidArgument, "{} I/O threads; give 1 to 1024", options.threads);
    }
    auto reactor = std::make_unique<ReactorImpl>(std::move(options));
    TRY_VOID(reactor->begin());
    return std::unique_ptr<Reactor>(std::move(reactor));
}

}  // namespace lightcone::net
