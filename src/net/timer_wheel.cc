// SPDX-License-Identifier: Apache-2.0
#include "net/timer_wheel.h"

#include <algorithm>

namespace lightcone::net {

TimerWheel::TimerWheel() {
    for (TimerNode& head : slots_) head.previous = head.next = &head;
}

void TimerWheel::arm(TimerNode& node, uint64_t due_tick) {
    if (node.armed()) cancel(node);
    // A slot already passed would wait for a whole round.
    node.due_tick = std::max(due_tick, now_tick_ + 1);
    TimerNode& head = slot(node.due_tick);
    node.previous = head.previous;
    node.next = &head;
    head.previous->next = &node;
    head.previous = &node;
    earliest_ = armed_count_++ == 0 ? node.due_tick : std::min(earliest_, node.due_tick);
}

void TimerWheel::cancel(TimerNode& node) {
    if (!node.armed()) return;
    node.previous->next = node.next;
    node.next->previous = node.previous;
    node.previous = node.next = nullptr;
    armed_count_--;
}

void TimerWheel::advance(uint64_t now_tick, std::vector<TimerNode*>& due) {
    if (now_tick <= now_tick_) return;
    if (now_tick < next_due_tick()) {
        now_tick_ = now_tick;
        return;
    }
    uint64_t steps = std::min<uint64_t>(now_tick - now_tick_, kSlots);
    for (uint64_t tick = now_tick - steps + 1; tick <= now_tick && armed_count_ > 0; tick++) {
        TimerNode& head = slot(tick);
        for (TimerNode* node = head.next; node != &head;) {
            TimerNode* next = node->next;
            if (node->due_tick <= now_tick) {
                cancel(*node);
                due.push_back(node);
            }
            node = next;
        }
    }
    now_tick_ = now_tick;
    find_earliest();
}

void TimerWheel::find_earliest() {
    earliest_ = UINT64_MAX;
    for (uint64_t distance = 1; armed_count_ > 0 && distance <= kSlots; distance++) {
        const TimerNode& head = slots_[(now_tick_ + distance) % kSlots];
        if (head.next == &head) continue;
        earliest_ = now_tick_ + distance;
        return;
    }
}

}  // namespace lightcone::net
