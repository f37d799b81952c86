// SPDX-License-Identifier: Apache-2.0
#include "base/worker.h"

#include <gtest/gtest.h>

#include <atomic>

namespace lightcone {

TEST(Worker, stop_runs_what_was_posted_before_it_and_refuses_what_comes_after) {
    std::atomic<int> ran = 0;
    Worker worker(2);
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(worker.post([&] { ++ran; }));
    worker.stop();
    EXPECT_EQ(ran, 100);
    EXPECT_FALSE(worker.post([&] { ++ran; }));
    EXPECT_EQ(ran, 100);
}

TEST(Worker, a_full_queue_refuses) {
    std::mutex gate;
    gate.lock();
    Worker worker(1);
    ASSERT_TRUE(worker.post([&] { std::lock_guard held(gate); }));
    size_t taken = 0;
    while (taken <= Worker::kQueueMax && worker.post([] {})) ++taken;
    // The one that runs may or may not have left the queue by then.
    EXPECT_GE(taken, Worker::kQueueMax - 1);
    EXPECT_LE(taken, Worker::kQueueMax);
    gate.unlock();
}

}  // namespace lightcone
