// SPDX-License-Identifier: Apache-2.0
// How the sessions of a server learn that it stops: the flag is set once, after the other fields.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace lightcone::net {

struct StopNotice {
    uint16_t close_code = 1001;
    std::string close_reason;
    std::atomic<bool> stopping{false};
    bool given() const { return stopping.load(std::memory_order_acquire); }
};

}  // namespace lightcone::net
