// SPDX-License-Identifier: Apache-2.0
#include "log/group_buffer.h"

#include <gtest/gtest.h>

#include <thread>

namespace lightcone::log {

namespace {

void add(GroupBuffer& buffer, const Bytes& bytes) {
    std::copy(bytes.begin(), bytes.end(), buffer.claim(bytes.size() + 50));
    buffer.publish(bytes.size(), 1);
}

Bytes joined(const std::vector<Extent>& extents) {
    Bytes all;
    for (const Extent& extent : extents) {
        ByteView bytes = extent.bytes();
        all.insert(all.end(), bytes.begin(), bytes.end());
    }
    return all;
}

}  // namespace

TEST(GroupBuffer, what_is_taken_once_is_not_taken_again) {
    GroupBuffer buffer(5'000'000'000);
    std::vector<Extent> extents;
    EXPECT_EQ(buffer.take(extents), 5'000'000'000u);
    buffer.place(100, false);
    add(buffer, {1, 2});
    add(buffer, {3});
    EXPECT_EQ(buffer.take(extents), 5'000'000'002u);
    ASSERT_EQ(extents.size(), 1u);
    EXPECT_EQ(joined(extents), (Bytes{1, 2, 3}));
    EXPECT_EQ(extents[0].file_position, 100u);
    buffer.give_back(extents);
    extents.clear();
    add(buffer, {4});
    EXPECT_EQ(buffer.take(extents), 5'000'000'003u);
    ASSERT_EQ(extents.size(), 1u);
    EXPECT_EQ(joined(extents), (Bytes{4}));
    EXPECT_EQ(extents[0].file_position, 103u);
    extents.clear();
    EXPECT_EQ(buffer.take(extents), 5'000'000'003u);
    EXPECT_TRUE(extents.empty());
}

TEST(GroupBuffer, each_segment_is_an_extent_of_its_own) {
    GroupBuffer buffer(0);
    buffer.place(0, true);
    add(buffer, {1});
    buffer.place(0, true);
    add(buffer, {2});
    std::vector<Extent> extents;
    buffer.take(extents);
    ASSERT_EQ(extents.size(), 2u);
    EXPECT_TRUE(extents[0].begins_segment);
    EXPECT_TRUE(extents[1].begins_segment);
    EXPECT_EQ(extents[1].file_position, 0u);
    buffer.give_back(extents);
    extents.clear();
    add(buffer, {3});
    buffer.take(extents);
    ASSERT_EQ(extents.size(), 1u);
    EXPECT_FALSE(extents[0].begins_segment);
    EXPECT_EQ(extents[0].file_position, 1u);
}

TEST(GroupBuffer, records_larger_than_a_chunk_and_chunk_ends_keep_order_and_position) {
    GroupBuffer buffer(0);
    buffer.place(0, true);
    std::vector<Extent> extents;
    Bytes expected;
    uint64_t position = 0;
    for (size_t size : {kChunkBytes - 100, size_t{60}, 2 * kChunkBytes, size_t{10}, kChunkBytes, size_t{5}}) {
        Bytes bytes(size, static_cast<uint8_t>(size % 251 + 1));
        add(buffer, bytes);
        expected.insert(expected.end(), bytes.begin(), bytes.end());
        if (size > kChunkBytes) buffer.leave_chunk();
    }
    EXPECT_EQ(buffer.take(extents), 6u);
    EXPECT_EQ(joined(extents), expected);
    bool is_first = true;
    for (const Extent& extent : extents) {
        if (extent.bytes().empty()) continue;
        EXPECT_EQ(extent.file_position, position);
        EXPECT_EQ(extent.begins_segment, is_first);
        position += extent.bytes().size();
        is_first = false;
    }
    buffer.give_back(extents);
}

TEST(GroupBuffer, a_consumer_that_keeps_up_keeps_the_buffer_small) {
    GroupBuffer buffer(0);
    buffer.place(0, false);
    std::vector<Extent> extents;
    size_t highest = 0;
    Chunk* chunk = nullptr;
    for (int i = 0; i < 100'000; ++i) {
        add(buffer, Bytes(90, 1));
        extents.clear();
        buffer.take(extents);
        ASSERT_EQ(extents.size(), 1u);
        if (chunk != nullptr) {
            ASSERT_EQ(extents[0].chunk, chunk);
        }
        chunk = extents[0].chunk;
        highest = std::max(highest, extents[0].end);
        buffer.give_back(extents);
    }
    EXPECT_LE(highest, 64u << 10);
}

TEST(GroupBuffer, one_thread_appends_while_another_takes) {
    GroupBuffer buffer(0);
    buffer.place(0, false);
    constexpr uint32_t kRecords = 200'000;
    std::thread producer([&] {
        for (uint32_t i = 0; i < kRecords; ++i) {
            size_t bytes = 4 + i % 97;
            uint8_t* out = buffer.claim(bytes + 20);
            std::fill_n(out, bytes, static_cast<uint8_t>(i));
            store_le<uint32_t>(out, i);
            buffer.publish(bytes, 1);
        }
    });
    uint64_t count = 0;
    uint32_t next = 0;
    uint64_t position = 0;
    while (count < kRecords) {
        std::vector<Extent> extents;
        count = buffer.take(extents);
        for (const Extent& extent : extents) {
            ByteView bytes = extent.bytes();
            if (!bytes.empty()) {
                ASSERT_EQ(extent.file_position, position);
            }
            position += bytes.size();
            while (!bytes.empty()) {
                ASSERT_EQ(load_le<uint32_t>(bytes.data()), next);
                bytes = bytes.subspan(4 + next % 97);
                ++next;
            }
        }
        ASSERT_EQ(next, count);
        buffer.give_back(extents);
    }
    producer.join();
}

}  // namespace lightcone::log
