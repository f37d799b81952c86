// SPDX-License-Identifier: Apache-2.0
// Unsigned LEB128 integers (7 bits a byte, low group first) and the zigzag map of signed differences.
#pragma once

#include "base/bytes.h"

namespace lightcone::log {

inline constexpr size_t kVarintBytesMax = 10;

// Returns the end of what it wrote, at most kVarintBytesMax bytes.
inline uint8_t* write_varint(uint8_t* out, uint64_t value) {
    while (value >= 0x80) {
        *out++ = static_cast<uint8_t>(value) | 0x80;
        value >>= 7;
    }
    *out++ = static_cast<uint8_t>(value);
    return out;
}

// Returns the end of what it read, or nullptr when the bytes end too early or the value exceeds 64 bits.
inline const uint8_t* read_varint(const uint8_t* at, const uint8_t* end, uint64_t& value) {
    value = 0;
    for (unsigned shift = 0; at < end && shift < 64; shift += 7) {
        uint8_t byte = *at++;
        if (shift == 63 && byte > 1) return nullptr;
        value |= static_cast<uint64_t>(byte & 0x7f) << shift;
        if (byte < 0x80) return at;
    }
    return nullptr;
}

// Differences wrap around, so every pair of 64-bit values has one.
inline uint64_t zigzag_difference(int64_t value, int64_t before) {
    uint64_t difference = static_cast<uint64_t>(value) - static_cast<uint64_t>(before);
    return (difference << 1) ^ (0 - (difference >> 63));
}
inline int64_t add_zigzag(int64_t before, uint64_t zigzag) {
    uint64_t difference = (zigzag >> 1) ^ (0 - (zigzag & 1));
    return static_cast<int64_t>(static_cast<uint64_t>(before) + difference);
}

}  // namespace lightcone::log
