// SPDX-License-Identifier: Apache-2.0
#include "net/ws_session.h"

#include <algorithm>

#include "net/worker.h"

namespace lightcone::net {

namespace {

void append_control_frame(GatherBuffer& out, WsOpcode opcode, ByteView payload) {
    append_frame_header(out.bytes(), static_cast<uint8_t>(opcode), payload.size());
    out.append(payload);
}

}  // namespace

void WsSession::open(uint64_t now_ms) {
    last_receive_ms_ = control_window_ms_ = next_ping_ms_ = now_ms;
    handler_->on_open(std::static_pointer_cast<WsSession>(shared_from_this()));
    if (stop_->given()) close(stop_->close_code, stop_->close_reason);
    on_deadline(now_ms);
}

WsSession::Taken WsSession::on_data(std::span<uint8_t> data, Worker& worker) {
    last_receive_ms_ = worker.now_ms;
    worker.events.clear();
    worker.messages.clear();
    WsFrameParser::Outcome outcome = parser_.parse(data, worker.events);
    GatherBuffer replies;
    const WsEvent* client_close = nullptr;
    for (const WsEvent& event : worker.events) {
        switch (event.kind) {
            case WsOpcode::Text: worker.messages.push_back({WsKind::Text, event.payload}); break;
            case WsOpcode::Binary: worker.messages.push_back({WsKind::Binary, event.payload}); break;
            case WsOpcode::Close: client_close = &event; break;
            default:
                handle_control(event, replies);
                if (!count_control_frame(worker.now_ms)) outcome = {data.size(), 0, kWsClosePolicy, "too many pings"};
        }
    }
    if (!replies.empty()) connection_->send(replies, 0);
    // After our Close, what arrives is only waited through.
    if (!worker.messages.empty() && handler_ != nullptr && !close_called_.load(std::memory_order_acquire)) {
        handler_->on_messages(*this, worker.messages);
    }
    if (outcome.violation != 0) {
        fail(outcome.violation, outcome.reason);
    } else if (client_close != nullptr) {
        handle_client_close(*client_close);
    }
    return {outcome.consumed, outcome.wanted};
}

void WsSession::handle_control(const WsEvent& event, GatherBuffer& replies) {
    if (event.kind == WsOpcode::Ping) append_control_frame(replies, WsOpcode::Pong, event.payload);
    if (event.kind == WsOpcode::Pong) ping_unanswered_ = false;
}

bool WsSession::count_control_frame(uint64_t now_ms) {
    if (now_ms - control_window_ms_ >= 1000) {
        control_window_ms_ = now_ms;
        control_count_ = 0;
    }
    return ++control_count_ <= options_.control_frames_per_second_max;
}

void WsSession::handle_client_close(const WsEvent& event) {
    WsCloseInfo info{WsEnd::ClientClose, event.close_code, std::string(as_text(event.payload))};
    if (!take_our_close(info)) send_close_frame(event.close_code, {});
    finish(info);
}

bool WsSession::take_our_close(WsCloseInfo& info) {
    std::lock_guard lock(close_mutex_);
    if (!close_called_.load(std::memory_order_relaxed)) return false;
    info = our_close_;
    return true;
}

void WsSession::fail(uint16_t code, const char* reason) {
    send_close_frame(code, reason);
    finish({WsEnd::ProtocolError, code, reason});
}

bool WsSession::send_close_frame(uint16_t code, std::string_view reason) {
    GatherBuffer frame;
    // 1005 means that a frame held no code, and is never sent.
    Bytes payload = code == 1005 ? Bytes() : close_payload(code, reason);
    append_control_frame(frame, WsOpcode::Close, payload);
    return connection_->send_last(frame);
}

// The handshake is over: the handler hears of it now, the rest is TCP.
void WsSession::finish(const WsCloseInfo& info) {
    closing_ = Closing::Done;
    connection_->finish(options_.close_handshake_ms);
    report_closed(info);
}

void WsSession::report_closed(const WsCloseInfo& info) {
    if (handler_ == nullptr) return;
    // The handler usually keeps this session: letting go of it here ends the circle.
    std::shared_ptr<WebSocketHandler> handler = std::move(handler_);
    handler_ = nullptr;
    handler->on_closed(*this, info);
}

void WsSession::on_signal(Worker& worker) {
    if (stop_->given()) close(stop_->close_code, stop_->close_reason);
    if (closing_ != Closing::Open || !close_called_.load(std::memory_order_acquire)) return;
    closing_ = Closing::WaitingForClient;
    close_deadline_ms_ = worker.now_ms + options_.close_handshake_ms;
    // What was not read for being paused must be, to find the client's Close.
    paused_.store(false, std::memory_order_release);
    set_next_deadline();
}

void WsSession::on_deadline(uint64_t now_ms) {
    if (closing_ == Closing::WaitingForClient && now_ms >= close_deadline_ms_) {
        // The time counts from when Close was sent; what is queued before it may take until the idle timeout.
        if (connection_->queued_bytes() == 0) return connection_->cut(EndReason::Timeout);
        close_deadline_ms_ = now_ms + options_.close_handshake_ms;
    }
    if (paused_.load(std::memory_order_acquire)) last_receive_ms_ = now_ms;
    if (options_.idle_timeout_ms != 0 && now_ms >= last_receive_ms_ + options_.idle_timeout_ms) {
        return connection_->cut(EndReason::Timeout);
    }
    if (options_.ping_interval_ms != 0 && now_ms >= next_ping_ms_) {
        next_ping_ms_ = now_ms + options_.ping_interval_ms;
        if (!std::exchange(ping_unanswered_, true)) {
            GatherBuffer ping;
            append_control_frame(ping, WsOpcode::Ping, {});
            connection_->send(ping, 0);
        }
    }
    set_next_deadline();
}

void WsSession::set_next_deadline() {
    uint64_t at = UINT64_MAX;
    if (closing_ == Closing::WaitingForClient) at = std::min(at, close_deadline_ms_);
    if (options_.idle_timeout_ms != 0) at = std::min(at, last_receive_ms_ + options_.idle_timeout_ms);
    if (options_.ping_interval_ms != 0) at = std::min(at, next_ping_ms_);
    connection_->set_deadline(at == UINT64_MAX ? 0 : at);
}

void WsSession::on_ended(EndReason reason) {
    WsCloseInfo info;
    if (take_our_close(info)) return report_closed(info);
    if (reason == EndReason::SlowConsumer) {
        info.end = WsEnd::SlowConsumer;
    } else if (reason == EndReason::Timeout) {
        info.end = WsEnd::IdleTimeout;
    } else if (reason == EndReason::Cut) {
        info.end = WsEnd::Dropped;
    }
    report_closed(info);
}

bool WsSession::send(WsBatch& batch) {
    if (batch.empty()) return true;
    bool sent = connection_->send(batch.gather(), batch.message_count());
    batch.clear();
    return sent;
}

void WsSession::close(uint16_t code, std::string_view reason) {
    {
        std::lock_guard lock(close_mutex_);
        if (close_called_.load(std::memory_order_relaxed)) return;
        our_close_ = {WsEnd::ServerClose, code, std::string(reason)};
        if (!send_close_frame(code, reason)) return;
        close_called_.store(true, std::memory_order_release);
    }
    connection_->signal();
}

void WsSession::resume_reading() {
    paused_.store(false, std::memory_order_release);
    connection_->signal();
}

}  // namespace lightcone::net
