// SPDX-License-Identifier: Apache-2.0
#include "log/commit_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "log/log_script.h"
#include "log/record_codec.h"
#include "log/segment_format.h"
#include "log/sim_disk.h"

namespace lightcone::log {

using testing::HasSubstr;

class CommitLogTest : public testing::Test {
  protected:
    // Opens the log, expecting `records` in it.
    std::unique_ptr<CommitLog> open(const LogOptions& options, const std::vector<OwnedRecord>& records) {
        RememberingVisitor visitor;
        auto log = open_and_replay(disk_, "log", options, listener_, visitor);
        EXPECT_TRUE(log.has_value()) << (log ? "" : log.error().message);
        EXPECT_EQ(visitor.records, records);
        for (size_t i = 0; i < visitor.offsets.size(); ++i) EXPECT_EQ(visitor.offsets[i], i);
        return log ? std::move(*log) : nullptr;
    }
    Error open_error(const LogOptions& options) {
        RememberingVisitor visitor;
        auto log = open_and_replay(disk_, "log", options, listener_, visitor);
        EXPECT_FALSE(log.has_value());
        return log ? Error{} : log.error();
    }
    static void append_all(CommitLog& log, std::span<const OwnedRecord> records, uint64_t sync_every = 0) {
        for (const OwnedRecord& record : records) {
            uint64_t expected = log.next_offset().value;
            ASSERT_EQ(log.append(record.context(), record.payload), TxOffset(expected));
            if (sync_every != 0 && expected % sync_every == 0) log.sync_now();
        }
    }
    void write_log(const LogOptions& options, const std::vector<OwnedRecord>& records, uint64_t sync_every = 0) {
        auto log = open(options, {});
        append_all(*log, records, sync_every);
        ASSERT_TRUE(log->stop().has_value());
    }

    SimDisk disk_;
    RememberingListener listener_;
    SystemClock clock_;
};

TEST_F(CommitLogTest, what_was_appended_is_replayed) {
    auto script = make_script(500, 1, 300);
    auto log = open(script_options(), {});
    append_all(*log, script);
    EXPECT_EQ(log->durable_count(), 0u);
    EXPECT_TRUE(log->sync_now());
    EXPECT_EQ(listener_.durable_count(), 500u);
    EXPECT_EQ(log->durable_count(), 500u);
    ASSERT_TRUE(log->stop().has_value());
    log = open(script_options(), script);
    EXPECT_FALSE(log->torn_tail().has_value());
    EXPECT_EQ(log->next_offset(), TxOffset(500));
    EXPECT_EQ(log->durable_count(), 500u);
}

TEST_F(CommitLogTest, a_reopened_log_goes_on_with_its_dictionaries) {
    auto script = make_script(300, 2);
    for (size_t begin = 0; begin < 300; begin += 50) {
        auto log = open(script_options(5000), {script.begin(), script.begin() + static_cast<ptrdiff_t>(begin)});
        append_all(*log, std::span(script).subspan(begin, 50), 7);
        ASSERT_TRUE(log->stop().has_value());
    }
    SimDisk at_once;
    RememberingVisitor visitor;
    auto log = open_and_replay(at_once, "log", script_options(5000), listener_, visitor).value();
    append_all(*log, script);
    ASSERT_TRUE(log->stop().has_value());
    auto names = disk_.list("log").value();
    EXPECT_GT(names.size(), 3u);
    EXPECT_EQ(names, at_once.list("log").value());
    for (const auto& name : names) EXPECT_EQ(disk_.get("log/" + name), at_once.get("log/" + name)) << name;
}

TEST_F(CommitLogTest, preallocated_files_end_with_their_content_after_a_stop) {
    auto script = make_script(300, 3);
    LogOptions options = script_options(5000);
    write_log(options, script);
    SimDisk reserved;
    options.preallocate = true;
    RememberingVisitor visitor;
    auto log = open_and_replay(reserved, "log", options, listener_, visitor).value();
    append_all(*log, script, 11);
    EXPECT_GT(reserved.get("log/next.tmp").size(), 4096u);
    ASSERT_TRUE(log->stop().has_value());
    auto names = disk_.list("log").value();
    EXPECT_EQ(reserved.list("log").value(), names);
    for (const auto& name : names) EXPECT_EQ(reserved.get("log/" + name), disk_.get("log/" + name));
}

TEST_F(CommitLogTest, replay_starts_at_the_offset_asked_for) {
    auto script = make_script(100, 4);
    write_log(script_options(2000), script);
    for (uint64_t from : {0u, 1u, 50u, 99u, 100u, 101u}) {
        auto log = CommitLog::open(disk_, clock_, "log", script_options(2000), listener_).value();
        RememberingVisitor visitor;
        ASSERT_TRUE(log->replay(TxOffset(from), visitor).has_value());
        ASSERT_EQ(visitor.records.size(), from < 100 ? 100 - from : 0);
        if (from < 100) {
            EXPECT_EQ(visitor.offsets.front(), from);
        }
        if (from < 100) {
            EXPECT_EQ(visitor.records.front(), script[from]);
        }
    }
}

TEST_F(CommitLogTest, an_error_of_the_visitor_ends_the_replay_and_forbids_a_start) {
    struct Refusing final : ReplayVisitor {
        Result<void> on_record(const Record& record) override {
            if (record.offset.value == 3) return fail(ErrorCode::Corruption, "no such table");
            return {};
        }
    } visitor;
    write_log(script_options(), make_script(10, 5));
    auto log = CommitLog::open(disk_, clock_, "log", script_options(), listener_).value();
    EXPECT_EQ(log->replay(TxOffset(0), visitor).error().message, "no such table");
    EXPECT_EQ(log->start().error().code, ErrorCode::FailedPrecondition);
}

TEST_F(CommitLogTest, opening_alone_changes_nothing) {
    write_log(script_options(), make_script(10, 6));
    Bytes before = disk_.get("log/" + segment_name(0));
    before.resize(before.size() - 40);
    disk_.put("log/" + segment_name(0), before);
    auto log = CommitLog::open(disk_, clock_, "log", script_options(), listener_).value();
    EXPECT_TRUE(log->torn_tail().has_value());
    EXPECT_EQ(disk_.get("log/" + segment_name(0)), before);
}

TEST_F(CommitLogTest, a_missing_log_is_an_error_unless_it_may_be_created) {
    LogOptions options = script_options();
    options.create_if_missing = false;
    EXPECT_EQ(open_error(options).code, ErrorCode::NotFound);
}

TEST_F(CommitLogTest, a_transfer_takes_at_most_140_bytes) {
    OwnedRecord transfer{"transfer", {}, {}, 1'700'000'000'000'000, Bytes(16, 1), Bytes(60, 2)};
    auto log = open(script_options(), {});
    constexpr size_t kCount = 10'000;
    for (size_t i = 0; i < kCount; ++i) {
        transfer.caller.le.fill(static_cast<uint8_t>(i % 64 + 1));
        transfer.connection.le.fill(static_cast<uint8_t>(i % 64 + 1));
        transfer.timestamp_micros += 1000;
        log->append(transfer.context(), transfer.payload);
    }
    ASSERT_TRUE(log->stop().has_value());
    size_t bytes_each = disk_.get("log/" + segment_name(0)).size() / kCount;
    EXPECT_LE(bytes_each, 140u);
    RecordProperty("bytes_per_transfer", static_cast<int>(bytes_each));
}

TEST_F(CommitLogTest, more_values_than_a_dictionary_has_slots) {
    std::vector<OwnedRecord> script(kDictionarySlots + 500);
    for (size_t i = 0; i < script.size(); ++i) {
        // The first slot's value stays in use while others push it out.
        uint32_t number = i % 3 == 0 ? 0 : static_cast<uint32_t>(i);
        store_le<uint32_t>(script[i].connection.le.data(), number + 1);
        store_le<uint32_t>(script[i].caller.le.data(), static_cast<uint32_t>(i % 7) + 1);
        script[i].reducer = fmt::format("r{}", i);
    }
    std::vector<OwnedRecord> first(script.begin(), script.begin() + kDictionarySlots + 100);
    write_log(script_options(), first);
    auto log = open(script_options(), first);
    append_all(*log, std::span(script).subspan(first.size()));
    ASSERT_TRUE(log->stop().has_value());
    open(script_options(), script);
}

TEST_F(CommitLogTest, a_large_record_starts_its_own_segment) {
    std::vector<OwnedRecord> script = make_script(3, 7);
    script[1].payload.resize(kLogGroupBytes + 1, 0x5a);
    auto log = open(script_options(), {});
    append_all(*log, script);
    EXPECT_TRUE(log->sync_now());
    ASSERT_TRUE(log->stop().has_value());
    EXPECT_EQ(disk_.list("log").value(), (std::vector<std::string>{segment_name(0), segment_name(1)}));
    open(script_options(), script);
}

TEST_F(CommitLogTest, the_record_limit_is_exact) {
    LogOptions options = script_options();
    options.record_bytes_max = 1000;
    for (size_t payload_bytes : {887u, 888u, 889u}) {
        SimDisk disk;
        RememberingListener listener;
        RememberingVisitor visitor;
        auto log = open_and_replay(disk, "log", options, listener, visitor).value();
        Bytes payload(payload_bytes, 1);
        bool fits = payload_bytes + kRecordOverheadBytesMax <= 1000;
        EXPECT_EQ(log->reserve({}, payload_bytes).has_value(), fits);
        EXPECT_EQ(log->append({}, payload), TxOffset(0));
        log->sync_now();
        EXPECT_EQ(log->durable_count(), fits ? 1u : 0u);
        EXPECT_EQ(listener.failure_count(), fits ? 0u : 1u);
        EXPECT_EQ(log->stop().has_value(), fits);
        if (!fits) {
            EXPECT_EQ(log->failure()->code, ErrorCode::LimitExceeded);
        }
    }
}

TEST_F(CommitLogTest, the_group_buffer_is_bounded) {
    auto log = open(script_options(), {});
    Bytes payload(1u << 20, 7);
    size_t appended = 0;
    while (log->has_room()) {
        log->append({}, payload);
        ASSERT_LE(++appended, 8u);
    }
    EXPECT_EQ(appended, 8u);
    EXPECT_TRUE(log->sync_now());
    EXPECT_TRUE(log->has_room());
}

TEST_F(CommitLogTest, a_full_disk_closes_the_log_to_writes_until_space_returns) {
    LogOptions options = script_options(8192);
    options.preallocate = true;
    auto log = open(options, {});
    auto script = make_script(2000, 8);
    disk_.set_capacity(40'000);
    size_t written = 0;
    for (; log->has_room() && written < script.size(); ++written) {
        log->append(script[written].context(), script[written].payload);
        log->sync_now();
    }
    EXPECT_GT(written, 50u);
    EXPECT_LT(written, script.size());
    EXPECT_FALSE(log->failure().has_value());
    EXPECT_EQ(log->durable_count(), written);
    EXPECT_EQ(log->reserve({}, 100'000).error().code, ErrorCode::Io);
    disk_.set_capacity(~0ull);
    EXPECT_TRUE(log->sync_now());
    EXPECT_TRUE(log->has_room());
    append_all(*log, std::span(script).subspan(written), 10);
    ASSERT_TRUE(log->stop().has_value());
    open(options, script);
}

TEST_F(CommitLogTest, a_log_opens_on_a_full_disk_but_takes_nothing) {
    LogOptions options = script_options();
    auto script = make_script(10, 9);
    write_log(options, script);
    options.preallocate = true;
    disk_.set_capacity(disk_.get("log/" + segment_name(0)).size());
    auto log = open(options, script);
    EXPECT_FALSE(log->has_room());
    EXPECT_FALSE(log->failure().has_value());
    EXPECT_TRUE(log->stop().has_value());
}

TEST_F(CommitLogTest, space_for_a_large_record_is_reserved_before_it_is_appended) {
    LogOptions options = script_options(1u << 20);
    options.preallocate = true;
    auto log = open(options, {});
    auto script = make_script(2, 10);
    script[1].payload.resize(3u << 20, 9);
    append_all(*log, std::span(script).first(1));
    disk_.set_capacity(6u << 20);
    ASSERT_TRUE(log->reserve(script[1].context(), script[1].payload.size()).has_value());
    EXPECT_EQ(log->durable_count(), 1u);
    disk_.set_capacity(0);
    append_all(*log, std::span(script).subspan(1));
    log->sync_now();
    EXPECT_EQ(log->durable_count(), 2u);
    EXPECT_FALSE(log->failure().has_value());
}

TEST_F(CommitLogTest, an_unknown_version_is_refused_and_nothing_is_changed) {
    write_log(script_options(2000), make_script(100, 11));
    auto names = disk_.list("log").value();
    ASSERT_GT(names.size(), 2u);
    for (const std::string& name : {names.front(), names[1], names.back()}) {
        SimDisk disk;
        ASSERT_TRUE(disk.copy_from(disk_, "log").has_value());
        Bytes changed = disk.get("log/" + name);
        changed[8] = 2;
        disk.put("log/" + name, changed);
        RememberingVisitor visitor;
        auto log = open_and_replay(disk, "log", script_options(2000), listener_, visitor);
        ASSERT_FALSE(log.has_value());
        EXPECT_EQ(log.error().code, ErrorCode::Unsupported);
        EXPECT_THAT(log.error().message, HasSubstr(name + ": byte 8: format version 2 is unknown"));
        for (const auto& other : names) {
            if (other != name) {
                EXPECT_EQ(disk.get("log/" + other), disk_.get("log/" + other));
            }
        }
        EXPECT_EQ(disk.get("log/" + name), changed);
    }
}

TEST_F(CommitLogTest, missing_renamed_and_foreign_segments_are_noticed) {
    write_log(script_options(2000), make_script(100, 12));
    auto names = disk_.list("log").value();
    ASSERT_GT(names.size(), 3u);
    Bytes second = disk_.get("log/" + names[1]);

    ASSERT_TRUE(disk_.remove("log/" + names[1]).has_value());
    EXPECT_THAT(open_error(script_options(2000)).message, HasSubstr("damaged or missing"));

    disk_.put("log/" + segment_name(1), second);
    EXPECT_THAT(open_error(script_options(2000)).message, HasSubstr("its name says 1"));
    ASSERT_TRUE(disk_.remove("log/" + segment_name(1)).has_value());

    SimDisk foreign;
    RememberingVisitor visitor;
    auto log = open_and_replay(foreign, "log", script_options(2000), listener_, visitor).value();
    auto script = make_script(100, 12);
    script[0].payload.assign(script[0].payload.size(), 0);
    append_all(*log, script);
    ASSERT_TRUE(log->stop().has_value());
    disk_.put("log/" + names[1], foreign.get("log/" + names[1]));
    Error error = open_error(script_options(2000));
    EXPECT_EQ(error.code, ErrorCode::Corruption);
    EXPECT_THAT(error.message, HasSubstr(names[1] + ": byte 32: the segment does not continue log/" + names[0]));

    ASSERT_TRUE(disk_.remove("log/" + names[0]).has_value());
    EXPECT_THAT(open_error(script_options(2000)).message, HasSubstr("the log starts at offset"));
}

TEST_F(CommitLogTest, a_new_incarnation_starts_a_segment_and_an_old_one_is_refused) {
    auto script = make_script(20, 13);
    write_log(script_options(), {script.begin(), script.begin() + 10});
    LogOptions options = script_options();
    options.incarnation = 5;
    auto log = open(options, {script.begin(), script.begin() + 10});
    append_all(*log, std::span(script).subspan(10));
    ASSERT_TRUE(log->stop().has_value());
    EXPECT_EQ(disk_.list("log").value(), (std::vector<std::string>{segment_name(0), segment_name(10)}));
    open(options, script);
    options.incarnation = 4;
    EXPECT_EQ(open_error(options).code, ErrorCode::FailedPrecondition);
}

TEST_F(CommitLogTest, other_files_in_the_directory_are_left_alone) {
    disk_.put("log/notes.txt", Bytes(10, 'x'));
    disk_.put("log/0.log", Bytes(10, 'x'));
    disk_.put("log/next.tmp", Bytes(100, 'x'));
    auto script = make_script(10, 14);
    write_log(script_options(), script);
    open(script_options(), script);
    EXPECT_THAT(disk_.list("log").value(), testing::UnorderedElementsAre(segment_name(0), "0.log", "notes.txt"));
}

TEST_F(CommitLogTest, a_memory_log_is_durable_at_once) {
    auto log = make_memory_log(listener_);
    ASSERT_TRUE(log->start().has_value());
    EXPECT_EQ(log->append({}, {}), TxOffset(0));
    EXPECT_EQ(log->append({}, {}), TxOffset(1));
    EXPECT_TRUE(log->has_room());
    EXPECT_EQ(log->durable_count(), 2u);
    EXPECT_TRUE(log->sync_now());
    EXPECT_EQ(listener_.durable_count(), 2u);
    EXPECT_TRUE(log->stop().has_value());
}

}  // namespace lightcone::log
