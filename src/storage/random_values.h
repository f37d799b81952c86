// SPDX-License-Identifier: Apache-2.0
// For tests: random types that columns may have, and random values of a type as BSATN. Values are drawn from few, with
// the troublesome ones among them (zeros of both signs, NaNs, extremes, texts that share beginnings), so that keys
// collide.
#pragma once

#include <algorithm>
#include <bit>
#include <limits>

#include "base/random.h"
#include "sats/algebraic_type.h"

namespace lightcone::storage::testing {

using sats::AlgebraicType;
using sats::TypeKind;

inline AlgebraicType random_type(Random& random, int depth = 2) {
    uint64_t choice = random.below(depth > 0 ? 22 : 17);
    if (choice < 16) {
        constexpr TypeKind kScalars[] = {TypeKind::Bool, TypeKind::I8,   TypeKind::U8,   TypeKind::I16,
                                         TypeKind::U16,  TypeKind::I32,  TypeKind::U32,  TypeKind::I64,
                                         TypeKind::U64,  TypeKind::I128, TypeKind::U128, TypeKind::I256,
                                         TypeKind::U256, TypeKind::F32,  TypeKind::F64,  TypeKind::String};
        return AlgebraicType(kScalars[choice]);
    }
    if (choice == 16) return AlgebraicType::array_of(AlgebraicType(TypeKind::U8));
    if (choice == 17) return AlgebraicType::option_of(random_type(random, depth - 1));
    if (choice == 18) return AlgebraicType::array_of(random_type(random, depth - 1));
    if (choice == 19) {
        return AlgebraicType::product({{"a", random_type(random, depth - 1)}, {"b", random_type(random, depth - 1)}});
    }
    if (choice == 20) {
        return AlgebraicType::sum(
            {{"x", AlgebraicType::unit()}, {"y", AlgebraicType::unit()}, {"z", AlgebraicType::unit()}});
    }
    return AlgebraicType::sum({{"l", random_type(random, depth - 1)}, {"r", random_type(random, depth - 1)}});
}

inline void append_random_float(TypeKind kind, Random& random, Bytes& out) {
    constexpr double kValues[] = {0.0, -0.0, 1.5, -1.5, 1e300, -1e300};
    uint64_t choice = random.below(9);
    double value = choice < 6    ? kValues[choice]
                   : choice == 6 ? std::numeric_limits<double>::infinity()
                   : choice == 7 ? -std::numeric_limits<double>::infinity()
                                 : std::numeric_limits<double>::quiet_NaN();
    ByteWriter writer(out);
    if (kind == TypeKind::F32) {
        auto narrow = static_cast<float>(value);
        writer.u32(std::bit_cast<uint32_t>(narrow) | (choice == 8 ? static_cast<uint32_t>(random.below(4)) : 0));
    } else {
        writer.u64(std::bit_cast<uint64_t>(value) | (choice == 8 ? random.below(4) : 0));
    }
}

inline void append_random_text(Random& random, Bytes& out) {
    constexpr std::string_view kTexts[] = {"", "a", "ab", "abcdefgh", "abcdefghi", "abcdefghj", "b", "\xc3\xa9"};
    uint64_t choice = random.below(12);
    std::string text = choice < 8 ? std::string(kTexts[choice]) : std::string(random.below(600), 'x');
    if (choice == 11 && random.below(20) == 0) text = std::string(4000 + random.below(3000), 'y');
    ByteWriter(out).length_prefixed(text);
}

inline void append_random_value(const AlgebraicType& type, Random& random, Bytes& out) {
    ByteWriter writer(out);
    switch (type.kind) {
        case TypeKind::Bool: writer.u8(static_cast<uint8_t>(random.below(2))); return;
        case TypeKind::F32:
        case TypeKind::F64: append_random_float(type.kind, random, out); return;
        case TypeKind::String: append_random_text(random, out); return;
        case TypeKind::Array: {
            auto count = static_cast<uint32_t>(random.below(4));
            writer.u32(count);
            for (uint32_t i = 0; i < count; ++i) append_random_value(type.elements[0].type, random, out);
            return;
        }
        case TypeKind::Product:
            for (const auto& element : type.elements) append_random_value(element.type, random, out);
            return;
        case TypeKind::Sum: {
            auto tag = static_cast<uint8_t>(random.below(type.elements.size()));
            writer.u8(tag);
            append_random_value(type.elements[tag].type, random, out);
            return;
        }
        case TypeKind::Ref: return;
        default: break;
    }
    uint32_t bytes = *sats::scalar_bytes(type.kind);
    // Mostly small numbers of either sign, sometimes any.
    uint8_t small = static_cast<uint8_t>(random.below(6));
    bool negative = random.below(4) == 0;
    bool any = random.below(8) == 0;
    for (uint32_t i = 0; i < bytes; ++i) {
        uint8_t plain = i == 0 ? small : 0;
        writer.u8(any ? static_cast<uint8_t>(random.next_u64()) : negative ? static_cast<uint8_t>(~plain) : plain);
    }
}

inline Bytes random_value(const AlgebraicType& type, Random& random) {
    Bytes out;
    append_random_value(type, random, out);
    return out;
}

}  // namespace lightcone::storage::testing
