// SPDX-License-Identifier: Apache-2.0
// Bytes that cross the line in pieces: sources the module reads (arguments, tokens), sinks it writes (errors, its
// definition). Handles count up from 1 within one call and die with it; 0 means "no bytes".
#pragma once

#include <vector>

#include "base/bytes.h"
#include "module/abi/call_limits.h"

namespace lightcone::module::abi {

class ByteSources {
  public:
    // `bytes` must outlive the call. Empty bytes have no source: 0.
    uint32_t open_borrowed(ByteView bytes);
    // As above, owning a copy. False: kByteSourcesMax are open.
    bool open_copy(ByteView bytes, uint32_t& handle);

    // Copies what fits; the source dies when its last byte is read.
    enum class Read : uint8_t { Exhausted, More, NoSuchSource };
    Read read(uint32_t handle, std::span<uint8_t> buffer, uint32_t& count);
    // False: no such source.
    bool remaining(uint32_t handle, uint32_t& count) const;

    void end_call() {
        sources_.clear();
        last_handle_ = 0;
    }

  private:
    struct Source {
        uint32_t handle;
        ByteView rest;
        Bytes owned;
    };
    // Few at a time: found by walking.
    std::vector<Source> sources_;
    uint32_t last_handle_ = 0;
};

class ByteSinks {
  public:
    uint32_t open();
    enum class Write : uint8_t { Ok, NoSuchSink, NoSpace };
    Write write(uint32_t handle, ByteView bytes);
    // Pre-condition: a handle of this call.
    ByteView written(uint32_t handle) const { return sinks_[handle - 1]; }

    void end_call();

  private:
    // Buffers are kept between calls; the first `open_count_` are in use.
    std::vector<Bytes> sinks_;
    uint32_t open_count_ = 0;
};

}  // namespace lightcone::module::abi
