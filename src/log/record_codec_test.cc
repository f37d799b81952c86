// SPDX-License-Identifier: Apache-2.0
#include "log/record_codec.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/crc32c.h"
#include "log/log_script.h"

namespace lightcone::log {

namespace {

// A record with this body and the checksum that belongs to it.
Bytes framed(const Bytes& body, uint32_t chain) {
    Bytes record(kRecordFrameBytes);
    store_le<uint32_t>(record.data() + 4, static_cast<uint32_t>(body.size()));
    record.insert(record.end(), body.begin(), body.end());
    store_le<uint32_t>(record.data(), crc32c(ByteView(record).subspan(4), chain));
    return record;
}

ErrorCode decode_error(const Bytes& body) {
    RecordDecoder decoder;
    decoder.begin_segment(7);
    Bytes record = framed(body, 7);
    EXPECT_TRUE(decoder.is_intact(record));
    Record decoded;
    auto outcome = decoder.decode(record, decoded);
    EXPECT_FALSE(outcome.has_value());
    return outcome ? ErrorCode::Internal : outcome.error().code;
}

}  // namespace

TEST(Varint, every_length_round_trips_and_truncation_is_noticed) {
    for (unsigned bits = 0; bits < 64; ++bits) {
        for (uint64_t value : {1ull << bits, (1ull << bits) - 1, ~0ull >> bits}) {
            uint8_t bytes[kVarintBytesMax];
            const uint8_t* end = write_varint(bytes, value);
            ASSERT_LE(end - bytes, static_cast<ptrdiff_t>(kVarintBytesMax));
            uint64_t read = 0;
            ASSERT_EQ(read_varint(bytes, end, read), end);
            ASSERT_EQ(read, value);
            for (const uint8_t* cut = bytes; cut < end; ++cut) ASSERT_EQ(read_varint(bytes, cut, read), nullptr);
        }
    }
}

TEST(Varint, more_than_64_bits_are_refused) {
    uint64_t value = 0;
    Bytes bytes(9, 0xff);
    bytes.push_back(1);
    EXPECT_NE(read_varint(bytes.data(), bytes.data() + 10, value), nullptr);
    EXPECT_EQ(value, ~0ull);
    bytes[9] = 2;
    EXPECT_EQ(read_varint(bytes.data(), bytes.data() + 10, value), nullptr);
    bytes.assign(20, 0x80);
    EXPECT_EQ(read_varint(bytes.data(), bytes.data() + 20, value), nullptr);
}

TEST(Varint, differences_of_all_times_round_trip) {
    constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
    constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
    for (int64_t before : {kLeast, int64_t{-1}, int64_t{0}, int64_t{1}, kMost}) {
        for (int64_t value : {kLeast, int64_t{-5}, int64_t{0}, int64_t{7}, kMost}) {
            EXPECT_EQ(add_zigzag(before, zigzag_difference(value, before)), value);
        }
    }
    EXPECT_EQ(zigzag_difference(1, 0), 2u);
    EXPECT_EQ(zigzag_difference(0, 1), 1u);
}

TEST(RecordCodec, no_record_exceeds_its_bound) {
    OwnedRecord record;
    record.caller.le.fill(1);
    record.connection.le.fill(2);
    record.timestamp_micros = std::numeric_limits<int64_t>::min();
    for (size_t size : {0u, 1u, 127u, 128u, 300u, 70'000u}) {
        record.reducer.assign(size, 'r');
        record.args.assign(size, 3);
        record.payload.assign(size, 4);
        Bytes out(record_bytes_bound(record.context(), record.payload));
        RecordEncoder encoder;
        encoder.begin_segment(1);
        size_t written = encoder.encode(record.context(), record.payload, out.data());
        EXPECT_LE(written, out.size());
        EXPECT_EQ(written, RecordDecoder::framed_bytes(out.data()));
        RecordDecoder decoder;
        decoder.begin_segment(1);
        Record decoded;
        ByteView bytes = ByteView(out).first(written);
        ASSERT_TRUE(decoder.is_intact(bytes));
        ASSERT_TRUE(decoder.decode(bytes, decoded).has_value());
        EXPECT_EQ(OwnedRecord::of(decoded), record);
        EXPECT_EQ(decoder.chain(), encoder.chain());
    }
}

TEST(RecordCodec, a_record_is_intact_only_behind_its_predecessor) {
    auto script = make_script(2, 41);
    Bytes first(1000);
    Bytes second(1000);
    RecordEncoder encoder;
    encoder.begin_segment(99);
    first.resize(encoder.encode(script[0].context(), script[0].payload, first.data()));
    second.resize(encoder.encode(script[1].context(), script[1].payload, second.data()));
    RecordDecoder decoder;
    decoder.begin_segment(99);
    EXPECT_FALSE(decoder.is_intact(second));
    EXPECT_TRUE(decoder.is_intact(first));
    Record record;
    ASSERT_TRUE(decoder.decode(first, record).has_value());
    EXPECT_FALSE(decoder.is_intact(first));
    EXPECT_TRUE(decoder.is_intact(second));
    decoder.begin_segment(98);
    EXPECT_FALSE(decoder.is_intact(first));
}

TEST(RecordCodec, right_checksums_over_wrong_fields_are_errors) {
    EXPECT_EQ(decode_error({2}), ErrorCode::Unsupported);
    EXPECT_EQ(decode_error({0, 0, 0, 0, 0, 0}), ErrorCode::Unsupported);
    EXPECT_EQ(decode_error({1}), ErrorCode::Corruption);
    EXPECT_EQ(decode_error({1, 0x80}), ErrorCode::Corruption);
    EXPECT_EQ(decode_error({1, 0, 2}), ErrorCode::Corruption) << "caller slot 0 is not defined";
    EXPECT_EQ(decode_error({1, 0, 1, 9, 9}), ErrorCode::Corruption) << "a caller has 32 bytes";
    EXPECT_EQ(decode_error({1, 0, 0, 5}), ErrorCode::Corruption) << "connection slot 3 is not defined";
    EXPECT_EQ(decode_error({1, 0, 0, 0, 1, 3, 'a', 'b'}), ErrorCode::Corruption) << "a name of 3 bytes";
    EXPECT_EQ(decode_error({1, 0, 0, 0, 0}), ErrorCode::Corruption) << "no length of arguments";
    EXPECT_EQ(decode_error({1, 0, 0, 0, 0, 1}), ErrorCode::Corruption) << "one byte of arguments";
    EXPECT_EQ(decode_error({1, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}),
              ErrorCode::Corruption);
}

}  // namespace lightcone::log
