// SPDX-License-Identifier: Apache-2.0
// Every case of tests/data/bsatn.json, and every example of docs/formats/bsatn.md.
#include <gtest/gtest.h>

#include "base/file.h"
#include "sats/json_codec.h"
#include "sats/value_ops.h"

namespace lightcone::sats {
namespace {

std::string source_file(const char* path) {
    auto file = SystemDisk().read_file(std::string(LIGHTCONE_SOURCE_DIR) + path);
    EXPECT_TRUE(file) << (file ? "" : file.error().message);
    return file ? std::string(as_text(*file)) : std::string();
}

JsonValue vectors() {
    auto json = JsonValue::parse(source_file("/tests/data/bsatn.json"));
    EXPECT_TRUE(json) << (json ? "" : json.error().message);
    return json ? *json : JsonValue();
}

struct Case {
    AlgebraicType type;
    Typespace space;
    Bytes bytes;
};

Case read_case(const JsonValue& vector) {
    Case out;
    auto type = type_from_json(*vector.find("type"));
    EXPECT_TRUE(type) << (type ? "" : type.error().message);
    if (type) out.type = *type;
    if (const JsonValue* space = vector.find("typespace")) {
        auto read = typespace_from_json(*space);
        EXPECT_TRUE(read);
        if (read) out.space = *read;
    }
    out.bytes = *from_hex(vector.find("bsatn_hex")->string());
    return out;
}

Bytes encoded(const JsonValue& json, const Case& c) {
    Bytes out;
    auto result = json_to_bsatn(json, c.type, c.space, out);
    EXPECT_TRUE(result) << (result ? "" : result.error().message);
    return out;
}

std::string written(const Case& c, JsonForm form) {
    ByteReader in(c.bytes);
    std::string out;
    auto result = bsatn_to_json(in, c.type, c.space, form, out);
    EXPECT_TRUE(result) << (result ? "" : result.error().message);
    EXPECT_TRUE(in.at_end());
    return out;
}

// Same tree; numbers may be written in another way (1e+300, 1e300).
bool same_json(const JsonValue& a, const JsonValue& b) {
    if (a.kind() != b.kind()) return false;
    if (a.is_number()) return a.number_text() == b.number_text() || *a.as_f64() == *b.as_f64();
    if (a.is_array()) {
        return std::equal(a.items().begin(), a.items().end(), b.items().begin(), b.items().end(), same_json);
    }
    if (a.is_object()) {
        return std::equal(
            a.members().begin(), a.members().end(), b.members().begin(), b.members().end(),
            [](const JsonMember& x, const JsonMember& y) { return x.key == y.key && same_json(x.value, y.value); });
    }
    return a.boolean() == b.boolean() && a.string() == b.string();
}

void check_output(const Case& c, JsonForm form, const JsonValue& expected, bool readable) {
    std::string text = written(c, form);
    auto json = JsonValue::parse(text);
    ASSERT_TRUE(json) << text;
    EXPECT_TRUE(same_json(*json, expected)) << text;
    if (readable) {
        EXPECT_EQ(to_hex(encoded(*json, c)), to_hex(c.bytes)) << text;
    }
}

TEST(BsatnVectors, every_value) {
    JsonValue file = vectors();
    size_t count = 0;
    for (const JsonValue& vector : file.find("vectors")->items()) {
        SCOPED_TRACE(vector.find("name")->string());
        ++count;
        Case c = read_case(vector);
        bool readable = vector.find("json_note") == nullptr;
        if (readable) {
            EXPECT_EQ(to_hex(encoded(*vector.find("value"), c)), to_hex(c.bytes));
            EXPECT_EQ(to_hex(encoded(*vector.find("value_positional"), c)), to_hex(c.bytes));
        }
        check_output(c, JsonForm::Named, *vector.find("value"), readable);
        check_output(c, JsonForm::Positional, *vector.find("value_positional"), readable);
        std::string hybrid = written(c, JsonForm::Hybrid);
        if (readable) {
            EXPECT_EQ(to_hex(encoded(*JsonValue::parse(hybrid), c)), to_hex(c.bytes)) << hybrid;
        }

        for (size_t size = 0; size < c.bytes.size(); ++size) {
            Bytes prefix(c.bytes.begin(), c.bytes.begin() + static_cast<ptrdiff_t>(size));
            ByteReader in(prefix);
            EXPECT_FALSE(read_value(in, c.type, c.space)) << size;
        }
        auto resolved = resolve(c.type, c.space);
        if (!resolved) {
            EXPECT_TRUE(vector.find("name")->string().starts_with("ref_recursive"));
            continue;
        }
        auto ops = ValueOps::compile(*resolved);
        ASSERT_TRUE(ops);
        EXPECT_EQ(ops->validate(c.bytes), c.bytes.size());
        EXPECT_EQ(ops->compare(c.bytes.data(), c.bytes.data()), 0);
        for (size_t size = 0; size < c.bytes.size(); ++size) {
            EXPECT_FALSE(ops->validate(ByteView(c.bytes).first(size))) << size;
        }
    }
    EXPECT_EQ(count, 116u);
}

TEST(BsatnVectors, every_type) {
    JsonValue file = vectors();
    size_t count = 0;
    for (const JsonValue& vector : file.find("algebraic_types")->items()) {
        SCOPED_TRACE(vector.find("name")->string());
        ++count;
        Case c = read_case(vector);
        Bytes bytes;
        encode_type(c.type, bytes);
        EXPECT_EQ(to_hex(bytes), to_hex(c.bytes));
        ByteReader in(c.bytes);
        auto decoded = decode_type(in);
        ASSERT_TRUE(decoded);
        EXPECT_EQ(*decoded, c.type);
        EXPECT_TRUE(in.at_end());

        std::string text;
        type_to_json(c.type, text);
        EXPECT_TRUE(same_json(*JsonValue::parse(text), *vector.find("type"))) << text;
        for (size_t size = 0; size < c.bytes.size(); ++size) {
            ByteReader prefix(ByteView(c.bytes).first(size));
            EXPECT_FALSE(decode_type(prefix)) << size;
        }
    }
    EXPECT_EQ(count, 34u);
}

// Rows of three code cells: type as JSON, value as JSON, bytes in hex.
TEST(BsatnDocument, every_example) {
    std::string text = source_file("/docs/formats/bsatn.md");
    size_t count = 0;
    for (size_t at = text.find("\n| `"); at != std::string::npos; at = text.find("\n| `", at + 1)) {
        std::vector<std::string> cells;
        size_t end = text.find('\n', at + 1);
        for (size_t open = text.find('`', at); open < end; open = text.find('`', open + 1)) {
            size_t close = text.find('`', open + 1);
            cells.push_back(text.substr(open + 1, close - open - 1));
            open = close;
        }
        if (cells.size() != 3) continue;
        SCOPED_TRACE(text.substr(at + 1, end - at - 1));
        ++count;
        std::erase(cells[2], ' ');
        auto type_json = JsonValue::parse(cells[0]);
        auto value = JsonValue::parse(cells[1]);
        ASSERT_TRUE(type_json);
        ASSERT_TRUE(value);
        auto type = type_from_json(*type_json);
        ASSERT_TRUE(type);
        Case c{*type, {}, *from_hex(cells[2])};
        EXPECT_EQ(to_hex(encoded(*value, c)), cells[2]);
        EXPECT_EQ(written(c, JsonForm::Named), cells[1]);
    }
    EXPECT_GE(count, 12u);
}

TEST(BsatnDocument, every_type_example) {
    std::string text = source_file("/docs/formats/bsatn.md");
    size_t count = 0;
    for (size_t at = text.find("\n- `{"); at != std::string::npos; at = text.find("\n- `{", at + 1)) {
        size_t json_end = text.find('`', at + 4);
        size_t hex_begin = text.find('`', json_end + 1) + 1;
        std::string hex = text.substr(hex_begin, text.find('`', hex_begin) - hex_begin);
        std::string json = text.substr(at + 4, json_end - at - 4);
        SCOPED_TRACE(json);
        ++count;
        std::erase(hex, ' ');
        auto parsed = JsonValue::parse(json);
        ASSERT_TRUE(parsed);
        auto type = type_from_json(*parsed);
        ASSERT_TRUE(type);
        Bytes bytes;
        encode_type(*type, bytes);
        EXPECT_EQ(to_hex(bytes), hex);
    }
    EXPECT_GE(count, 3u);
}

}  // namespace
}  // namespace lightcone::sats
