// SPDX-License-Identifier: Apache-2.0
// Shortest decimal text of a floating-point number that reads back as the same number, by exact integer arithmetic
// (Steele and White; "Printing Floating-Point Numbers Quickly and Accurately"). The tables behind std::to_chars would
// add 120 KB to a module; this adds 2 KB and is quick enough for log lines.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <string>

namespace lightcone::detail {

// An unsigned integer of up to 1184 bits: enough for 2^1076 and for 10^324 times a mantissa.
class BigNumber {
  public:
    explicit BigNumber(std::uint64_t value = 0)
        : words_{static_cast<std::uint32_t>(value), static_cast<std::uint32_t>(value >> 32)} {}

    void multiply(std::uint32_t factor) {
        std::uint64_t carry = 0;
        for (std::uint32_t& word : words_) {
            carry += std::uint64_t{word} * factor;
            word = static_cast<std::uint32_t>(carry);
            carry >>= 32;
        }
    }
    void multiply_by_power_of_2(int power) {
        for (; power >= 31; power -= 31) multiply(1u << 31);
        multiply(1u << power);
    }
    void multiply_by_power_of_10(int power) {
        for (; power >= 9; power -= 9) multiply(1000000000);
        for (; power > 0; --power) multiply(10);
    }
    void subtract(const BigNumber& other) {
        std::int64_t borrow = 0;
        for (int i = 0; i < kWords; ++i) {
            borrow += std::int64_t{words_[i]} - other.words_[i];
            words_[i] = static_cast<std::uint32_t>(borrow);
            borrow >>= 32;
        }
    }
    BigNumber plus(const BigNumber& other) const {
        BigNumber sum;
        std::uint64_t carry = 0;
        for (int i = 0; i < kWords; ++i) {
            carry += std::uint64_t{words_[i]} + other.words_[i];
            sum.words_[i] = static_cast<std::uint32_t>(carry);
            carry >>= 32;
        }
        return sum;
    }
    // Negative, zero or positive as this is less than, equal to or greater than the other.
    int compare(const BigNumber& other) const {
        for (int i = kWords - 1; i >= 0; --i) {
            if (words_[i] != other.words_[i]) return words_[i] < other.words_[i] ? -1 : 1;
        }
        return 0;
    }

  private:
    static constexpr int kWords = 37;
    std::uint32_t words_[kWords] = {};
};

struct Decimal {
    char digits[20];
    int count;
    int point;  // the value is 0.digits times 10^point
};

// Digits of mantissa * 2^exponent, as few as tell it from its neighbours. `narrow_below`: the neighbour below is only
// half as far away, as at powers of two.
inline Decimal shortest_digits(std::uint64_t mantissa, int exponent, bool narrow_below) {
    const bool even = mantissa % 2 == 0;
    BigNumber value(mantissa);
    BigNumber scale(1);
    BigNumber above(1);
    BigNumber below(1);
    const int up = (exponent > 0 ? exponent : 0) + 1 + (narrow_below ? 1 : 0);
    value.multiply_by_power_of_2(up);
    scale.multiply_by_power_of_2((exponent < 0 ? -exponent : 0) + 1 + (narrow_below ? 1 : 0));
    above.multiply_by_power_of_2((exponent > 0 ? exponent : 0) + (narrow_below ? 1 : 0));
    below.multiply_by_power_of_2(exponent > 0 ? exponent : 0);

    // 1233 / 4096 is just below log10(2); rounded down, so the estimate is right or too small.
    const int log2 = exponent + std::bit_width(mantissa) - 1;
    int point = log2 >= 0 ? log2 * 1233 / 4096 : -((-log2 * 1233 + 4095) / 4096);
    if (point > 0) {
        scale.multiply_by_power_of_10(point);
    } else {
        for (BigNumber* number : {&value, &above, &below}) number->multiply_by_power_of_10(-point);
    }
    while (value.plus(above).compare(scale) >= (even ? 0 : 1)) {
        scale.multiply(10);
        ++point;
    }

    Decimal result{{}, 0, point};
    for (;;) {
        for (BigNumber* number : {&value, &above, &below}) number->multiply(10);
        char digit = '0';
        while (value.compare(scale) >= 0) {
            value.subtract(scale);
            ++digit;
        }
        const bool low = value.compare(below) < (even ? 1 : 0);
        const bool high = value.plus(above).compare(scale) >= (even ? 0 : 1);
        if (low || high) {
            const int to_half = value.plus(value).compare(scale);
            const bool odd = (digit - '0') % 2 != 0;
            if (high && (!low || to_half > 0 || (to_half == 0 && odd))) ++digit;
            result.digits[result.count++] = digit;
            return result;
        }
        result.digits[result.count++] = digit;
    }
}

inline void append_decimal(std::string& out, const Decimal& decimal) {
    const std::string digits(decimal.digits, static_cast<std::size_t>(decimal.count));
    const int point = decimal.point;
    if (point > 16 || point < -4) {
        out += digits[0];
        if (decimal.count > 1) out += '.' + digits.substr(1);
        const int exponent = point - 1;
        out += exponent < 0 ? "e-" : "e";
        out += std::to_string(exponent < 0 ? -exponent : exponent);
    } else if (point <= 0) {
        out += "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
    } else if (point >= decimal.count) {
        out += digits + std::string(static_cast<std::size_t>(point - decimal.count), '0') + ".0";
    } else {
        out += digits.substr(0, static_cast<std::size_t>(point)) + '.' + digits.substr(static_cast<std::size_t>(point));
    }
}

// Numbers from 1e-5 to 1e16 are written out, others with an exponent: 0.1, 1.0, 2.5e-7, 1e300, nan, -inf.
template <std::floating_point T>
    requires(sizeof(T) <= 8)
void append_float(std::string& out, T value) {
    constexpr bool kDouble = sizeof(T) == 8;
    constexpr int kMantissaBits = kDouble ? 52 : 23;
    constexpr int kExponentMax = kDouble ? 0x7FF : 0xFF;
    using Bits = std::conditional_t<kDouble, std::uint64_t, std::uint32_t>;
    const std::uint64_t bits = std::bit_cast<Bits>(value);
    const std::uint64_t fraction = bits & ((std::uint64_t{1} << kMantissaBits) - 1);
    const int exponent = static_cast<int>(bits >> kMantissaBits) & kExponentMax;
    if (exponent == kExponentMax && fraction != 0) {
        out += "nan";
        return;
    }
    if ((bits >> (sizeof(T) * 8 - 1)) != 0) out += '-';
    if (exponent == kExponentMax) {
        out += "inf";
    } else if (exponent == 0 && fraction == 0) {
        out += "0.0";
    } else {
        const std::uint64_t mantissa = exponent == 0 ? fraction : fraction | (std::uint64_t{1} << kMantissaBits);
        const int power = (exponent == 0 ? 1 : exponent) - (kExponentMax / 2) - kMantissaBits;
        append_decimal(out, shortest_digits(mantissa, power, fraction == 0 && exponent > 1));
    }
}

}  // namespace lightcone::detail
