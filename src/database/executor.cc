// SPDX-License-Identifier: Apache-2.0
#include "database/executor.h"

#include "base/limits.h"

namespace lightcone::database {

void Executor::push(Work work) {
    std::lock_guard lock(mutex_);
    queue_.push_back(std::move(work));
    queued_.store(queue_.size(), std::memory_order_seq_cst);
}

bool Executor::pop(Work& work) {
    if (queued_.load(std::memory_order_seq_cst) == 0) return false;
    std::lock_guard lock(mutex_);
    if (queue_.empty()) return false;
    work = std::move(queue_.front());
    queue_.pop_front();
    queued_.store(queue_.size(), std::memory_order_seq_cst);
    return true;
}

void Executor::run(Work& work) {
    if (work.task) {
        work.task();
    } else {
        runner_.run_batch(work.batch);
    }
}

bool Executor::submit(Batch& batch, TurnWaiter* waiter) {
    size_t waiting = queued_.load(std::memory_order_seq_cst);
    if (waiting >= kExecutorQueueMax) return false;
    // Waiting work goes first, or a connection could overtake itself.
    if (waiting == 0 && try_take()) {
        uint64_t started = clock_.monotonic_nanos();
        runner_.run_batch(batch);
        drain(started);
        return true;
    }
    Work work;
    work.batch.client = batch.client;
    work.batch.requests.swap(batch.requests);
    work.batch.queries.swap(batch.queries);
    work.batch.take_ownership();
    work.waiter = waiter;
    push(std::move(work));
    resume();
    return true;
}

void Executor::submit(Task task, TurnWaiter* waiter) {
    if (queued_.load(std::memory_order_seq_cst) == 0 && try_take()) {
        uint64_t started = clock_.monotonic_nanos();
        task();
        drain(started);
        return;
    }
    Work work;
    work.task = std::move(task);
    work.waiter = waiter;
    push(std::move(work));
    resume();
}

void Executor::resume() {
    if (try_take()) drain(clock_.monotonic_nanos());
}

void Executor::drain(uint64_t turn_started) {
    while (true) {
        TurnWaiter* offered = nullptr;
        Work work;
        while (pop(work)) {
            run(work);
            bool over = clock_.monotonic_nanos() - turn_started > uint64_t{kTurnMicrosMax} * 1000;
            if (over && queued_.load(std::memory_order_seq_cst) > 0) {
                std::lock_guard lock(mutex_);
                if (!queue_.empty()) offered = queue_.front().waiter;
                if (offered != nullptr) break;
            }
        }
        std::vector<ClientPortPtr> touched;
        runner_.end_turn(touched);
        taken_.store(false, std::memory_order_seq_cst);
        runner_.after_turn(touched);
        if (offered != nullptr) {
            offered->turn_offered([this] { resume(); });
            return;
        }
        // Work that arrived between the last pop and giving the turn up found it taken: it is ours to run.
        if (queued_.load(std::memory_order_seq_cst) == 0 || !try_take()) return;
        turn_started = clock_.monotonic_nanos();
    }
}

}  // namespace lightcone::database
