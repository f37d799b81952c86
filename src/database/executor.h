// SPDX-License-Identifier: Apache-2.0
// The combining executor: whoever brings work runs it.
//
// The database's turn is a token. A thread that brings work takes the token if it is free and runs the work itself; if
// it is taken, the work is queued and the holder runs it before giving the token up. A holder that has had the token
// for kTurnMicrosMax offers it to the thread that brought the oldest waiting work and goes back to its own connections.
// An idle database costs no thread, and an uncontended call no wake-up.
//
// Order: work of one thread runs in the order it was brought.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>

#include "base/clock.h"
#include "database/client_port.h"
#include "database/request.h"

namespace lightcone::database {

// Somebody who queued work and can be asked to come back for the turn. Outlives the work.
class TurnWaiter {
  public:
    virtual ~TurnWaiter() = default;
    // Makes the waiter's own thread call Executor::resume() soon. Any thread; must not block.
    virtual void turn_offered(std::function<void()> resume) = 0;
};

class Executor {
  public:
    // What the turn is about.
    class Runner {
      public:
        virtual ~Runner() = default;
        // In the turn.
        virtual void run_batch(Batch& batch) = 0;
        // Last act of a turn: what was said to clients becomes sendable; `touched` receives those clients.
        virtual void end_turn(std::vector<ClientPortPtr>& touched) = 0;
        // After the turn was given up, on the thread that held it.
        virtual void after_turn(const std::vector<ClientPortPtr>& touched) = 0;
    };
    using Task = std::function<void()>;

    Executor(Runner& runner, const Clock& clock) : runner_(runner), clock_(clock) {}
    Executor(const Executor&) = delete;
    Executor& operator=(const Executor&) = delete;

    // Runs the batch now or queues it. False when the queue is full (kExecutorQueueMax): nothing was taken.
    [[nodiscard]] bool submit(Batch& batch, TurnWaiter* waiter);
    // The same for anything else that needs the turn. Tasks are never refused: their number is bounded by the callers
    // (HTTP requests, life-cycle events).
    void submit(Task task, TurnWaiter* waiter);

  private:
    struct Work {
        Batch batch;
        Task task;
        TurnWaiter* waiter = nullptr;
    };

    bool try_take() { return !taken_.exchange(true, std::memory_order_seq_cst); }
    void push(Work work);
    bool pop(Work& work);
    void run(Work& work);
    // Runs queued work, gives the turn up, and repeats while work arrived in between.
    void drain(uint64_t turn_started);
    void resume();

    Runner& runner_;
    const Clock& clock_;
    std::atomic<bool> taken_{false};
    std::atomic<size_t> queued_{0};
    std::mutex mutex_;
    std::deque<Work> queue_;
};

}  // namespace lightcone::database
