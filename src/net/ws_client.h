// SPDX-License-Identifier: Apache-2.0
// A small blocking WebSocket client for the command line and for tests.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "net/websocket.h"

namespace lightcone::net {

struct WsClientOptions {
    std::string url{};  // ws:// or http://
    std::vector<std::string> subprotocols{};
    std::vector<std::pair<std::string, std::string>> headers{};
    uint32_t connect_timeout_ms = 10'000;
    size_t message_bytes_max = 256u << 20;
};

// What the server refused the upgrade with; status 0 if it did not get that far.
struct WsClientRefusal {
    uint16_t status = 0;
    std::string body;
};

struct WsClientMessage {
    enum class Type : uint8_t { Text, Binary, Close } type = Type::Binary;
    Bytes payload;            // of Text and Binary
    uint16_t close_code = 0;  // of Close; 1005 without a code, 1006 if the stream ended without Close
    std::string close_reason;
};

// One thread.
class WsClient {
  public:
    // Errors: InvalidArgument, Unavailable, Timeout, Io; FailedPrecondition if the server refused the upgrade: then
    // `refusal`, if given, says how.
    static Result<std::unique_ptr<WsClient>> connect(const WsClientOptions& options,
                                                     WsClientRefusal* refusal = nullptr);
    virtual ~WsClient() = default;
    // The subprotocol the server chose; empty if none.
    virtual const std::string& subprotocol() const = 0;
    virtual Result<void> send(ByteView payload, WsKind kind = WsKind::Binary) = 0;
    // The next message; pings are answered inside. Errors: Timeout (`timeout_ms` passed, 0: waits for ever; the
    // connection stays usable), Io, Corruption. After Close or an error nothing more can be received.
    virtual Result<WsClientMessage> receive(uint32_t timeout_ms) = 0;
    // Sends Close; receive() then returns what still comes, at last the server's Close.
    virtual Result<void> close(uint16_t code = kWsCloseNormal, std::string_view reason = {}) = 0;
};

}  // namespace lightcone::net
