// SPDX-License-Identifier: Apache-2.0
// Names of types, fields and enumerators, found at compile time; nothing of it remains in the module.
//
// The compiler prints template arguments in __PRETTY_FUNCTION__. A pointer to a field of an object that is declared but
// never defined is such an argument, and its text ends in the field's name. clang and g++ print different surroundings,
// so only the last identifier is used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "fields.h"

namespace lightcone {

namespace detail {

constexpr bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

// The identifier that ends the template argument printed in `text`, empty when it ends otherwise (`(Color)7`).
constexpr std::string_view last_identifier(std::string_view text) {
    std::size_t end = text.rfind(']');
    while (end > 0 && text[end - 1] == ')') --end;
    std::size_t begin = end;
    while (begin > 0 && is_name_character(text[begin - 1])) --begin;
    if (begin == end || (text[begin] >= '0' && text[begin] <= '9')) return {};
    if (begin > 0 && text[begin - 1] == ')') return {};
    return text.substr(begin, end - begin);
}

template <class T>
constexpr const char* text_of_type() {
    return __PRETTY_FUNCTION__;
}

template <auto Value>
constexpr const char* text_of_value() {
    return __PRETTY_FUNCTION__;
}

template <class T>
struct Holder {
    T value;
};

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wundefined-var-template"
#pragma clang diagnostic ignored "-Wundefined-internal"
#endif

// Never defined: only addresses of its fields are formed, at compile time.
template <class T>
extern const Holder<T> external;

template <class T>
constexpr auto field_pointers() {
    return with_fields(external<T>.value, [](auto&... fields) { return std::make_tuple(&fields...); });
}

#if defined(__clang__)
#pragma clang diagnostic pop
#endif

template <class T, std::size_t Index>
using FieldType = std::remove_cvref_t<decltype(*std::get<Index>(field_pointers<T>()))>;

// Keeps a name as its own characters, so that the module holds "balance" and not the whole text it was cut from.
template <std::size_t Size>
struct StoredName {
    char text[Size + 1] = {};
    constexpr explicit StoredName(std::string_view name) {
        for (std::size_t i = 0; i < Size; ++i) text[i] = name[i];
    }
    constexpr std::string_view view() const { return {text, Size}; }
};

template <class T, std::size_t Index>
inline constexpr auto stored_field_name = [] {
    constexpr std::string_view name = last_identifier(text_of_value<std::get<Index>(field_pointers<T>())>());
    static_assert(!name.empty());
    return StoredName<name.size()>(name);
}();

template <class T>
inline constexpr auto stored_type_name = [] {
    constexpr std::string_view name = last_identifier(text_of_type<T>());
    return StoredName<name.size()>(name);
}();

template <auto Value>
inline constexpr auto stored_value_name = [] {
    constexpr std::string_view name = last_identifier(text_of_value<Value>());
    return StoredName<name.size()>(name);
}();

template <class Pointer>
struct MemberPointer;

template <class C, class V>
struct MemberPointer<V C::*> {
    using Class = C;
    using Value = V;
};

// Type of the field that Member (&Row::field) points to.
template <auto Member>
using MemberType = typename MemberPointer<decltype(Member)>::Value;

}  // namespace detail

// Name under which clients see the type T. Without a specialisation it is the type's own name, without namespaces.
// A template instance or a plain std::variant has no usable name; give it one:
//     template <> inline constexpr std::string_view lightcone::type_name<Shape> = "Shape";
template <class T>
inline constexpr std::string_view type_name = detail::stored_type_name<T>.view();

namespace detail {

template <class T, std::size_t Index>
constexpr std::string_view field_name() {
    return stored_field_name<T, Index>.view();
}

// Name of a function, enumerator or member given as template argument: &transfer, Color::Red, &Account::id.
template <auto Value>
constexpr std::string_view value_name() {
    return stored_value_name<Value>.view();
}

// Position of the member `Member` (&Row::field) in its struct.
template <auto Member>
constexpr std::uint16_t field_index() {
    using Row = typename MemberPointer<decltype(Member)>::Class;
    constexpr std::string_view wanted = last_identifier(text_of_value<Member>());
    return [=]<std::size_t... Index>(std::index_sequence<Index...>) {
        std::uint16_t found = 0xFFFF;
        ((field_name<Row, Index>() == wanted ? void(found = Index) : void()), ...);
        return found;
    }(std::make_index_sequence<field_count<Row>>{});
}

inline constexpr std::size_t kEnumeratorsMax = 256;

// Number of enumerators of Enum when they are 0, 1, 2, … without a gap.
template <class Enum, std::size_t Next = 0>
constexpr std::size_t enumerator_count() {
    if constexpr (Next == kEnumeratorsMax) {
        return Next;
    } else if constexpr (last_identifier(text_of_value<static_cast<Enum>(Next)>()).empty()) {
        return Next;
    } else {
        return enumerator_count<Enum, Next + 1>();
    }
}

}  // namespace detail
}  // namespace lightcone
