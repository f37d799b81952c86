// SPDX-License-Identifier: Apache-2.0
#include "database/executor.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/limits.h"

namespace lightcone::database {

namespace {

// Counts, and notices two threads in one turn.
class CountingRunner final : public Executor::Runner {
  public:
    void run_batch(Batch& batch) override {
        EXPECT_FALSE(inside_.exchange(true));
        for (const Request& request : batch.requests) order.push_back(request.request_id);
        if (on_batch) on_batch();
        inside_ = false;
    }
    void end_turn(std::vector<ClientPortPtr>&) override { ++turns_ended; }
    void after_turn(const std::vector<ClientPortPtr>&) override { ++turns_left; }

    std::vector<uint32_t> order;  // in the turn
    std::function<void()> on_batch;
    std::atomic<int> turns_ended = 0;
    std::atomic<int> turns_left = 0;

  private:
    std::atomic<bool> inside_ = false;
};

Batch batch_of(uint32_t request_id) {
    Batch batch;
    batch.requests.push_back({.request_id = request_id});
    return batch;
}

}  // namespace

TEST(Executor, an_uncontended_batch_runs_at_once_on_the_calling_thread) {
    SystemClock clock;
    CountingRunner runner;
    Executor executor(runner, clock);
    Batch batch = batch_of(7);
    ASSERT_TRUE(executor.submit(batch, nullptr));
    EXPECT_EQ(runner.order, std::vector<uint32_t>{7});
    EXPECT_EQ(runner.turns_ended, 1);
    EXPECT_EQ(runner.turns_left, 1);
}

TEST(Executor, work_brought_inside_a_turn_runs_after_it_by_its_holder) {
    SystemClock clock;
    CountingRunner runner;
    Executor executor(runner, clock);
    bool nested = false;
    runner.on_batch = [&] {
        if (nested) return;
        nested = true;
        Batch inner = batch_of(2);
        EXPECT_TRUE(executor.submit(inner, nullptr));
        EXPECT_EQ(runner.order, std::vector<uint32_t>{1}) << "must not run inside the running batch";
    };
    Batch outer = batch_of(1);
    ASSERT_TRUE(executor.submit(outer, nullptr));
    EXPECT_EQ(runner.order, (std::vector<uint32_t>{1, 2}));
}

TEST(Executor, every_thread_keeps_its_order_and_nothing_is_lost) {
    constexpr uint32_t kThreads = 4;
    constexpr uint32_t kPerThread = 2000;
    SystemClock clock;
    CountingRunner runner;
    Executor executor(runner, clock);
    std::vector<std::thread> threads;
    for (uint32_t t = 0; t < kThreads; ++t) {
        threads.emplace_back([&executor, t] {
            for (uint32_t i = 0; i < kPerThread; ++i) {
                Batch batch = batch_of(t * kPerThread + i);
                while (!executor.submit(batch, nullptr)) std::this_thread::yield();
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    // Whoever held the turn last has run everything.
    ASSERT_EQ(runner.order.size(), kThreads * kPerThread);
    std::vector<uint32_t> next(kThreads, 0);
    for (uint32_t id : runner.order) EXPECT_EQ(id % kPerThread, next[id / kPerThread]++);
}

TEST(Executor, a_full_queue_refuses_batches_but_takes_tasks) {
    SystemClock clock;
    CountingRunner runner;
    Executor executor(runner, clock);
    bool filled = false;
    int tasks = 0;
    runner.on_batch = [&] {
        if (filled) return;
        filled = true;
        for (uint32_t i = 0; i < kExecutorQueueMax; ++i) {
            Batch batch = batch_of(i);
            ASSERT_TRUE(executor.submit(batch, nullptr)) << i;
        }
        Batch one_more = batch_of(0);
        EXPECT_FALSE(executor.submit(one_more, nullptr));
        EXPECT_EQ(one_more.requests.size(), 1u) << "a refused batch stays with its owner";
        executor.submit([&] { ++tasks; }, nullptr);
    };
    Batch first = batch_of(99);
    ASSERT_TRUE(executor.submit(first, nullptr));
    EXPECT_EQ(runner.order.size(), kExecutorQueueMax + 1);
    EXPECT_EQ(tasks, 1);
}

TEST(Executor, a_long_turn_is_offered_to_the_oldest_waiter) {
    class Waiter final : public TurnWaiter {
      public:
        void turn_offered(std::function<void()> resume) override { resume_ = std::move(resume); }
        std::function<void()> resume_;
    };
    ManualClock clock;
    CountingRunner runner;
    Executor executor(runner, clock);
    Waiter waiter;
    bool first = true;
    runner.on_batch = [&] {
        clock.advance_micros(kTurnMicrosMax + 1);
        if (!first) return;
        first = false;
        for (uint32_t id : {2, 3}) {
            Batch batch = batch_of(id);
            EXPECT_TRUE(executor.submit(batch, &waiter));
        }
    };
    Batch batch = batch_of(1);
    ASSERT_TRUE(executor.submit(batch, nullptr));
    EXPECT_EQ(runner.order, (std::vector<uint32_t>{1, 2})) << "the holder went back to its own connections";
    ASSERT_TRUE(waiter.resume_ != nullptr);
    waiter.resume_();
    EXPECT_EQ(runner.order, (std::vector<uint32_t>{1, 2, 3}));
}

}  // namespace lightcone::database
