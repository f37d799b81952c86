// SPDX-License-Identifier: Apache-2.0
// Removes the chunked transfer coding (RFC 9112 §7.1), strictly: CR LF everywhere, no white space around sizes, no more
// than 15 hex digits. Extensions and trailer fields are checked and dropped. Pure, no I/O.
#pragma once

#include "base/bytes.h"

namespace lightcone::net {

inline constexpr size_t kChunkExtensionBytesMax = 256;
inline constexpr size_t kTrailerBytesMax = 4096;

// One per body; one thread.
class ChunkDecoder {
  public:
    enum class State : uint8_t { More, Done, Bad, TooLong };

    // Appends decoded bytes to `out`, which never grows beyond `out_bytes_max`; `consumed` counts the bytes of `in`
    // used. After Done the rest of `in` belongs to the next request. Bad and TooLong are final.
    State feed(ByteView in, Bytes& out, size_t out_bytes_max, size_t& consumed);

  private:
    enum class At : uint8_t {
        SizeStart,
        Size,
        Extension,
        SizeLf,
        Data,
        DataCr,
        DataLf,
        LineStart,
        Line,
        LineLf,
        EndLf
    };
    bool step(uint8_t byte);

    At at_ = At::SizeStart;
    State state_ = State::More;
    uint8_t digits_ = 0;
    uint64_t left_ = 0;       // bytes of the current chunk still to come
    size_t extra_bytes_ = 0;  // of the extension or the trailer so far
};

}  // namespace lightcone::net
