// SPDX-License-Identifier: Apache-2.0
// Number texts of SATS-JSON to values and back. Integers have no fraction, exponent or -0; nothing wraps or rounds.
// Errors: InvalidArgument "invalid value: integer `300`, expected u8".
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lightcone::sats {

__extension__ using Int128 = __int128;
__extension__ using Uint128 = unsigned __int128;

// Digits after an optional minus, and not -0 (a JSON number text otherwise).
bool is_integer_text(std::string_view text);

// `text` passed is_integer_text; nothing when it does not fit.
bool parse_magnitude(std::string_view digits, Uint128 max, Uint128& out);
std::unexpected<Error> integer_out_of_range(std::string_view text, const char* type_name);

template <typename T>
Result<T> parse_unsigned(std::string_view text, const char* type_name) {
    Uint128 value = 0;
    if (text[0] == '-' || !parse_magnitude(text, static_cast<T>(-1), value)) {
        return integer_out_of_range(text, type_name);
    }
    return static_cast<T>(value);
}

template <typename T>
Result<T> parse_signed(std::string_view text, const char* type_name) {
    bool negative = text[0] == '-';
    constexpr auto kMax = ~(Uint128{1} << 127) >> (128 - sizeof(T) * 8);
    Uint128 value = 0;
    if (!parse_magnitude(negative ? text.substr(1) : text, negative ? kMax + 1 : kMax, value)) {
        return integer_out_of_range(text, type_name);
    }
    return static_cast<T>(negative ? Uint128{0} - value : value);
}

// A JSON number, rounded to nearest; too small becomes zero, too big is an error. T: float or double.
template <typename T>
Result<T> parse_float(std::string_view text, const char* type_name);

// 0x…, -0x… (little-endian two's complement): 256-bit integers travel as strings.
Result<std::array<uint8_t, 32>> parse_hex256(std::string_view text, bool is_signed);
void append_hex256(const uint8_t* le, bool is_signed, std::string& out);

void append_decimal(Uint128 value, bool negative, std::string& out);

// Shortest decimal that reads back as the same value, always with a point or an exponent; null for NaN and infinities.
void append_float(float value, std::string& out);
void append_float(double value, std::string& out);

}  // namespace lightcone::sats
