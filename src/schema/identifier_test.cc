// SPDX-License-Identifier: Apache-2.0
#include "schema/identifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "schema/unicode.h"

namespace lightcone::schema {
namespace {

using ::testing::HasSubstr;

bool is_identifier(std::string_view name) {
    return !identifier_error(name);
}

TEST(Identifier, accepts_unicode_identifiers) {
    for (const char* name :
         {"a", "_", "_1", "person", "PlayerID", "größe", "имя", "名前", "한국어", "x\u0301", "\u2118"}) {
        EXPECT_TRUE(is_identifier(name)) << name;
    }
}

TEST(Identifier, tells_why_a_name_is_none) {
    EXPECT_EQ(*identifier_error(""), "Empty identifiers are forbidden.");
    EXPECT_THAT(*identifier_error("1a"), HasSubstr("`1a`'s starting character '1'"));
    EXPECT_THAT(*identifier_error("a.b"), HasSubstr("contains a character '.'"));
    EXPECT_THAT(*identifier_error("a b"), HasSubstr("contains a character ' '"));
    EXPECT_THAT(*identifier_error("a😀"), HasSubstr("'😀'"));
    EXPECT_THAT(*identifier_error("\u0301x"), HasSubstr("starting character"));
}

TEST(Identifier, must_be_in_normalization_form_c) {
    EXPECT_TRUE(is_identifier("caf\u00e9"));
    EXPECT_THAT(*identifier_error("cafe\u0301"), HasSubstr("normalization form C"));
    // A composed letter whose mark, decomposed, would make room for another composition.
    EXPECT_FALSE(is_identifier("\u00e9\u0323"));
    EXPECT_TRUE(is_identifier("\u1eb9\u0301"));
    // Marks out of order.
    EXPECT_FALSE(is_identifier("q\u0307\u0323"));
    EXPECT_TRUE(is_identifier("q\u0323\u0307"));
    // Hangul jamo compose; a syllable without tail composes with one.
    EXPECT_FALSE(is_identifier("\u1112\u1161\u11ab"));
    EXPECT_FALSE(is_identifier("\ud558\u11ab"));
    EXPECT_TRUE(is_identifier("\ud55c"));
    // Singletons: the angstrom sign is never in the form.
    EXPECT_FALSE(is_identifier("\u212b"));
}

TEST(Identifier, length_is_bounded) {
    EXPECT_TRUE(is_identifier(std::string(kIdentifierBytesMax - 1, 'a')));
    EXPECT_TRUE(is_identifier(std::string(kIdentifierBytesMax, 'a')));
    EXPECT_THAT(*identifier_error(std::string(kIdentifierBytesMax + 1, 'a')), HasSubstr("4097"));
}

TEST(Unicode, utf8_round_trips) {
    std::string text = "aé漢😀\U0010ffff";
    EXPECT_EQ(unicode::encode_utf8(unicode::decode_utf8(text)), text);
}

TEST(Unicode, case_maps_beyond_ascii) {
    EXPECT_EQ(unicode::to_upper(U"straße"), U"STRASSE");
    EXPECT_EQ(unicode::to_lower(U"ÀÉŸ"), U"àéÿ");
    EXPECT_EQ(unicode::to_upper(U"āăą"), U"ĀĂĄ");
    EXPECT_EQ(unicode::to_lower(U"ЖДΩ"), U"ждω");
    EXPECT_EQ(unicode::to_lower(U"İ"), U"i̇");
    EXPECT_EQ(unicode::to_upper(U"漢"), U"漢");
}

}  // namespace
}  // namespace lightcone::schema
