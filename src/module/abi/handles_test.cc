// SPDX-License-Identifier: Apache-2.0
// Row iterators and byte channels on their own: numbering, reuse, limits.
#include <gtest/gtest.h>

#include "module/abi/byte_channels.h"
#include "module/abi/console.h"
#include "module/abi/row_iterators.h"

namespace lightcone::module::abi {
namespace {

uint32_t open_rows(RowIterators& iterators, std::initializer_list<std::string_view> rows) {
    uint32_t handle = iterators.acquire();
    for (std::string_view row : rows) iterators.rows(handle).append(as_bytes(row));
    iterators.open(handle);
    return handle;
}

TEST(RowIterators, slots_count_from_one_and_are_reused) {
    RowIterators iterators;
    EXPECT_EQ(open_rows(iterators, {"a"}), 1u);
    EXPECT_EQ(open_rows(iterators, {"b"}), 2u);
    iterators.release(1);
    EXPECT_FALSE(iterators.is_open(1));
    EXPECT_EQ(open_rows(iterators, {"c"}), 1u);
    EXPECT_EQ(open_rows(iterators, {"d"}), 3u);
    EXPECT_FALSE(iterators.is_open(0));
    EXPECT_FALSE(iterators.is_open(4));
    EXPECT_EQ(iterators.open_count(), 3u);
    iterators.close_all();
    EXPECT_EQ(iterators.open_count(), 0u);
    EXPECT_FALSE(iterators.is_open(1));
}

TEST(RowIterators, a_reused_slot_starts_empty) {
    RowIterators iterators;
    iterators.release(open_rows(iterators, {"old"}));
    uint32_t handle = open_rows(iterators, {"new"});
    std::array<uint8_t, 16> buffer;
    uint32_t count = 0;
    EXPECT_EQ(iterators.advance(handle, buffer, count), RowIterators::Advance::Exhausted);
    EXPECT_EQ(as_text(ByteView(buffer).first(count)), "new");
}

TEST(RowIterators, every_buffer_size_yields_whole_rows_in_order) {
    const std::vector<std::string_view> rows = {"1", "", "22", "333", "4444", "", "55555"};
    for (size_t size = 0; size <= 20; ++size) {
        RowIterators iterators;
        uint32_t handle = iterators.acquire();
        for (std::string_view row : rows) iterators.rows(handle).append(as_bytes(row));
        iterators.open(handle);
        std::string all;
        size_t capacity = size;
        while (true) {
            std::vector<uint8_t> buffer(capacity);
            uint32_t count = 0;
            auto result = iterators.advance(handle, buffer, count);
            if (result == RowIterators::Advance::TooSmall) {
                ASSERT_GT(count, capacity);
                capacity = count;
                continue;
            }
            ASSERT_LE(count, capacity);
            all += as_text(ByteView(buffer).first(count));
            if (result == RowIterators::Advance::Exhausted) break;
        }
        EXPECT_EQ(all, "122333444455555") << size;
        EXPECT_FALSE(iterators.is_open(handle));
    }
}

TEST(RowIterators, the_number_of_open_ones_is_limited) {
    RowIterators iterators;
    for (uint32_t i = 1; i <= kRowIteratorsMax; ++i) ASSERT_EQ(open_rows(iterators, {"x"}), i);
    EXPECT_EQ(iterators.acquire(), 0u);
    iterators.release(77);
    EXPECT_EQ(iterators.acquire(), 77u);
}

TEST(RowIterators, held_bytes_are_counted_and_given_back) {
    RowIterators iterators;
    uint32_t first = iterators.acquire();
    iterators.rows(first).append(Bytes(100));
    EXPECT_EQ(iterators.open(first), 104u);
    uint32_t second = iterators.acquire();
    iterators.rows(second).append(Bytes(50));
    EXPECT_EQ(iterators.open(second), 158u);
    iterators.release(first);
    uint32_t third = iterators.acquire();
    EXPECT_EQ(iterators.open(third), 54u);
    Bytes big(kRetainedBufferBytesMax + 1);
    iterators.rows(third).append(big);
    iterators.release(third);
    EXPECT_EQ(iterators.rows(iterators.acquire()).bytes.capacity(), 0u);
}

TEST(ByteSources, read_in_parts) {
    ByteSources sources;
    EXPECT_EQ(sources.open_borrowed({}), 0u);
    EXPECT_EQ(sources.open_borrowed(as_bytes("abcdef")), 1u);
    std::array<uint8_t, 4> buffer;
    uint32_t count = 99;
    EXPECT_EQ(sources.read(1, std::span(buffer).first(0), count), ByteSources::Read::More);
    EXPECT_EQ(count, 0u);
    EXPECT_EQ(sources.read(1, buffer, count), ByteSources::Read::More);
    EXPECT_EQ(count, 4u);
    EXPECT_TRUE(sources.remaining(1, count));
    EXPECT_EQ(count, 2u);
    EXPECT_EQ(sources.read(1, buffer, count), ByteSources::Read::Exhausted);
    EXPECT_EQ(count, 2u);
    EXPECT_EQ(sources.read(1, buffer, count), ByteSources::Read::NoSuchSource);
    EXPECT_EQ(sources.open_borrowed(as_bytes("x")), 2u);
    sources.end_call();
    EXPECT_FALSE(sources.remaining(2, count));
    EXPECT_EQ(sources.open_borrowed(as_bytes("x")), 1u);
}

TEST(ByteSources, open_copies_are_limited_and_reading_frees_places) {
    ByteSources sources;
    uint32_t handle = 0;
    for (uint32_t i = 0; i < kByteSourcesMax; ++i) ASSERT_TRUE(sources.open_copy(as_bytes("x"), handle));
    EXPECT_EQ(handle, kByteSourcesMax);
    EXPECT_FALSE(sources.open_copy(as_bytes("x"), handle));
    std::array<uint8_t, 1> buffer;
    uint32_t count = 0;
    EXPECT_EQ(sources.read(1, buffer, count), ByteSources::Read::Exhausted);
    ASSERT_TRUE(sources.open_copy(as_bytes("y"), handle));
    EXPECT_EQ(handle, kByteSourcesMax + 1);
    EXPECT_EQ(sources.read(handle, buffer, count), ByteSources::Read::Exhausted);
    EXPECT_EQ(buffer[0], 'y');
}

TEST(ByteSinks, append_up_to_the_limit) {
    ByteSinks sinks;
    EXPECT_EQ(sinks.write(1, as_bytes("x")), ByteSinks::Write::NoSuchSink);
    EXPECT_EQ(sinks.open(), 1u);
    EXPECT_EQ(sinks.open(), 2u);
    EXPECT_EQ(sinks.write(2, as_bytes("ab")), ByteSinks::Write::Ok);
    EXPECT_EQ(sinks.write(2, as_bytes("cd")), ByteSinks::Write::Ok);
    EXPECT_EQ(as_text(sinks.written(2)), "abcd");
    EXPECT_EQ(sinks.written(1).size(), 0u);
    Bytes most(kSinkBytesMax);
    EXPECT_EQ(sinks.write(1, most), ByteSinks::Write::Ok);
    EXPECT_EQ(sinks.write(1, {}), ByteSinks::Write::Ok);
    EXPECT_EQ(sinks.write(1, as_bytes("x")), ByteSinks::Write::NoSpace);
    sinks.end_call();
    EXPECT_EQ(sinks.write(1, as_bytes("x")), ByteSinks::Write::NoSuchSink);
    EXPECT_EQ(sinks.open(), 1u);
    EXPECT_TRUE(sinks.written(1).empty());
}

TEST(Console, timers_have_a_limit_on_names) {
    Console console(nullptr, nullptr);
    uint32_t handle = 0;
    EXPECT_TRUE(console.start_timer(std::string(kTimerNameBytesMax, 'n'), handle));
    EXPECT_FALSE(console.start_timer(std::string(kTimerNameBytesMax + 1, 'n'), handle));
    EXPECT_TRUE(console.end_timer(handle));
}

}  // namespace
}  // namespace lightcone::module::abi
