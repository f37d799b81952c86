// SPDX-License-Identifier: Apache-2.0
#include "net/http_session.h"

#include <algorithm>

#include "base/log.h"
#include "net/http_responder.h"
#include "net/worker.h"
#include "net/ws_handshake.h"
#include "net/ws_session.h"

namespace lightcone::net {

namespace {
constexpr uint32_t kLingerMs = 2000;
constexpr uint32_t kStopLingerMs = 100;
constexpr size_t kBodyReserveBytesMax = 1u << 20;
}  // namespace

HttpSession::HttpSession(std::shared_ptr<Connection> connection, std::shared_ptr<HttpContext> context)
    : connection_(std::move(connection)), context_(std::move(context)) {
    // The first request has to come as fast as any head; only later ones may be waited for idly.
    connection_->set_deadline(connection_->poll_set().monotonic_ms() + context_->options.head_deadline_ms);
    head_begun_ = true;
}

HttpSession::Taken HttpSession::on_data(std::span<uint8_t> data, Worker& worker) {
    switch (state_) {
        case State::Head: return read_head(data, worker);
        case State::Body: return read_body(data, worker);
        case State::Answering: return {0, 0};
        case State::Refused: return {data.size(), 0};
    }
    return {};
}

HttpSession::Taken HttpSession::read_head(std::span<uint8_t> data, Worker& worker) {
    if (!std::exchange(head_begun_, true)) {
        connection_->set_deadline(worker.now_ms + context_->options.head_deadline_ms);
    }
    HttpRefusal refusal;
    size_t head_bytes = scanner_.scan(data, refusal);
    if (refusal.status != 0) {
        refuse(nullptr, refusal);
        return {data.size(), 0};
    }
    if (head_bytes == 0) return {0, 0};
    scanner_.reset();
    request_ = HttpRequest();
    if (!parse_request_head(data.first(head_bytes), request_, framing_, refusal)) {
        refuse(nullptr, refusal);
        return {data.size(), 0};
    }
    request_.peer = connection_->peer();
    request_count_++;
    if (framing_.kind == BodyFraming::Kind::None) {
        dispatch();
    } else {
        begin_body(worker);
    }
    return {head_bytes, 0};
}

void HttpSession::begin_body(Worker& worker) {
    body_bytes_max_ = context_->handler.body_bytes_max(request_);
    if (framing_.length > body_bytes_max_) return refuse(&request_, {413, "request body too long"});
    if (framing_.expect_continue) {
        GatherBuffer interim;
        interim.append("HTTP/1.1 100 Continue\r\n\r\n");
        connection_->send(interim, 0);
    }
    // A promise of bytes costs nothing: memory follows what arrives.
    request_.body.reserve(std::min<size_t>(framing_.length, kBodyReserveBytesMax));
    decoder_ = ChunkDecoder();
    body_started_ms_ = worker.now_ms;
    state_ = State::Body;
    body_deadline();
}

void HttpSession::body_deadline() {
    const HttpServerOptions& options = context_->options;
    uint64_t earned_ms = request_.body.size() * uint64_t{1000} / std::max(options.body_bytes_per_second_min, 1u);
    connection_->set_deadline(body_started_ms_ + options.body_grace_ms + earned_ms);
}

HttpSession::Taken HttpSession::read_body(std::span<uint8_t> data, Worker&) {
    size_t consumed = 0;
    bool done = false;
    if (framing_.kind == BodyFraming::Kind::Length) {
        consumed = static_cast<size_t>(std::min<uint64_t>(data.size(), framing_.length - request_.body.size()));
        request_.body.insert(request_.body.end(), data.begin(), data.begin() + static_cast<ptrdiff_t>(consumed));
        done = request_.body.size() == framing_.length;
    } else {
        ChunkDecoder::State state = decoder_.feed(data, request_.body, body_bytes_max_, consumed);
        if (state == ChunkDecoder::State::Bad) {
            refuse(&request_, {400, "malformed chunked body"});
            return {data.size(), 0};
        }
        if (state == ChunkDecoder::State::TooLong) {
            refuse(&request_, {413, "request body too long"});
            return {data.size(), 0};
        }
        done = state == ChunkDecoder::State::Done;
    }
    if (done) {
        dispatch();
    } else {
        body_deadline();
    }
    return {consumed, 0};
}

void HttpSession::dispatch() {
    state_ = State::Answering;
    connection_->set_deadline(0);
    ResponseContext response;
    response.head_only = request_.method == "HEAD";
    response.http_1_0 = request_.http_1_0;
    response.keep_alive = framing_.keep_alive && request_count_ < context_->options.requests_per_connection_max &&
                          !context_->stop.given();
    websocket_key_.clear();
    if (check_websocket_upgrade(request_) == WsUpgradeCheck::Ok) websocket_key_ = *request_.header("sec-websocket-key");
    auto responder = std::make_shared<SessionResponder>(shared_from_this(), response, !websocket_key_.empty());
    context_->handler.on_request(std::move(request_), std::move(responder));
}

void HttpSession::refuse(const HttpRequest* head, HttpRefusal refusal) {
    state_ = State::Refused;
    HttpResponse response = context_->handler.on_refused(head, refusal.status, refusal.reason);
    ResponseContext how;
    how.head_only = head != nullptr && head->method == "HEAD";
    how.keep_alive = false;
    how.wall_micros = context_->clock.wall_micros();
    GatherBuffer out;
    if (write_response(response, how, BodyMode::Complete, out)) connection_->send(out, 0);
    connection_->finish(kLingerMs);
}

void HttpSession::answered(bool keep_alive) {
    {
        std::lock_guard lock(mutex_);
        answer_ = keep_alive ? Answer::KeepAlive : Answer::Close;
    }
    connection_->signal();
}

void HttpSession::request_upgrade(WsAccept accept) {
    {
        std::lock_guard lock(mutex_);
        accept_ = std::move(accept);
        answer_ = Answer::Upgrade;
    }
    connection_->signal();
}

void HttpSession::on_signal(Worker& worker) {
    Answer answer = Answer::None;
    {
        std::lock_guard lock(mutex_);
        answer = std::exchange(answer_, Answer::None);
    }
    bool stopping = context_->stop.given();
    switch (answer) {
        case Answer::None:
            if (stopping && state_ == State::Head) connection_->finish(1);
            break;
        case Answer::KeepAlive:
            if (stopping) return connection_->finish(kStopLingerMs);
            expect_next(worker.now_ms);
            break;
        case Answer::Close:
            state_ = State::Refused;
            connection_->finish(stopping ? kStopLingerMs : kLingerMs);
            break;
        case Answer::Upgrade: upgrade(worker.now_ms); break;
    }
}

void HttpSession::expect_next(uint64_t now_ms) {
    state_ = State::Head;
    head_begun_ = false;
    connection_->set_deadline(now_ms + context_->options.keep_alive_idle_ms);
}

void HttpSession::upgrade(uint64_t now_ms) {
    WsAccept accept;
    {
        std::lock_guard lock(mutex_);
        accept = std::move(*accept_);
        accept_.reset();
    }
    ResponseContext how;
    how.wall_micros = context_->clock.wall_micros();
    GatherBuffer out;
    auto written = write_response(websocket_accept_response(websocket_key_, accept), how, BodyMode::Complete, out);
    if (!written) {
        log_error("websocket upgrade not answered: {}", written.error().message);
        return refuse(nullptr, {500, "internal error"});
    }
    connection_->send(out, 0);
    std::shared_ptr<HttpSession> keep = shared_from_this();  // until this function has returned
    auto session = std::make_shared<WsSession>(connection_, std::move(accept.handler), context_->options.websocket,
                                               std::shared_ptr<const StopNotice>(context_, &context_->stop));
    connection_->replace_protocol(session, 0);
    session->open(now_ms);
}

bool HttpSession::on_peer_closed() {
    bool answering = state_ == State::Answering;
    // A client that only closed its sending side still gets its answer, but nobody follows a stream that way.
    if (answering) {
        std::lock_guard lock(mutex_);
        return static_cast<bool>(gone_callback_);
    }
    return true;
}

void HttpSession::on_deadline(uint64_t) {
    if (state_ == State::Head && !head_begun_) return connection_->finish(1);
    if (state_ == State::Head) return refuse(nullptr, {408, "request head too slow"});
    if (state_ == State::Body) return refuse(&request_, {408, "request body too slow"});
}

void HttpSession::on_ended(EndReason) {
    state_ = State::Refused;
    report_gone();
}

void HttpSession::report_gone() {
    std::function<void()> callback;
    {
        std::lock_guard lock(mutex_);
        gone_ = true;
        callback = std::move(gone_callback_);
        gone_callback_ = nullptr;
    }
    if (callback) callback();
}

void HttpSession::set_gone_callback(std::function<void()> callback) {
    {
        std::lock_guard lock(mutex_);
        if (!gone_) {
            gone_callback_ = std::move(callback);
            callback = nullptr;
        }
    }
    if (callback) {
        callback();
    } else {
        connection_->signal();  // a half-closed client counts as gone from now on
    }
}

void HttpSession::clear_gone_callback() {
    std::lock_guard lock(mutex_);
    gone_callback_ = nullptr;
}

}  // namespace lightcone::net
