// SPDX-License-Identifier: Apache-2.0
// For tests: an echoing WebSocket server on real sockets, and the peers that talk to it.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "net/http_server.h"
#include "net/raw_peer.h"
#include "net/ws_client.h"
#include "net/ws_frame.h"

namespace lightcone::net {

using std::chrono::milliseconds;

// Echoes; commands as text: "close", "drop", "pause", "sleep", "big".
class EchoHandler final : public WebSocketHandler {
  public:
    void on_open(const std::shared_ptr<WebSocketConnection>& opened) override {
        std::lock_guard lock(mutex);
        connection = opened;
    }
    void on_messages(WebSocketConnection& from, std::span<const WsMessage> messages) override {
        EXPECT_FALSE(inside.exchange(true));
        reads++;
        WsBatch batch;
        for (const WsMessage& message : messages) {
            std::string_view text = as_text(message.payload);
            received++;
            if (text == "close") from.close(1001, "module exited");
            if (text == "drop") from.drop();
            if (text == "pause") from.pause_reading();
            if (text == "sleep") std::this_thread::sleep_for(milliseconds(300));
            batch.message(message.payload, message.kind);
        }
        from.send(batch);
        inside = false;
    }
    void on_closed(WebSocketConnection&, const WsCloseInfo& info) override {
        std::lock_guard lock(mutex);
        last_close = info;
        closed++;
    }
    WsCloseInfo close_info() {
        std::lock_guard lock(mutex);
        return last_close;
    }

    std::mutex mutex;
    std::shared_ptr<WebSocketConnection> connection;
    WsCloseInfo last_close;
    std::atomic<bool> inside{false};
    std::atomic<int> reads{0};
    std::atomic<int> received{0};
    std::atomic<int> closed{0};
};

class EchoRoutes final : public HttpHandler {
  public:
    void on_request(HttpRequest request, std::shared_ptr<HttpResponder> responder) override {
        if (request.path == "/refuse") {
            responder->respond(HttpResponse::text(401, "Authorization required"));
            return;
        }
        check = check_websocket_upgrade(request);
        std::vector<std::string_view> offered = request.header_list("sec-websocket-protocol");
        auto handler = std::make_shared<EchoHandler>();
        {
            std::lock_guard lock(mutex);
            latest = handler;
        }
        WsAccept accept{offered.empty() ? "" : std::string(offered.back()), {{"spacetime-identity", "c200"}}, handler};
        if (request.path == "/later") {
            std::thread([responder, accept = std::move(accept)]() mutable {
                std::this_thread::sleep_for(milliseconds(20));
                responder->upgrade(std::move(accept));
            }).detach();
            return;
        }
        responder->upgrade(std::move(accept));
    }
    std::shared_ptr<EchoHandler> echo() {
        std::lock_guard lock(mutex);
        return latest;
    }
    std::mutex mutex;
    std::shared_ptr<EchoHandler> latest;
    std::atomic<WsUpgradeCheck> check{WsUpgradeCheck::Ok};
};

inline std::string upgrade_request(std::string more = "") {
    return "GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
           more + "\r\n";
}

inline Bytes frame(uint8_t first, std::string_view payload) {
    Bytes out;
    append_masked_frame(out, 0, as_bytes(payload), 0xa1b2c3d4);
    out[0] = first;
    return out;
}

class WebSocketTest : public testing::Test {
  protected:
    void start(HttpServerOptions options, ReactorOptions reactor = {.threads = 2}) {
        reactor_ = std::move(*Reactor::start(reactor));
        server_ = std::move(*HttpServer::start(*reactor_, routes_, std::move(options)));
    }
    static HttpServerOptions quiet() {
        HttpServerOptions options;
        options.websocket.ping_interval_ms = 0;
        return options;
    }
    void TearDown() override {
        if (server_) server_->stop(1001, "bye", 100);
        if (reactor_) reactor_->stop();
    }
    std::unique_ptr<RawPeer> open() {
        auto peer = std::make_unique<RawPeer>(server_->port());
        peer->send(upgrade_request());
        std::string head;
        EXPECT_TRUE(peer->read_through("\r\n\r\n", &head));
        EXPECT_TRUE(head.starts_with("HTTP/1.1 101 Switching Protocols")) << head;
        EXPECT_TRUE(eventually([&] {
            auto echo = routes_.echo();
            std::lock_guard lock(echo->mutex);
            return echo->connection != nullptr;
        }));
        return peer;
    }
    std::unique_ptr<WsClient> connect(std::string path = "/") {
        auto client = WsClient::connect(
            {.url = fmt::format("ws://127.0.0.1:{}{}", server_->port(), path), .subprotocols = {"v1.test", "v2.test"}});
        EXPECT_TRUE(client) << client.error().message;
        return std::move(*client);
    }
    template <typename Condition>
    static bool eventually(Condition condition) {
        for (int i = 0; i < 4000; i++) {
            if (condition()) return true;
            std::this_thread::sleep_for(milliseconds(2));
        }
        return false;
    }

    EchoRoutes routes_;
    std::unique_ptr<Reactor> reactor_;
    std::unique_ptr<HttpServer> server_;
};

}  // namespace lightcone::net
