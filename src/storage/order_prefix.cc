// SPDX-License-Identifier: Apache-2.0
#include "storage/order_prefix.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace lightcone::storage {

namespace {

using sats::AlgebraicType;
using sats::TypeKind;

void add_scalar(PrefixProgram& program, PrefixOp op, uint32_t bytes) {
    program.steps.push_back({op, static_cast<uint16_t>(bytes)});
    program.bits += bytes * 8;
}

void add_type(PrefixProgram& program, const AlgebraicType& type) {
    switch (type.kind) {
        case TypeKind::Bool:
        case TypeKind::U8:
        case TypeKind::U16:
        case TypeKind::U32:
        case TypeKind::U64:
        case TypeKind::U128:
        case TypeKind::U256: add_scalar(program, PrefixOp::Unsigned, *sats::scalar_bytes(type.kind)); return;
        case TypeKind::I8:
        case TypeKind::I16:
        case TypeKind::I32:
        case TypeKind::I64:
        case TypeKind::I128:
        case TypeKind::I256: add_scalar(program, PrefixOp::Signed, *sats::scalar_bytes(type.kind)); return;
        case TypeKind::F32: add_scalar(program, PrefixOp::Float32, 4); return;
        case TypeKind::F64: add_scalar(program, PrefixOp::Float64, 8); return;
        case TypeKind::String:
            program.steps.push_back({PrefixOp::Text, 0});
            program.is_complete = false;
            return;
        case TypeKind::Product:
            for (const sats::TypeElement& element : type.elements) {
                if (program.is_complete) add_type(program, element.type);
            }
            return;
        case TypeKind::Sum:
            add_scalar(program, PrefixOp::Unsigned, 1);
            program.is_complete = std::all_of(type.elements.begin(), type.elements.end(),
                                              [](const sats::TypeElement& variant) { return variant.type.is_unit(); });
            return;
        case TypeKind::Array:
            if (type.elements.at(0).type.kind == TypeKind::U8) program.steps.push_back({PrefixOp::Text, 0});
            program.is_complete = false;
            return;
        case TypeKind::Ref: program.is_complete = false; return;
    }
}

// The most significant up to 8 bytes of a little-endian integer.
uint64_t top_bytes(const uint8_t* value, uint32_t bytes, uint32_t& bits) {
    uint32_t count = std::min(bytes, 8u);
    uint64_t top = 0;
    for (uint32_t i = 0; i < count; ++i) top = (top << 8) | value[bytes - 1 - i];
    bits = count * 8;
    return top;
}

template <typename Float, typename Word>
uint64_t float_order(const uint8_t* value) {
    Word word = load_le<Word>(value);
    auto number = std::bit_cast<Float>(word);
    constexpr Word kSign = static_cast<Word>(1) << (sizeof(Word) * 8 - 1);
    if (std::isnan(number)) return static_cast<Word>(~static_cast<Word>(0));
    if (number == 0) return kSign;
    return (word & kSign) ? static_cast<Word>(~word) : static_cast<Word>(word | kSign);
}

void append_text(const uint8_t* value, PrefixBits& out) {
    uint32_t length = load_le<uint32_t>(value);
    uint64_t text = 0;
    for (uint32_t i = 0; i < 8; ++i) text = (text << 8) | (i < length ? value[4 + i] : 0);
    out.append(text, 64);
}

}  // namespace

PrefixProgram PrefixProgram::compile(const AlgebraicType& resolved) {
    PrefixProgram program;
    add_type(program, resolved);
    return program;
}

void PrefixProgram::run(const uint8_t* value, PrefixBits& out) const {
    for (const PrefixStep& step : steps) {
        if (out.is_full()) return;
        uint32_t count = 0;
        switch (step.op) {
            case PrefixOp::Unsigned: {
                uint64_t top = top_bytes(value, step.bytes, count);
                out.append(top, count);
                break;
            }
            case PrefixOp::Signed: {
                uint64_t top = top_bytes(value, step.bytes, count);
                out.append(top ^ (1ull << (count - 1)), count);
                break;
            }
            case PrefixOp::Float32: out.append(float_order<float, uint32_t>(value), 32); break;
            case PrefixOp::Float64: out.append(float_order<double, uint64_t>(value), 64); break;
            case PrefixOp::Text: append_text(value, out); return;
        }
        value += step.bytes;
    }
}

}  // namespace lightcone::storage
