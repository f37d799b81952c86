// SPDX-License-Identifier: Apache-2.0
// Bytes to be written in order: runs of own bytes, with shared buffers referenced in between. Consumed from the front.
#pragma once

#include <sys/uio.h>

#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/shared_bytes.h"

namespace lightcone::net {

// Not shared between threads. Reuse keeps the memory.
class GatherBuffer {
  public:
    // Own bytes: append to it only; they come after everything added before.
    Bytes& bytes() { return bytes_; }
    void append(ByteView more) { bytes_.insert(bytes_.end(), more.begin(), more.end()); }
    void append(std::string_view more) { append(as_bytes(more)); }
    // Buffers below kCopyBytesMax are copied: one more vector element costs more than the copy.
    void append_shared(SharedBytes shared);
    // Bytes in total, consumed ones included.
    size_t size() const { return bytes_.size() + shared_bytes_; }
    size_t remaining() const { return size() - consumed_; }
    bool empty() const { return remaining() == 0; }
    void clear();

    // Fills up to out.size() pieces with what remains, from the front; returns how many were filled.
    size_t gather(std::span<iovec> out) const;
    // The first `count` remaining bytes were written.
    void consume(size_t count);

    // Own bytes from `position` on move `distance` bytes back (positive) or forward (negative) within bytes(), and
    // shared buffers with them: makes room for, or closes the gap of, a header whose length was not known.
    void shift_own_bytes(size_t position, ptrdiff_t distance);

  private:
    static constexpr size_t kCopyBytesMax = 128;
    struct Shared {
        size_t after;  // own bytes that come before it
        SharedBytes buffer;
    };
    Bytes bytes_;
    std::vector<Shared> shared_;
    size_t shared_bytes_ = 0;
    size_t consumed_ = 0;
    // Where `consumed_` points to.
    size_t own_at_ = 0;
    size_t shared_at_ = 0;
    size_t shared_offset_ = 0;
};

}  // namespace lightcone::net
