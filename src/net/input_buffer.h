// SPDX-License-Identifier: Apache-2.0
// Where a connection's bytes are while they wait to be consumed: in the I/O thread's scratch space while it works on
// them, and only what is left over in memory of the connection's own. A message bigger than the scratch space is read
// straight into that memory, which grows with what really arrives, never with what a length field promises.
#pragma once

#include <memory>
#include <span>

#include "base/bytes.h"

namespace lightcone::net {

// One thread at a time.
class InputBuffer {
  public:
    // Where to read the next bytes to. `scratch` must be the same until settle().
    std::span<uint8_t> space(std::span<uint8_t> scratch);
    // `count` bytes were read there.
    void filled(size_t count) { size_ += count; }
    // Everything not consumed.
    std::span<uint8_t> data() { return {base() + start_, size_ - start_}; }
    bool empty() const { return start_ == size_; }
    void consume(size_t count) { start_ += count; }
    // No call of the protocol makes sense before that many bytes are there; 0 if unknown.
    void set_wanted(size_t wanted) { wanted_ = wanted; }
    size_t wanted() const { return wanted_; }
    // The scratch space goes away: moves what is left into own memory, or gives that up if nothing is.
    void settle();
    void discard();

  private:
    uint8_t* base() { return scratch_ != nullptr ? scratch_ : own_.get(); }
    void grow(size_t capacity);

    uint8_t* scratch_ = nullptr;  // not null: the bytes are there
    std::unique_ptr<uint8_t[]> own_;
    size_t own_capacity_ = 0;
    size_t start_ = 0;
    size_t size_ = 0;
    size_t wanted_ = 0;
};

}  // namespace lightcone::net
