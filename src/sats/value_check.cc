// SPDX-License-Identifier: Apache-2.0
// ValueOps::validate. The first walk builds no errors: it answers with a size or kInvalid.
#include "base/assert.h"
#include "sats/utf8.h"
#include "sats/value_program.h"

namespace lightcone::sats {

namespace {

using Node = ValueOps::Node;

constexpr size_t kInvalid = SIZE_MAX;
constexpr size_t kLengthBytes = 4;

size_t check(const Node& node, ByteView bytes);

// Sizes are relative to the value; `bytes` starts at the step.
size_t check_array(const Node& element, ByteView bytes) {
    if (bytes.size() < kLengthBytes) return kInvalid;
    uint32_t count = load_le<uint32_t>(bytes.data());
    size_t at = kLengthBytes;
    for (uint32_t i = 0; i < count; ++i) {
        // Elements whose bytes need a check take at least one byte each, so the input bounds this loop.
        size_t size = check(element, bytes.subspan(at));
        if (size == kInvalid) return kInvalid;
        at += size;
    }
    return at;
}

size_t check_step(const Node& node, const Step& step, ByteView bytes) {
    switch (step.op) {
        case StepOp::Skip: return bytes.size() < step.count ? kInvalid : step.count;
        case StepOp::Scalar: return bytes.empty() || bytes[0] > 1 ? kInvalid : 1;
        case StepOp::Enum: return bytes.empty() || bytes[0] >= step.count ? kInvalid : 1;
        case StepOp::String: {
            if (bytes.size() < kLengthBytes) return kInvalid;
            uint32_t length = load_le<uint32_t>(bytes.data());
            if (bytes.size() - kLengthBytes < length) return kInvalid;
            return is_valid_utf8(bytes.subspan(kLengthBytes, length)) ? kLengthBytes + length : kInvalid;
        }
        case StepOp::FixedArray:
        case StepOp::ByteArray: {
            if (bytes.size() < kLengthBytes) return kInvalid;
            uint64_t content = uint64_t{load_le<uint32_t>(bytes.data())} * step.count;
            return bytes.size() - kLengthBytes < content ? kInvalid : kLengthBytes + content;
        }
        case StepOp::Array: return check_array(node.children[step.child], bytes);
        case StepOp::Sum: {
            if (bytes.empty() || bytes[0] >= step.count) return kInvalid;
            size_t payload = check(node.children[step.child + bytes[0]], bytes.subspan(1));
            return payload == kInvalid ? kInvalid : 1 + payload;
        }
    }
    return kInvalid;
}

size_t check(const Node& node, ByteView bytes) {
    size_t at = 0;
    for (const Step& step : node.check) {
        size_t size = check_step(node, step, bytes.subspan(at));
        if (size == kInvalid) return kInvalid;
        at += size;
    }
    return at;
}

const char* scalar_name(TypeKind kind) {
    switch (kind) {
        case TypeKind::Bool: return "bool";
        case TypeKind::I8: return "i8";
        case TypeKind::U8: return "u8";
        case TypeKind::I16: return "i16";
        case TypeKind::U16: return "u16";
        case TypeKind::I32: return "i32";
        case TypeKind::U32: return "u32";
        case TypeKind::I64: return "i64";
        case TypeKind::U64: return "u64";
        case TypeKind::I128: return "i128";
        case TypeKind::U128: return "u128";
        case TypeKind::I256: return "i256";
        case TypeKind::U256: return "u256";
        case TypeKind::F32: return "f32";
        default: return "f64";
    }
}

// The error of a value that check() refused, found by a second walk, scalar by scalar.
Result<void> diagnose(const Node& node, ByteReader& in) {
    for (const Step& step : node.order) {
        switch (step.op) {
            case StepOp::Scalar: {
                ByteView bytes = TRY(in.take(step.count, scalar_name(step.kind)));
                if (step.kind == TypeKind::Bool && bytes[0] > 1) {
                    return fail(ErrorCode::InvalidArgument, "byte {} not valid as `bool` (must be 0 or 1)", bytes[0]);
                }
                break;
            }
            case StepOp::Enum:
            case StepOp::Sum: {
                uint8_t tag = TRY(in.u8());
                if (tag >= step.count) {
                    return fail(ErrorCode::InvalidArgument, "unknown tag {:#x} for sum type <unknown>", tag);
                }
                if (step.op == StepOp::Sum) TRY_VOID(diagnose(node.children[step.child + tag], in));
                break;
            }
            case StepOp::String: {
                ByteView text = TRY(in.length_prefixed());
                if (!is_valid_utf8(text)) return fail(ErrorCode::InvalidArgument, "invalid utf8");
                break;
            }
            default: {
                uint32_t count = TRY(in.u32());
                const Node& element = node.children[step.child];
                if (element.is_fixed && element.fixed_bytes == 0) break;
                for (uint32_t i = 0; i < count; ++i) TRY_VOID(diagnose(element, in));
                break;
            }
        }
    }
    return {};
}

}  // namespace

Result<size_t> ValueOps::validate_slow(ByteView bytes) const {
    size_t size = check(*root_, bytes);
    if (size != kInvalid) return size;
    ByteReader in(bytes);
    TRY_VOID(diagnose(*root_, in));
    ASSERT(false, "a value of {} bytes failed its check but decodes", bytes.size());
    return in.position();
}

}  // namespace lightcone::sats
