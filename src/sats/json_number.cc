// SPDX-License-Identifier: Apache-2.0
#include "sats/json_number.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace lightcone::sats {

namespace {

constexpr size_t kMessageDigitsMax = 100;

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

void negate(std::array<uint8_t, 32>& le) {
    unsigned carry = 1;
    for (uint8_t& byte : le) {
        carry += static_cast<uint8_t>(~byte);
        byte = static_cast<uint8_t>(carry);
        carry >>= 8;
    }
}

bool is_negative(const std::array<uint8_t, 32>& le) {
    return (le[31] & 0x80) != 0;
}

// `digits` and the power of ten of the first one, laid out with a point or as d.ddde±x.
void append_digits(std::string_view digits, int exponent, int plain_min, int plain_end, std::string& out) {
    if (exponent < plain_min || exponent >= plain_end) {
        out += digits[0];
        if (digits.size() > 1) {
            out += '.';
            out += digits.substr(1);
        }
        out += 'e';
        out += std::to_string(exponent);
        return;
    }
    if (exponent < 0) {
        out += "0.";
        out.append(static_cast<size_t>(-exponent - 1), '0');
        out += digits;
        return;
    }
    size_t whole = static_cast<size_t>(exponent) + 1;
    out += digits.substr(0, whole);
    if (digits.size() <= whole) {
        out.append(whole - digits.size(), '0');
        out += ".0";
    } else {
        out += '.';
        out += digits.substr(whole);
    }
}

template <typename T>
void append_shortest(T value, int plain_min, int plain_end, std::string& out) {
    if (!std::isfinite(value)) {
        out += "null";
        return;
    }
    if (std::signbit(value)) out += '-';
    if (value == 0) {
        out += "0.0";
        return;
    }
    // d.ddde±xx
    char buffer[64];
    auto end = std::to_chars(buffer, buffer + sizeof buffer, std::fabs(value), std::chars_format::scientific).ptr;
    std::string_view text(buffer, static_cast<size_t>(end - buffer));
    size_t e = text.find('e');
    int exponent = 0;
    const char* exponent_begin = text.data() + e + (text[e + 1] == '+' ? 2 : 1);
    std::from_chars(exponent_begin, end, exponent);
    std::string digits(text.substr(0, e));
    std::erase(digits, '.');
    append_digits(digits, exponent, plain_min, plain_end, out);
}

}  // namespace

bool is_integer_text(std::string_view text) {
    return !text.empty() && text != "-0" && text.find_first_of(".eE") == std::string_view::npos;
}

bool parse_magnitude(std::string_view digits, Uint128 max, Uint128& out) {
    out = 0;
    for (char c : digits) {
        auto digit = static_cast<unsigned>(c - '0');
        if (digit > 9 || out > (max - digit) / 10) return false;
        out = out * 10 + digit;
    }
    return !digits.empty();
}

std::unexpected<Error> integer_out_of_range(std::string_view text, const char* type_name) {
    return fail(ErrorCode::InvalidArgument, "invalid value: integer `{}{}`, expected {}",
                text.substr(0, kMessageDigitsMax), text.size() > kMessageDigitsMax ? "…" : "", type_name);
}

template <typename T>
Result<T> parse_float(std::string_view text, const char* type_name) {
    T value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::result_out_of_range) {
        // from_chars does not tell too big from too small; a value below one half of the range is too small.
        double wide = std::strtod(std::string(text).c_str(), nullptr);
        if (std::fabs(wide) < 1) return std::signbit(wide) ? -T{0} : T{0};
    }
    if (error != std::errc() || end != text.data() + text.size()) {
        return fail(ErrorCode::InvalidArgument, "invalid value: number `{}{}`, expected {}",
                    text.substr(0, kMessageDigitsMax), text.size() > kMessageDigitsMax ? "…" : "", type_name);
    }
    return value;
}
template Result<float> parse_float<float>(std::string_view, const char*);
template Result<double> parse_float<double>(std::string_view, const char*);

Result<std::array<uint8_t, 32>> parse_hex256(std::string_view text, bool is_signed) {
    const char* type_name = is_signed ? "i256" : "u256";
    auto invalid = [&](const char* why) {
        return fail(ErrorCode::InvalidArgument, "invalid value: string \"{}{}\", expected {} as 0x and hex digits: {}",
                    text.substr(0, kMessageDigitsMax), text.size() > kMessageDigitsMax ? "…" : "", type_name, why);
    };
    std::string_view rest = text;
    bool negative = rest.starts_with('-');
    if (negative && !is_signed) return invalid("negative");
    if (negative || rest.starts_with('+')) rest.remove_prefix(1);
    if (!rest.starts_with("0x")) return invalid("no 0x");
    rest.remove_prefix(2);
    if (rest.empty()) return invalid("no digits");
    std::array<uint8_t, 32> le{};
    size_t position = 0;
    for (size_t i = rest.size(); i-- > 0; ++position) {
        int digit = hex_digit(rest[i]);
        if (digit < 0) return invalid("not a hex digit");
        if (digit == 0) continue;
        if (position >= 64) return invalid("too big");
        le[position / 2] |= static_cast<uint8_t>(digit << (position % 2 * 4));
    }
    if (negative) negate(le);
    bool is_zero = std::all_of(le.begin(), le.end(), [](uint8_t byte) { return byte == 0; });
    if (is_signed && !is_zero && is_negative(le) != negative) return invalid("out of range");
    return le;
}

void append_hex256(const uint8_t* le, bool is_signed, std::string& out) {
    std::array<uint8_t, 32> bytes;
    std::copy_n(le, 32, bytes.begin());
    if (is_signed && is_negative(bytes)) {
        negate(bytes);
        out += '-';
    }
    out += "0x";
    size_t position = 64;
    auto nibble = [&](size_t i) { return bytes[i / 2] >> (i % 2 * 4) & 15; };
    while (position > 1 && nibble(position - 1) == 0) --position;
    while (position-- > 0) out += "0123456789abcdef"[nibble(position)];
}

void append_decimal(Uint128 value, bool negative, std::string& out) {
    char buffer[40];
    char* at = buffer + sizeof buffer;
    do {
        *--at = static_cast<char>('0' + static_cast<unsigned>(value % 10));
        value /= 10;
    } while (value != 0);
    if (negative) out += '-';
    out.append(at, buffer + sizeof buffer);
}

void append_float(float value, std::string& out) {
    append_shortest(value, -6, 13, out);
}
void append_float(double value, std::string& out) {
    append_shortest(value, -5, 16, out);
}

}  // namespace lightcone::sats
