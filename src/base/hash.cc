// SPDX-License-Identifier: Apache-2.0
#include "base/hash.h"

#include <blake3.h>

#include <algorithm>
#include <bit>

#include "base/random.h"

namespace lightcone {

Hash32 blake3(ByteView bytes) {
    blake3_hasher hasher;
    blake3_hasher_init(&hasher);
    blake3_hasher_update(&hasher, bytes.data(), bytes.size());
    Hash32 out;
    blake3_hasher_finalize(&hasher, out.data(), out.size());
    return out;
}

namespace {

constexpr size_t kKeccakRateBytes = 136;
constexpr std::array<uint64_t, 24> kRoundConstants = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b,
    0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088,
    0x0000000080008009, 0x000000008000000a, 0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
    0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008};
constexpr std::array<int, 24> kRotations = {1,  3,  6,  10, 15, 21, 28, 36, 45, 55, 2,  14,
                                            27, 41, 56, 8,  25, 43, 62, 18, 39, 61, 20, 44};
constexpr std::array<size_t, 24> kLanes = {10, 7,  11, 17, 18, 3, 5,  16, 8,  21, 24, 4,
                                           15, 23, 19, 13, 12, 2, 20, 14, 22, 9,  6,  1};

// FIPS 202 section 3.2: theta, rho, pi, chi, iota.
void keccak_f(std::array<uint64_t, 25>& lanes) {
    for (uint64_t round_constant : kRoundConstants) {
        std::array<uint64_t, 5> parity;
        for (size_t x = 0; x < 5; ++x) {
            parity[x] = lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20];
        }
        for (size_t x = 0; x < 5; ++x) {
            uint64_t mix = parity[(x + 4) % 5] ^ std::rotl(parity[(x + 1) % 5], 1);
            for (size_t y = 0; y < 25; y += 5) lanes[x + y] ^= mix;
        }
        uint64_t carried = lanes[1];
        for (size_t i = 0; i < 24; ++i) {
            uint64_t next = lanes[kLanes[i]];
            lanes[kLanes[i]] = std::rotl(carried, kRotations[i]);
            carried = next;
        }
        for (size_t y = 0; y < 25; y += 5) {
            std::array<uint64_t, 5> row;
            std::copy_n(lanes.begin() + static_cast<long>(y), 5, row.begin());
            for (size_t x = 0; x < 5; ++x) lanes[x + y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
        }
        lanes[0] ^= round_constant;
    }
}

void absorb(std::array<uint64_t, 25>& lanes, const uint8_t* block) {
    for (size_t i = 0; i < kKeccakRateBytes / 8; ++i) lanes[i] ^= load_le<uint64_t>(block + i * 8);
    keccak_f(lanes);
}

uint64_t process_seed() {
    static const uint64_t seed = SystemRandom().next_u64();
    return seed;
}

uint64_t mix(uint64_t a, uint64_t b) {
    unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

}  // namespace

Hash32 keccak256(ByteView bytes) {
    std::array<uint64_t, 25> lanes{};
    while (bytes.size() >= kKeccakRateBytes) {
        absorb(lanes, bytes.data());
        bytes = bytes.subspan(kKeccakRateBytes);
    }
    std::array<uint8_t, kKeccakRateBytes> last{};
    std::copy(bytes.begin(), bytes.end(), last.begin());
    last[bytes.size()] ^= 0x01;
    last[kKeccakRateBytes - 1] ^= 0x80;
    absorb(lanes, last.data());
    Hash32 out;
    std::memcpy(out.data(), lanes.data(), out.size());
    return out;
}

uint64_t hash_u64(uint64_t value) {
    return mix(value ^ process_seed(), 0x9e3779b97f4a7c15);
}

// Multiply-mix over 16-byte steps; collisions cannot be chosen without the process seed.
uint64_t hash_bytes(ByteView bytes) {
    uint64_t state = process_seed() ^ (bytes.size() * 0xa0761d6478bd642f);
    const uint8_t* at = bytes.data();
    size_t left = bytes.size();
    for (; left >= 16; at += 16, left -= 16) {
        state = mix(load_le<uint64_t>(at) ^ 0xe7037ed1a0b428db, load_le<uint64_t>(at + 8) ^ state);
    }
    uint64_t low = 0;
    uint64_t high = 0;
    if (left >= 8) {
        low = load_le<uint64_t>(at);
        std::memcpy(&high, at + 8, left - 8);
    } else if (left > 0) {
        std::memcpy(&low, at, left);
    }
    return mix(mix(low ^ 0x8ebc6af09c88c6e3, state ^ high), 0x589965cc75374cc3);
}

}  // namespace lightcone
