// SPDX-License-Identifier: Apache-2.0
// The compiled form of a type behind ValueOps: nested products are flattened into lists of steps, one list per use, so
// that only arrays of composite elements and sums with payloads recurse. Internal to sats.
#pragma once

#include <vector>

#include "sats/value_ops.h"

namespace lightcone::sats {

enum class StepOp : uint8_t {
    Scalar,      // `kind` says which
    Skip,        // `count` bytes of which any pattern is valid (check) or whose size alone matters (measure)
    Enum,        // one tag byte below `count`, no payload
    String,      // u32 length, UTF-8
    FixedArray,  // u32 count, elements of `count` bytes each; in check steps any bytes of them are valid
    ByteArray,   // the same in order steps where elements are U8 or Bool: order is memcmp's
    Array,       // u32 count, elements by children[child]
    Sum,         // one tag byte below `count`, payload by children[child + tag]
};

struct Step {
    StepOp op;
    TypeKind kind = TypeKind::Ref;
    uint32_t count = 0;
    uint32_t child = 0;
};

struct ValueOps::Node {
    std::vector<Step> check;    // for validate: merged runs, Bool and Enum kept apart
    std::vector<Step> measure;  // for size_of: everything of a known size merged
    std::vector<Step> order;    // for compare, append_canonical and error texts: one step per scalar, in order
    std::vector<Node> children;
    uint32_t fixed_bytes = 0;
    bool is_fixed = true;
    bool any_bytes_valid = true;
    bool equality_is_bytewise = true;
};

}  // namespace lightcone::sats
