// SPDX-License-Identifier: Apache-2.0
// The HTTP/1.1 protocol of a connection: one request after the other, each answered before the next is read.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "base/clock.h"
#include "net/chunk_decoder.h"
#include "net/connection.h"
#include "net/http_head.h"
#include "net/http_response.h"
#include "net/http_server.h"
#include "net/stop_notice.h"

namespace lightcone::net {

// What the sessions of one server share; lives as long as the last of them. The handler is only called while the server
// lives.
struct HttpContext {
    HttpContext(HttpHandler& server_handler, HttpServerOptions server_options)
        : handler(server_handler), options(std::move(server_options)) {}
    HttpHandler& handler;
    const HttpServerOptions options;
    const SystemClock clock;
    StopNotice stop;
};

// Protocol callbacks: the thread that runs the connection. The rest as marked.
class HttpSession final : public Protocol, public std::enable_shared_from_this<HttpSession> {
  public:
    HttpSession(std::shared_ptr<Connection> connection, std::shared_ptr<HttpContext> context);

    Taken on_data(std::span<uint8_t> data, Worker& worker) override;
    bool wants_data() const override { return state_ != State::Answering; }
    void on_signal(Worker& worker) override;
    bool on_peer_closed() override;
    void on_deadline(uint64_t now_ms) override;
    void on_ended(EndReason reason) override;

    // Any thread: of the responder and body writer of the current request.

    Connection& connection() { return *connection_; }
    const HttpContext& context() const { return *context_; }
    // The answer is sent in full; the connection goes on or closes.
    void answered(bool keep_alive);
    void request_upgrade(WsAccept accept);
    void set_gone_callback(std::function<void()> callback);
    void clear_gone_callback();

  private:
    enum class State : uint8_t { Head, Body, Answering, Refused };
    enum class Answer : uint8_t { None, KeepAlive, Close, Upgrade };

    Taken read_head(std::span<uint8_t> data, Worker& worker);
    Taken read_body(std::span<uint8_t> data, Worker& worker);
    void begin_body(Worker& worker);
    void dispatch();
    void refuse(const HttpRequest* head, HttpRefusal refusal);
    void expect_next(uint64_t now_ms);
    void upgrade(uint64_t now_ms);
    void body_deadline();
    void report_gone();

    std::shared_ptr<Connection> connection_;
    std::shared_ptr<HttpContext> context_;

    // Of the running thread.
    State state_ = State::Head;
    HeadScanner scanner_;
    HttpRequest request_;
    BodyFraming framing_;
    ChunkDecoder decoder_;
    size_t body_bytes_max_ = 0;
    uint64_t body_started_ms_ = 0;
    bool head_begun_ = false;
    uint32_t request_count_ = 0;
    std::string websocket_key_;  // of the current request, if it is a good upgrade

    std::mutex mutex_;
    Answer answer_ = Answer::None;         // guarded by mutex_
    std::optional<WsAccept> accept_;       // guarded by mutex_
    std::function<void()> gone_callback_;  // guarded by mutex_
    bool gone_ = false;                    // guarded by mutex_
};

}  // namespace lightcone::net
