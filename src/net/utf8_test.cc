// SPDX-License-Identifier: Apache-2.0
#include "net/utf8.h"

#include <gtest/gtest.h>

namespace lightcone::net {
namespace {

// Decodes to code points the slow way, as the definition reads.
bool valid_by_definition(ByteView text) {
    for (size_t i = 0; i < text.size();) {
        uint8_t lead = text[i];
        size_t length = lead < 0x80 ? 1 : (lead >> 5) == 6 ? 2 : (lead >> 4) == 14 ? 3 : (lead >> 3) == 30 ? 4 : 0;
        if (length == 0 || i + length > text.size()) return false;
        uint32_t point = length == 1 ? lead : lead & (0xff >> (length + 1));
        for (size_t k = 1; k < length; k++) {
            if ((text[i + k] & 0xc0) != 0x80) return false;
            point = point << 6 | (text[i + k] & 0x3f);
        }
        uint32_t least = length == 1 ? 0 : length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
        if (point < least || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return false;
        i += length;
    }
    return true;
}

TEST(Utf8, every_three_bytes_and_interesting_four) {
    const uint8_t interesting[] = {0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0,
                                   0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf8, 0xfe, 0xff};
    for (int a = 0; a < 256; a++) {
        for (uint8_t b : interesting) {
            for (uint8_t c : interesting) {
                uint8_t three[] = {static_cast<uint8_t>(a), b, c};
                ASSERT_EQ(is_utf8(three), valid_by_definition(three)) << to_hex(three);
                for (uint8_t d : interesting) {
                    uint8_t four[] = {static_cast<uint8_t>(a), b, c, d};
                    ASSERT_EQ(is_utf8(four), valid_by_definition(four)) << to_hex(four);
                }
            }
        }
    }
}

TEST(Utf8, a_bad_byte_is_noticed_at_every_place_of_a_long_text) {
    for (size_t at = 0; at < 40; at++) {
        Bytes text(40, 'a');
        EXPECT_TRUE(is_utf8(text));
        text[at] = 0xff;
        EXPECT_FALSE(is_utf8(text)) << at;
    }
}

TEST(Utf8, pieces) {
    Utf8Validator validator;
    EXPECT_TRUE(validator.feed(as_bytes("\xf0")));
    EXPECT_FALSE(validator.complete());
    EXPECT_TRUE(validator.feed(as_bytes("\x9f\x98")));
    EXPECT_TRUE(validator.feed({}));
    EXPECT_TRUE(validator.feed(as_bytes("\x80")));
    EXPECT_TRUE(validator.complete());
    EXPECT_FALSE(validator.feed(as_bytes("\x80")));
    EXPECT_FALSE(validator.feed(as_bytes("a")));
    EXPECT_FALSE(validator.complete());
}

}  // namespace
}  // namespace lightcone::net
