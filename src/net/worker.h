// SPDX-License-Identifier: Apache-2.0
// What an I/O thread lends to the callbacks it runs, so that idle connections own no buffers.
#pragma once

#include <memory>
#include <vector>

#include "net/websocket.h"
#include "net/ws_frame.h"

namespace lightcone::net {

inline constexpr size_t kReadBytes = 64u << 10;

// Owner: one thread; it stays with the thread when a poll set is handed over.
struct Worker {
    std::unique_ptr<uint8_t[]> scratch = std::make_unique_for_overwrite<uint8_t[]>(kReadBytes);
    std::vector<WsEvent> events;
    std::vector<WsMessage> messages;
    uint64_t now_ms = 0;  // read after each wait
};

}  // namespace lightcone::net
