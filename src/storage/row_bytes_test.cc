// SPDX-License-Identifier: Apache-2.0
#include "storage/row_bytes.h"

#include <gtest/gtest.h>

namespace lightcone::storage {
namespace {

TEST(RowBytes, every_length_is_copied_whole_and_nothing_else) {
    for (size_t bytes = 0; bytes <= 70; ++bytes) {
        Bytes from(bytes);
        for (size_t i = 0; i < bytes; ++i) from[i] = static_cast<uint8_t>(i + 1);
        Bytes to(bytes + 2, 0xEE);
        copy_row(to.data() + 1, from.data(), bytes);
        EXPECT_EQ(to.front(), 0xEE);
        EXPECT_EQ(to.back(), 0xEE);
        EXPECT_EQ(Bytes(to.begin() + 1, to.end() - 1), from);
    }
}

TEST(RowBytes, every_byte_counts_for_equality) {
    for (size_t bytes = 0; bytes <= 70; ++bytes) {
        Bytes a(bytes, 5);
        Bytes b = a;
        EXPECT_TRUE(rows_equal(a, b));
        for (size_t i = 0; i < bytes; ++i) {
            b[i] ^= 1;
            EXPECT_FALSE(rows_equal(a, b)) << bytes << " " << i;
            b[i] ^= 1;
        }
        b.push_back(5);
        EXPECT_FALSE(rows_equal(a, b));
    }
}

}  // namespace
}  // namespace lightcone::storage
