// SPDX-License-Identifier: Apache-2.0
// A server-side WebSocket connection: messages in, batches out. Framing is ws_frame.h's matter; no database words here.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/limits.h"
#include "net/gather_buffer.h"

namespace lightcone::net {

enum class WsKind : uint8_t { Text = 1, Binary = 2 };  // opcodes of RFC 6455

// Close codes this server sends (RFC 6455 §7.4.1).
inline constexpr uint16_t kWsCloseNormal = 1000;
inline constexpr uint16_t kWsCloseGoingAway = 1001;
inline constexpr uint16_t kWsCloseProtocolError = 1002;
inline constexpr uint16_t kWsCloseInvalidPayload = 1007;
inline constexpr uint16_t kWsClosePolicy = 1008;
inline constexpr uint16_t kWsCloseTooBig = 1009;
inline constexpr uint16_t kWsCloseInternalError = 1011;
inline constexpr uint16_t kWsCloseTryAgain = 1013;

// One complete message; text is valid UTF-8. The view lives for the callback that receives it.
struct WsMessage {
    WsKind kind;
    ByteView payload;
};

enum class WsEnd : uint8_t {
    ClientClose,     // the client sent Close
    ServerClose,     // close() was called here
    ProtocolError,   // the client broke the protocol or a limit; it got a Close frame with `code`
    IdleTimeout,     // nothing arrived for WsOptions::idle_timeout_ms
    SlowConsumer,    // its queue of outgoing bytes or messages was full
    Dropped,         // drop() was called here
    ConnectionLost,  // the stream ended or failed without Close
};

struct WsCloseInfo {
    WsEnd end = WsEnd::ConnectionLost;
    uint16_t code = 1006;  // what the client's, else our Close frame said; 1005 if it held no code, 1006 without one
    std::string reason{};
};

// Messages to send, framed as they are added: small bytes are copied together, shared buffers are only referenced.
// Reuse one object: sending empties it and keeps its memory. One thread.
//
//   batch.message(bytes);                       // a whole binary message
//   batch.begin();                              // or in parts
//   ByteWriter(batch.bytes()).u8(0);
//   batch.append_shared(rows);
//   batch.end();
class WsBatch {
  public:
    void message(ByteView payload, WsKind kind = WsKind::Binary);
    void message(SharedBytes payload, WsKind kind = WsKind::Binary);
    void begin(WsKind kind = WsKind::Binary);
    // Between begin() and end(): what is appended to this vector becomes part of the message. Only append.
    Bytes& bytes() { return gather_.bytes(); }
    void append(ByteView payload) { gather_.append(payload); }
    void append_shared(SharedBytes payload) { gather_.append_shared(std::move(payload)); }
    // Payload bytes added since begin().
    size_t message_bytes() const { return gather_.size() - message_start_ - kHeaderReserve; }
    // Writes the frame header in front of what was added since begin().
    void end();

    uint32_t message_count() const { return message_count_; }
    bool empty() const { return message_count_ == 0; }
    size_t byte_count() const { return gather_.size(); }
    void clear();
    GatherBuffer& gather() { return gather_; }

  private:
    static constexpr size_t kHeaderReserve = 4;  // two or four bytes fit nearly every message
    GatherBuffer gather_;
    uint32_t message_count_ = 0;
    size_t message_start_ = 0;  // gather_.size() at begin()
    size_t header_at_ = 0;      // position in gather_.bytes()
    WsKind kind_ = WsKind::Binary;
};

// Any thread may call everything here, also from inside the handler's callbacks. Calls after the end do nothing.
class WebSocketConnection : public std::enable_shared_from_this<WebSocketConnection> {
  public:
    virtual ~WebSocketConnection() = default;
    // Sends the whole batch in one gather write if nothing is queued, else queues it; the batch is empty afterwards.
    // Batches leave in the order of the calls. If something is queued already and this batch would pass
    // outgoing_bytes_max or outgoing_messages_max, the connection is dropped without a Close frame. False if the
    // connection has ended.
    virtual bool send(WsBatch& batch) = 0;
    // Sends what is queued, then Close (reason cut to 123 bytes at a character boundary), then waits close_handshake_ms
    // for the client's Close. Messages that arrive afterwards are discarded; later send()s are refused.
    virtual void close(uint16_t code, std::string_view reason) = 0;
    // Cuts the TCP connection without a Close frame.
    virtual void drop() = 0;
    // While paused nothing is read from the socket and no message is delivered (those of the current read excepted);
    // the idle timeout does not run. Calls do not nest.
    virtual void pause_reading() = 0;
    virtual void resume_reading() = 0;
    // Bytes accepted by send() that the socket has not taken yet.
    virtual size_t queued_bytes() const = 0;
    virtual const std::string& peer() const = 0;
};

// Callbacks come from I/O threads, one at a time per connection.
class WebSocketHandler {
  public:
    virtual ~WebSocketHandler() = default;
    // The 101 response is on its way. Keep the pointer to send later.
    virtual void on_open(const std::shared_ptr<WebSocketConnection>& connection) = 0;
    // All complete messages of one read, at least one, in order.
    virtual void on_messages(WebSocketConnection& connection, std::span<const WsMessage> messages) = 0;
    // Exactly once, last, after on_open. The connection's memory goes when the last pointer does.
    virtual void on_closed(WebSocketConnection& connection, const WsCloseInfo& info) = 0;
};

struct WsOptions {
    size_t message_bytes_max = kWsMessageBytesMax;  // more: Close 1009
    uint32_t fragments_max = 65'536;                // frames of one message; more: Close 1008
    uint32_t control_frames_per_second_max = 1000;  // pings and pongs; more: Close 1008
    uint32_t ping_interval_ms = kWsPingIntervalMs;  // 0: no pings
    uint32_t idle_timeout_ms = kWsIdleTimeoutMs;    // 0: none
    uint32_t close_handshake_ms = kWsCloseHandshakeMs;
};

}  // namespace lightcone::net
