// SPDX-License-Identifier: Apache-2.0
// The HTTP/1.1 and WebSocket listener on one port.
//
//   class Routes : public net::HttpHandler {
//       void on_request(net::HttpRequest request, std::shared_ptr<net::HttpResponder> responder) override {
//           responder->respond(net::HttpResponse::text(200, "hello"));
//       }
//   };
//   auto reactor = TRY(net::Reactor::start({.threads = 2}));
//   auto server = TRY(net::HttpServer::start(*reactor, routes, {.address = "127.0.0.1", .port = 3000}));
//   ... server->port() ...
//   server->stop();
//   reactor->stop();
#pragma once

#include <functional>
#include <memory>

#include "base/limits.h"
#include "net/http_message.h"
#include "net/reactor.h"
#include "net/websocket.h"

namespace lightcone::net {

// The body of a response whose length is not known ahead: sent chunked (or until close, to HTTP/1.0). Any thread.
class HttpBodyWriter {
  public:
    virtual ~HttpBodyWriter() = default;
    // Sends the bytes as one chunk; false once the client is gone or too slow (its queue is full), then stop.
    virtual bool write(ByteView bytes) = 0;
    // Ends the body. Destroying the writer without it cuts the connection, so that the client sees the loss.
    virtual void finish() = 0;
    // Called once, on an I/O thread, when the client goes away before finish(). At once if it is already gone.
    virtual void on_gone(std::function<void()> callback) = 0;
    // Bytes written that the socket has not taken yet: a producer that may skip looks here first.
    virtual size_t queued_bytes() const = 0;
};

// What to answer to an upgrade request that was found good.
struct WsAccept {
    std::string subprotocol{};  // the chosen one; empty: none is named
    std::vector<std::pair<std::string, std::string>> headers{};
    std::shared_ptr<WebSocketHandler> handler{};
};

// Answers one request, once, from any thread, now or later; a second answer is ignored. Dropped without an answer, it
// sends 500. The next request of the connection is read after the answer.
class HttpResponder {
  public:
    virtual ~HttpResponder() = default;
    virtual void respond(HttpResponse response) = 0;
    // Sends the head now (body fields of `head` are ignored) and hands out a writer for the body.
    virtual std::unique_ptr<HttpBodyWriter> stream(HttpResponse head) = 0;
    // Switches to WebSocket (101). The request must have passed check_websocket_upgrade(); else 400 is sent.
    // handler->on_open() is called on the I/O thread, before any message.
    virtual void upgrade(WsAccept accept) = 0;
};

// Result of the handshake checks of RFC 6455 §4.2.1 in the order method, Connection/Upgrade, version, key.
enum class WsUpgradeCheck : uint8_t { Ok, BadMethod, NotAnUpgrade, BadVersion, MissingKey, BadKey };
WsUpgradeCheck check_websocket_upgrade(const HttpRequest& request);

// Receives requests on I/O threads; must not block for long. Lives longer than the server.
class HttpHandler {
  public:
    virtual ~HttpHandler() = default;
    // Largest body accepted for this head (its body is still empty); more is answered by on_refused(413).
    virtual size_t body_bytes_max(const HttpRequest& head) {
        (void)head;
        return 2u << 20;
    }
    // A complete request, body included.
    virtual void on_request(HttpRequest request, std::shared_ptr<HttpResponder> responder) = 0;
    // The answer to what the transport itself refuses; the connection closes after it. `head` is null if none could be
    // parsed. 400 malformed, 408 too slow, 413 body too long, 414 target too long, 417, 431 head too long, 501, 505.
    virtual HttpResponse on_refused(const HttpRequest* head, uint16_t status, std::string_view reason);
};

struct HttpServerOptions {
    std::string address = "127.0.0.1";  // IPv4 or IPv6 literal
    uint16_t port = 0;                  // 0: the system chooses
    uint32_t connections_max = kConnectionsMax;
    uint32_t head_deadline_ms = kHttpHeadDeadlineMs;
    uint32_t keep_alive_idle_ms = kHttpKeepAliveIdleMs;
    uint32_t body_grace_ms = 10'000;  // a body must arrive within this plus its bytes / body_rate_min
    uint32_t body_bytes_per_second_min = 1024;
    uint32_t write_stall_ms = 30'000;  // an HTTP client that takes no bytes for this long is dropped
    uint32_t requests_per_connection_max = 100'000;
    size_t outgoing_bytes_max = kOutgoingBytesMax;
    uint32_t outgoing_messages_max = kOutgoingMessagesMax;
    WsOptions websocket{};
};

struct HttpServerCounters {
    uint64_t accepted = 0;
    uint64_t refused_full = 0;  // connections closed at accept because connections_max was reached
    uint64_t open = 0;
};

// Owner: whoever wires the server; start and stop on one thread. `reactor` and `handler` outlive it.
class HttpServer {
  public:
    // Errors: Io (address in use, no permission), InvalidArgument (address).
    static Result<std::unique_ptr<HttpServer>> start(Reactor& reactor, HttpHandler& handler, HttpServerOptions options);
    // Stops as stop() does.
    virtual ~HttpServer() = default;
    virtual uint16_t port() const = 0;
    virtual HttpServerCounters counters() const = 0;
    // Stops accepting; idle HTTP connections close; WebSockets get Close `code` with `reason`; running requests may
    // finish for up to `grace_ms`, then everything left is cut. Returns when every connection is gone and on_closed was
    // called.
    virtual void stop(uint16_t code = 1001, std::string_view reason = "module exited", uint32_t grace_ms = 1000) = 0;
};

}  // namespace lightcone::net
