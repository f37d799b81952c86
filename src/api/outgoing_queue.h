// SPDX-License-Identifier: Apache-2.0
// A connection's server messages in order, each with the number of log records it waits for. Small bytes are copied
// together; shared row lists are referenced.
//
//   queue.bytes() …; queue.append_shared(rows); queue.end_message(visible);
//   queue.pack(durable_count, Packing::Coalesced, batch);   // moves what may be seen into WebSocket payloads
#pragma once

#include <vector>

#include "base/bytes.h"
#include "base/shared_bytes.h"
#include "net/websocket.h"

namespace lightcone::api {

// v2: one message per WebSocket payload. v3: as many as fit kV3PayloadBytesMax.
enum class Packing : uint8_t { OneMessage, Coalesced };

// Not shared between threads; its owner locks. Reuse keeps the memory.
class OutgoingQueue {
  public:
    // Own bytes of the message being written: append only.
    Bytes& bytes() { return bytes_; }
    void append_shared(const SharedBytes& shared);
    // Ends the message. `visible`: it may be sent once that many records are durable (0: as soon as its turn comes).
    void end_message(uint64_t visible);

    // Moves all complete messages of `staged` to the end of this queue; `staged` is empty afterwards.
    void take(OutgoingQueue& staged);
    // Appends payloads of all messages from the front that are visible at `durable_count`.
    void pack(uint64_t durable_count, Packing packing, net::WsBatch& out);

    size_t message_count() const { return messages_.size() - first_message_; }
    bool empty() const { return message_count() == 0; }
    // Bytes of the messages that wait, shared ones included.
    size_t waiting_bytes() const { return waiting_bytes_; }

  private:
    struct Shared {
        size_t own_position;  // own bytes that precede it
        SharedBytes buffer;
    };
    struct Message {
        uint64_t visible;
        size_t own_end;
        size_t shared_end;
        size_t size;
    };

    void write_front(net::WsBatch& out);
    void reset_if_drained();

    Bytes bytes_;
    std::vector<Shared> shared_;
    std::vector<Message> messages_;
    size_t message_shared_bytes_ = 0;  // of the message being written
    size_t waiting_bytes_ = 0;
    size_t first_message_ = 0;
    size_t own_begin_ = 0;
    size_t shared_begin_ = 0;
};

}  // namespace lightcone::api
