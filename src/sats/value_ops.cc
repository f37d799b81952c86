// SPDX-License-Identifier: Apache-2.0
// ValueOps on valid values: size, order, canonical form.
#include "sats/value_ops.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "sats/value_program.h"

namespace lightcone::sats {

namespace {

using Node = ValueOps::Node;

constexpr size_t kLengthBytes = 4;

size_t measure_node(const Node& node, const uint8_t* value) {
    const uint8_t* at = value;
    for (const Step& step : node.measure) {
        switch (step.op) {
            case StepOp::Skip: at += step.count; break;
            case StepOp::String: at += kLengthBytes + load_le<uint32_t>(at); break;
            case StepOp::FixedArray: at += kLengthBytes + size_t{load_le<uint32_t>(at)} * step.count; break;
            case StepOp::Array: {
                uint32_t count = load_le<uint32_t>(at);
                at += kLengthBytes;
                for (uint32_t i = 0; i < count; ++i) at += measure_node(node.children[step.child], at);
                break;
            }
            case StepOp::Sum: {
                uint8_t tag = *at++;
                at += measure_node(node.children[step.child + tag], at);
                break;
            }
            default: break;
        }
    }
    return static_cast<size_t>(at - value);
}

template <typename T>
int compare_numbers(T a, T b) {
    return a < b ? -1 : (b < a ? 1 : 0);
}

template <typename T>
int compare_at(const uint8_t* a, const uint8_t* b) {
    return compare_numbers(load_le<T>(a), load_le<T>(b));
}

// Integers of `Words` 64-bit words; the top one is signed if the type is.
template <size_t Words, typename Top>
int compare_wide(const uint8_t* a, const uint8_t* b) {
    constexpr size_t kTop = (Words - 1) * 8;
    if (int order = compare_at<Top>(a + kTop, b + kTop)) return order;
    for (size_t i = Words - 1; i-- > 0;) {
        if (int order = compare_at<uint64_t>(a + i * 8, b + i * 8)) return order;
    }
    return 0;
}

template <typename Float, typename Bits>
int compare_floats(const uint8_t* a, const uint8_t* b) {
    auto x = std::bit_cast<Float>(load_le<Bits>(a));
    auto y = std::bit_cast<Float>(load_le<Bits>(b));
    if (x < y) return -1;
    if (x > y) return 1;
    if (x == y) return 0;
    return static_cast<int>(std::isnan(x)) - static_cast<int>(std::isnan(y));
}

int compare_scalar(TypeKind kind, const uint8_t* a, const uint8_t* b) {
    switch (kind) {
        case TypeKind::I8: return compare_at<int8_t>(a, b);
        case TypeKind::Bool:
        case TypeKind::U8: return compare_at<uint8_t>(a, b);
        case TypeKind::I16: return compare_at<int16_t>(a, b);
        case TypeKind::U16: return compare_at<uint16_t>(a, b);
        case TypeKind::I32: return compare_at<int32_t>(a, b);
        case TypeKind::U32: return compare_at<uint32_t>(a, b);
        case TypeKind::I64: return compare_at<int64_t>(a, b);
        case TypeKind::U64: return compare_at<uint64_t>(a, b);
        case TypeKind::I128: return compare_wide<2, int64_t>(a, b);
        case TypeKind::U128: return compare_wide<2, uint64_t>(a, b);
        case TypeKind::I256: return compare_wide<4, int64_t>(a, b);
        case TypeKind::U256: return compare_wide<4, uint64_t>(a, b);
        case TypeKind::F32: return compare_floats<float, uint32_t>(a, b);
        case TypeKind::F64: return compare_floats<double, uint64_t>(a, b);
        default: return 0;
    }
}

// Two byte runs behind u32 lengths, as strings compare.
int compare_runs(const uint8_t*& a, const uint8_t*& b) {
    uint32_t a_length = load_le<uint32_t>(a);
    uint32_t b_length = load_le<uint32_t>(b);
    int order = std::memcmp(a + kLengthBytes, b + kLengthBytes, std::min(a_length, b_length));
    a += kLengthBytes + a_length;
    b += kLengthBytes + b_length;
    return order != 0 ? order : compare_numbers(a_length, b_length);
}

int compare_node(const Node& node, const uint8_t*& a, const uint8_t*& b);

int compare_arrays(const Node& element, const uint8_t*& a, const uint8_t*& b) {
    uint32_t a_count = load_le<uint32_t>(a);
    uint32_t b_count = load_le<uint32_t>(b);
    a += kLengthBytes;
    b += kLengthBytes;
    bool empty_elements = element.is_fixed && element.fixed_bytes == 0;
    uint32_t common = empty_elements ? 0 : std::min(a_count, b_count);
    for (uint32_t i = 0; i < common; ++i) {
        if (int order = compare_node(element, a, b)) return order;
    }
    return compare_numbers(a_count, b_count);
}

// Moves both pointers past values that are equal; after another result they are somewhere inside.
int compare_node(const Node& node, const uint8_t*& a, const uint8_t*& b) {
    for (const Step& step : node.order) {
        int order = 0;
        switch (step.op) {
            case StepOp::Scalar:
                order = compare_scalar(step.kind, a, b);
                a += step.count;
                b += step.count;
                break;
            case StepOp::Enum: order = compare_numbers(*a++, *b++); break;
            case StepOp::String:
            case StepOp::ByteArray: order = compare_runs(a, b); break;
            case StepOp::Array: order = compare_arrays(node.children[step.child], a, b); break;
            case StepOp::Sum: {
                uint8_t tag = *a;
                order = compare_numbers(*a++, *b++);
                if (order == 0) order = compare_node(node.children[step.child + tag], a, b);
                break;
            }
            default: break;
        }
        if (order != 0) return order;
    }
    return 0;
}

void append_run(const uint8_t*& at, size_t size, Bytes& out) {
    out.insert(out.end(), at, at + size);
    at += size;
}

template <typename Float, typename Bits>
void append_float(const uint8_t*& at, Bytes& out) {
    auto value = std::bit_cast<Float>(load_le<Bits>(at));
    if (std::isnan(value)) value = std::numeric_limits<Float>::quiet_NaN();
    if (value == 0) value = 0;
    auto bits = std::bit_cast<Bits>(value);
    out.insert(out.end(), reinterpret_cast<const uint8_t*>(&bits), reinterpret_cast<const uint8_t*>(&bits + 1));
    at += sizeof bits;
}

void append_canonical_node(const Node& node, const uint8_t*& at, Bytes& out) {
    if (node.equality_is_bytewise) {
        append_run(at, node.is_fixed ? node.fixed_bytes : measure_node(node, at), out);
        return;
    }
    for (const Step& step : node.order) {
        switch (step.op) {
            case StepOp::Scalar:
                if (step.kind == TypeKind::F32) {
                    append_float<float, uint32_t>(at, out);
                } else if (step.kind == TypeKind::F64) {
                    append_float<double, uint64_t>(at, out);
                } else {
                    append_run(at, step.count, out);
                }
                break;
            case StepOp::String:
            case StepOp::ByteArray: append_run(at, kLengthBytes + load_le<uint32_t>(at), out); break;
            case StepOp::Array: {
                uint32_t count = load_le<uint32_t>(at);
                append_run(at, kLengthBytes, out);
                const Node& element = node.children[step.child];
                bool empty_elements = element.is_fixed && element.fixed_bytes == 0;
                for (uint32_t i = 0; i < count && !empty_elements; ++i) append_canonical_node(element, at, out);
                break;
            }
            case StepOp::Sum: {
                uint8_t tag = *at;
                append_run(at, 1, out);
                append_canonical_node(node.children[step.child + tag], at, out);
                break;
            }
            default: append_run(at, 1, out); break;
        }
    }
}

}  // namespace

size_t ValueOps::measure(const uint8_t* value) const {
    return measure_node(*root_, value);
}

int ValueOps::compare(const uint8_t* a, const uint8_t* b) const {
    if (single_scalar_ != TypeKind::Ref) return compare_scalar(single_scalar_, a, b);
    return compare_node(*root_, a, b);
}

void ValueOps::append_canonical(const uint8_t* value, Bytes& out) const {
    append_canonical_node(*root_, value, out);
}

}  // namespace lightcone::sats
