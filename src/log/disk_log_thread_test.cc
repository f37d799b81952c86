// SPDX-License-Identifier: Apache-2.0
// The log thread, and several threads that sync, on a real disk.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <thread>

#include "log/log_script.h"
#include "log/sim_disk.h"

namespace lightcone::log {

class ThreadedLogTest : public testing::Test {
  protected:
    void SetUp() override {
        char pattern[] = "/tmp/lightcone-log-XXXXXX";
        directory_ = std::string(::mkdtemp(pattern)) + "/log";
    }
    void TearDown() override { ASSERT_TRUE(disk_.remove_tree(parent_directory(directory_)).has_value()); }

    SystemDisk disk_;
    RememberingListener listener_;
    std::string directory_;
};

TEST_F(ThreadedLogTest, the_log_thread_makes_appends_durable) {
    LogOptions options;
    options.segment_bytes = 64u << 10;
    auto script = make_script(20'000, 15);
    RememberingVisitor nothing;
    auto log = open_and_replay(disk_, directory_, options, listener_, nothing).value();
    for (size_t i = 0; i < script.size(); ++i) {
        while (!log->has_room()) {
            log->sync_soon();
            std::this_thread::yield();
        }
        log->append(script[i].context(), script[i].payload);
        if (i % 64 == 0) log->sync_soon();
    }
    log->sync_soon();
    listener_.wait_for(script.size());
    EXPECT_EQ(log->durable_count(), script.size());
    EXPECT_GT(log->stats().groups, 1u);
    ASSERT_TRUE(log->stop().has_value());
    RememberingVisitor visitor;
    log = open_and_replay(disk_, directory_, options, listener_, visitor).value();
    EXPECT_EQ(visitor.records, script);
}

TEST_F(ThreadedLogTest, several_threads_may_sync_while_one_appends) {
    LogOptions options;
    auto script = make_script(5'000, 16);
    RememberingVisitor nothing;
    auto log = open_and_replay(disk_, directory_, options, listener_, nothing).value();
    std::atomic<bool> is_done{false};
    std::vector<std::thread> syncers;
    for (int i = 0; i < 3; ++i) {
        syncers.emplace_back([&, i] {
            while (!is_done) {
                if (i == 0) log->sync_soon();
                if (i != 0) log->sync_now();
                std::this_thread::yield();
            }
        });
    }
    for (const OwnedRecord& record : script) {
        log->append(record.context(), record.payload);
        EXPECT_LE(log->durable_count(), log->next_offset().value);
    }
    is_done = true;
    for (std::thread& syncer : syncers) syncer.join();
    ASSERT_TRUE(log->stop().has_value());
    EXPECT_EQ(listener_.durable_count(), script.size());
    RememberingVisitor visitor;
    log = open_and_replay(disk_, directory_, options, listener_, visitor).value();
    EXPECT_EQ(visitor.records, script);
}

TEST_F(ThreadedLogTest, a_log_that_is_dropped_without_a_stop_keeps_what_was_synced) {
    auto script = make_script(100, 17);
    RememberingVisitor nothing;
    auto log = open_and_replay(disk_, directory_, LogOptions{}, listener_, nothing).value();
    for (size_t i = 0; i < 60; ++i) log->append(script[i].context(), script[i].payload);
    while (!log->sync_now()) std::this_thread::yield();
    for (size_t i = 60; i < 100; ++i) log->append(script[i].context(), script[i].payload);
    log.reset();
    RememberingVisitor visitor;
    log = open_and_replay(disk_, directory_, LogOptions{}, listener_, visitor).value();
    EXPECT_FALSE(log->torn_tail().has_value());
    EXPECT_EQ(visitor.records, (std::vector<OwnedRecord>{script.begin(), script.begin() + 60}));
}

TEST_F(ThreadedLogTest, a_log_started_on_a_full_disk_notices_when_space_returns) {
    SimDisk disk;
    disk.set_capacity(0);
    RememberingVisitor nothing;
    auto log = open_and_replay(disk, "log", LogOptions{}, listener_, nothing).value();
    EXPECT_FALSE(log->has_room());
    disk.set_capacity(~0ull);
    while (!log->has_room()) std::this_thread::yield();
    log->append({}, {});
    log->sync_soon();
    listener_.wait_for(1);
    EXPECT_TRUE(log->stop().has_value());
}

}  // namespace lightcone::log
