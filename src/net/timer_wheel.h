// SPDX-License-Identifier: Apache-2.0
// A hashed timer wheel: arm, move and cancel in O(1), no allocation. Pure: it is told the time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace lightcone::net {

// A place in the wheel; part of the thing that waits. Must be cancelled before it is destroyed.
struct TimerNode {
    TimerNode* previous = nullptr;
    TimerNode* next = nullptr;
    uint64_t due_tick = 0;
    bool armed() const { return next != nullptr; }
};

// One thread at a time (its poll set's lock).
class TimerWheel {
  public:
    TimerWheel();
    TimerWheel(const TimerWheel&) = delete;
    TimerWheel& operator=(const TimerWheel&) = delete;

    // Due at the first tick not before `due_tick`; moves the node if it is armed.
    void arm(TimerNode& node, uint64_t due_tick);
    void cancel(TimerNode& node);
    // Takes out every node due at or before `now_tick`. Time that went back changes nothing.
    void advance(uint64_t now_tick, std::vector<TimerNode*>& due);
    // The first tick at which a node can be due; UINT64_MAX if none is armed. May be early, never late.
    uint64_t next_due_tick() const { return armed_count_ == 0 ? UINT64_MAX : earliest_; }

  private:
    static constexpr std::size_t kSlots = 1024;
    TimerNode& slot(uint64_t tick) { return slots_[tick % kSlots]; }
    std::array<TimerNode, kSlots> slots_;  // heads of circular lists
    void find_earliest();
    uint64_t now_tick_ = 0;
    uint64_t earliest_ = UINT64_MAX;
    std::size_t armed_count_ = 0;
};

}  // namespace lightcone::net
