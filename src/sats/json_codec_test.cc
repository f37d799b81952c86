// SPDX-License-Identifier: Apache-2.0
#include "sats/json_codec.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace lightcone::sats {
namespace {

AlgebraicType scalar(TypeKind kind) {
    return AlgebraicType(kind);
}

AlgebraicType point() {
    return AlgebraicType::product({{"x", scalar(TypeKind::I32)}, {"y", scalar(TypeKind::U8)}});
}

AlgebraicType shape() {
    return AlgebraicType::sum(
        {{"Dot", AlgebraicType::unit()}, {"At", point()}, {std::nullopt, scalar(TypeKind::U8)}, {"7", point()}});
}

// Hex of the encoding, or the error's text.
std::string encoded(std::string_view text, const AlgebraicType& type, const Typespace& space = {}) {
    auto json = JsonValue::parse(text);
    if (!json) return json.error().message;
    Bytes out = {0xaa};
    auto result = json_to_bsatn(*json, type, space, out);
    EXPECT_EQ(out[0], 0xaa);
    if (!result) {
        EXPECT_EQ(out.size(), 1u);
    }
    return result ? to_hex(ByteView(out).subspan(1)) : result.error().message;
}

std::string args(std::string_view text, const AlgebraicType& type) {
    auto json = JsonValue::parse(text);
    if (!json) return json.error().message;
    Bytes out;
    auto result = json_args_to_bsatn(*json, {"reducer", "add"}, type, {}, out);
    return result ? to_hex(out) : result.error().message;
}

std::string written(const char* hex, const AlgebraicType& type, JsonForm form, const Typespace& space = {}) {
    Bytes bytes = *from_hex(hex);
    ByteReader in(bytes);
    std::string out = "<";
    auto result = bsatn_to_json(in, type, space, form, out);
    if (!result) {
        EXPECT_EQ(out, "<");
    }
    return result ? out.substr(1) : result.error().message;
}

TEST(JsonToBsatn, scalars_are_strict) {
    EXPECT_EQ(encoded("255", scalar(TypeKind::U8)), "ff");
    EXPECT_EQ(encoded("256", scalar(TypeKind::U8)), "invalid value: integer `256`, expected u8");
    EXPECT_EQ(encoded("-1", scalar(TypeKind::U8)), "invalid value: integer `-1`, expected u8");
    EXPECT_EQ(encoded("-128", scalar(TypeKind::I8)), "80");
    EXPECT_EQ(encoded("-129", scalar(TypeKind::I8)), "invalid value: integer `-129`, expected i8");
    EXPECT_EQ(encoded("1.0", scalar(TypeKind::I32)), "invalid type: floating point `1.0`, expected i32");
    EXPECT_EQ(encoded("1e3", scalar(TypeKind::U64)), "invalid type: floating point `1e3`, expected u64");
    EXPECT_EQ(encoded("-0", scalar(TypeKind::I64)), "invalid type: floating point `-0`, expected i64");
    EXPECT_EQ(encoded("\"1\"", scalar(TypeKind::U128)), "invalid type: string \"1\", expected u128");
    EXPECT_EQ(encoded("340282366920938463463374607431768211456", scalar(TypeKind::U128)),
              "invalid value: integer `340282366920938463463374607431768211456`, expected u128");
    EXPECT_EQ(encoded("1", scalar(TypeKind::U256)), "invalid type: integer `1`, expected u256 as a 0x string");
    EXPECT_EQ(encoded("1", scalar(TypeKind::Bool)), "invalid type: integer `1`, expected a boolean");
    EXPECT_EQ(encoded("1", scalar(TypeKind::String)), "invalid type: integer `1`, expected a string");
    EXPECT_EQ(encoded("null", scalar(TypeKind::F64)), "invalid type: null, expected f64");
    EXPECT_EQ(encoded("3", scalar(TypeKind::F32)), "00004040");
    EXPECT_EQ(encoded("1e39", scalar(TypeKind::F32)), "invalid value: number `1e39`, expected f32");
}

TEST(JsonToBsatn, bytes_as_hex_or_list) {
    AlgebraicType bytes = make_special(SpecialType::Bytes);
    EXPECT_EQ(encoded("\"DEadbeef\"", bytes), "04000000deadbeef");
    EXPECT_EQ(encoded("[222,173]", bytes), "02000000dead");
    EXPECT_EQ(encoded("[256]", bytes), "invalid value: integer `256`, expected u8 at `[0]`");
    EXPECT_NE(encoded("\"abc\"", bytes).find("odd number"), std::string::npos);
    EXPECT_NE(encoded("\"0xab\"", bytes).find("invalid hex digit"), std::string::npos);
    EXPECT_EQ(encoded("\"ab\"", AlgebraicType::array_of(scalar(TypeKind::I8))),
              "invalid type: string \"ab\", expected a sequence");
}

TEST(JsonToBsatn, product_rules) {
    EXPECT_EQ(encoded(R"({"y":2,"x":1})", point()), "0100000002");
    EXPECT_EQ(encoded("[1,2]", point()), "0100000002");
    EXPECT_EQ(encoded(R"({"x":1,"z":2})", point()), "unknown field `z`, expected `x` or `y`");
    EXPECT_EQ(encoded(R"({"x":1,"y":2,"z":3})", point()), "unknown field `z`, expected `x` or `y`");
    EXPECT_EQ(encoded(R"({"x":1})", point()), "missing field `y`");
    EXPECT_EQ(encoded(R"({"x":1,"x":1})", point()), "duplicate field `x`");
    EXPECT_EQ(encoded(R"({"x":1,"y":2,"x":1})", point()), "duplicate field `x`");
    EXPECT_EQ(encoded("[1]", point()), "invalid length 1, expected product type <product> with 2 elements");
    EXPECT_EQ(encoded("[1,2,3]", point()), "invalid length 3, expected product type <product> with 2 elements");
    EXPECT_EQ(encoded("null", point()), "invalid type: null, expected product type <product> with 2 elements");
    EXPECT_EQ(encoded("[]", AlgebraicType::unit()), "");
    EXPECT_EQ(encoded("{}", AlgebraicType::unit()), "");
    EXPECT_EQ(encoded(R"({"a":1})", AlgebraicType::unit()), "unknown field `a`, there are no fields");
    EXPECT_EQ(encoded("null", AlgebraicType::unit()),
              "invalid type: null, expected product type <product> with 0 elements");

    AlgebraicType unnamed = AlgebraicType::product({{std::nullopt, scalar(TypeKind::U8)}});
    EXPECT_EQ(encoded("[1]", unnamed), "01");
    EXPECT_EQ(encoded(R"({"0":1})", unnamed), "unknown field `0`, there are no fields");
    EXPECT_EQ(encoded("{}", unnamed), "missing field `0`");
}

TEST(JsonToBsatn, wide_products_by_name) {
    std::vector<TypeElement> elements;
    std::string text = "}";
    std::string expected;
    for (int i = 0; i < 200; ++i) {
        std::string name = "c" + std::to_string(i);
        elements.push_back({name, scalar(TypeKind::U8)});
        text = "\"" + name + "\":" + std::to_string(i) + (i == 0 ? "" : ",") + text;
        expected += to_hex(Bytes{static_cast<uint8_t>(i)});
    }
    text = "{" + text;
    EXPECT_EQ(encoded(text, AlgebraicType::product(elements)), expected);
    std::string error = encoded(R"({"zz":1})", AlgebraicType::product(elements));
    EXPECT_TRUE(error.starts_with("unknown field `zz`, expected one of `c0`, `c1`")) << error;
    EXPECT_LT(error.size(), 200u);
}

TEST(JsonToBsatn, argument_texts) {
    EXPECT_EQ(args(R"({"y":2,"x":1})", point()), "0100000002");
    EXPECT_EQ(args("[]", AlgebraicType::unit()), "");
    EXPECT_EQ(args("[1]", point()), "invalid length 1, expected reducer args for add with 2 elements");
    EXPECT_EQ(args(R"({"z":1})", point()), "unknown reducer argument `z`, expected `x` or `y`");
    EXPECT_EQ(args(R"({"x":1})", point()), "missing field `y`");
    EXPECT_EQ(args("1", point()), "invalid type: integer `1`, expected reducer args for add with 2 elements");
    AlgebraicType nested = AlgebraicType::product({{"p", point()}});
    EXPECT_EQ(args("[[1]]", nested), "invalid length 1, expected product type <product> with 2 elements at `.p`");
}

TEST(JsonToBsatn, sum_rules) {
    EXPECT_EQ(encoded(R"({"Dot":[]})", shape()), "00");
    EXPECT_EQ(encoded(R"({"Dot":{}})", shape()), "00");
    EXPECT_EQ(encoded(R"({"1":[1,2]})", shape()), "010100000002");
    EXPECT_EQ(encoded(R"(["At",{"x":1,"y":2}])", shape()), "010100000002");
    EXPECT_EQ(encoded(R"([2,9])", shape()), "0209");
    // A number wins over the variant of that name.
    EXPECT_EQ(encoded(R"({"7":[1,2]})", shape()), "unknown variant `7`, expected one of `Dot`, `At`, `7`");
    EXPECT_EQ(encoded(R"({"dot":[]})", shape()), "unknown variant `dot`, expected one of `Dot`, `At`, `7`");
    EXPECT_EQ(encoded(R"({"300":[]})", shape()), "unknown variant `300`, expected one of `Dot`, `At`, `7`");
    EXPECT_EQ(encoded("{}", shape()), "expected map representing sum type to have exactly one field");
    EXPECT_EQ(encoded(R"({"Dot":[],"At":[]})", shape()),
              "expected map representing sum type to have exactly one field");
    EXPECT_EQ(encoded("[0]", shape()), "invalid length 1, expected sum type as [tag, payload]");
    EXPECT_EQ(encoded("[0,[],[]]", shape()), "invalid length 3, expected sum type as [tag, payload]");
    EXPECT_EQ(encoded("[256,[]]", shape()), "invalid value: integer `256`, expected u8");
    EXPECT_EQ(encoded("[1.0,[]]", shape()), "invalid type: floating point `1.0`, expected a variant's tag or name");
    EXPECT_EQ(encoded("\"Dot\"", shape()), "invalid type: string \"Dot\", expected sum type");
    EXPECT_EQ(encoded("null", shape()), "invalid type: null, expected sum type");
    EXPECT_EQ(encoded(R"({"Dot":null})", shape()),
              "invalid type: null, expected product type <product> with 0 elements at `.Dot`");

    AlgebraicType option = AlgebraicType::option_of(scalar(TypeKind::U8));
    EXPECT_EQ(encoded("null", option), "01");
    EXPECT_EQ(encoded("5", option), "invalid type: integer `5`, expected sum type");
    EXPECT_EQ(encoded("[0,5]", option), "0005");
}

TEST(JsonToBsatn, errors_say_where) {
    AlgebraicType type = AlgebraicType::product({{"list", AlgebraicType::array_of(shape())}});
    EXPECT_EQ(encoded(R"({"list":[[0,[]],{"At":{"x":1,"y":"no"}}]})", type),
              "invalid type: string \"no\", expected u8 at `.list[1].At.y`");
}

TEST(BsatnToJson, three_forms) {
    AlgebraicType row = AlgebraicType::product({{"s", shape()},
                                                {"u", AlgebraicType::unit()},
                                                {"a", AlgebraicType::array_of(shape())},
                                                {"b", make_special(SpecialType::Bytes)}});
    const char* hex =
        "01010000000202000000000209"
        "0100000001";
    EXPECT_EQ(written(hex, row, JsonForm::Named),
              R"({"s":{"At":{"x":1,"y":2}},"u":{},"a":[{"Dot":{}},[2,9]],"b":"01"})");
    EXPECT_EQ(written(hex, row, JsonForm::Positional), R"([[1,[1,2]],[],[[0,[]],[2,9]],"01"])");
    EXPECT_EQ(written(hex, row, JsonForm::Hybrid), R"({"s":[1,{"x":1,"y":2}],"u":{},"a":[[0,[]],[2,9]],"b":"01"})");
}

TEST(BsatnToJson, errors) {
    AlgebraicType unnamed = AlgebraicType::product({{std::nullopt, scalar(TypeKind::U8)}});
    EXPECT_EQ(written("01", unnamed, JsonForm::Named), "tuple element has no name");
    EXPECT_EQ(written("01", unnamed, JsonForm::Positional), "[1]");
    EXPECT_EQ(written("04", shape(), JsonForm::Named), "unknown tag 0x4 for sum type <unknown>");
    EXPECT_EQ(written("01000000ff", scalar(TypeKind::String), JsonForm::Named), "invalid utf8");
    EXPECT_EQ(written("02", scalar(TypeKind::Bool), JsonForm::Named), "byte 2 not valid as `bool` (must be 0 or 1)");
    EXPECT_EQ(written("0000c07f", scalar(TypeKind::F32), JsonForm::Named), "null");
    EXPECT_EQ(written("", AlgebraicType::make_ref(0), JsonForm::Named),
              "type reference &0 is out of range: the typespace has 0 types");
}

TEST(BsatnToJson, empty_parts_are_bounded) {
    // Four bytes that would write 12 GB.
    AlgebraicType units = AlgebraicType::array_of(AlgebraicType::unit());
    EXPECT_EQ(written("ffffffff", units, JsonForm::Named), "value has too many parts for its size");
    Bytes bytes = *from_hex("ffffffff");
    ByteReader in(bytes);
    EXPECT_TRUE(read_value(in, units, {}));

    // No bytes at all, 2^100 parts.
    Typespace doubling;
    for (uint32_t i = 1; i <= 100; ++i) {
        doubling.types.push_back(
            AlgebraicType::product({{"a", AlgebraicType::make_ref(i)}, {"b", AlgebraicType::make_ref(i)}}));
    }
    doubling.types.push_back(AlgebraicType::unit());
    EXPECT_EQ(written("", AlgebraicType::make_ref(0), JsonForm::Named, doubling),
              "value has too many parts for its size");
    ByteReader nothing{ByteView()};
    EXPECT_FALSE(read_value(nothing, AlgebraicType::make_ref(0), doubling));
    // A product that holds itself has no value.
    Typespace self{{AlgebraicType::product({{"me", AlgebraicType::make_ref(0)}})}};
    EXPECT_EQ(written("", AlgebraicType::make_ref(0), JsonForm::Named, self), "value nests deeper than 256 levels");
}

TEST(BsatnToJson, nesting_limit) {
    // A recursive list: each 01 nests once more, 00 ends it.
    Typespace space{{AlgebraicType::sum({{"End", AlgebraicType::unit()}, {"More", AlgebraicType::make_ref(0)}})}};
    auto value = [](size_t depth) {
        Bytes bytes(depth, 1);
        bytes.push_back(0);
        return to_hex(bytes);
    };
    auto fails = [&](size_t depth) {
        return written(value(depth).c_str(), AlgebraicType::make_ref(0), JsonForm::Positional, space) ==
               "value nests deeper than 256 levels";
    };
    // The end's unit payload is one level by itself.
    EXPECT_FALSE(fails(kJsonDepthMax - 2));
    EXPECT_FALSE(fails(kJsonDepthMax - 1));
    EXPECT_TRUE(fails(kJsonDepthMax));
}

TEST(ReadValue, returns_the_value_and_leaves_the_rest) {
    Bytes bytes = *from_hex("0100000002ffff");
    ByteReader in(bytes);
    auto value = read_value(in, point(), {});
    ASSERT_TRUE(value);
    EXPECT_EQ(to_hex(*value), "0100000002");
    EXPECT_EQ(in.remaining(), 2u);
    EXPECT_FALSE(read_value(in, point(), {}));
}

TEST(TypeJson, input_forms_and_errors) {
    auto read = [](std::string_view text) -> std::string {
        auto json = JsonValue::parse(text);
        if (!json) return json.error().message;
        auto type = type_from_json(*json);
        return type ? type_text(*type) : type.error().message;
    };
    EXPECT_EQ(read(R"({"U64":[]})"), "U64");
    EXPECT_EQ(read(R"({"U64":{}})"), "U64");
    EXPECT_EQ(read("[13,[]]"), "U64");
    EXPECT_EQ(read(R"({"Product":[[[[0,"x"],[7,[]]],[{"none":[]},{"Ref":3}]]]})"), "(x: U8, 1: &3)");
    EXPECT_EQ(read(R"({"Sum":{"variants":[{"algebraic_type":{"U8":[]},"name":null}]}})"), "(U8)");
    EXPECT_EQ(read(R"({"U65":[]})"), "unknown variant `U65` of AlgebraicType");
    EXPECT_EQ(read("[20,[]]"), "unknown variant `20` of AlgebraicType");
    EXPECT_EQ(read(R"({"U64":[1]})"), "invalid type: sequence, expected unit as [] or {}");
    EXPECT_EQ(read(R"({"Ref":-1})"), "invalid value: integer `-1`, expected u32");
    EXPECT_EQ(read(R"({"Ref":"1"})"), "invalid type: string \"1\", expected u32");
    EXPECT_EQ(read(R"({"Product":{}})"), "missing field `elements`");
    EXPECT_EQ(read(R"({"Product":{"elements":[],"x":1}})"), "unknown field `x`");
    EXPECT_EQ(read(R"({"Product":{"elements":[],"elements":[]}})"), "duplicate field `elements`");
    EXPECT_EQ(read(R"({"Product":{"elements":[{"name":{"maybe":"x"},"algebraic_type":{"U8":[]}}]}})"),
              "invalid type: map, expected an optional name, `some` or `none`");

    auto arrays = [](size_t depth) {
        std::string text = R"({"U8":[]})";
        for (size_t i = 0; i < depth; ++i) text = R"({"Array":)" + text + "}";
        return text;
    };
    EXPECT_TRUE(read(arrays(kTypeDepthMax)).starts_with("Array<"));
    EXPECT_EQ(read(arrays(kTypeDepthMax + 1)), "type nests deeper than 128 levels");
}

TEST(TypeJson, bare_product) {
    std::string out;
    product_type_to_json(point(), out);
    EXPECT_EQ(out, R"({"elements":[{"name":{"some":"x"},"algebraic_type":{"I32":[]}},)"
                   R"({"name":{"some":"y"},"algebraic_type":{"U8":[]}}]})");
}

}  // namespace
}  // namespace lightcone::sats
