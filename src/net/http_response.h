// SPDX-License-Identifier: Apache-2.0
// Writes response heads and bodies. Pure, no I/O.
#pragma once

#include "net/gather_buffer.h"
#include "net/http_message.h"

namespace lightcone::net {

// What the request decides about its response.
struct ResponseContext {
    bool head_only = false;  // HEAD
    bool http_1_0 = false;
    bool keep_alive = true;
    int64_t wall_micros = 0;  // for the date header
};

enum class BodyMode : uint8_t { Complete, Chunked, UntilClose };

// Appends status line, headers and, with BodyMode::Complete, content-length and the body.
// Errors: InvalidArgument (status outside 100–999, header name that is no token, control characters in a value); then
// nothing was appended.
Result<void> write_response(const HttpResponse& response, const ResponseContext& context, BodyMode mode,
                            GatherBuffer& out);
// One chunk; nothing for no bytes, because an empty chunk would end the body.
void write_chunk(ByteView bytes, GatherBuffer& out);

// "Sun, 06 Nov 1994 08:49:37 GMT"
std::string http_date(int64_t wall_micros);

}  // namespace lightcone::net
