// SPDX-License-Identifier: Apache-2.0
#include "schema/raw_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/limits.h"
#include "sats/json_value.h"
#include "sats/json_writer.h"
#include "schema/raw_definition_builder.h"

namespace lightcone::schema::raw {
namespace {

using ::testing::HasSubstr;

struct Vector {
    std::string name;
    std::string json;  // compact
    Bytes bsatn;
};

void write_compact(const sats::JsonValue& json, std::string& out) {
    const char* separator = "";
    switch (json.kind()) {
        case sats::JsonKind::Null: out += "null"; break;
        case sats::JsonKind::Bool: out += json.boolean() ? "true" : "false"; break;
        case sats::JsonKind::Number: out += json.number_text(); break;
        case sats::JsonKind::String: sats::append_json_string(json.string(), out); break;
        case sats::JsonKind::Array:
            out += '[';
            for (const sats::JsonValue& item : json.items()) {
                out += separator;
                separator = ",";
                write_compact(item, out);
            }
            out += ']';
            break;
        case sats::JsonKind::Object:
            out += '{';
            for (const sats::JsonMember& member : json.members()) {
                out += separator;
                separator = ",";
                sats::append_json_string(member.key, out);
                out += ':';
                write_compact(member.value, out);
            }
            out += '}';
            break;
    }
}

std::vector<Vector> load_vectors() {
    std::ifstream file(LIGHTCONE_SOURCE_DIR "/tests/data/bsatn.json");
    std::stringstream text;
    text << file.rdbuf();
    auto document = sats::JsonValue::parse(text.str());
    std::vector<Vector> vectors;
    if (!document) return vectors;
    for (const sats::JsonValue& entry : document->find("raw_module_defs")->items()) {
        Vector& vector = vectors.emplace_back();
        vector.name = entry.find("name")->string();
        write_compact(*entry.find("json"), vector.json);
        vector.bsatn = from_hex(entry.find("bsatn_hex")->string()).value();
    }
    return vectors;
}

bool is_v8(const Vector& vector) {
    return vector.name.starts_with("v8");
}

TEST(RawCodec, bsatn_of_every_vector_round_trips) {
    auto vectors = load_vectors();
    ASSERT_EQ(vectors.size(), 5u);
    for (const Vector& vector : vectors) {
        SCOPED_TRACE(vector.name);
        auto decoded = decode_bsatn(vector.bsatn);
        if (is_v8(vector)) {
            ASSERT_FALSE(decoded);
            EXPECT_EQ(decoded.error().code, ErrorCode::Unsupported);
            EXPECT_THAT(decoded.error().message, HasSubstr("version 8"));
            continue;
        }
        ASSERT_TRUE(decoded) << decoded.error().message;
        EXPECT_EQ(to_hex(encode_bsatn(*decoded)), to_hex(vector.bsatn));
    }
}

TEST(RawCodec, json_of_every_vector_is_the_same_definition) {
    for (const Vector& vector : load_vectors()) {
        SCOPED_TRACE(vector.name);
        auto from_json = decode_json(vector.json);
        if (is_v8(vector)) {
            ASSERT_FALSE(from_json);
            EXPECT_EQ(from_json.error().code, ErrorCode::Unsupported);
            continue;
        }
        ASSERT_TRUE(from_json) << from_json.error().message;
        EXPECT_EQ(to_hex(encode_bsatn(*from_json)), to_hex(vector.bsatn));
        bool is_v9 = from_json->index() == 0;
        std::string body = is_v9 ? encode_json(std::get<0>(*from_json)) : encode_json(std::get<1>(*from_json));
        EXPECT_EQ(std::string("{\"") + (is_v9 ? "V9" : "V10") + "\":" + body + "}", vector.json);
        auto unwrapped = decode_json(body);
        ASSERT_TRUE(unwrapped) << unwrapped.error().message;
        EXPECT_EQ(*unwrapped, *from_json);
    }
}

TEST(RawCodec, every_strict_prefix_fails_and_trailing_bytes_do_not) {
    for (const Vector& vector : load_vectors()) {
        SCOPED_TRACE(vector.name);
        for (size_t size = 0; size < vector.bsatn.size(); ++size) {
            EXPECT_FALSE(decode_bsatn(ByteView(vector.bsatn).first(size))) << size;
        }
        if (is_v8(vector)) continue;
        Bytes longer = vector.bsatn;
        longer.push_back(0xff);
        EXPECT_TRUE(decode_bsatn(longer));
    }
}

std::string error_of(std::string_view hex) {
    auto decoded = decode_bsatn(from_hex(hex).value());
    return decoded ? "no error" : decoded.error().message;
}

TEST(RawCodec, unknown_tags_are_named) {
    EXPECT_EQ(error_of("03"),
              "error getting module description: error decoding module description: unknown tag 0x3 for sum type "
              "RawModuleDef");
    // One section of kind 9 (case policy) with tag 7.
    EXPECT_THAT(error_of("02010000000907"), HasSubstr("unknown tag 0x7 for sum type CaseConversionPolicy"));
    EXPECT_THAT(error_of(""), HasSubstr("data too short for u8"));
    // A table section that promises 2^32 - 1 tables.
    EXPECT_THAT(error_of("020100000002ffffffff"), HasSubstr("data too short"));
    // A type name that is not UTF-8.
    EXPECT_THAT(error_of("0201000000010100000000000000"
                         "01000000ff"),
                HasSubstr("invalid utf8"));
}

TEST(RawCodec, newer_features_are_refused_by_name) {
    auto refused = [](std::string_view hex) {
        auto decoded = decode_bsatn(from_hex(hex).value());
        EXPECT_FALSE(decoded);
        EXPECT_EQ(decoded.error().code, ErrorCode::Unsupported);
        return decoded.error().message;
    };
    EXPECT_THAT(refused("02010000000f00000000"), HasSubstr("environment variables (section 15)"));
    EXPECT_THAT(refused("02010000001000000000"), HasSubstr("outbox tables (section 16)"));
    EXPECT_THAT(refused("02010000001100000000"), HasSubstr("section 17"));
    EXPECT_THAT(refused("02010000000a0100000003050000006d794c6962060000006d795f6c6962"),
                HasSubstr("submodule namespaces"));
}

TEST(RawCodec, size_and_nesting_are_bounded) {
    Bytes bytes(kModuleDefBytesMax, 0);
    bytes[0] = 2;
    EXPECT_TRUE(decode_bsatn(bytes));
    bytes.push_back(0);
    auto too_long = decode_bsatn(bytes);
    ASSERT_FALSE(too_long);
    EXPECT_EQ(too_long.error().code, ErrorCode::LimitExceeded);

    auto nested = [](uint32_t levels) {
        ModuleDefV10 definition;
        for (uint32_t i = 1; i < levels; ++i) {
            ModuleDefV10 outer;
            outer.sections.push_back({SectionBody(std::vector<Submodule>{{"m", std::move(definition)}})});
            definition = std::move(outer);
        }
        return encode_bsatn(definition);
    };
    EXPECT_TRUE(decode_bsatn(nested(kSubmoduleDepthMax - 1)));
    EXPECT_TRUE(decode_bsatn(nested(kSubmoduleDepthMax)));
    EXPECT_FALSE(decode_bsatn(nested(kSubmoduleDepthMax + 1)));
}

TEST(RawCodec, bad_json_names_the_place) {
    auto error = [](std::string_view text) {
        auto decoded = decode_json(text);
        return decoded ? "no error" : decoded.error().message;
    };
    EXPECT_THAT(error("{"), HasSubstr("invalid JSON"));
    EXPECT_THAT(error("{}"), HasSubstr("version 9 or 10"));
    EXPECT_THAT(error(R"({"sections":[{"Sectoins":[]}]})"), HasSubstr("`Sectoins`"));
    EXPECT_THAT(error(R"({"sections":[{"Types":[{"ty":0,"custom_ordering":true}]}]})"), HasSubstr("`source_name`"));
    EXPECT_THAT(error(R"({"sections":[{"Types":[{"source_name":{"scope":[],"source_name":"A"},"ty":-1}]}]})"),
                HasSubstr("ty: "));
}

TEST(RawCodec, sequence_bounds_have_128_bits) {
    auto parse = [](std::string_view start) {
        std::string json =
            R"({"typespace":{"types":[]},"tables":[{"name":"t","product_type_ref":0,"primary_key":[],)"
            R"("indexes":[],"constraints":[],"sequences":[{"name":{"none":[]},"column":0,"start":{"some":)";
        json += start;
        json += R"(},"min_value":{"none":[]},"max_value":{"none":[]},"increment":1}],"schedule":{"none":[]},)"
                R"("table_type":{"User":[]},"table_access":{"Public":[]}}],"reducers":[],"types":[],"misc_exports":[],)"
                R"("row_level_security":[]})";
        return decode_json(json);
    };
    auto max = parse("170141183460469231731687303715884105727");
    ASSERT_TRUE(max) << max.error().message;
    __int128 value = *std::get<0>(*max).tables[0].sequences[0].start;
    EXPECT_EQ(value, static_cast<__int128>(~static_cast<unsigned __int128>(0) >> 1));
    EXPECT_FALSE(parse("170141183460469231731687303715884105728"));
    auto min = parse("-170141183460469231731687303715884105728");
    ASSERT_TRUE(min);
    EXPECT_EQ(*std::get<0>(*min).tables[0].sequences[0].start, -value - 1);
    EXPECT_FALSE(parse("-170141183460469231731687303715884105729"));
    EXPECT_FALSE(parse("1.5"));
}

}  // namespace
}  // namespace lightcone::schema::raw
