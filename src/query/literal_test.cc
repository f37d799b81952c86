// SPDX-License-Identifier: Apache-2.0
#include "query/literal.h"

#include <gtest/gtest.h>

#include <cmath>

#include "query/sql_cases.h"

namespace lightcone::query {

namespace {

std::string literal_hex(std::string_view text, const std::string& type) {
    auto value = parse_literal(text, case_type(type));
    return value ? to_hex(*value) : "none";
}

double as_double(std::string_view text) {
    auto value = parse_literal(text, case_type("F64"));
    double out = std::nan("");
    if (value) std::memcpy(&out, value->data(), sizeof out);
    return out;
}

}  // namespace

TEST(Literal, integers_at_their_limits) {
    struct Range {
        const char* type;
        const char* low;
        const char* below;
        const char* high;
        const char* above;
    };
    for (const Range& range : std::initializer_list<Range>{
             {"I8", "-128", "-129", "127", "128"},
             {"U8", "0", "-1", "255", "256"},
             {"I16", "-32768", "-32769", "32767", "32768"},
             {"U16", "0", "-1", "65535", "65536"},
             {"I32", "-2147483648", "-2147483649", "2147483647", "2147483648"},
             {"U32", "0", "-1", "4294967295", "4294967296"},
             {"I64", "-9223372036854775808", "-9223372036854775809", "9223372036854775807", "9223372036854775808"},
             {"U64", "0", "-1", "18446744073709551615", "18446744073709551616"},
             {"I128", "-170141183460469231731687303715884105728", "-170141183460469231731687303715884105729",
              "170141183460469231731687303715884105727", "170141183460469231731687303715884105728"},
             {"U128", "0", "-1", "340282366920938463463374607431768211455", "340282366920938463463374607431768211456"},
             {"I256", "-57896044618658097711785492504343953926634992332820282019728792003956564819968",
              "-57896044618658097711785492504343953926634992332820282019728792003956564819969",
              "57896044618658097711785492504343953926634992332820282019728792003956564819967",
              "57896044618658097711785492504343953926634992332820282019728792003956564819968"},
             {"U256", "0", "-1", "115792089237316195423570985008687907853269984665640564039457584007913129639935",
              "115792089237316195423570985008687907853269984665640564039457584007913129639936"}}) {
        EXPECT_NE(literal_hex(range.low, range.type), "none") << range.type;
        EXPECT_EQ(literal_hex(range.below, range.type), "none") << range.type;
        EXPECT_NE(literal_hex(range.high, range.type), "none") << range.type;
        EXPECT_EQ(literal_hex(range.above, range.type), "none") << range.type;
    }
    EXPECT_EQ(literal_hex("-1", "I16"), "ffff");
    EXPECT_EQ(literal_hex("258", "U16"), "0201");
    EXPECT_EQ(literal_hex("-0", "U8"), "00");
}

TEST(Literal, integers_in_other_notations) {
    for (const char* text : {"1000", "1e3", "1E3", "1.0e+3", "+1000.00", ".1e4", "10000e-1", "00001000", "1000."}) {
        EXPECT_EQ(literal_hex(text, "U16"), "e803") << text;
    }
    for (const char* text : {"", "-", "+", ".", "e3", "1e", "1e+", "1.5", "1e-1", "1 ", " 1", "1_0", "0x10", "FF",
                             "1.2.3", "--1", "1e1000000000000000000000", "1e-1000000000000000000000", "NaN"}) {
        EXPECT_EQ(literal_hex(text, "I256"), "none") << text;
    }
    EXPECT_EQ(literal_hex("0e99999999999999999999", "U8"), "00");
}

TEST(Literal, floats) {
    EXPECT_EQ(as_double("0.1"), 0.1);
    EXPECT_EQ(as_double("5."), 5.0);
    EXPECT_EQ(as_double(".5"), 0.5);
    EXPECT_EQ(as_double("+1e-1"), 0.1);
    EXPECT_EQ(as_double("-1.5E+3"), -1500.0);
    EXPECT_EQ(as_double("1e400"), INFINITY);
    EXPECT_EQ(as_double("-1e400"), -INFINITY);
    EXPECT_EQ(as_double("1e-400"), 0.0);
    EXPECT_EQ(as_double("0." + std::string(400, '0') + "1e401"), 1.0);
    EXPECT_TRUE(std::isnan(as_double("NaN")));
    EXPECT_TRUE(std::isnan(as_double("inf")));
    EXPECT_TRUE(std::isnan(as_double("0x10p3")));
    EXPECT_EQ(literal_hex("1e40", "F32"), "0000807f");
    EXPECT_EQ(literal_hex("1.5", "F32"), "0000c03f");
}

TEST(Literal, bytes_and_ids) {
    EXPECT_EQ(literal_hex("abCD", "Array<U8>"), "02000000abcd");
    EXPECT_EQ(literal_hex("0xabcd", "Array<U8>"), "02000000abcd");
    EXPECT_EQ(literal_hex("", "Array<U8>"), "00000000");
    EXPECT_EQ(literal_hex("abc", "Array<U8>"), "none");
    EXPECT_EQ(literal_hex("xy", "Array<U8>"), "none");
    EXPECT_EQ(literal_hex("000102030405060708090a0b0c0d0e0f", "ConnectionId"), "0f0e0d0c0b0a09080706050403020100");
    EXPECT_EQ(literal_hex("0x000102030405060708090a0b0c0d0e0f", "ConnectionId"), "0f0e0d0c0b0a09080706050403020100");
    EXPECT_EQ(literal_hex("00010203", "ConnectionId"), "none");
    std::string digits(62, 'a');
    EXPECT_EQ(literal_hex(digits + "b", "Identity"), "none");
    EXPECT_EQ(literal_hex(digits + "bc", "Identity"), "bc" + digits);
    EXPECT_EQ(literal_hex(digits + "bcd", "Identity"), "none");
    const char* uuid = "efcdab8967452381ef4dab8967452301";
    EXPECT_EQ(literal_hex("01234567-89ab-4def-8123-456789abcdef", "Uuid"), uuid);
    EXPECT_EQ(literal_hex("{01234567-89AB-4DEF-8123-456789ABCDEF}", "Uuid"), uuid);
    EXPECT_EQ(literal_hex("urn:uuid:01234567-89ab-4def-8123-456789abcdef", "Uuid"), uuid);
    EXPECT_EQ(literal_hex("0123456789ab4def8123456789abcdef", "Uuid"), uuid);
    EXPECT_EQ(literal_hex("0123456-789ab-4def-8123-456789abcdef", "Uuid"), "none");
}

TEST(Literal, timestamps) {
    EXPECT_EQ(parse_timestamp("1970-01-01T00:00:00Z"), 0);
    EXPECT_EQ(parse_timestamp("1969-12-31 23:59:59.999999z"), -1);
    EXPECT_EQ(parse_timestamp("2025-02-10T15:25:30Z"), 1'739'201'130'000'000);
    EXPECT_EQ(parse_timestamp("2025-02-10t16:25:30.0000019+01:00"), 1'739'201'130'000'001);
    EXPECT_EQ(parse_timestamp("2025-02-10T10:55:30-04:30"), 1'739'201'130'000'000);
    EXPECT_EQ(parse_timestamp("2024-02-29T00:00:00Z"), 1'709'164'800'000'000);
    EXPECT_EQ(parse_timestamp("0000-01-01T00:00:00Z"), -62'167'219'200'000'000);
    EXPECT_EQ(parse_timestamp("9999-12-31T23:59:59.999999Z"), 253'402'300'799'999'999);
    for (const char* text :
         {"2025-02-10", "2025-02-10T15:25:30", "2023-02-29T00:00:00Z", "2025-13-01T00:00:00Z", "2025-00-01T00:00:00Z",
          "2025-01-00T00:00:00Z", "2025-01-01T24:00:00Z", "2025-01-01T00:60:00Z", "2025-01-01T00:00:00.Z",
          "2025-01-01T00:00:00+1:00", "2025-01-01T00:00:00+24:00", "2025-01-01T00:00:00Z ", "12025-01-01T00:00:00Z",
          "-2025-01-01T00:00:00Z", "0", ""}) {
        EXPECT_EQ(parse_timestamp(text), std::nullopt) << text;
    }
}

TEST(Literal, types_without_a_literal_form) {
    for (const char* type : {"Bool", "Option<U32>", "Array<String>", "TimeDuration"}) {
        EXPECT_EQ(literal_hex("1", type), "none") << type;
    }
    EXPECT_TRUE(is_comparable(case_type("Bool")));
    EXPECT_TRUE(is_comparable(case_type("Uuid")));
    EXPECT_TRUE(is_comparable(case_type("Array<U8>")));
    EXPECT_FALSE(is_comparable(case_type("Array<String>")));
    EXPECT_FALSE(is_comparable(case_type("TimeDuration")));
    EXPECT_FALSE(is_comparable(case_type("Option<U32>")));
}

}  // namespace lightcone::query
