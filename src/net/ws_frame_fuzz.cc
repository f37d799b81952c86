// SPDX-License-Identifier: Apache-2.0
// Any bytes as a client's or a server's frames: what comes out must not depend on how the bytes are cut into reads.
#include <string>

#include "base/assert.h"
#include "net/websocket.h"
#include "net/ws_frame.h"

using namespace lightcone;
using namespace lightcone::net;

namespace {

constexpr size_t kMessageBytesMax = 5000;
constexpr uint32_t kFragmentsMax = 20;

struct Seen {
    std::string events;
    uint16_t violation = 0;
};

Seen parse(ByteView input, WsFrameParser::Peer peer, size_t step) {
    WsFrameParser parser(peer, kMessageBytesMax, kFragmentsMax);
    Seen seen;
    Bytes pending;
    for (size_t at = 0; at < input.size(); at += step) {
        ByteView more = input.subspan(at, std::min(step, input.size() - at));
        pending.insert(pending.end(), more.begin(), more.end());
        std::vector<WsEvent> events;
        WsFrameParser::Outcome outcome = parser.parse(pending, events);
        ASSERT(outcome.consumed <= pending.size());
        ASSERT(outcome.wanted == 0 || outcome.wanted > pending.size() - outcome.consumed);
        ASSERT(outcome.wanted <= kMessageBytesMax + kFrameHeaderBytesMax);
        for (const WsEvent& event : events) {
            ASSERT(event.kind != WsOpcode::Continuation);
            ASSERT(event.payload.size() <= kMessageBytesMax);
            if (event.kind == WsOpcode::Text || event.kind == WsOpcode::Close) ASSERT(is_utf8(event.payload));
            seen.events += fmt::format("{} {} ", static_cast<int>(event.kind), event.close_code);
            seen.events += as_text(event.payload);
        }
        if (outcome.violation != 0) {
            ASSERT(close_code_allowed(outcome.violation));
            ASSERT(outcome.consumed == pending.size());
            seen.violation = outcome.violation;
        }
        pending.erase(pending.begin(), pending.begin() + static_cast<ptrdiff_t>(outcome.consumed));
    }
    return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 2) return 0;
    ByteView input(data + 2, size - 2);
    auto peer = data[0] % 4 == 0 ? WsFrameParser::Peer::Server : WsFrameParser::Peer::Client;
    Seen whole = parse(input, peer, std::max<size_t>(input.size(), 1));
    Seen pieces = parse(input, peer, 1 + data[1] % 50);
    ASSERT(whole.events == pieces.events);
    // Cut text can be refused for its bytes before the rest of the frame would be refused for its length or its close.
    ASSERT((whole.violation == 0) == (pieces.violation == 0) || pieces.violation == kWsCloseInvalidPayload, "{} {}",
           whole.violation, pieces.violation);
    return 0;
}
