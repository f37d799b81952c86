// SPDX-License-Identifier: Apache-2.0
#include "net/http_responder.h"

#include "base/log.h"

namespace lightcone::net {

namespace {

class SessionBodyWriter final : public HttpBodyWriter {
  public:
    SessionBodyWriter(std::shared_ptr<HttpSession> session, BodyMode mode, bool head_only, bool keep_alive)
        : session_(std::move(session)), mode_(mode), head_only_(head_only), keep_alive_(keep_alive) {}

    ~SessionBodyWriter() override {
        if (finished_) return;
        session_->clear_gone_callback();
        session_->connection().cut(EndReason::Cut);
    }

    bool write(ByteView bytes) override {
        if (head_only_ || bytes.empty()) return true;
        GatherBuffer out;
        if (mode_ == BodyMode::Chunked) {
            write_chunk(bytes, out);
        } else {
            out.append(bytes);
        }
        return session_->connection().send(out, 0);
    }

    void finish() override {
        if (std::exchange(finished_, true)) return;
        session_->clear_gone_callback();
        if (mode_ == BodyMode::Chunked && !head_only_) {
            GatherBuffer out;
            out.append("0\r\n\r\n");
            session_->connection().send(out, 0);
        }
        session_->answered(keep_alive_);
    }

    void on_gone(std::function<void()> callback) override { session_->set_gone_callback(std::move(callback)); }
    size_t queued_bytes() const override { return session_->connection().queued_bytes(); }

  private:
    std::shared_ptr<HttpSession> session_;
    BodyMode mode_;
    bool head_only_;
    bool keep_alive_;
    bool finished_ = false;
};

class GoneBodyWriter final : public HttpBodyWriter {
  public:
    bool write(ByteView) override { return false; }
    void finish() override {}
    void on_gone(std::function<void()> callback) override { callback(); }
    size_t queued_bytes() const override { return 0; }
};

}  // namespace

HttpResponse HttpHandler::on_refused(const HttpRequest*, uint16_t status, std::string_view reason) {
    return HttpResponse::text(status, reason);
}

SessionResponder::~SessionResponder() {
    if (!used_.load()) respond(HttpResponse::text(500, "the request was dropped without an answer"));
}

void SessionResponder::respond(HttpResponse response) {
    if (used_.exchange(true)) return;
    context_.wall_micros = session_->context().clock.wall_micros();
    context_.keep_alive = context_.keep_alive && !response.close;
    GatherBuffer out;
    if (auto written = write_response(response, context_, BodyMode::Complete, out); !written) {
        log_error("response not sent: {}", written.error().message);
        context_.keep_alive = false;
        (void)write_response(HttpResponse::text(500, "the server made an invalid response"), context_,
                             BodyMode::Complete, out);
    }
    session_->connection().send(out, 0);
    session_->answered(context_.keep_alive);
}

std::unique_ptr<HttpBodyWriter> SessionResponder::stream(HttpResponse head) {
    if (used_.exchange(true)) return std::make_unique<GoneBodyWriter>();
    context_.wall_micros = session_->context().clock.wall_micros();
    BodyMode mode = context_.http_1_0 ? BodyMode::UntilClose : BodyMode::Chunked;
    context_.keep_alive = context_.keep_alive && !head.close && mode == BodyMode::Chunked;
    GatherBuffer out;
    if (auto written = write_response(head, context_, mode, out); !written) {
        log_error("response not sent: {}", written.error().message);
        session_->connection().cut(EndReason::Cut);
        return std::make_unique<GoneBodyWriter>();
    }
    session_->connection().send(out, 0);
    return std::make_unique<SessionBodyWriter>(session_, mode, context_.head_only, context_.keep_alive);
}

void SessionResponder::upgrade(WsAccept accept) {
    if (!upgradable_ || accept.handler == nullptr) {
        return respond(HttpResponse::text(400, "not a websocket handshake"));
    }
    if (used_.exchange(true)) return;
    session_->request_upgrade(std::move(accept));
}

}  // namespace lightcone::net
