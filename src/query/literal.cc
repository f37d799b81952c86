// SPDX-License-Identifier: Apache-2.0
#include "query/literal.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace lightcone::query {

using sats::AlgebraicType;
using sats::SpecialType;
using sats::TypeKind;

namespace {

__extension__ using Uint128 = unsigned __int128;

// Decimal digits of 2^256 - 1.
constexpr size_t kWholeDigitsMax = 78;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// [+-] digits [. digits] [e [+-] digits], with at least one digit before the exponent.
struct DecimalText {
    bool negative = false;
    std::string digits;     // whole and fraction digits, without leading and trailing zeros; empty is zero
    int64_t exponent = 0;   // value = digits * 10^exponent; clamped to ±10^9
    std::string_view body;  // the text without its sign
};

std::optional<int64_t> parse_exponent(std::string_view text) {
    bool negative = false;
    if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
        negative = text[0] == '-';
        text.remove_prefix(1);
    }
    if (text.empty()) return std::nullopt;
    int64_t value = 0;
    for (char c : text) {
        if (!is_digit(c)) return std::nullopt;
        value = std::min<int64_t>(value * 10 + (c - '0'), 1'000'000'000);
    }
    return negative ? -value : value;
}

std::optional<DecimalText> parse_decimal(std::string_view text) {
    DecimalText out;
    if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
        out.negative = text[0] == '-';
        text.remove_prefix(1);
    }
    out.body = text;
    size_t mantissa_end = std::min(text.find_first_of("eE"), text.size());
    if (mantissa_end < text.size()) {
        auto exponent = parse_exponent(text.substr(mantissa_end + 1));
        if (!exponent) return std::nullopt;
        out.exponent = *exponent;
    }
    bool seen_point = false, seen_digit = false;
    for (char c : text.substr(0, mantissa_end)) {
        if (c == '.') {
            if (seen_point) return std::nullopt;
            seen_point = true;
            continue;
        }
        if (!is_digit(c)) return std::nullopt;
        seen_digit = true;
        if (c != '0' || !out.digits.empty()) out.digits += c;
        if (seen_point) --out.exponent;
    }
    if (!seen_digit) return std::nullopt;
    while (!out.digits.empty() && out.digits.back() == '0') {
        out.digits.pop_back();
        ++out.exponent;
    }
    return out;
}

// limbs = limbs * 10 + digit; false when it overflows.
bool push_digit(uint64_t (&limbs)[4], uint32_t digit) {
    Uint128 carry = digit;
    for (uint64_t& limb : limbs) {
        carry += static_cast<Uint128>(limb) * 10;
        limb = static_cast<uint64_t>(carry);
        carry >>= 64;
    }
    return carry == 0;
}

std::optional<Bytes> integer_literal(std::string_view text, uint32_t bytes, bool is_signed) {
    auto number = parse_whole_number(text);
    if (!number) return std::nullopt;
    if (number->negative && !is_signed) return std::nullopt;
    Bytes all(sizeof number->limbs);
    std::memcpy(all.data(), number->limbs, all.size());
    uint8_t filler = number->negative ? 0xFF : 0x00;
    for (size_t i = bytes; i < all.size(); ++i) {
        if (all[i] != filler) return std::nullopt;
    }
    if (is_signed && ((all[bytes - 1] & 0x80) != 0) != number->negative) return std::nullopt;
    all.resize(bytes);
    return all;
}

std::optional<double> parse_double(std::string_view text) {
    auto decimal = parse_decimal(text);
    if (!decimal) return std::nullopt;
    double value = 0;
    auto [end, error] = std::from_chars(decimal->body.data(), decimal->body.data() + decimal->body.size(), value);
    if (error == std::errc::result_out_of_range) {
        int64_t magnitude = static_cast<int64_t>(decimal->digits.size()) + decimal->exponent;
        value = magnitude > 0 ? std::numeric_limits<double>::infinity() : 0.0;
    } else if (error != std::errc()) {
        return std::nullopt;
    }
    return decimal->negative ? -value : value;
}

template <typename T>
Bytes float_bytes(T value) {
    Bytes out(sizeof value);
    std::memcpy(out.data(), &value, sizeof value);
    return out;
}

std::string_view without_0x(std::string_view text) {
    return text.starts_with("0x") ? text.substr(2) : text;
}

// Exactly `bytes` bytes, most significant first in the text, least significant first in memory.
std::optional<Bytes> big_endian_hex(std::string_view digits, size_t bytes) {
    if (digits.size() != bytes * 2) return std::nullopt;
    auto value = from_hex(digits);
    if (!value) return std::nullopt;
    std::reverse(value->begin(), value->end());
    return std::move(*value);
}

std::optional<Bytes> bytes_literal(std::string_view text) {
    auto value = from_hex(without_0x(text));
    if (!value) return std::nullopt;
    Bytes out;
    ByteWriter(out).length_prefixed(ByteView(*value));
    return out;
}

// 32 digits, or 8-4-4-4-12, the latter also in braces or after urn:uuid:.
std::optional<Bytes> uuid_literal(std::string_view text) {
    if (text.size() == 32) return big_endian_hex(text, 16);
    if (text.starts_with("urn:uuid:")) {
        text.remove_prefix(9);
    } else if (text.starts_with('{') && text.ends_with('}')) {
        text = text.substr(1, text.size() - 2);
    }
    if (text.size() != 36) return std::nullopt;
    std::string digits;
    for (size_t i = 0; i < text.size(); ++i) {
        bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        if (hyphen != (text[i] == '-')) return std::nullopt;
        if (!hyphen) digits += text[i];
    }
    return big_endian_hex(digits, 16);
}

std::optional<Bytes> timestamp_literal(std::string_view text) {
    auto micros = parse_timestamp(text);
    if (!micros) return std::nullopt;
    Bytes out;
    ByteWriter(out).i64(*micros);
    return out;
}

// Takes exactly `count` digits off the front of `text`.
std::optional<int> take_digits(std::string_view& text, size_t count) {
    if (text.size() < count) return std::nullopt;
    int value = 0;
    for (char c : text.substr(0, count)) {
        if (!is_digit(c)) return std::nullopt;
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(count);
    return value;
}

bool take_char(std::string_view& text, std::string_view any_of) {
    if (text.empty() || any_of.find(text[0]) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

// Days since 1970-01-01 of a proleptic Gregorian date.
int64_t days_from_civil(int64_t year, int month, int day) {
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719'468;
}

int days_in_month(int year, int month) {
    constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : kDays[month - 1];
}

std::optional<int64_t> take_date_days(std::string_view& text) {
    auto year = take_digits(text, 4);
    if (!year || !take_char(text, "-")) return std::nullopt;
    auto month = take_digits(text, 2);
    if (!month || *month < 1 || *month > 12 || !take_char(text, "-")) return std::nullopt;
    auto day = take_digits(text, 2);
    if (!day || *day < 1 || *day > days_in_month(*year, *month)) return std::nullopt;
    return days_from_civil(*year, *month, *day);
}

std::optional<int64_t> take_time_micros(std::string_view& text) {
    auto hour = take_digits(text, 2);
    if (!hour || *hour > 23 || !take_char(text, ":")) return std::nullopt;
    auto minute = take_digits(text, 2);
    if (!minute || *minute > 59 || !take_char(text, ":")) return std::nullopt;
    auto second = take_digits(text, 2);
    if (!second || *second > 60) return std::nullopt;
    int64_t micros = ((*hour * 60 + *minute) * 60 + int64_t{*second}) * 1'000'000;
    if (take_char(text, ".")) {
        int64_t unit = 100'000;
        size_t digits = 0;
        for (; digits < text.size() && is_digit(text[digits]); ++digits) {
            micros += (text[digits] - '0') * unit;
            unit /= 10;
        }
        if (digits == 0) return std::nullopt;
        text.remove_prefix(digits);
    }
    return micros;
}

}  // namespace

std::optional<WholeNumber> parse_whole_number(std::string_view text) {
    auto decimal = parse_decimal(text);
    if (!decimal) return std::nullopt;
    WholeNumber out;
    if (decimal->digits.empty()) return out;
    if (decimal->exponent < 0) return std::nullopt;
    if (static_cast<int64_t>(decimal->digits.size()) + decimal->exponent > static_cast<int64_t>(kWholeDigitsMax)) {
        return std::nullopt;
    }
    for (char c : decimal->digits) {
        if (!push_digit(out.limbs, static_cast<uint32_t>(c - '0'))) return std::nullopt;
    }
    for (int64_t i = 0; i < decimal->exponent; ++i) {
        if (!push_digit(out.limbs, 0)) return std::nullopt;
    }
    if (!decimal->negative) return out;
    out.negative = true;
    bool carry = true;
    for (uint64_t& limb : out.limbs) {
        limb = ~limb + (carry ? 1 : 0);
        carry = carry && limb == 0;
    }
    if ((out.limbs[3] >> 63) == 0) return std::nullopt;
    return out;
}

std::optional<int64_t> parse_timestamp(std::string_view text) {
    auto days = take_date_days(text);
    if (!days || !take_char(text, "Tt ")) return std::nullopt;
    auto micros = take_time_micros(text);
    if (!micros) return std::nullopt;
    int64_t offset_minutes = 0;
    if (!take_char(text, "Zz")) {
        bool west = text.starts_with('-');
        if (!take_char(text, "+-")) return std::nullopt;
        auto hours = take_digits(text, 2);
        if (!hours || *hours > 23 || !take_char(text, ":")) return std::nullopt;
        auto minutes = take_digits(text, 2);
        if (!minutes || *minutes > 59) return std::nullopt;
        offset_minutes = (*hours * 60 + *minutes) * (west ? -1 : 1);
    }
    if (!text.empty()) return std::nullopt;
    return *days * 86'400'000'000 + *micros - offset_minutes * 60'000'000;
}

std::optional<Bytes> parse_literal(std::string_view text, const AlgebraicType& type) {
    switch (sats::special_type(type)) {
        case SpecialType::Bytes: return bytes_literal(text);
        case SpecialType::Identity: return big_endian_hex(without_0x(text), 32);
        case SpecialType::ConnectionId: return big_endian_hex(without_0x(text), 16);
        case SpecialType::Timestamp: return timestamp_literal(text);
        case SpecialType::Uuid: return uuid_literal(text);
        case SpecialType::None: break;
        default: return std::nullopt;
    }
    switch (type.kind) {
        case TypeKind::I8:
        case TypeKind::I16:
        case TypeKind::I32:
        case TypeKind::I64:
        case TypeKind::I128:
        case TypeKind::I256: return integer_literal(text, *sats::scalar_bytes(type.kind), true);
        case TypeKind::U8:
        case TypeKind::U16:
        case TypeKind::U32:
        case TypeKind::U64:
        case TypeKind::U128:
        case TypeKind::U256: return integer_literal(text, *sats::scalar_bytes(type.kind), false);
        case TypeKind::F32:
            if (auto value = parse_double(text)) return float_bytes(static_cast<float>(*value));
            return std::nullopt;
        case TypeKind::F64:
            if (auto value = parse_double(text)) return float_bytes(*value);
            return std::nullopt;
        case TypeKind::String: {
            Bytes out;
            ByteWriter(out).length_prefixed(text);
            return out;
        }
        default: return std::nullopt;
    }
}

bool is_comparable(const AlgebraicType& type) {
    switch (sats::special_type(type)) {
        case SpecialType::Bytes:
        case SpecialType::Identity:
        case SpecialType::ConnectionId:
        case SpecialType::Timestamp:
        case SpecialType::Uuid: return true;
        case SpecialType::None: return type.kind >= TypeKind::String;
        default: return false;
    }
}

}  // namespace lightcone::query
