// SPDX-License-Identifier: Apache-2.0
// Chance enters through this seam. SystemRandom is fit for keys and ids; SeededRandom repeats itself for tests.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace lightcone {

class Random {
  public:
    virtual ~Random() = default;
    virtual void fill(std::span<uint8_t> out) = 0;
    uint64_t next_u64() {
        uint64_t value;
        fill({reinterpret_cast<uint8_t*>(&value), sizeof value});
        return value;
    }
    // Uniform in [0, bound); bound > 0.
    uint64_t below(uint64_t bound) {
        return static_cast<uint64_t>((static_cast<unsigned __int128>(next_u64()) * bound) >> 64);
    }
};

// getrandom(2). Any thread.
class SystemRandom final : public Random {
  public:
    void fill(std::span<uint8_t> out) override;
};

// xoshiro256** seeded by splitmix64. One thread.
class SeededRandom final : public Random {
  public:
    explicit SeededRandom(uint64_t seed);
    void fill(std::span<uint8_t> out) override;

  private:
    uint64_t step();
    std::array<uint64_t, 4> state_;
};

}  // namespace lightcone
