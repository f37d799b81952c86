// SPDX-License-Identifier: Apache-2.0
// Time enters through this seam: wall-clock microseconds for what users see, monotonic nanoseconds for durations.
#pragma once

#include <cstdint>

namespace lightcone {

class Clock {
  public:
    virtual ~Clock() = default;
    // Microseconds since 1970-01-01T00:00:00Z; may jump.
    virtual int64_t wall_micros() const = 0;
    // Nanoseconds of a clock that never goes back; its zero means nothing.
    virtual uint64_t monotonic_nanos() const = 0;
};

// The machine's clocks. Stateless; any thread.
class SystemClock final : public Clock {
  public:
    int64_t wall_micros() const override;
    uint64_t monotonic_nanos() const override;
};

// A clock that stands still until told. Tests and simulation, one thread.
class ManualClock final : public Clock {
  public:
    int64_t wall_micros() const override { return wall_micros_; }
    uint64_t monotonic_nanos() const override { return monotonic_nanos_; }
    void set_wall_micros(int64_t micros) { wall_micros_ = micros; }
    void advance_micros(int64_t micros) {
        wall_micros_ += micros;
        monotonic_nanos_ += static_cast<uint64_t>(micros) * 1000;
    }

  private:
    int64_t wall_micros_ = 1'700'000'000'000'000;
    uint64_t monotonic_nanos_ = 1;
};

}  // namespace lightcone
