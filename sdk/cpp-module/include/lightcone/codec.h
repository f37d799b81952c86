// SPDX-License-Identifier: Apache-2.0
// Codec<T>: how a value of the C++ type T is written as BSATN, read back, and described to the database.
// Every specialisation has
//     kBytes              encoded length when it is the same for all values, else kVariable
//     size(value)         encoded length of this value
//     write(at, value)    writes size(value) bytes, returns the end
//     read(reader)        reads one value
//     describe(types, out) writes the algebraic type
// This file: numbers, bool, text, lists, options, expected. Structs, enums and variants: codec_named.h. Identity,
// times: codec_special.h.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "types.h"
#include "wire.h"

namespace lightcone::detail {

static_assert(std::endian::native == std::endian::little);

inline constexpr std::size_t kVariable = static_cast<std::size_t>(-1);

class Typespace;

template <class T>
struct Codec;

// Tags of an encoded algebraic type.
enum class TypeTag : std::uint8_t {
    Ref,
    Sum,
    Product,
    Array,
    String,
    Bool,
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
    I128,
    U128,
    I256,
    U256,
    F32,
    F64,
};

template <class T>
concept Character = std::same_as<T, char> || std::same_as<T, wchar_t> || std::same_as<T, char8_t> ||
                    std::same_as<T, char16_t> || std::same_as<T, char32_t>;

template <class T>
concept Integer =
    (std::integral<T> && !Character<T> && !std::same_as<T, bool>) || std::same_as<T, i128> || std::same_as<T, u128>;

// What a sequence can count in.
template <class T>
concept WideInteger = Integer<T> || std::same_as<T, u256> || std::same_as<T, i256>;

template <class T>
concept Scalar = Integer<T> || std::same_as<T, bool> || std::same_as<T, float> || std::same_as<T, double> ||
                 std::same_as<T, u256> || std::same_as<T, i256>;

template <Scalar T>
constexpr TypeTag scalar_tag() {
    if constexpr (std::same_as<T, bool>)
        return TypeTag::Bool;
    else if constexpr (std::same_as<T, float>)
        return TypeTag::F32;
    else if constexpr (std::same_as<T, double>)
        return TypeTag::F64;
    else if constexpr (std::same_as<T, u256>)
        return TypeTag::U256;
    else if constexpr (std::same_as<T, i256>)
        return TypeTag::I256;
    else {
        const auto steps = std::bit_width(sizeof(T)) - 1;
        const bool is_signed = static_cast<T>(-1) < T{0};
        return static_cast<TypeTag>(static_cast<int>(TypeTag::I8) + 2 * static_cast<int>(steps) + (is_signed ? 0 : 1));
    }
}

template <Scalar T>
struct Codec<T> {
    static constexpr std::size_t kBytes = sizeof(T);
    static constexpr std::size_t size(const T&) { return kBytes; }
    static char* write(char* at, const T& value) {
        std::memcpy(at, &value, sizeof value);
        return at + sizeof value;
    }
    template <class Source>
    static T read(Source& source) {
        T value;
        std::memcpy(&value, source.take(sizeof value), sizeof value);
        return value;
    }
    static void describe(Typespace&, ByteString& out) { out.u8(static_cast<std::uint8_t>(scalar_tag<T>())); }
};

inline char* write_length(char* at, std::size_t length) {
    return Codec<std::uint32_t>::write(at, static_cast<std::uint32_t>(length));
}

struct TextCodec {
    static constexpr std::size_t kBytes = kVariable;
    static std::size_t size(std::string_view value) { return 4 + value.size(); }
    static char* write(char* at, std::string_view value) {
        at = write_length(at, value.size());
        if (!value.empty()) std::memcpy(at, value.data(), value.size());
        return at + value.size();
    }
    static void describe(Typespace&, ByteString& out) { out.u8(static_cast<std::uint8_t>(TypeTag::String)); }
};

template <>
struct Codec<std::string> : TextCodec {
    template <class Source>
    static std::string read(Source& source) {
        const auto length = Codec<std::uint32_t>::read(source);
        return std::string(source.take(length), length);
    }
};

// Text that is only written: keys of look-ups.
template <>
struct Codec<std::string_view> : TextCodec {};

template <class T>
struct Codec<std::vector<T>> {
    static constexpr std::size_t kBytes = kVariable;
    static constexpr bool kCopied = Scalar<T> && !std::same_as<T, bool>;

    static std::size_t size(const std::vector<T>& value) {
        if constexpr (Codec<T>::kBytes != kVariable) {
            return 4 + Codec<T>::kBytes * value.size();
        } else {
            std::size_t total = 4;
            for (const T& element : value) total += Codec<T>::size(element);
            return total;
        }
    }
    static char* write(char* at, const std::vector<T>& value) {
        at = write_length(at, value.size());
        if constexpr (kCopied) {
            if (!value.empty()) std::memcpy(at, value.data(), value.size() * sizeof(T));
            return at + value.size() * sizeof(T);
        } else {
            for (const auto& element : value) at = Codec<T>::write(at, element);
            return at;
        }
    }
    template <class Source>
    static std::vector<T> read(Source& source) {
        const auto count = Codec<std::uint32_t>::read(source);
        std::vector<T> value;
        if constexpr (kCopied) {
            const char* bytes = source.take(count * sizeof(T));
            value.resize(count);
            if (count != 0) std::memcpy(value.data(), bytes, count * sizeof(T));
        } else {
            if constexpr (Codec<T>::kBytes != kVariable && Codec<T>::kBytes != 0) {
                if (source.remaining() / Codec<T>::kBytes >= count) value.reserve(count);
            }
            for (std::uint32_t i = 0; i < count; ++i) value.push_back(Codec<T>::read(source));
        }
        return value;
    }
    static void describe(Typespace& types, ByteString& out) {
        out.u8(static_cast<std::uint8_t>(TypeTag::Array));
        Codec<T>::describe(types, out);
    }
};

inline void describe_unit(ByteString& out) {
    out.u8(static_cast<std::uint8_t>(TypeTag::Product));
    out.u32(0);
}

template <class T>
struct Codec<std::optional<T>> {
    static constexpr std::size_t kBytes = kVariable;
    static std::size_t size(const std::optional<T>& value) { return 1 + (value ? Codec<T>::size(*value) : 0); }
    static char* write(char* at, const std::optional<T>& value) {
        *at++ = value ? 0 : 1;
        return value ? Codec<T>::write(at, *value) : at;
    }
    template <class Source>
    static std::optional<T> read(Source& source) {
        if (*source.take(1) != 0) return std::nullopt;
        return Codec<T>::read(source);
    }
    static void describe(Typespace& types, ByteString& out) {
        out.u8(static_cast<std::uint8_t>(TypeTag::Sum));
        out.u32(2);
        out.some_text("some");
        Codec<T>::describe(types, out);
        out.some_text("none");
        describe_unit(out);
    }
};

template <class T, class E>
struct Codec<std::expected<T, E>> {
    static constexpr std::size_t kBytes = kVariable;
    using Value = std::expected<T, E>;
    static std::size_t size(const Value& value) {
        return 1 + (value ? Codec<T>::size(*value) : Codec<E>::size(value.error()));
    }
    static char* write(char* at, const Value& value) {
        *at++ = value ? 0 : 1;
        return value ? Codec<T>::write(at, *value) : Codec<E>::write(at, value.error());
    }
    template <class Source>
    static Value read(Source& source) {
        if (*source.take(1) != 0) return std::unexpected(Codec<E>::read(source));
        return Codec<T>::read(source);
    }
    static void describe(Typespace& types, ByteString& out) {
        out.u8(static_cast<std::uint8_t>(TypeTag::Sum));
        out.u32(2);
        out.some_text("ok");
        Codec<T>::describe(types, out);
        out.some_text("err");
        Codec<E>::describe(types, out);
    }
};

// Decodes one value; the length is checked once when it does not depend on the value.
template <class T>
T decode(Reader& reader) {
    if constexpr (Codec<T>::kBytes != kVariable) {
        UncheckedReader fixed(reader.take(Codec<T>::kBytes));
        return Codec<T>::read(fixed);
    } else {
        return Codec<T>::read(reader);
    }
}

}  // namespace lightcone::detail
