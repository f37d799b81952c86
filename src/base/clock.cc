// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <ctime>

namespace lightcone {

int64_t SystemClock::wall_micros() const {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    return static_cast<int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1000;
}

uint64_t SystemClock::monotonic_nanos() const {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

}  // namespace lightcone
