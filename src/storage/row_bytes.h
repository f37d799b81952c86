// SPDX-License-Identifier: Apache-2.0
// Copying and comparing rows. Most rows are short, and a call into the C library costs more than their bytes.
#pragma once

#include "base/bytes.h"

namespace lightcone::storage {

// The ranges do not overlap.
inline void copy_row(uint8_t* to, const uint8_t* from, size_t bytes) {
    if (bytes > 32) {
        std::memcpy(to, from, bytes);
    } else if (bytes >= 16) {
        // First and last 16 bytes; they may overlap. Both are loaded before either is stored.
        unsigned __int128 first;
        unsigned __int128 last;
        std::memcpy(&first, from, 16);
        std::memcpy(&last, from + bytes - 16, 16);
        std::memcpy(to, &first, 16);
        std::memcpy(to + bytes - 16, &last, 16);
    } else if (bytes >= 8) {
        uint64_t first = load_le<uint64_t>(from);
        uint64_t last = load_le<uint64_t>(from + bytes - 8);
        store_le(to, first);
        store_le(to + bytes - 8, last);
    } else if (bytes >= 4) {
        uint32_t first = load_le<uint32_t>(from);
        uint32_t last = load_le<uint32_t>(from + bytes - 4);
        store_le(to, first);
        store_le(to + bytes - 4, last);
    } else {
        for (size_t i = 0; i < bytes; ++i) to[i] = from[i];
    }
}

inline bool rows_equal(ByteView a, ByteView b) {
    size_t bytes = a.size();
    if (bytes != b.size()) return false;
    if (bytes > 16) return std::memcmp(a.data(), b.data(), bytes) == 0;
    if (bytes >= 8) {
        return load_le<uint64_t>(a.data()) == load_le<uint64_t>(b.data()) &&
               load_le<uint64_t>(a.data() + bytes - 8) == load_le<uint64_t>(b.data() + bytes - 8);
    }
    if (bytes >= 4) {
        return load_le<uint32_t>(a.data()) == load_le<uint32_t>(b.data()) &&
               load_le<uint32_t>(a.data() + bytes - 4) == load_le<uint32_t>(b.data() + bytes - 4);
    }
    for (size_t i = 0; i < bytes; ++i) {
        if (a[i] != b[i]) return false;
    }
    return true;
}

}  // namespace lightcone::storage
