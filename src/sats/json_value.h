// SPDX-License-Identifier: Apache-2.0
// A JSON text as a small ordered tree: members keep their order and their duplicates, numbers keep their text (integers
// of 256 bits survive). For every JSON text that comes from outside.
//
//   JsonValue body = TRY(JsonValue::parse(text));
//   std::string_view name = TRY(TRY(body.require("name"))->as_string());
//   if (const JsonValue* limit = body.find("limit")) options.limit = TRY(limit->as_u64());
//
// A value type; const access from any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace lightcone::sats {

// Values in one JSON text: a value costs 40 bytes of memory and as little as two bytes of text.
inline constexpr uint32_t kJsonValuesMax = 4u << 20;

// The order is that of JsonValue's alternatives.
enum class JsonKind : uint8_t { Null, Bool, Number, String, Array, Object };

struct JsonMember;

class JsonValue {
  public:
    JsonValue() = default;

    // The whole of `text` must be one JSON value (white space around it is allowed).
    // Errors: InvalidArgument "invalid JSON at byte {n}: …" (syntax, UTF-8, nesting beyond kJsonDepthMax),
    // LimitExceeded (more than kJsonValuesMax values).
    static Result<JsonValue> parse(std::string_view text);

    JsonKind kind() const { return static_cast<JsonKind>(data_.index()); }
    bool is_null() const { return kind() == JsonKind::Null; }
    bool is_bool() const { return kind() == JsonKind::Bool; }
    bool is_number() const { return kind() == JsonKind::Number; }
    bool is_string() const { return kind() == JsonKind::String; }
    bool is_array() const { return kind() == JsonKind::Array; }
    bool is_object() const { return kind() == JsonKind::Object; }

    // Contents without an error: false, empty, or nothing when the kind is another one.
    bool boolean() const;
    std::string_view string() const;
    std::string_view number_text() const;
    std::span<const JsonValue> items() const;
    std::span<const JsonMember> members() const;

    // First member of that name; null when there is none or this is no object. Linear in the number of members.
    const JsonValue* find(std::string_view key) const;

    // The same with errors. InvalidArgument "missing field `x`" or "invalid type: string \"a\", expected u64".
    Result<const JsonValue*> require(std::string_view key) const;
    Result<bool> as_bool() const;
    Result<std::string_view> as_string() const;
    Result<uint64_t> as_u64() const;
    Result<int64_t> as_i64() const;
    Result<double> as_f64() const;
    Result<std::span<const JsonValue>> as_array() const;
    Result<std::span<const JsonMember>> as_object() const;

    // "string \"a\"", "integer `1`", "map": what an error text calls this value. Long texts are cut.
    std::string describe() const;
    // InvalidArgument "invalid type: {describe()}, expected {what}".
    std::unexpected<Error> unexpected_type(std::string_view what) const;

  private:
    friend class JsonTreeBuilder;
    struct Number {
        std::string text;
    };

    std::variant<std::monostate, bool, Number, std::string, std::vector<JsonValue>, std::vector<JsonMember>> data_;
};

struct JsonMember {
    std::string key;
    JsonValue value;
};

}  // namespace lightcone::sats
