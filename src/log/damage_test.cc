// SPDX-License-Identifier: Apache-2.0
// Damaged logs: cut where a crash can have done it, refused with file and byte everywhere else, never misread.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "log/log_script.h"
#include "log/segment_format.h"
#include "log/segment_reader.h"
#include "log/sim_disk.h"

namespace lightcone::log {

using testing::HasSubstr;

class DamageTest : public testing::Test {
  protected:
    // Writes `count` records, each a group of its own, and remembers where each starts and the end of the last one.
    void write_log(size_t count, size_t segment_bytes = kLogSegmentBytes) {
        options_ = script_options(segment_bytes);
        script_ = make_script(count, 21);
        RememberingVisitor nothing;
        auto log = open_and_replay(disk_, "log", options_, listener_, nothing).value();
        for (const OwnedRecord& record : script_) {
            log->append(record.context(), record.payload);
            log->sync_now();
        }
        ASSERT_TRUE(log->stop().has_value());
        last_name_ = disk_.list("log").value().back();
        content_ = disk_.get("log/" + last_name_);
        auto file = disk_.open("log/" + last_name_, OpenMode::ReadOnly, 0).value();
        SegmentReader reader = SegmentReader::open(*file, last_name_).value();
        first_in_last_ = reader.header().first_offset;
        Record record;
        starts_ = {kSegmentHeaderBytes};
        while (reader.next(record).value()) starts_.push_back(reader.position());
    }

    struct Outcome {
        Result<std::unique_ptr<CommitLog>> log;
        std::vector<OwnedRecord> records;
    };
    Outcome open(SimDisk& disk) {
        RememberingVisitor visitor;
        auto log = open_and_replay(disk, "log", options_, listener_, visitor);
        return {std::move(log), std::move(visitor.records)};
    }
    std::unique_ptr<SimDisk> damaged(const std::string& name, Bytes content) {
        auto disk = std::make_unique<SimDisk>();
        EXPECT_TRUE(disk->copy_from(disk_, "log").has_value());
        disk->put("log/" + name, std::move(content));
        return disk;
    }
    std::vector<OwnedRecord> prefix(size_t count) const {
        return {script_.begin(), script_.begin() + static_cast<ptrdiff_t>(count)};
    }
    // The log opens with the first `count` records; then it takes another and is whole again.
    void expect_cut(SimDisk& disk, size_t count, uint64_t file_offset, uint64_t dropped_bytes) {
        auto outcome = open(disk);
        ASSERT_TRUE(outcome.log.has_value()) << outcome.log.error().message;
        ASSERT_EQ(outcome.records, prefix(count));
        CommitLog& log = **outcome.log;
        ASSERT_TRUE(log.torn_tail().has_value());
        EXPECT_EQ(log.torn_tail()->file, "log/" + last_name_);
        EXPECT_EQ(log.torn_tail()->file_offset, file_offset);
        EXPECT_EQ(log.torn_tail()->dropped_bytes, dropped_bytes);
        EXPECT_EQ(log.append(script_[0].context(), script_[0].payload), TxOffset(count));
        ASSERT_TRUE(log.stop().has_value());
        auto again = open(disk);
        ASSERT_TRUE(again.log.has_value()) << again.log.error().message;
        EXPECT_FALSE((*again.log)->torn_tail().has_value());
        auto expected = prefix(count);
        expected.push_back(script_[0]);
        EXPECT_EQ(again.records, expected);
    }
    void expect_refused(SimDisk& disk, const std::string& where) {
        Bytes before = disk.get("log/" + last_name_);
        auto outcome = open(disk);
        ASSERT_FALSE(outcome.log.has_value());
        EXPECT_EQ(outcome.log.error().code, ErrorCode::Corruption);
        EXPECT_THAT(outcome.log.error().message, HasSubstr(where));
        EXPECT_EQ(disk.get("log/" + last_name_), before);
    }

    SimDisk disk_;
    LogOptions options_;
    RememberingListener listener_;
    std::vector<OwnedRecord> script_;
    std::string last_name_;
    Bytes content_;
    uint64_t first_in_last_ = 0;
    std::vector<uint64_t> starts_;
};

TEST_F(DamageTest, a_file_cut_anywhere_in_the_last_record_loses_that_record_only) {
    write_log(20);
    for (uint64_t size = starts_[19]; size < starts_[20]; ++size) {
        auto disk = damaged(last_name_, Bytes(content_.begin(), content_.begin() + static_cast<ptrdiff_t>(size)));
        SCOPED_TRACE(fmt::format("{} bytes", size));
        uint64_t dropped = size - starts_[19];
        while (dropped > 0 && content_[starts_[19] + dropped - 1] == 0) --dropped;
        expect_cut(*disk, 19, starts_[19], dropped);
    }
}

TEST_F(DamageTest, a_file_cut_in_the_end_mark_loses_nothing) {
    write_log(20);
    for (uint64_t size = starts_[20]; size < content_.size(); ++size) {
        auto disk = damaged(last_name_, Bytes(content_.begin(), content_.begin() + static_cast<ptrdiff_t>(size)));
        auto outcome = open(*disk);
        ASSERT_TRUE(outcome.log.has_value()) << outcome.log.error().message;
        EXPECT_EQ(outcome.records, script_);
        EXPECT_TRUE((*outcome.log)->torn_tail().has_value());
    }
}

TEST_F(DamageTest, every_flipped_bit_of_a_log_is_noticed) {
    constexpr size_t kCount = 40;
    write_log(kCount);
    size_t cut_count = 0;
    size_t refused_count = 0;
    for (size_t bit = 0; bit < content_.size() * 8; ++bit) {
        Bytes changed = content_;
        changed[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
        auto disk = damaged(last_name_, changed);
        auto outcome = open(*disk);
        size_t byte = bit / 8;
        SCOPED_TRACE(fmt::format("bit {} of byte {}", bit % 8, byte));
        if (byte >= starts_[kCount - 1]) {
            ++cut_count;
            ASSERT_TRUE(outcome.log.has_value()) << outcome.log.error().message;
            ASSERT_TRUE((*outcome.log)->torn_tail().has_value());
            ASSERT_EQ(outcome.records, prefix(byte < starts_[kCount] ? kCount - 1 : kCount));
            continue;
        }
        ++refused_count;
        ASSERT_FALSE(outcome.log.has_value());
        ASSERT_THAT(outcome.log.error().message, HasSubstr("log/" + last_name_ + ": byte "));
        bool is_version = byte >= 8 && byte < 12;
        ASSERT_EQ(outcome.log.error().code, is_version ? ErrorCode::Unsupported : ErrorCode::Corruption);
        ASSERT_EQ(disk->get("log/" + last_name_), changed);
    }
    EXPECT_GT(cut_count, 300u);
    EXPECT_GT(cut_count + refused_count, 20'000u);
}

TEST_F(DamageTest, damage_names_the_byte_where_the_record_starts) {
    write_log(12);
    for (size_t i = 0; i < 11; ++i) {
        Bytes changed = content_;
        changed[starts_[i] + 9] ^= 0xff;
        auto disk = damaged(last_name_, changed);
        expect_refused(*disk, fmt::format("log/{}: byte {}: damaged record", last_name_, starts_[i]));
    }
}

TEST_F(DamageTest, damage_in_an_earlier_segment_is_refused_even_in_its_last_record) {
    write_log(100, 1500);
    auto names = disk_.list("log").value();
    ASSERT_GT(names.size(), 4u);
    Bytes second = disk_.get("log/" + names[1]);
    for (size_t from_end = 1; from_end < second.size() - kSegmentHeaderBytes; from_end += 3) {
        Bytes changed = second;
        changed[second.size() - from_end] ^= 1;
        auto disk = damaged(names[1], changed);
        expect_refused(*disk, "log/" + names[1] + ": byte ");
    }
    Bytes shortened(second.begin(), second.end() - 1);
    expect_refused(*damaged(names[1], shortened), "log/" + names[1] + ": byte ");
}

TEST_F(DamageTest, bytes_behind_the_records_of_an_earlier_segment_do_not_matter) {
    write_log(100, 1500);
    auto names = disk_.list("log").value();
    Bytes longer = disk_.get("log/" + names[1]);
    for (int i = 0; i < 300; ++i) longer.push_back(static_cast<uint8_t>(i));
    auto disk = damaged(names[1], longer);
    auto outcome = open(*disk);
    ASSERT_TRUE(outcome.log.has_value()) << outcome.log.error().message;
    EXPECT_EQ(outcome.records, script_);
}

TEST_F(DamageTest, repeated_and_swapped_records_are_noticed) {
    write_log(12);
    auto piece = [&](size_t i) {
        return Bytes(content_.begin() + static_cast<ptrdiff_t>(starts_[i]),
                     content_.begin() + static_cast<ptrdiff_t>(starts_[i + 1]));
    };
    auto at = [&](size_t i) { return static_cast<ptrdiff_t>(starts_[i]); };
    Bytes repeated = content_;
    Bytes fifth = piece(5);
    repeated.insert(repeated.begin() + at(6), fifth.begin(), fifth.end());
    // The end mark has moved and fits nowhere, so what follows the repetition counts as unfinished.
    auto outcome = open(*damaged(last_name_, repeated));
    ASSERT_TRUE(outcome.log.has_value());
    EXPECT_EQ(outcome.records, prefix(6));

    Bytes swapped(content_.begin(), content_.begin() + at(5));
    for (size_t i : {6u, 5u}) {
        Bytes record = piece(i);
        swapped.insert(swapped.end(), record.begin(), record.end());
    }
    swapped.insert(swapped.end(), content_.begin() + at(7), content_.end());
    expect_refused(*damaged(last_name_, swapped), fmt::format("byte {}: damaged record", starts_[5]));
}

TEST_F(DamageTest, zeroed_sectors_are_noticed) {
    write_log(200);
    for (size_t sector = 0; sector * 512 < content_.size(); ++sector) {
        Bytes changed = content_;
        size_t begin = sector * 512;
        size_t end = std::min(begin + 512, changed.size());
        std::fill(changed.begin() + static_cast<ptrdiff_t>(begin), changed.begin() + static_cast<ptrdiff_t>(end), 0);
        auto outcome = open(*damaged(last_name_, changed));
        if (end > starts_[200]) {
            ASSERT_TRUE(outcome.log.has_value());
            EXPECT_TRUE((*outcome.log)->torn_tail().has_value());
            EXPECT_EQ(outcome.records, prefix(outcome.records.size()));
        } else {
            ASSERT_FALSE(outcome.log.has_value()) << sector;
            EXPECT_EQ(outcome.log.error().code, ErrorCode::Corruption);
        }
    }
}

TEST_F(DamageTest, a_hole_in_a_group_that_was_never_synced_is_cut) {
    // The group that was being written: a valid record follows the hole, but the end mark says none of it was synced.
    options_ = script_options();
    script_ = make_script(40, 22);
    RememberingVisitor nothing;
    auto log = open_and_replay(disk_, "log", options_, listener_, nothing).value();
    for (size_t i = 0; i < 40; ++i) {
        log->append(script_[i].context(), script_[i].payload);
        if (i == 19 || i == 39) log->sync_now();
    }
    log.reset();
    last_name_ = segment_name(0);
    content_ = disk_.get("log/" + last_name_);
    auto file = disk_.open("log/" + last_name_, OpenMode::ReadOnly, 0).value();
    SegmentReader reader = SegmentReader::open(*file, last_name_).value();
    std::vector<uint64_t> starts;
    Record record;
    for (starts = {kSegmentHeaderBytes}; reader.next(record).value();) starts.push_back(reader.position());
    for (size_t hit = 0; hit < 40; ++hit) {
        SCOPED_TRACE(hit);
        Bytes changed = content_;
        changed[starts[hit] + 8] ^= 1;
        auto disk = damaged(last_name_, changed);
        if (hit >= 20) expect_cut(*disk, hit, starts[hit], content_.size() - starts[hit]);
        if (hit < 20) expect_refused(*disk, fmt::format("byte {}: damaged record", starts[hit]));
    }
}

TEST_F(DamageTest, damage_farther_from_the_end_than_a_group_is_refused_without_an_end_mark) {
    options_ = script_options();
    RememberingVisitor nothing;
    auto log = open_and_replay(disk_, "log", options_, listener_, nothing).value();
    Bytes payload(1u << 20, 3);
    for (int i = 0; i < 10; ++i) {
        log->append({}, payload);
        log->sync_now();
    }
    ASSERT_TRUE(log->stop().has_value());
    last_name_ = segment_name(0);
    content_ = disk_.get("log/" + last_name_);
    content_.back() ^= 1;
    Bytes early = content_;
    early[100] ^= 1;
    expect_refused(*damaged(last_name_, early), "byte 64: damaged record");
    Bytes late = content_;
    late[content_.size() - (7u << 20)] ^= 1;
    auto outcome = open(*damaged(last_name_, late));
    ASSERT_TRUE(outcome.log.has_value());
    EXPECT_LT(outcome.records.size(), 10u);
}

TEST_F(DamageTest, a_last_segment_without_records_is_used_again) {
    write_log(100, 1500);
    Bytes changed = content_;
    std::fill(changed.begin() + kSegmentHeaderBytes, changed.end(), 0);
    for (size_t payload_bytes : {size_t{10}, kLogGroupBytes + 1}) {
        auto disk = damaged(last_name_, changed);
        auto outcome = open(*disk);
        ASSERT_TRUE(outcome.log.has_value());
        auto expected = prefix(first_in_last_);
        EXPECT_EQ(outcome.records, expected);
        for (size_t i = 0; i < 3; ++i) {
            OwnedRecord record = script_[i];
            record.payload.resize(payload_bytes, 5);
            (*outcome.log)->append(record.context(), record.payload);
            (*outcome.log)->sync_now();
            expected.push_back(record);
        }
        ASSERT_TRUE((*outcome.log)->stop().has_value());
        auto again = open(*disk);
        ASSERT_TRUE(again.log.has_value()) << again.log.error().message;
        EXPECT_EQ(again.records, expected);
    }
}

}  // namespace lightcone::log
