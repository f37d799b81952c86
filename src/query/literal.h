// SPDX-License-Identifier: Apache-2.0
// Literal texts to values: a literal takes the type of what it is compared with, and only its text counts.
#pragma once

#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "sats/algebraic_type.h"

namespace lightcone::query {

// BSATN of the value that `text` (number with sign, string content, or hex digits without 0x) stands for in `type`;
// nothing when the text does not fit, and always nothing for Bool and for types without a literal form. Work is bounded
// by the text's length, whatever its exponent.
std::optional<Bytes> parse_literal(std::string_view text, const sats::AlgebraicType& type);

// A whole number in plain or scientific form, as 256-bit two's complement, little-endian; nothing outside
// -2^255 … 2^256-1.
struct WholeNumber {
    uint64_t limbs[4] = {};
    bool negative = false;
};
std::optional<WholeNumber> parse_whole_number(std::string_view text);

// RFC 3339 with a mandatory offset; microseconds since the epoch, finer fractions cut off.
std::optional<int64_t> parse_timestamp(std::string_view text);

// True when values of the type can be compared in SQL: Bool, integers, floats, String, Array of U8, Identity,
// ConnectionId, Timestamp, Uuid.
bool is_comparable(const sats::AlgebraicType& type);

}  // namespace lightcone::query
