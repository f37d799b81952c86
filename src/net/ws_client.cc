// SPDX-License-Identifier: Apache-2.0
#include "net/ws_client.h"

#include <fmt/ranges.h>

#include <deque>

#include "base/clock.h"
#include "base/random.h"
#include "net/client_response.h"
#include "net/http_text.h"
#include "net/ws_frame.h"
#include "net/ws_handshake.h"

namespace lightcone::net {

namespace {

constexpr uint32_t kSendTimeoutMs = 60'000;
constexpr size_t kRefusalBodyBytesMax = 64u << 10;

class WsClientImpl final : public WsClient {
  public:
    WsClientImpl(ClientSocket socket, size_t message_bytes_max)
        : socket_(std::move(socket)),
          reader_(socket_),
          parser_(WsFrameParser::Peer::Server, message_bytes_max, UINT32_MAX) {}

    Result<void> handshake(const WsClientOptions& options, const Url& url, WsClientRefusal* refusal);

    const std::string& subprotocol() const override { return subprotocol_; }

    Result<void> send(ByteView payload, WsKind kind) override {
        return send_frame(static_cast<WsOpcode>(kind), payload);
    }

    Result<void> close(uint16_t code, std::string_view reason) override {
        if (close_sent_) return {};
        close_sent_ = true;
        return send_frame(WsOpcode::Close, close_payload(code, reason));
    }

    Result<WsClientMessage> receive(uint32_t timeout_ms) override {
        uint64_t until_ms = now_ms() + timeout_ms;
        while (waiting_.empty()) {
            if (ended_) return fail(ErrorCode::Io, "the connection has ended");
            uint32_t left = 0;
            if (timeout_ms != 0) {
                uint64_t now = now_ms();
                if (now >= until_ms) return fail(ErrorCode::Timeout, "no message within {} ms", timeout_ms);
                left = static_cast<uint32_t>(until_ms - now);
            }
            size_t count = TRY(reader_.fill(left));
            if (count == 0) {
                ended_ = true;
                waiting_.push_back({WsClientMessage::Type::Close, {}, 1006, {}});
                break;
            }
            TRY_VOID(parse());
        }
        WsClientMessage message = std::move(waiting_.front());
        waiting_.pop_front();
        return message;
    }

    // What came together with the handshake's answer.
    Result<void> parse();

  private:
    uint64_t now_ms() const { return clock_.monotonic_nanos() / 1'000'000; }

    Result<void> send_frame(WsOpcode opcode, ByteView payload) {
        Bytes frame;
        append_masked_frame(frame, static_cast<uint8_t>(opcode), payload, static_cast<uint32_t>(random_.next_u64()));
        return socket_.write_all(frame, kSendTimeoutMs);
    }

    ClientSocket socket_;
    ClientReader reader_;
    WsFrameParser parser_;
    SystemClock clock_;
    SystemRandom random_;
    std::string subprotocol_;
    std::deque<WsClientMessage> waiting_;
    bool close_sent_ = false;
    bool ended_ = false;
};

Result<void> WsClientImpl::handshake(const WsClientOptions& options, const Url& url, WsClientRefusal* refusal) {
    std::string key = websocket_client_key();
    std::string request = fmt::format(
        "GET {} HTTP/1.1\r\nhost: {}\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
        "sec-websocket-key: {}\r\n",
        url.target, url.authority(), key);
    if (!options.subprotocols.empty()) {
        request += fmt::format("sec-websocket-protocol: {}\r\n", fmt::join(options.subprotocols, ", "));
    }
    for (const auto& [name, value] : options.headers) {
        if (!is_token(name) || !is_field_value(value)) {
            return fail(ErrorCode::InvalidArgument, "bad HTTP request header `{}`", name);
        }
        request += fmt::format("{}: {}\r\n", name, value);
    }
    TRY_VOID(socket_.write_all(as_bytes(request + "\r\n"), options.connect_timeout_ms));
    HttpClientResponse response =
        TRY(parse_response_head(TRY(reader_.read_until("\r\n\r\n", kHttpHeadBytesMax, options.connect_timeout_ms))));
    if (response.status != 101) {
        // The body says why; it is read as far as it comes.
        while (reader_.buffered().size() < kRefusalBodyBytesMax) {
            auto length = response.header("content-length");
            if (length && std::to_string(reader_.buffered().size()) == *length) break;
            auto count = reader_.fill(options.connect_timeout_ms);
            if (!count || *count == 0) break;
        }
        std::string body(as_text(reader_.buffered()));
        if (refusal != nullptr) *refusal = {response.status, body};
        return fail(ErrorCode::FailedPrecondition, "the server refused the websocket with status {}: {}",
                    response.status, body);
    }
    auto accept = response.header("sec-websocket-accept");
    if (!accept || *accept != websocket_accept_key(key)) {
        return fail(ErrorCode::Corruption, "the server's websocket handshake is wrong");
    }
    subprotocol_ = std::string(response.header("sec-websocket-protocol").value_or(""));
    return parse();
}

Result<void> WsClientImpl::parse() {
    std::vector<WsEvent> events;
    std::span<uint8_t> bytes(reader_.buffer().data() + reader_.position(), reader_.buffered().size());
    WsFrameParser::Outcome outcome = parser_.parse(bytes, events);
    for (const WsEvent& event : events) {
        Bytes payload(event.payload.begin(), event.payload.end());
        switch (event.kind) {
            case WsOpcode::Ping: TRY_VOID(send_frame(WsOpcode::Pong, payload)); break;
            case WsOpcode::Pong: break;
            case WsOpcode::Close:
                ended_ = true;
                (void)close(event.close_code == 1005 ? kWsCloseNormal : event.close_code, {});
                waiting_.push_back(
                    {WsClientMessage::Type::Close, {}, event.close_code, std::string(as_text(event.payload))});
                break;
            default: {
                bool text = event.kind == WsOpcode::Text;
                waiting_.push_back(
                    {text ? WsClientMessage::Type::Text : WsClientMessage::Type::Binary, std::move(payload), 0, {}});
            }
        }
    }
    reader_.consume(outcome.consumed);
    if (outcome.violation != 0) {
        ended_ = true;
        return fail(ErrorCode::Corruption, "the server broke the websocket protocol: {}", outcome.reason);
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<WsClient>> WsClient::connect(const WsClientOptions& options, WsClientRefusal* refusal) {
    Url url = TRY(Url::parse(options.url));
    ClientSocket socket = TRY(ClientSocket::connect(url.host, url.port, options.connect_timeout_ms));
    auto client = std::make_unique<WsClientImpl>(std::move(socket), options.message_bytes_max);
    TRY_VOID(client->handshake(options, url, refusal));
    return std::unique_ptr<WsClient>(std::move(client));
}

}  // namespace lightcone::net
