// SPDX-License-Identifier: Apache-2.0
#include "sats/json_value.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/limits.h"
#include "sats/json_number.h"
#include "sats/json_writer.h"

namespace lightcone::sats {
namespace {

JsonValue parsed(std::string_view text) {
    auto value = JsonValue::parse(text);
    EXPECT_TRUE(value) << text << ": " << (value ? "" : value.error().message);
    return value ? *value : JsonValue();
}

std::string error_of(std::string_view text) {
    auto value = JsonValue::parse(text);
    return value ? "no error" : value.error().message;
}

TEST(JsonValue, keeps_order_duplicates_and_number_texts) {
    JsonValue value = parsed(R"( {"b":1,"a":[true,null,"x\u00e9\n"],"b":2.50e+1,"":{}} )");
    ASSERT_EQ(value.kind(), JsonKind::Object);
    ASSERT_EQ(value.members().size(), 4u);
    EXPECT_EQ(value.members()[0].key, "b");
    EXPECT_EQ(value.members()[2].key, "b");
    EXPECT_EQ(value.members()[2].value.number_text(), "2.50e+1");
    EXPECT_EQ(value.find("b")->number_text(), "1");
    EXPECT_EQ(value.find("c"), nullptr);
    auto items = value.find("a")->items();
    ASSERT_EQ(items.size(), 3u);
    EXPECT_TRUE(items[0].boolean());
    EXPECT_TRUE(items[1].is_null());
    EXPECT_EQ(items[2].string(), "x\xc3\xa9\n");
    EXPECT_TRUE(value.find("")->is_object());

    std::string digits(300, '9');
    EXPECT_EQ(parsed("-" + digits).number_text(), "-" + digits);
    EXPECT_EQ(parsed("-0").number_text(), "-0");
    EXPECT_EQ(parsed("1E-7").number_text(), "1E-7");
    EXPECT_EQ(parsed("18446744073709551616").number_text(), "18446744073709551616");
    EXPECT_EQ(parsed("\"a\\u0000b\"").string(), std::string_view("a\0b", 3));
}

TEST(JsonValue, typed_access) {
    JsonValue value = parsed(R"({"n":42,"neg":-7,"f":1.5,"s":"t","b":false,"big":18446744073709551615,"list":[1]})");
    EXPECT_EQ(value.require("n").value()->as_u64(), 42u);
    EXPECT_EQ(value.find("neg")->as_i64(), -7);
    EXPECT_EQ(value.find("f")->as_f64(), 1.5);
    EXPECT_EQ(value.find("s")->as_string(), "t");
    EXPECT_EQ(value.find("b")->as_bool(), false);
    EXPECT_EQ(value.find("big")->as_u64(), UINT64_MAX);
    EXPECT_EQ(value.find("list")->as_array()->size(), 1u);
    EXPECT_EQ(value.as_object()->size(), 7u);

    auto message = [](const auto& result) { return result ? "no error" : result.error().message; };
    EXPECT_EQ(message(value.require("x")), "missing field `x`");
    EXPECT_EQ(message(value.find("s")->as_u64()), "invalid type: string \"t\", expected u64");
    EXPECT_EQ(message(value.find("f")->as_u64()), "invalid type: floating point `1.5`, expected u64");
    EXPECT_EQ(message(value.find("neg")->as_u64()), "invalid value: integer `-7`, expected u64");
    EXPECT_EQ(message(value.find("big")->as_i64()), "invalid value: integer `18446744073709551615`, expected i64");
    EXPECT_EQ(message(value.find("list")->as_object()), "invalid type: sequence, expected a map");
    EXPECT_EQ(message(value.find("n")->require("x")), "invalid type: integer `42`, expected a map");
    EXPECT_EQ(message(value.find("b")->as_string()), "invalid type: boolean `false`, expected a string");
    EXPECT_LT(parsed("\"" + std::string(5000, 'x') + "\"").describe().size(), 200u);
}

TEST(JsonValue, refuses_what_is_not_json) {
    for (const char* bad : {"",
                            " ",
                            "{",
                            "[1,]",
                            "{\"a\":1,}",
                            "[1 2]",
                            "{\"a\" 1}",
                            "{a:1}",
                            "'a'",
                            "\"a",
                            "01",
                            "+1",
                            ".5",
                            "1.",
                            "1e",
                            "-",
                            "nul",
                            "tru",
                            "NaN",
                            "Infinity",
                            "[1]]",
                            "1 2",
                            "{}x",
                            "\"\t\"",
                            "\"\\x\"",
                            "\"\\u12\"",
                            "\"\\ud800\"",
                            "\"\\udc00\"",
                            "\"\\ud800\\u0041\"",
                            "\"\xff\"",
                            "\"\xed\xa0\x80\"",
                            "{\"\xc0\x80\":1}",
                            "// c\n1",
                            "\xef\xbb\xbf"
                            "1",
                            "1e999"}) {
        auto value = JsonValue::parse(bad);
        EXPECT_FALSE(value) << bad;
        if (!value) {
            EXPECT_TRUE(value.error().message.starts_with("invalid JSON at byte ")) << value.error().message;
        }
    }
    EXPECT_FALSE(JsonValue::parse(std::string_view("1\0", 2)));
    EXPECT_FALSE(JsonValue::parse(std::string_view("{}\0{}", 5)));
    EXPECT_FALSE(JsonValue::parse(std::string_view("[1,\0 2]", 7)));
    EXPECT_EQ(error_of("[1, x]"), "invalid JSON at byte 4: invalid value");
    EXPECT_EQ(error_of("{}x"), "invalid JSON at byte 2: the document root must not be followed by other values");
}

TEST(JsonValue, limits) {
    auto nested = [](size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    EXPECT_TRUE(JsonValue::parse(nested(kJsonDepthMax - 1)));
    EXPECT_TRUE(JsonValue::parse(nested(kJsonDepthMax)));
    EXPECT_EQ(error_of(nested(kJsonDepthMax + 1)), "invalid JSON at byte 256: nesting is deeper than 256 levels");
    EXPECT_FALSE(JsonValue::parse(std::string(1u << 20, '[')));

    auto list = [](size_t items) {
        std::string text = "[";
        text.reserve(items * 2 + 1);
        for (size_t i = 0; i < items; ++i) text += "0,";
        text.back() = ']';
        return text;
    };
    // The array itself is a value too.
    EXPECT_TRUE(JsonValue::parse(list(kJsonValuesMax - 2)));
    EXPECT_TRUE(JsonValue::parse(list(kJsonValuesMax - 1)));
    auto too_many = JsonValue::parse(list(kJsonValuesMax));
    ASSERT_FALSE(too_many);
    EXPECT_EQ(too_many.error().code, ErrorCode::LimitExceeded);
}

TEST(JsonWriter, commas_and_escapes) {
    std::string out = "x=";
    JsonWriter json(out);
    json.begin_object().key("a\"b").begin_array().u64(1).i64(-2).null().end_array();
    json.key("o").begin_object().end_object().key("s").string("q\"\\\b\f\n\r\t\x01\x1f/\x7f\xc3\xa9");
    json.key("t").boolean(true).key("f").f64(1).key("r").raw("[0]").end_object();
    EXPECT_EQ(out,
              "x={\"a\\\"b\":[1,-2,null],\"o\":{},\"s\":\"q\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f/\x7f\xc3\xa9\","
              "\"t\":true,\"f\":1.0,\"r\":[0]}");
    EXPECT_EQ(parsed(out.substr(2)).find("s")->string(), "q\"\\\b\f\n\r\t\x01\x1f/\x7f\xc3\xa9");
}

template <typename T>
std::string float_text(T value) {
    std::string out;
    append_float(value, out);
    return out;
}

TEST(JsonNumber, float_layout) {
    EXPECT_EQ(float_text(1.0), "1.0");
    EXPECT_EQ(float_text(-0.0), "-0.0");
    EXPECT_EQ(float_text(0.1), "0.1");
    EXPECT_EQ(float_text(-1234.5), "-1234.5");
    EXPECT_EQ(float_text(1e15), "1000000000000000.0");
    EXPECT_EQ(float_text(1e16), "1e16");
    EXPECT_EQ(float_text(1.25e300), "1.25e300");
    EXPECT_EQ(float_text(1e-5), "0.00001");
    EXPECT_EQ(float_text(1.5e-6), "1.5e-6");
    EXPECT_EQ(float_text(5e-324), "5e-324");
    EXPECT_EQ(float_text(0.1f), "0.1");
    EXPECT_EQ(float_text(1e12f), "1000000000000.0");
    EXPECT_EQ(float_text(1e13f), "1e13");
    EXPECT_EQ(float_text(3.4028235e38f), "3.4028235e38");
}

TEST(JsonNumber, floats_round_to_nearest) {
    EXPECT_EQ(parse_float<double>("1e-400", "f64"), 0.0);
    EXPECT_TRUE(std::signbit(*parse_float<double>("-1e-400", "f64")));
    EXPECT_EQ(parse_float<float>("1e-60", "f32"), 0.0f);
    EXPECT_FALSE(parse_float<float>("1e39", "f32"));
    EXPECT_FALSE(parse_float<double>("1e309", "f64"));
    EXPECT_EQ(parse_float<double>("9007199254740993", "f64"), 9007199254740992.0);
    EXPECT_EQ(parse_float<float>("3", "f32"), 3.0f);
}

TEST(JsonNumber, hex256_bounds) {
    std::string f64(64, 'f');
    EXPECT_TRUE(parse_hex256("0x" + f64, false));
    EXPECT_TRUE(parse_hex256("+0x0000" + f64, false));
    EXPECT_FALSE(parse_hex256("0x1" + std::string(64, '0'), false));
    EXPECT_TRUE(parse_hex256("-0x8" + std::string(63, '0'), true));
    EXPECT_FALSE(parse_hex256("0x8" + std::string(63, '0'), true));
    EXPECT_FALSE(parse_hex256("-0x8" + std::string(62, '0') + "1", true));
    EXPECT_EQ(*parse_hex256("-0x0", true), *parse_hex256("0x0", true));
    for (const char* bad : {"", "0x", "1", "-0x1", "0xg", "0X1", "x1", "++0x1", " 0x1"}) {
        EXPECT_FALSE(parse_hex256(bad, false)) << bad;
    }
}

}  // namespace
}  // namespace lightcone::sats
