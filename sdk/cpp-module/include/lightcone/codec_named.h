// SPDX-License-Identifier: Apache-2.0
// Codecs of the types that get a name of their own in the module definition: plain structs, enums, sum types.
//     struct Point { float x; float y; };                              product {x, y}
//     enum class Colour : std::uint8_t { Red, Green };                 sum without payloads; enumerators 0, 1, 2, …
//     struct Shape : std::variant<Circle, Square> { using variant::variant; };   sum; variants named as their types
//     Case<"Text", std::string>                                        a variant of a sum with a name of its own
// An empty struct as variant carries nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "codec.h"
#include "codec_special.h"
#include "reflect.h"

namespace lightcone {

// A string as template argument.
template <std::size_t Size>
struct FixedString {
    char text[Size] = {};
    consteval FixedString(const char (&literal)[Size]) {
        for (std::size_t i = 0; i < Size; ++i) text[i] = literal[i];
    }
    constexpr std::string_view view() const { return {text, Size - 1}; }
};

// Variant `Name` of a sum type with payload T.
template <FixedString Name, class T>
struct Case {
    T value;
    friend bool operator==(const Case&, const Case&) = default;
};

namespace detail {

// The named types of the module, in order of first use. Types are told apart by the address of a variable per type.
class Typespace {
  public:
    template <class T>
    static inline const char key_of = 0;

    // Writes a reference to T to `out`; describes T with `write(out)` when it is new.
    template <class T, class Write>
    void refer(ByteString& out, Write write) {
        std::uint32_t index = 0;
        while (index < entries_.size() && entries_[index].key != &key_of<T>) ++index;
        if (index == entries_.size()) {
            entries_.push_back({&key_of<T>, type_name<T>, {}});
            ByteString definition;
            write(definition);
            entries_[index].definition = std::move(definition.bytes);
        }
        out.u8(static_cast<std::uint8_t>(TypeTag::Ref));
        out.u32(index);
    }

    struct Entry {
        const void* key;
        std::string_view name;
        std::string definition;
    };
    const std::vector<Entry>& entries() const { return entries_; }

  private:
    std::vector<Entry> entries_;
};

template <class T>
constexpr bool has_good_name() {
    constexpr std::string_view name = type_name<T>;
    if (name.empty()) return false;
    for (const char c : name) {
        if (!is_name_character(c)) return false;
    }
    return true;
}

template <class T>
constexpr void require_name() {
    static_assert(
        has_good_name<T>(),
        "this type needs a name: template <> inline constexpr std::string_view lightcone::type_name<T> = \"…\"");
}

template <class... Ts>
void variant_probe(const std::variant<Ts...>&);

// std::variant or a struct derived from one.
template <class T>
concept VariantLike = requires(const T& value) { variant_probe(value); };

template <class T>
concept PlainStruct = std::is_class_v<T> && std::is_aggregate_v<T> && !VariantLike<T>;

template <class T>
    requires std::is_enum_v<T>
struct Codec<T> {
    static constexpr std::size_t kBytes = 1;
    static constexpr std::size_t kCount = enumerator_count<T>();
    static_assert(kCount > 0, "the enumerators of a column type must be 0, 1, 2, … without gaps");

    static constexpr std::size_t size(const T&) { return 1; }
    static char* write(char* at, const T& value) {
        if (static_cast<std::size_t>(value) >= kCount)
            panic("{} is not an enumerator of {}", static_cast<std::size_t>(value), type_name<T>);
        *at = static_cast<char>(value);
        return at + 1;
    }
    template <class Source>
    static T read(Source& source) {
        return static_cast<T>(static_cast<unsigned char>(*source.take(1)));
    }
    static void describe(Typespace& types, ByteString& out) {
        require_name<T>();
        types.refer<T>(out, [](ByteString& definition) {
            definition.u8(static_cast<std::uint8_t>(TypeTag::Sum));
            definition.u32(kCount);
            [&]<std::size_t... Index>(std::index_sequence<Index...>) {
                ((definition.some_text(value_name<static_cast<T>(Index)>()), describe_unit(definition)), ...);
            }(std::make_index_sequence<kCount>{});
        });
    }
};

template <class T, std::size_t... Index>
constexpr std::size_t fixed_struct_bytes(std::index_sequence<Index...>) {
    if constexpr (((Codec<FieldType<T, Index>>::kBytes == kVariable) || ... || false)) {
        return kVariable;
    } else {
        return (std::size_t{0} + ... + Codec<FieldType<T, Index>>::kBytes);
    }
}

template <PlainStruct T>
struct Codec<T> {
    using Indexes = std::make_index_sequence<field_count<T>>;
    static constexpr std::size_t kBytes = fixed_struct_bytes<T>(Indexes{});

    static constexpr std::size_t size(const T& value) {
        if constexpr (kBytes != kVariable) {
            return kBytes;
        } else {
            return with_fields(value, [](const auto&... fields) {
                return (std::size_t{0} + ... + Codec<std::remove_cvref_t<decltype(fields)>>::size(fields));
            });
        }
    }
    static char* write(char* at, const T& value) {
        with_fields(value, [&](const auto&... fields) {
            ((at = Codec<std::remove_cvref_t<decltype(fields)>>::write(at, fields)), ...);
        });
        return at;
    }
    template <class Source>
    static T read(Source& source) {
        return [&]<std::size_t... Index>(std::index_sequence<Index...>) {
            return T{Codec<FieldType<T, Index>>::read(source)...};
        }(Indexes{});
    }
    // The elements of the product: count, then name and type of each.
    static void describe_elements(Typespace& types, ByteString& out) {
        out.u32(field_count<T>);
        [&]<std::size_t... Index>(std::index_sequence<Index...>) {
            ((out.some_text(field_name<T, Index>()), Codec<FieldType<T, Index>>::describe(types, out)), ...);
        }(Indexes{});
    }
    static void describe(Typespace& types, ByteString& out) {
        require_name<T>();
        types.refer<T>(out, [&](ByteString& definition) {
            definition.u8(static_cast<std::uint8_t>(TypeTag::Product));
            describe_elements(types, definition);
        });
    }
};

// Name and payload of a variant's alternative.
template <class T>
struct Alternative {
    using Payload = T;
    static constexpr std::string_view name() {
        if constexpr (std::same_as<T, std::string>) {
            return "String";
        } else {
            require_name<T>();
            return type_name<T>;
        }
    }
    static const Payload& payload(const T& value) { return value; }
    static T make(Payload&& payload) { return std::move(payload); }
};

template <Scalar T>
struct Alternative<T> {
    using Payload = T;
    static constexpr std::string_view name() {
        constexpr std::string_view kNames[] = {"Bool", "I8",   "U8",   "I16",  "U16",  "I32", "U32", "I64",
                                               "U64",  "I128", "U128", "I256", "U256", "F32", "F64"};
        return kNames[static_cast<int>(scalar_tag<T>()) - static_cast<int>(TypeTag::Bool)];
    }
    static const Payload& payload(const T& value) { return value; }
    static T make(Payload&& payload) { return payload; }
};

template <FixedString Name, class T>
struct Alternative<Case<Name, T>> {
    using Payload = T;
    static constexpr std::string_view name() { return Name.view(); }
    static const Payload& payload(const Case<Name, T>& value) { return value.value; }
    static Case<Name, T> make(Payload&& payload) { return {std::move(payload)}; }
};

template <class T, class... Ts>
struct VariantCodec {
    static constexpr std::size_t kBytes = kVariable;
    static_assert(sizeof...(Ts) <= 256, "a sum type may have at most 256 variants");

    static std::size_t size(const T& value) {
        std::size_t total = 1;
        for_current(value, [&]<class A>(const A& current) {
            total += Codec<typename Alternative<A>::Payload>::size(Alternative<A>::payload(current));
        });
        return total;
    }
    static char* write(char* at, const T& value) {
        *at++ = static_cast<char>(value.index());
        for_current(value, [&]<class A>(const A& current) {
            at = Codec<typename Alternative<A>::Payload>::write(at, Alternative<A>::payload(current));
        });
        return at;
    }
    template <class Source>
    static T read(Source& source) {
        return read_from<0, Source, Ts...>(static_cast<unsigned char>(*source.take(1)), source);
    }
    static void describe(Typespace& types, ByteString& out) {
        require_name<T>();
        types.refer<T>(out, [&](ByteString& definition) {
            definition.u8(static_cast<std::uint8_t>(TypeTag::Sum));
            definition.u32(sizeof...(Ts));
            (describe_variant<Ts>(types, definition), ...);
        });
    }

  private:
    template <class Visitor>
    static void for_current(const T& value, Visitor visit) {
        const std::variant<Ts...>& base = value;
        [&]<std::size_t... Index>(std::index_sequence<Index...>) {
            (void)((base.index() == Index && (visit(*std::get_if<Index>(&base)), true)) || ...);
        }(std::make_index_sequence<sizeof...(Ts)>{});
    }
    template <std::size_t Index, class Source, class First, class... Rest>
    static T read_from(std::size_t tag, Source& source) {
        if (tag == Index) {
            return T(std::in_place_index<Index>,
                     Alternative<First>::make(Codec<typename Alternative<First>::Payload>::read(source)));
        }
        if constexpr (sizeof...(Rest) == 0) {
            panic("{} is not a variant of {}", tag, type_name<T>);
        } else {
            return read_from<Index + 1, Source, Rest...>(tag, source);
        }
    }
    template <class A>
    static void describe_variant(Typespace& types, ByteString& out) {
        using Payload = typename Alternative<A>::Payload;
        out.some_text(Alternative<A>::name());
        if constexpr (PlainStruct<Payload> && std::is_empty_v<Payload>) {
            describe_unit(out);
        } else {
            Codec<Payload>::describe(types, out);
        }
    }
};

template <class T, class... Ts>
VariantCodec<T, Ts...> variant_codec(const std::variant<Ts...>&);

template <VariantLike T>
struct Codec<T> : decltype(variant_codec<T>(std::declval<const T&>())) {};

}  // namespace detail
}  // namespace lightcone
