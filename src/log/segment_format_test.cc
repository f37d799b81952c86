// SPDX-License-Identifier: Apache-2.0
#include "log/segment_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/crc32c.h"
#include "log/commit_log.h"

namespace lightcone::log {

TEST(SegmentName, only_twenty_digits_that_fit_64_bits_are_a_name) {
    EXPECT_EQ(segment_name(0), "00000000000000000000.log");
    EXPECT_EQ(segment_name(~0ull), "18446744073709551615.log");
    EXPECT_EQ(parse_segment_name("18446744073709551615.log"), ~0ull);
    EXPECT_EQ(parse_segment_name("00000000000000000042.log"), 42u);
    for (const char* name : {"18446744073709551616.log", "99999999999999999999.log", "0000000000000000042.log", "0.log",
                             "000000000000000000042.log", "0000000000000000004x.log", "00000000000000000042.tmp",
                             "-0000000000000000042.log", "next.tmp", ".log", ""}) {
        EXPECT_EQ(parse_segment_name(name), std::nullopt) << name;
    }
}

TEST(SegmentHeader, round_trips) {
    uint8_t bytes[kSegmentHeaderBytes];
    uint32_t crc = write_segment_header({7, ~0ull - 1, 0xdeadbeef}, bytes);
    EXPECT_EQ(segment_header_crc(bytes), crc);
    SegmentHeader header = read_segment_header(bytes).value();
    EXPECT_EQ(header.incarnation, 7u);
    EXPECT_EQ(header.first_offset, ~0ull - 1);
    EXPECT_EQ(header.previous_chain, 0xdeadbeef);
}

TEST(SegmentHeader, short_foreign_newer_and_damaged_ones_are_refused) {
    uint8_t bytes[kSegmentHeaderBytes];
    write_segment_header({1, 2, 3}, bytes);
    for (size_t size = 0; size < kSegmentHeaderBytes; ++size) {
        EXPECT_EQ(read_segment_header({bytes, size}).error().code, ErrorCode::Corruption);
    }
    for (size_t bit = 0; bit < 8 * kSegmentHeaderBytes; ++bit) {
        bytes[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
        EXPECT_FALSE(read_segment_header(bytes).has_value()) << bit;
        bytes[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
    }
    auto seal = [&] { store_le<uint32_t>(bytes + 60, crc32c({bytes, 60})); };
    bytes[8] = 2;
    EXPECT_THAT(read_segment_header(bytes).error().message, testing::HasSubstr("may be damaged"));
    seal();
    EXPECT_EQ(read_segment_header(bytes).error().code, ErrorCode::Unsupported);
    EXPECT_THAT(read_segment_header(bytes).error().message, testing::HasSubstr("use a newer server"));
    bytes[8] = 1;
    bytes[12] = 4;
    seal();
    EXPECT_EQ(read_segment_header(bytes).error().code, ErrorCode::Unsupported);
}

TEST(EndMark, holds_only_at_its_place_in_its_segment) {
    uint8_t bytes[kEndMarkBytes];
    write_end_mark({1000, 900}, 77, bytes);
    auto mark = read_end_mark(bytes, 77, 1000);
    ASSERT_TRUE(mark.has_value());
    EXPECT_EQ(mark->synced_bytes, 900u);
    EXPECT_FALSE(read_end_mark(bytes, 78, 1000).has_value());
    EXPECT_FALSE(read_end_mark(bytes, 77, 1001).has_value());
    EXPECT_FALSE(read_end_mark({bytes, kEndMarkBytes - 1}, 77, 1000).has_value());
    for (size_t bit = 0; bit < 8 * kEndMarkBytes; ++bit) {
        bytes[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
        EXPECT_FALSE(read_end_mark(bytes, 77, 1000).has_value()) << bit;
        bytes[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
    }
    write_end_mark({1000, 1001}, 77, bytes);
    EXPECT_FALSE(read_end_mark(bytes, 77, 1000).has_value());
}

TEST(SegmentRoll, is_decided_by_position_and_bound_alone) {
    EXPECT_FALSE(begins_new_segment(900, 99, 1000));
    EXPECT_FALSE(begins_new_segment(900, 100, 1000));
    EXPECT_TRUE(begins_new_segment(900, 101, 1000));
    EXPECT_FALSE(begins_new_segment(kSegmentHeaderBytes, 5000, 1000)) << "an empty file takes any record";
    EXPECT_FALSE(begins_new_segment(1000, kLogGroupBytes, ~0ull));
    EXPECT_TRUE(begins_new_segment(1000, kLogGroupBytes + 1, ~0ull));
}

}  // namespace lightcone::log
