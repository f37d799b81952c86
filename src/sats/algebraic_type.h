// SPDX-License-Identifier: Apache-2.0
// The type system every boundary shares: modules, clients, the log and memory (docs/formats/bsatn.md).
// Values, freely copied; structural equality includes names and order.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace lightcone::sats {

// Nodes of one type, typespace or resolved type: inlining refs may grow a type exponentially.
inline constexpr uint32_t kTypeNodesMax = 1u << 20;

// The enumerators' numbers are the BSATN tags of an encoded type.
enum class TypeKind : uint8_t {
    Ref = 0,
    Sum = 1,
    Product = 2,
    Array = 3,
    String = 4,
    Bool = 5,
    I8 = 6,
    U8 = 7,
    I16 = 8,
    U16 = 9,
    I32 = 10,
    U32 = 11,
    I64 = 12,
    U64 = 13,
    I128 = 14,
    U128 = 15,
    I256 = 16,
    U256 = 17,
    F32 = 18,
    F64 = 19,
};

struct TypeElement;

struct AlgebraicType {
    TypeKind kind = TypeKind::Product;
    // Ref: index into the typespace in scope.
    uint32_t ref = 0;
    // Product: elements. Sum: variants. Array: one unnamed element, the element type. Otherwise empty.
    std::vector<TypeElement> elements;

    // The unit type.
    AlgebraicType();
    // A type without elements, as scalars and String are.
    explicit AlgebraicType(TypeKind elementless);

    static AlgebraicType make_ref(uint32_t index);
    static AlgebraicType array_of(AlgebraicType element);
    static AlgebraicType option_of(AlgebraicType some);
    static AlgebraicType product(std::vector<TypeElement> elements);
    static AlgebraicType sum(std::vector<TypeElement> variants);
    static AlgebraicType unit();

    bool is_unit() const;
    bool operator==(const AlgebraicType&) const;
};

struct TypeElement {
    std::optional<std::string> name;
    AlgebraicType type;

    bool operator==(const TypeElement&) const = default;
};

inline AlgebraicType::AlgebraicType() = default;
inline AlgebraicType::AlgebraicType(TypeKind elementless) : kind(elementless) {}
inline AlgebraicType AlgebraicType::unit() {
    return {};
}
inline bool AlgebraicType::is_unit() const {
    return kind == TypeKind::Product && elements.empty();
}

struct Typespace {
    std::vector<AlgebraicType> types;

    bool operator==(const Typespace&) const = default;
};

// Bytes of a scalar type's values (1 for Bool … 32 for U256); nothing for Ref, Sum, Product, Array, String.
std::optional<uint32_t> scalar_bytes(TypeKind kind);

// Replaces every Ref by the type it names. Errors: InvalidArgument for a Ref out of range, a recursive type
// ("Found recursive type reference &{i}"), nesting beyond kTypeDepthMax, more than kTypeNodesMax nodes.
Result<AlgebraicType> resolve(const AlgebraicType& type, const Typespace& typespace);

// Follows refs until another type. Errors: InvalidArgument (out of range, more than kTypeDepthMax refs in a row).
Result<const AlgebraicType*> dereference(const AlgebraicType& type, const Typespace& typespace);

// Variant name of a kind (`U64`, `Product`) and the kind of such a name.
const char* type_kind_name(TypeKind kind);
std::optional<TypeKind> type_kind_of_name(std::string_view name);

// Text notation of error messages: `(x: I32, y: Array<U8>)`, `(A: () | B: U8)`, `&3`.
std::string type_text(const AlgebraicType& type);

// BSATN of a type itself. A scalar has nesting 0; each array, product and sum around it adds 1.
// Errors: InvalidArgument (too short, unknown tag, nesting beyond kTypeDepthMax, a sum of more than kSumVariantsMax
// variants, more than kTypeNodesMax nodes).
Result<AlgebraicType> decode_type(ByteReader& in);
Result<Typespace> decode_typespace(ByteReader& in);
void encode_type(const AlgebraicType& type, Bytes& out);
void encode_typespace(const Typespace& typespace, Bytes& out);

// Which of the types recognised by shape this one is (names are part of the shape; refs are not followed).
enum class SpecialType : uint8_t {
    None,
    Unit,
    Never,
    Bytes,
    Option,
    Result,
    Identity,
    ConnectionId,
    Timestamp,
    TimeDuration,
    Uuid,
    ScheduleAt,
};
SpecialType special_type(const AlgebraicType& type);
// The type of Identity, ConnectionId, Timestamp, TimeDuration, Uuid, ScheduleAt, Unit, Never or Bytes.
AlgebraicType make_special(SpecialType special);
// A sum whose payloads are all unit (an empty sum counts).
bool is_simple_enum(const AlgebraicType& type);

}  // namespace lightcone::sats
