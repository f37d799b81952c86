// SPDX-License-Identifier: Apache-2.0
#include "module/abi/text.h"

#include <gtest/gtest.h>

namespace lightcone::module::abi {
namespace {

std::string lossy(std::string_view text) {
    std::string storage;
    return std::string(lossy_utf8(as_bytes(text), storage));
}

TEST(Text, valid_utf8_is_not_copied) {
    std::string_view text = "a\u00e4\u20ac\U0001F600";
    std::string storage;
    EXPECT_EQ(lossy_utf8(as_bytes(text), storage).data(), text.data());
}

TEST(Text, each_broken_sequence_is_one_replacement) {
    EXPECT_EQ(lossy("\xff"), "\uFFFD");
    EXPECT_EQ(lossy("a\x80z"), "a\uFFFDz");
    EXPECT_EQ(lossy("\xe2\x82"), "\uFFFD");  // cut euro sign
    EXPECT_EQ(lossy("\xe2\x82z"), "\uFFFDz");
    EXPECT_EQ(lossy("\xc0\x80"), "\uFFFD\uFFFD");            // overlong
    EXPECT_EQ(lossy("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");  // surrogate
    EXPECT_EQ(lossy("\xf0\x9f\x98"), "\uFFFD");
    EXPECT_EQ(lossy("\xf4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD");  // above U+10FFFF
    EXPECT_EQ(lossy("\xf0\x9f\xe2\x82\xac"), "\uFFFD\u20ac");
}

TEST(Text, cuts_between_characters) {
    std::string_view text = "ab\u20accd";
    auto cut = [&](size_t limit) { return as_text(cut_at_character(as_bytes(text), limit)); };
    EXPECT_EQ(cut(0), "");
    EXPECT_EQ(cut(2), "ab");
    EXPECT_EQ(cut(3), "ab");
    EXPECT_EQ(cut(4), "ab");
    EXPECT_EQ(cut(5), "ab\u20ac");
    EXPECT_EQ(cut(7), text);
    EXPECT_EQ(cut(100), text);
    EXPECT_EQ(cut_at_character(as_bytes("\x80\x80\x80\x80\x80\x80\x80\x80"), 6).size(), 3u);
}

TEST(Text, quotes) {
    EXPECT_EQ(quoted("plain"), "\"plain\"");
    EXPECT_EQ(quoted("a\"b\\c\n\r\t\x01\x7f"), "\"a\\\"b\\\\c\\n\\r\\t\\u{1}\\u{7f}\"");
}

TEST(Text, durations) {
    EXPECT_EQ(duration_text(0), "0ns");
    EXPECT_EQ(duration_text(310), "310ns");
    EXPECT_EQ(duration_text(999), "999ns");
    EXPECT_EQ(duration_text(1000), "1µs");
    EXPECT_EQ(duration_text(1'500), "1.5µs");
    EXPECT_EQ(duration_text(1'234'567), "1.234567ms");
    EXPECT_EQ(duration_text(2'500'000'000), "2.5s");
    EXPECT_EQ(duration_text(60'000'000'001), "60.000000001s");
}

TEST(Text, demangles_nested_names) {
    EXPECT_EQ(demangled("_ZN4core9panicking5panic17h0123456789abcdefE"), "core::panicking::panic");
    EXPECT_EQ(demangled("_ZN68_$LT$game..Unit$u20$as$u20$core..fmt..Debug$GT$3fmt17h0123456789abcdefE"),
              "_ZN68_$LT$game..Unit$u20$as$u20$core..fmt..Debug$GT$3fmt17h0123456789abcdefE");  // wrong length
    EXPECT_EQ(demangled("_ZN47_$LT$game..Unit$u20$as$u20$core..fmt..Debug$GT$3fmt17h0123456789abcdefE"),
              "<game::Unit as core::fmt::Debug>::fmt");
    EXPECT_EQ(demangled("_ZN4game4tickEv"), "game::tick");
    EXPECT_EQ(demangled("_ZNK4game5World4sizeEv"), "game::World::size");
    EXPECT_EQ(demangled("_Z4tickv"), "tick");
}

TEST(Text, demangles_rusts_own_scheme) {
    EXPECT_EQ(demangled("_RNvC4game4tick"), "game::tick");
    EXPECT_EQ(demangled("_RNvNtCs1CYXbLPYCFn_4core9panicking9panic_fmt"), "core::panicking::panic_fmt");
    EXPECT_EQ(demangled("_RNvCsfgHYwM92fyn_7___rustc17rust_begin_unwind"), "__rustc::rust_begin_unwind");
    EXPECT_EQ(demangled("_RNCNvNtCs62v1WRk8Dro_3std9panicking13panic_handler0B5_"),
              "std::panicking::panic_handler::{closure#0}");
    EXPECT_EQ(demangled("_RINvNtCsQTOrtooVyJ_11spacetimedb2rt14invoke_reducerTmxENvCsaTZJZrHDC7B_23lightcone_transfer_"
                        "rust4seedEBT_"),
              "spacetimedb::rt::invoke_reducer");
    EXPECT_EQ(demangled("_RNvMs6_CsaTZJZrHDC7B_23lightcone_transfer_rustNtB5_4seed6invoke"),
              "<lightcone_transfer_rust::seed>::invoke");
    EXPECT_EQ(demangled("_RNvXC4gameRAhj4_NtC4core5Clone5clone"), "<&[u8; _] as core::Clone>::clone");
    EXPECT_EQ(demangled("_RNvMC4gameTmDNtC4core3AnyEL_FUKCmEuE1f"), "<(u32, dyn core::Any, fn)>::f");
}

TEST(Text, hostile_rust_names_end) {
    EXPECT_EQ(demangled("_R" + std::string(100'000, 'M')), "_R" + std::string(100'000, 'M'));
    // Each tuple holds the one before it twice.
    std::string doubling = "_RMC1aTmmE";
    for (int i = 0; i < 60; ++i) doubling += "TB5_B5_E";
    EXPECT_FALSE(demangled(doubling).empty());
    std::string nested = "_RMC1a";
    for (int i = 0; i < 40; ++i) nested += "T";
    nested += "m";
    for (int i = 0; i < 40; ++i) nested += "B" + std::string(1, static_cast<char>('A' + i % 26)) + "_E";
    EXPECT_FALSE(demangled(nested).empty());
}

TEST(Text, names_that_are_not_understood_stay) {
    for (std::string_view name : {"",
                                  "plain",
                                  "_Z",
                                  "_ZN",
                                  "_ZNE",
                                  "_ZN4",
                                  "_ZN9short",
                                  "_ZN3abc",
                                  "_ZN0E",
                                  "_ZN999999999999999999999a",
                                  "_ZNSt6vectorIiE4sizeEv",
                                  "_ZN3abcZ",
                                  "_R",
                                  "_RC",
                                  "_RC4gam",
                                  "_RNv",
                                  "_RNvC4game",
                                  "_RB_",
                                  "_RNvB9_4tick",
                                  "_RC99999999game",
                                  "_RNvCsZZZZZZZZZZZZZZZZZ_4game4tick",
                                  "_RMC4gamek",
                                  "_RIC4gamem"}) {
        EXPECT_EQ(demangled(name), name);
    }
}

}  // namespace
}  // namespace lightcone::module::abi
