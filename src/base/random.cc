// SPDX-License-Identifier: Apache-2.0
#include "base/random.h"

#include <sys/random.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/assert.h"

namespace lightcone {

void SystemRandom::fill(std::span<uint8_t> out) {
    while (!out.empty()) {
        ssize_t count = getrandom(out.data(), out.size(), 0);
        ASSERT(count > 0, "getrandom returned {}", count);
        out = out.subspan(static_cast<size_t>(count));
    }
}

SeededRandom::SeededRandom(uint64_t seed) {
    for (uint64_t& word : state_) {
        seed += 0x9e3779b97f4a7c15;
        uint64_t z = seed;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        word = z ^ (z >> 31);
    }
}

uint64_t SeededRandom::step() {
    uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
}

void SeededRandom::fill(std::span<uint8_t> out) {
    while (!out.empty()) {
        uint64_t word = step();
        size_t count = std::min(out.size(), sizeof word);
        std::memcpy(out.data(), &word, count);
        out = out.subspan(count);
    }
}

}  // namespace lightcone
