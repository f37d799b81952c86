// SPDX-License-Identifier: Apache-2.0
// How the values given to find, filter and erase become the key bytes of an index scan.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "codec_named.h"
#include "range.h"

namespace lightcone::detail {

inline constexpr std::size_t kKeyStackBytes = 256;

// A text column is looked up by anything that is text, without a copy; any other value is converted to the column's
// type.
template <class Column, class Given>
using KeyType =
    std::conditional_t<std::is_same_v<Column, std::string> && std::is_convertible_v<const Given&, std::string_view>,
                       std::string_view, Column>;

template <class Column, class Given>
    requires std::is_convertible_v<const Given&, KeyType<Column, Given>>
std::size_t key_size(const Given& value) {
    using Key = KeyType<Column, Given>;
    return Codec<Key>::size(static_cast<const Key&>(value));
}

template <class Column, class Given>
    requires std::is_convertible_v<const Given&, KeyType<Column, Given>>
char* write_key(char* at, const Given& value) {
    using Key = KeyType<Column, Given>;
    return Codec<Key>::write(at, static_cast<const Key&>(value));
}

template <class T>
inline constexpr bool is_range = false;
template <class T>
inline constexpr bool is_range<Range<T>> = true;

template <class... Ts>
constexpr bool last_is_range() {
    bool last = false;
    ((last = is_range<Ts>), ...);
    return last;
}

// Key bytes for values of columns of these types, all given exactly.
template <class... Columns>
class PointKey {
  public:
    template <class... Given>
    explicit PointKey(const Given&... values)
        : size_((std::size_t{0} + ... + key_size<Columns>(values))), bytes_(size_) {
        char* at = bytes_.data();
        ((at = write_key<Columns>(at, values)), ...);
    }
    const char* data() { return bytes_.data(); }
    std::uint32_t size() const { return static_cast<std::uint32_t>(size_); }

  private:
    static constexpr bool kFixed = ((Codec<Columns>::kBytes != kVariable) && ...);
    static constexpr std::size_t stack_bytes() {
        if constexpr (kFixed) {
            return (std::size_t{0} + ... + Codec<Columns>::kBytes);
        } else {
            return kKeyStackBytes;
        }
    }

    std::size_t size_;
    Buffer<stack_bytes()> bytes_;
};

template <class Column, class T>
std::size_t bound_size(const Bound<T>& bound) {
    return 1 + (bound.value ? key_size<Column>(*bound.value) : 0);
}

template <class Column, class T>
char* write_bound(char* at, const Bound<T>& bound) {
    *at++ = static_cast<char>(bound.kind);
    return bound.value ? write_key<Column>(at, *bound.value) : at;
}

// The three byte strings of a range scan: equal leading columns, then the two bounds of the next one.
struct RangeKey {
    const char* prefix;
    std::uint32_t prefix_size;
    std::uint32_t prefix_columns;
    const char* low;
    std::uint32_t low_size;
    const char* high;
    std::uint32_t high_size;
};

// Calls `use(RangeKey)` with the bytes for `values`, of which the last may be a Range; without one the column after
// them is left open.
template <class First, class... Rest, class Use, class FirstGiven, class... Given>
auto with_range_key(Use use, const FirstGiven& first, const Given&... rest) {
    constexpr bool kRanged = last_is_range<FirstGiven, Given...>();
    std::size_t prefix = 0;
    std::size_t low = 1;
    std::size_t high = 1;
    const auto measure = [&]<class Column, class Value>(std::type_identity<Column>, const Value& value) {
        if constexpr (is_range<Value>) {
            low = bound_size<Column>(value.low);
            high = bound_size<Column>(value.high);
        } else {
            prefix += key_size<Column>(value);
        }
    };
    measure(std::type_identity<First>{}, first);
    (measure(std::type_identity<Rest>{}, rest), ...);

    Buffer<kKeyStackBytes> bytes(prefix + low + high);
    char* at = bytes.data();
    const auto write = [&]<class Column, class Value>(std::type_identity<Column>, const Value& value) {
        if constexpr (is_range<Value>) {
            at = write_bound<Column>(write_bound<Column>(at, value.low), value.high);
        } else {
            at = write_key<Column>(at, value);
        }
    };
    write(std::type_identity<First>{}, first);
    (write(std::type_identity<Rest>{}, rest), ...);
    if constexpr (!kRanged) at[0] = at[1] = static_cast<char>(BoundKind::Unbounded);

    const char* start = bytes.data();
    return use(RangeKey{start, static_cast<std::uint32_t>(prefix),
                        static_cast<std::uint32_t>(1 + sizeof...(Rest) - (kRanged ? 1 : 0)), start + prefix,
                        static_cast<std::uint32_t>(low), start + prefix + low, static_cast<std::uint32_t>(high)});
}

}  // namespace lightcone::detail
