// SPDX-License-Identifier: Apache-2.0
#include "sats/utf8.h"

namespace lightcone::sats {

namespace {

// Bytes of the sequence at `at`, 0 if it is malformed or cut off.
size_t sequence_bytes(const uint8_t* at, size_t remaining) {
    uint8_t lead = at[0];
    if (lead < 0x80) return 1;
    auto continues = [&](size_t i, uint8_t low = 0x80, uint8_t high = 0xbf) { return at[i] >= low && at[i] <= high; };
    if (lead >= 0xc2 && lead <= 0xdf) return remaining >= 2 && continues(1) ? 2 : 0;
    if (lead >= 0xe0 && lead <= 0xef) {
        uint8_t low = lead == 0xe0 ? 0xa0 : 0x80;
        uint8_t high = lead == 0xed ? 0x9f : 0xbf;
        return remaining >= 3 && continues(1, low, high) && continues(2) ? 3 : 0;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        uint8_t low = lead == 0xf0 ? 0x90 : 0x80;
        uint8_t high = lead == 0xf4 ? 0x8f : 0xbf;
        return remaining >= 4 && continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
    }
    return 0;
}

}  // namespace

bool is_valid_utf8(ByteView bytes) {
    constexpr uint64_t kHighBits = 0x8080808080808080ull;
    const uint8_t* at = bytes.data();
    size_t remaining = bytes.size();
    while (remaining > 0) {
        while (remaining >= 8 && (load_le<uint64_t>(at) & kHighBits) == 0) {
            at += 8;
            remaining -= 8;
        }
        if (remaining == 0) break;
        size_t count = sequence_bytes(at, remaining);
        if (count == 0) return false;
        at += count;
        remaining -= count;
    }
    return true;
}

}  // namespace lightcone::sats
