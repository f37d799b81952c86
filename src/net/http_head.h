// SPDX-License-Identifier: Apache-2.0
// The strict HTTP/1.1 request-head parser (RFC 9112): pure, no I/O. What another HTTP implementation in front of us
// could read differently is refused with 400, so that no second request can hide in a body. The rules are the table in
// http_head_test.cc; docs/decisions/0004-http-parser.md says why it is ours.
#pragma once

#include "base/limits.h"
#include "net/http_message.h"

namespace lightcone::net {

inline constexpr size_t kHttpMethodBytesMax = 32;
inline constexpr size_t kHttpTargetBytesMax = 8u << 10;

// How the bytes after the head are to be read.
struct BodyFraming {
    enum class Kind : uint8_t { None, Length, Chunked } kind = Kind::None;
    uint64_t length = 0;
    bool expect_continue = false;
    bool keep_alive = true;
};

// What to refuse a request with.
struct HttpRefusal {
    uint16_t status = 0;
    const char* reason = "";
};

// Finds the end of a head as its bytes arrive. One per connection.
class HeadScanner {
  public:
    // Looks at the bytes not seen yet. `data` begins where the head does, every time. Returns the size of the head with
    // its empty line, or 0 if it is not complete; `refusal.status` is set if it can no longer become a good one.
    size_t scan(ByteView data, HttpRefusal& refusal);
    void reset() { *this = HeadScanner(); }

  private:
    size_t seen_ = 0;
    size_t line_start_ = 0;
    bool first_line_done_ = false;
};

// Parses a complete head, as HeadScanner measured it, into `request` (body and peer are left alone). False: refused.
bool parse_request_head(ByteView head, HttpRequest& request, BodyFraming& framing, HttpRefusal& refusal);

}  // namespace lightcone::net
