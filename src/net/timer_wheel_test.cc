// SPDX-License-Identifier: Apache-2.0
#include "net/timer_wheel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/random.h"

namespace lightcone::net {
namespace {

TEST(TimerWheel, due_in_time_and_not_before) {
    TimerWheel wheel;
    TimerNode node;
    std::vector<TimerNode*> due;
    wheel.advance(1000, due);
    wheel.arm(node, 1005);
    EXPECT_EQ(wheel.next_due_tick(), 1005u);
    wheel.advance(1004, due);
    EXPECT_TRUE(due.empty());
    wheel.advance(1005, due);
    EXPECT_EQ(due, std::vector<TimerNode*>{&node});
    EXPECT_FALSE(node.armed());
    EXPECT_EQ(wheel.next_due_tick(), UINT64_MAX);
}

TEST(TimerWheel, a_time_in_the_past_is_due_at_the_next_tick) {
    TimerWheel wheel;
    TimerNode node;
    std::vector<TimerNode*> due;
    wheel.advance(1000, due);
    wheel.arm(node, 3);
    wheel.advance(1001, due);
    EXPECT_EQ(due.size(), 1u);
}

TEST(TimerWheel, same_as_a_sorted_list) {
    SeededRandom random(11);
    TimerWheel wheel;
    std::vector<TimerNode> nodes(200);
    std::map<TimerNode*, uint64_t> model;
    uint64_t now = 5'000'000;
    std::vector<TimerNode*> due;
    wheel.advance(now, due);
    for (int step = 0; step < 20'000; step++) {
        TimerNode* node = &nodes[random.below(nodes.size())];
        uint64_t choice = random.below(10);
        if (choice < 5) {
            uint64_t at = now + 1 + random.below(random.below(4) == 0 ? 5000 : 50);
            wheel.arm(*node, at);
            model[node] = at;
        } else if (choice < 7) {
            wheel.cancel(*node);
            model.erase(node);
        } else {
            now += random.below(random.below(50) == 0 ? 3000 : 20);
            due.clear();
            wheel.advance(now, due);
            std::vector<TimerNode*> expected;
            for (auto& [key, at] : model) {
                if (at <= now) expected.push_back(key);
            }
            for (TimerNode* key : expected) model.erase(key);
            std::sort(due.begin(), due.end());
            ASSERT_EQ(due, expected) << "step " << step;
        }
        uint64_t earliest = UINT64_MAX;
        for (auto& [key, at] : model) earliest = std::min(earliest, at);
        ASSERT_LE(wheel.next_due_tick(), earliest) << "step " << step;
        ASSERT_EQ(wheel.next_due_tick() == UINT64_MAX, model.empty());
    }
    for (TimerNode& node : nodes) wheel.cancel(node);
}

}  // namespace
}  // namespace lightcone::net
