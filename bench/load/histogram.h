// SPDX-License-Identifier: Apache-2.0
// Latencies in nanoseconds, in buckets of 1/32 of a power of two (error ≤ 3 %).
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace lightcone::bench {

class Histogram {
  public:
    void add(uint64_t nanos) {
        counts_[bucket(nanos)]++;
        total_++;
    }
    uint64_t count() const { return total_; }
    void clear() { *this = {}; }
    // Upper edge of the bucket that holds the given fraction of the values (0.5: median).
    uint64_t quantile(double fraction) const {
        uint64_t wanted = static_cast<uint64_t>(fraction * static_cast<double>(total_));
        uint64_t seen = 0;
        for (size_t i = 0; i < counts_.size(); ++i) {
            seen += counts_[i];
            if (seen > wanted) return upper_edge(i);
        }
        return 0;
    }

  private:
    static constexpr uint32_t kSubBits = 5;
    static size_t bucket(uint64_t nanos) {
        if (nanos < (1u << kSubBits)) return nanos;
        uint32_t shift = static_cast<uint32_t>(std::bit_width(nanos)) - kSubBits - 1;
        return ((shift + 1u) << kSubBits) + ((nanos >> shift) & ((1u << kSubBits) - 1));
    }
    static uint64_t upper_edge(size_t index) {
        if (index < (1u << kSubBits)) return index;
        uint32_t shift = static_cast<uint32_t>(index >> kSubBits) - 1;
        uint64_t low = (1ull << kSubBits) + (index & ((1u << kSubBits) - 1));
        return ((low + 1) << shift) - 1;
    }
    std::array<uint64_t, 64u << kSubBits> counts_{};
    uint64_t total_ = 0;
};

}  // namespace lightcone::bench
