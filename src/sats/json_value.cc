// SPDX-License-Identifier: Apache-2.0
#include "sats/json_value.h"

#include <fmt/format.h>

#include <cmath>

#include "sats/json_number.h"

namespace lightcone::sats {

namespace {

constexpr size_t kDescribedBytesMax = 100;

// Cut at a character boundary.
std::string shortened(std::string_view text) {
    if (text.size() <= kDescribedBytesMax) return std::string(text);
    size_t end = kDescribedBytesMax;
    while (end > 0 && (static_cast<uint8_t>(text[end]) & 0xc0) == 0x80) --end;
    return std::string(text.substr(0, end)) + "…";
}

}  // namespace

bool JsonValue::boolean() const {
    const bool* value = std::get_if<bool>(&data_);
    return value != nullptr && *value;
}

std::string_view JsonValue::string() const {
    const auto* value = std::get_if<std::string>(&data_);
    return value != nullptr ? std::string_view(*value) : std::string_view();
}

std::string_view JsonValue::number_text() const {
    const auto* value = std::get_if<Number>(&data_);
    return value != nullptr ? std::string_view(value->text) : std::string_view();
}

std::span<const JsonValue> JsonValue::items() const {
    const auto* value = std::get_if<std::vector<JsonValue>>(&data_);
    return value != nullptr ? std::span<const JsonValue>(*value) : std::span<const JsonValue>();
}

std::span<const JsonMember> JsonValue::members() const {
    const auto* value = std::get_if<std::vector<JsonMember>>(&data_);
    return value != nullptr ? std::span<const JsonMember>(*value) : std::span<const JsonMember>();
}

const JsonValue* JsonValue::find(std::string_view key) const {
    for (const JsonMember& member : members()) {
        if (member.key == key) return &member.value;
    }
    return nullptr;
}

Result<const JsonValue*> JsonValue::require(std::string_view key) const {
    if (!is_object()) return unexpected_type("a map");
    const JsonValue* value = find(key);
    if (value == nullptr) return fail(ErrorCode::InvalidArgument, "missing field `{}`", key);
    return value;
}

Result<bool> JsonValue::as_bool() const {
    if (!is_bool()) return unexpected_type("a boolean");
    return boolean();
}

Result<std::string_view> JsonValue::as_string() const {
    if (!is_string()) return unexpected_type("a string");
    return string();
}

Result<uint64_t> JsonValue::as_u64() const {
    if (!is_number() || !is_integer_text(number_text())) return unexpected_type("u64");
    return parse_unsigned<uint64_t>(number_text(), "u64");
}

Result<int64_t> JsonValue::as_i64() const {
    if (!is_number() || !is_integer_text(number_text())) return unexpected_type("i64");
    return parse_signed<int64_t>(number_text(), "i64");
}

Result<double> JsonValue::as_f64() const {
    if (!is_number()) return unexpected_type("f64");
    return parse_float<double>(number_text(), "f64");
}

Result<std::span<const JsonValue>> JsonValue::as_array() const {
    if (!is_array()) return unexpected_type("a sequence");
    return items();
}

Result<std::span<const JsonMember>> JsonValue::as_object() const {
    if (!is_object()) return unexpected_type("a map");
    return members();
}

std::string JsonValue::describe() const {
    switch (kind()) {
        case JsonKind::Null: return "null";
        case JsonKind::Bool: return fmt::format("boolean `{}`", boolean());
        case JsonKind::Number:
            return fmt::format("{} `{}`", is_integer_text(number_text()) ? "integer" : "floating point",
                               shortened(number_text()));
        case JsonKind::String: return fmt::format("string \"{}\"", shortened(string()));
        case JsonKind::Array: return "sequence";
        case JsonKind::Object: return "map";
    }
    return {};
}

std::unexpected<Error> JsonValue::unexpected_type(std::string_view what) const {
    return fail(ErrorCode::InvalidArgument, "invalid type: {}, expected {}", describe(), what);
}

}  // namespace lightcone::sats
