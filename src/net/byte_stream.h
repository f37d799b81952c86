// SPDX-License-Identifier: Apache-2.0
// The seam between connections and the network: a two-way stream of bytes that never blocks. TCP is one; TLS and a
// simulated network are meant to be others.
#pragma once

#include <sys/uio.h>

#include <cstdint>
#include <span>

namespace lightcone::net {

enum class IoStatus : uint8_t { Ok, WouldBlock, Ended, Failed };

struct IoResult {
    IoStatus status = IoStatus::Ok;
    size_t bytes = 0;
};

// read(): one thread. write(), shutdown_write(), close(): one thread at a time, beside read().
class ByteStream {
  public:
    virtual ~ByteStream() = default;
    // Ended: the peer will send no more.
    virtual IoResult read(std::span<uint8_t> out) = 0;
    // May write less than given.
    virtual IoResult write(std::span<const iovec> pieces) = 0;
    virtual void shutdown_write() = 0;
    // Frees the descriptor; `abort` throws away what the system still holds for a peer that does not read.
    virtual void close(bool abort) = 0;
};

}  // namespace lightcone::net
