// SPDX-License-Identifier: Apache-2.0
// Text with {} placeholders, for log messages, errors and panics: append_text("{} of {}", …).
// Small on purpose: no iostream, no locale, no format specifications; only the types that a module prints are linked
// in.
// "{{" and "}}" print a brace. The number of placeholders is checked at compile time.
// A type of your own is printed when `void append_text(std::string& out, const YourType&)` is found beside it.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "reflect.h"
#include "text_float.h"
#include "types.h"

namespace lightcone {
namespace detail {

void a_format_string_needs_one_placeholder_per_argument();

constexpr int count_placeholders(std::string_view text) {
    int count = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '{') {
            if (i + 1 < text.size() && text[i + 1] == '{') {
                ++i;
            } else if (i + 1 < text.size() && text[i + 1] == '}') {
                ++i;
                ++count;
            } else {
                return -1;
            }
        } else if (text[i] == '}') {
            if (i + 1 == text.size() || text[i + 1] != '}') return -1;
            ++i;
        }
    }
    return count;
}

constexpr std::string_view last_path_component(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

// Decimal digits. 128-bit division is only linked into modules that print such numbers.
template <class T>
void append_unsigned(std::string& out, T value) {
    char digits[40];
    char* end = digits + sizeof digits;
    char* begin = end;
    do {
        *--begin = static_cast<char>('0' + static_cast<int>(value % 10));
        value /= 10;
    } while (value != 0);
    out.append(begin, end);
}

// `digits` hexadecimal digits of the little-endian limbs, most significant first.
inline void append_hex(std::string& out, const std::uint64_t* limbs, int digits) {
    for (int i = digits - 1; i >= 0; --i) out += "0123456789abcdef"[(limbs[i / 16] >> (i % 16 * 4)) & 15];
}

inline void append_padded(std::string& out, std::uint64_t value, int width) {
    char digits[20];
    for (int i = width - 1; i >= 0; --i, value /= 10) digits[i] = static_cast<char>('0' + static_cast<int>(value % 10));
    out.append(digits, static_cast<std::size_t>(width));
}

}  // namespace detail

inline void append_text(std::string& out, std::string_view value) {
    out += value;
}
template <std::same_as<bool> T>  // a pointer must not become a bool
void append_text(std::string& out, T value) {
    out += value ? "true" : "false";
}
inline void append_text(std::string& out, char value) {
    out += value;
}

template <class T>
    requires((std::integral<T> || std::same_as<T, i128> || std::same_as<T, u128>) && !std::same_as<T, bool> &&
             !std::same_as<T, char>)
void append_text(std::string& out, T value) {
    using Magnitude = std::conditional_t<(sizeof(T) > 8), u128, std::uint64_t>;
    auto magnitude = static_cast<Magnitude>(value);
    if (value < T{0}) {
        out += '-';
        magnitude = 0 - magnitude;
    }
    detail::append_unsigned(out, magnitude);
}

template <std::floating_point T>
void append_text(std::string& out, T value) {
    detail::append_float(out, value);
}

// The enumerator's name, or its number when it has none.
template <class T>
    requires std::is_enum_v<T>
void append_text(std::string& out, T value) {
    const auto number = static_cast<std::size_t>(value);
    const bool named = [&]<std::size_t... Index>(std::index_sequence<Index...>) {
        return ((number == Index && (out += detail::value_name<static_cast<T>(Index)>(), true)) || ...);
    }(std::make_index_sequence<detail::enumerator_count<T>()>{});
    if (!named) append_text(out, static_cast<std::underlying_type_t<T>>(value));
}

inline void append_text(std::string& out, const u256& value) {
    out += "0x";
    detail::append_hex(out, value.limbs, 64);
}

inline void append_text(std::string& out, const i256& value) {
    out += "0x";
    detail::append_hex(out, value.limbs, 64);
}

inline void append_text(std::string& out, const Identity& value) {
    detail::append_hex(out, value.value.limbs, 64);
}

inline void append_text(std::string& out, const ConnectionId& value) {
    const std::uint64_t limbs[2] = {static_cast<std::uint64_t>(value.value),
                                    static_cast<std::uint64_t>(value.value >> 64)};
    detail::append_hex(out, limbs, 32);
}

inline void append_text(std::string& out, const Uuid& value) {
    std::string hex;
    append_text(hex, ConnectionId{value.value});
    for (std::size_t i = 0; i < hex.size(); ++i) {
        if (i == 8 || i == 12 || i == 16 || i == 20) out += '-';
        out += hex[i];
    }
}

// Signed seconds with six decimals: +1.500000.
inline void append_text(std::string& out, TimeDuration value) {
    const auto bits = static_cast<std::uint64_t>(value.micros);
    const std::uint64_t magnitude = value.micros < 0 ? 0 - bits : bits;
    out += value.micros < 0 ? '-' : '+';
    detail::append_unsigned(out, magnitude / 1000000);
    out += '.';
    detail::append_padded(out, magnitude % 1000000, 6);
}

// RFC 3339 in UTC with six decimals: 2023-06-05T21:20:00.123456+00:00.
inline void append_text(std::string& out, Timestamp value) {
    constexpr std::int64_t kDayMicros = 86400000000;
    const std::int64_t day = value.micros / kDayMicros - (value.micros % kDayMicros < 0 ? 1 : 0);
    const auto in_day = static_cast<std::uint64_t>(value.micros - day * kDayMicros);
    // Days since 0000-03-01, so that the leap day ends a year (Howard Hinnant's civil_from_days).
    const std::int64_t shifted = day + 719468;
    const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    const auto of_era = static_cast<std::uint64_t>(shifted - era * 146097);
    const std::uint64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const std::uint64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::uint64_t month_index = (5 * of_year + 2) / 153;
    const std::uint64_t month = month_index < 10 ? month_index + 3 : month_index - 9;
    const std::int64_t year = static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2 ? 1 : 0);
    if (year < 0) out += '-';
    detail::append_padded(out, static_cast<std::uint64_t>(year < 0 ? -year : year),
                          year > 9999 || year < -9999 ? 6 : 4);
    const struct {
        char before;
        std::uint64_t value;
    } parts[] = {{'-', month},
                 {'-', of_year - (153 * month_index + 2) / 5 + 1},
                 {'T', in_day / 3600000000},
                 {':', in_day / 60000000 % 60},
                 {':', in_day / 1000000 % 60}};
    for (const auto& part : parts) {
        out += part.before;
        detail::append_padded(out, part.value, 2);
    }
    out += '.';
    detail::append_padded(out, in_day % 1000000, 6);
    out += "+00:00";
}

template <class T>
void append_text(std::string& out, const std::optional<T>& value) {
    if (value) {
        append_text(out, *value);
    } else {
        out += "none";
    }
}

// A checked format string together with the place where it was written.
template <class... Args>
struct FormatString {
    std::string_view text;
    std::string_view file;
    std::uint32_t line;

    template <std::size_t Size>
    consteval FormatString(const char (&literal)[Size], std::source_location place = std::source_location::current())
        : text(literal, Size - 1), file(detail::last_path_component(place.file_name())), line(place.line()) {
        if (detail::count_placeholders(text) != static_cast<int>(sizeof...(Args))) {
            detail::a_format_string_needs_one_placeholder_per_argument();
        }
    }
};

namespace detail {

// An argument with its type forgotten, so that formatting itself exists once in the module.
struct TextArgument {
    const void* value;
    void (*append)(std::string& out, const void* value);
};

template <class T>
void append_argument(std::string& out, const void* value) {
    append_text(out, *static_cast<const T*>(value));
}

template <std::size_t Size>
void append_argument_literal(std::string& out, const void* value) {
    append_text(out, std::string_view(static_cast<const char*>(value)));
}

template <class T>
TextArgument text_argument(const T& value) {
    if constexpr (std::is_array_v<T>) {
        return {value, append_argument_literal<0>};
    } else {
        return {&value, append_argument<T>};
    }
}

inline std::string build_text(std::string_view text, const TextArgument* arguments) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '{' && text[i + 1] == '}') {
            arguments->append(out, arguments->value);
            ++arguments;
            ++i;
        } else {
            out += c;
            if (c == '{' || c == '}') ++i;
        }
    }
    return out;
}

}  // namespace detail

// The text with each {} replaced by its argument.
template <class... Args>
std::string format(FormatString<std::type_identity_t<Args>...> text, const Args&... arguments) {
    const detail::TextArgument list[] = {detail::text_argument(arguments)..., {nullptr, nullptr}};
    return detail::build_text(text.text, list);
}

}  // namespace lightcone
