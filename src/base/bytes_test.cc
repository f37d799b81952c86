// SPDX-License-Identifier: Apache-2.0
#include "base/bytes.h"

#include <gtest/gtest.h>

namespace lightcone {

TEST(ByteReader, reads_what_the_writer_wrote) {
    Bytes buffer;
    ByteWriter out(buffer);
    out.u8(1);
    out.u16(0x0203);
    out.u32(0x04050607);
    out.u64(0x08090a0b0c0d0e0f);
    out.length_prefixed("abc");
    ByteReader in(buffer);
    EXPECT_EQ(in.u8().value(), 1);
    EXPECT_EQ(in.u16().value(), 0x0203);
    EXPECT_EQ(in.u32().value(), 0x04050607u);
    EXPECT_EQ(in.u64().value(), 0x08090a0b0c0d0e0fu);
    EXPECT_EQ(as_text(in.length_prefixed().value()), "abc");
    EXPECT_TRUE(in.at_end());
}

TEST(ByteReader, says_how_much_was_missing) {
    Bytes three = {1, 2, 3};
    ByteReader in(three);
    auto result = in.u32();
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().message, "data too short for u32: Expected 4, given 3");
    EXPECT_EQ(in.remaining(), 3u);
}

TEST(ByteReader, a_length_beyond_the_end_is_an_error) {
    Bytes huge = {0xff, 0xff, 0xff, 0xff, 1};
    ByteReader in(huge);
    EXPECT_FALSE(in.length_prefixed().has_value());
}

TEST(Hex, both_ways) {
    EXPECT_EQ(to_hex(Bytes{0x00, 0xab, 0xff}), "00abff");
    EXPECT_EQ(from_hex("00ABff").value(), (Bytes{0x00, 0xab, 0xff}));
    EXPECT_FALSE(from_hex("abc").has_value());
    EXPECT_FALSE(from_hex("zz").has_value());
}

}  // namespace lightcone
