// SPDX-License-Identifier: Apache-2.0
#include "base/crc32c.h"

#include <array>

#if defined(__SSE4_2__)
#include <nmmintrin.h>
#endif

namespace lightcone {

#if defined(__SSE4_2__)

uint32_t crc32c(ByteView bytes, uint32_t crc) {
    uint64_t state = ~crc;
    const uint8_t* at = bytes.data();
    size_t left = bytes.size();
    for (; left >= 8; at += 8, left -= 8) state = _mm_crc32_u64(state, load_le<uint64_t>(at));
    uint32_t narrow = static_cast<uint32_t>(state);
    for (; left > 0; ++at, --left) narrow = _mm_crc32_u8(narrow, *at);
    return ~narrow;
}

#else

namespace {

constexpr std::array<uint32_t, 256> make_table() {
    std::array<uint32_t, 256> table{};
    for (uint32_t i = 0; i < 256; ++i) {
        uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) ? 0x82f63b78u : 0);
        table[i] = value;
    }
    return table;
}
constexpr auto kTable = make_table();

}  // namespace

uint32_t crc32c(ByteView bytes, uint32_t crc) {
    uint32_t state = ~crc;
    for (uint8_t byte : bytes) state = kTable[(state ^ byte) & 255] ^ (state >> 8);
    return ~state;
}

#endif

}  // namespace lightcone
