// SPDX-License-Identifier: Apache-2.0
// The first up to 64 bits of a key in an order-preserving form: comparing prefixes as unsigned numbers never
// contradicts value order, and decides it completely when the key fits. Sorted structures keep prefixes so that most
// comparisons touch no row. Immutable; any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "sats/algebraic_type.h"

namespace lightcone::storage {

enum class PrefixOp : uint8_t { Unsigned, Signed, Float32, Float64, Text };

struct PrefixStep {
    PrefixOp op;
    uint16_t bytes;  // of the encoded value; Text: ignored
};

// Collects bits from the most significant end.
struct PrefixBits {
    uint64_t value = 0;
    uint32_t used = 0;

    bool is_full() const { return used >= 64; }
    // Appends the low `count` bits (1 … 64) of `bits`, cutting what does not fit.
    void append(uint64_t bits, uint32_t count) {
        uint64_t aligned = bits << (64 - count);
        value |= aligned >> used;
        used += count;
    }
    uint64_t lowest() const { return value; }
    uint64_t highest() const { return used >= 64 ? value : value | (~0ull >> used); }
};

// How the values of one type contribute.
struct PrefixProgram {
    std::vector<PrefixStep> steps;
    // False when the steps stop before the end of the value (text, payloads of sums): nothing may be appended after
    // them.
    bool is_complete = true;
    uint32_t bits = 0;  // of all steps, if complete

    static PrefixProgram compile(const sats::AlgebraicType& resolved);
    void run(const uint8_t* value, PrefixBits& out) const;
};

}  // namespace lightcone::storage
