// SPDX-License-Identifier: Apache-2.0
// The layout numbers that are part of observable behaviour: the largest fixed part a row may have, and which changed
// column types a migration may keep in place. Nothing here is stored in this form (rows are their BSATN).
#pragma once

#include "sats/algebraic_type.h"

namespace lightcone::schema {

struct MemoryLayout {
    uint64_t size = 0;   // bytes
    uint64_t align = 1;  // bytes
    bool fixed = true;   // no String or Array inside

    bool operator==(const MemoryLayout&) const = default;
};

// `resolved` holds no Ref.
MemoryLayout memory_layout(const sats::AlgebraicType& resolved);
// A product as a whole row: size at least 2 and even.
MemoryLayout row_layout(const sats::AlgebraicType& resolved_row);

}  // namespace lightcone::schema
