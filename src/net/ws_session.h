// SPDX-License-Identifier: Apache-2.0
// The WebSocket protocol of a connection after its upgrade: frames in, messages to the handler, pings and the closing
// handshake.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>

#include "net/connection.h"
#include "net/stop_notice.h"
#include "net/websocket.h"
#include "net/ws_frame.h"

namespace lightcone::net {

// Protocol callbacks: the thread that runs the connection. WebSocketConnection functions: any thread.
class WsSession final : public Protocol, public WebSocketConnection {
  public:
    WsSession(std::shared_ptr<Connection> connection, std::shared_ptr<WebSocketHandler> handler,
              const WsOptions& options, std::shared_ptr<const StopNotice> stop)
        : connection_(std::move(connection)),
          options_(options),
          stop_(std::move(stop)),
          handler_(std::move(handler)),
          parser_(WsFrameParser::Peer::Client, options.message_bytes_max, options.fragments_max) {}

    // Once, after the session became the connection's protocol: calls on_open and sends the first ping.
    void open(uint64_t now_ms);

    Taken on_data(std::span<uint8_t> data, Worker& worker) override;
    bool wants_data() const override { return !paused_.load(std::memory_order_acquire); }
    void on_signal(Worker& worker) override;
    bool on_peer_closed() override { return true; }
    void on_deadline(uint64_t now_ms) override;
    void on_ended(EndReason reason) override;

    bool send(WsBatch& batch) override;
    void close(uint16_t code, std::string_view reason) override;
    void drop() override { connection_->cut(EndReason::Cut); }
    void pause_reading() override { paused_.store(true, std::memory_order_release); }
    void resume_reading() override;
    size_t queued_bytes() const override { return connection_->queued_bytes(); }
    const std::string& peer() const override { return connection_->peer(); }

  private:
    enum class Closing : uint8_t { Open, WaitingForClient, Done };

    void handle_control(const WsEvent& event, GatherBuffer& replies);
    bool count_control_frame(uint64_t now_ms);
    void handle_client_close(const WsEvent& event);
    void fail(uint16_t code, const char* reason);
    bool send_close_frame(uint16_t code, std::string_view reason);
    void finish(const WsCloseInfo& info);
    bool take_our_close(WsCloseInfo& info);
    void report_closed(const WsCloseInfo& info);
    void set_next_deadline();

    std::shared_ptr<Connection> connection_;
    const WsOptions options_;
    const std::shared_ptr<const StopNotice> stop_;
    std::atomic<bool> paused_{false};
    std::atomic<bool> close_called_{false};

    std::mutex close_mutex_;
    WsCloseInfo our_close_;  // guarded by close_mutex_: what close() sent

    // Of the running thread.
    std::shared_ptr<WebSocketHandler> handler_;  // null once on_closed was called
    WsFrameParser parser_;
    Closing closing_ = Closing::Open;
    bool ping_unanswered_ = false;
    uint64_t last_receive_ms_ = 0;
    uint64_t next_ping_ms_ = 0;
    uint64_t close_deadline_ms_ = 0;
    uint64_t control_window_ms_ = 0;
    uint32_t control_count_ = 0;
};

}  // namespace lightcone::net
