// SPDX-License-Identifier: Apache-2.0
// Power cuts, kills, failing syncs and failing calls at every point of a script. After each the log holds a prefix of
// what was appended, with everything that was announced as durable in it, and goes on.
#include <gtest/gtest.h>

#include "log/faulty_disk.h"
#include "log/log_script.h"
#include "log/segment_format.h"
#include "log/sim_disk.h"

namespace lightcone::log {

namespace {

constexpr size_t kScriptRecords = 200;

// Appends the script's records from `begin` on in groups of seeded sizes until something fails; returns how many.
size_t run_script(Disk& disk, const LogOptions& options, const std::vector<OwnedRecord>& script,
                  RememberingListener& listener, uint64_t seed) {
    SeededRandom random(seed);
    RememberingVisitor visitor;
    auto log = open_and_replay(disk, "log", options, listener, visitor);
    size_t appended = visitor.records.size();
    if (!log) return appended;
    while (appended < script.size() && !(*log)->failure()) {
        size_t group = 1 + random.below(8);
        for (size_t i = 0; i < group && appended < script.size(); ++i, ++appended) {
            (*log)->append(script[appended].context(), script[appended].payload);
        }
        (*log)->sync_now();
    }
    if (!(*log)->failure()) (void)(*log)->stop();
    return appended;
}

// Opens the log and checks that it holds a prefix of the script between the two bounds; then completes it.
void expect_prefix_and_complete(Disk& disk, const LogOptions& options, const std::vector<OwnedRecord>& script,
                                uint64_t least, uint64_t most) {
    RememberingListener listener;
    RememberingVisitor visitor;
    auto log = open_and_replay(disk, "log", options, listener, visitor);
    ASSERT_TRUE(log.has_value()) << log.error().message;
    size_t count = visitor.records.size();
    ASSERT_GE(count, least);
    ASSERT_LE(count, most);
    ASSERT_TRUE(std::equal(visitor.records.begin(), visitor.records.end(), script.begin()));
    log->reset();
    RememberingListener second;
    ASSERT_EQ(run_script(disk, options, script, second, 7), script.size());
    RememberingVisitor whole;
    log = open_and_replay(disk, "log", options, listener, whole);
    ASSERT_TRUE(log.has_value()) << log.error().message;
    ASSERT_EQ(whole.records, script);
}

LogOptions crash_options(bool preallocate) {
    LogOptions options = script_options(3000);
    options.room_bytes = 2048;
    options.preallocate = preallocate;
    return options;
}

}  // namespace

class CrashTest : public testing::TestWithParam<bool> {
  protected:
    const LogOptions options_ = crash_options(GetParam());
    const std::vector<OwnedRecord> script_ = make_script(kScriptRecords, 31, 200);
};
INSTANTIATE_TEST_SUITE_P(Reserved, CrashTest, testing::Bool());

TEST_P(CrashTest, a_power_cut_at_every_call_loses_only_what_was_not_announced) {
    FaultPlan plan;
    uint64_t call_count = 0;
    {
        SimDisk disk;
        FaultyDisk counted(disk, plan);
        plan.set(~0ull, Fault::Once);
        RememberingListener listener;
        ASSERT_EQ(run_script(counted, options_, script_, listener, 1), kScriptRecords);
        ASSERT_GT(disk.list("log").value().size(), 5u);
        call_count = plan.calls();
    }
    ASSERT_GT(call_count, 150u);
    size_t announced_count = 0;
    for (uint64_t call = 0; call < call_count; ++call) {
        for (PowerCut kind : {PowerCut::KeepsNothing, PowerCut::KeepsEverything, PowerCut::KeepsPrefix,
                              PowerCut::KeepsSome, PowerCut::Garbles}) {
            SCOPED_TRACE(fmt::format("call {} kind {}", call, static_cast<int>(kind)));
            SimDisk disk;
            FaultyDisk failing(disk, plan);
            plan.set(call, call % 2 == 0 ? Fault::ForEver : Fault::TornWrite);
            RememberingListener listener;
            size_t appended = run_script(failing, options_, script_, listener, 1);
            ASSERT_TRUE(plan.was_hit());
            announced_count += listener.durable_count();
            SeededRandom random(call);
            disk.cut_power(kind, random);
            expect_prefix_and_complete(disk, options_, script_, listener.durable_count(), appended);
            if (HasFatalFailure()) return;
        }
    }
    EXPECT_GT(announced_count, call_count * kScriptRecords);
}

TEST_P(CrashTest, a_power_cut_during_recovery_loses_nothing_more) {
    FaultPlan plan;
    for (uint64_t seed = 0; seed < 60; ++seed) {
        SeededRandom random(seed);
        SimDisk disk;
        FaultyDisk failing(disk, plan);
        plan.set(20 + random.below(100), Fault::TornWrite);
        RememberingListener listener;
        size_t appended = run_script(failing, options_, script_, listener, seed);
        disk.cut_power(PowerCut::KeepsSome, random);
        uint64_t least = listener.durable_count();
        for (uint64_t call = 0; call < 24; ++call) {
            SCOPED_TRACE(fmt::format("seed {} call {}", seed, call));
            plan.set(call, Fault::TornWrite);
            RememberingListener nobody;
            RememberingVisitor visitor;
            auto log = open_and_replay(failing, "log", options_, nobody, visitor);
            if (log) least = std::max(least, (*log)->durable_count());
            if (log) log->reset();
            disk.cut_power(static_cast<PowerCut>(random.below(5)), random);
        }
        expect_prefix_and_complete(disk, options_, script_, least, appended);
        if (HasFatalFailure()) return;
    }
}

TEST_P(CrashTest, a_kill_at_every_call_keeps_what_was_written) {
    FaultPlan plan;
    for (uint64_t call = 0;; ++call) {
        SCOPED_TRACE(call);
        SimDisk disk;
        FaultyDisk failing(disk, plan);
        plan.set(call, Fault::TornWrite);
        RememberingListener listener;
        size_t appended = run_script(failing, options_, script_, listener, 2);
        if (!plan.was_hit()) break;
        expect_prefix_and_complete(disk, options_, script_, listener.durable_count(), appended);
        if (HasFatalFailure()) return;
    }
}

TEST_P(CrashTest, a_single_failing_call_never_loses_what_was_announced) {
    FaultPlan plan;
    size_t poisoned_count = 0;
    for (uint64_t call = 0;; ++call) {
        SCOPED_TRACE(call);
        SimDisk disk;
        FaultyDisk failing(disk, plan);
        plan.set(call, Fault::Once);
        RememberingListener listener;
        size_t appended = run_script(failing, options_, script_, listener, 3);
        if (!plan.was_hit()) break;
        poisoned_count += listener.failure_count();
        EXPECT_LE(listener.failure_count(), 1u);
        SeededRandom random(call);
        disk.cut_power(PowerCut::KeepsSome, random);
        expect_prefix_and_complete(disk, options_, script_, listener.durable_count(), appended);
        if (HasFatalFailure()) return;
    }
    EXPECT_GT(poisoned_count, 100u);
}

// A sync fails once and would then succeed. What it should have synced looks well in the system's cache, but is not on
// the device, and no later sync puts it there.
TEST_P(CrashTest, a_failed_sync_is_final_and_not_believed_after_a_restart) {
    for (uint32_t good_syncs = 0; good_syncs < 60; ++good_syncs) {
        SCOPED_TRACE(good_syncs);
        SimDisk disk;
        RememberingListener listener;
        RememberingVisitor nothing;
        auto log = open_and_replay(disk, "log", options_, listener, nothing).value();
        size_t appended = 0;
        auto append_group = [&] {
            for (size_t i = 0; i < 3; ++i, ++appended) {
                log->append(script_[appended].context(), script_[appended].payload);
            }
        };
        for (uint32_t i = 0; i < good_syncs; ++i) {
            append_group();
            log->sync_now();
        }
        disk.fail_syncs(1);
        append_group();
        log->sync_now();
        ASSERT_EQ(listener.failure_count(), 1u);
        uint64_t syncs_before = disk.sync_count();
        append_group();
        log->sync_now();
        log->sync_soon();
        ASSERT_EQ(disk.sync_count(), syncs_before);
        ASSERT_FALSE(log->has_room());
        ASSERT_EQ(listener.failure_count(), 1u);
        ASSERT_EQ(listener.durable_count(), good_syncs * 3);
        ASSERT_EQ(log->durable_count(), good_syncs * 3);
        ASSERT_EQ(log->stop().error().code, ErrorCode::Io);
        log.reset();

        RememberingListener second;
        RememberingVisitor visitor;
        auto restarted = open_and_replay(disk, "log", options_, second, visitor);
        ASSERT_TRUE(restarted.has_value());
        uint64_t believed = (*restarted)->durable_count();
        ASSERT_GE(believed, good_syncs * 3);
        restarted->reset();
        SeededRandom random(good_syncs);
        disk.cut_power(PowerCut::KeepsNothing, random);
        expect_prefix_and_complete(disk, options_, script_, believed, appended);
        if (HasFatalFailure()) return;
    }
}

TEST(CrashTest, random_scripts_and_power_cuts) {
    FaultPlan plan;
    for (uint64_t seed = 1000; seed < 1300; ++seed) {
        SCOPED_TRACE(seed);
        SeededRandom random(seed);
        LogOptions options = script_options(500 + random.below(20'000));
        options.preallocate = random.below(2) == 0;
        auto script = make_script(100, seed, 1 + random.below(3000));
        SimDisk disk;
        FaultyDisk failing(disk, plan);
        uint64_t least = 0;
        size_t most = 0;
        for (int crash = 0; crash < 4; ++crash) {
            plan.set(random.below(120), static_cast<Fault>(random.below(3)));
            RememberingListener listener;
            size_t appended = run_script(failing, options, script, listener, random.next_u64());
            most = std::max(most, appended);
            least = std::max(least, listener.durable_count());
            if (random.below(3) != 0) disk.cut_power(static_cast<PowerCut>(random.below(5)), random);
        }
        expect_prefix_and_complete(disk, options, script, least, most);
        if (testing::Test::HasFatalFailure()) return;
    }
}

}  // namespace lightcone::log
