// SPDX-License-Identifier: Apache-2.0
// The WebSocket frame codec (RFC 6455 §5 to §8, no extensions): pure, no I/O, no clock.
//
//   byte 0: FIN 0x80 | reserved 0x70 | opcode 0x0f     81 text, 82 binary, 00 continuation, 88 close, 89 ping, 8a pong
//   byte 1: MASK 0x80 | length 0..125, or 126 + u16 big-endian, or 127 + u64 big-endian (shortest form only)
//   then a 4-byte mask (client to server only), then the payload
//
// Example: the text "Hello" from a client with mask 37 fa 21 3d: 81 85 37 fa 21 3d 7f 9f 4d 51 58
#pragma once

#include <deque>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "net/utf8.h"

namespace lightcone::net {

inline constexpr size_t kFrameHeaderBytesMax = 14;
inline constexpr size_t kControlPayloadBytesMax = 125;
inline constexpr size_t kCloseReasonBytesMax = 123;

enum class WsOpcode : uint8_t { Continuation = 0, Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10 };

// Unmasked final frames, as a server sends them.
size_t frame_header_bytes(size_t payload_bytes);
// Writes frame_header_bytes(payload_bytes) bytes.
void write_frame_header(uint8_t* to, uint8_t opcode, size_t payload_bytes);
void append_frame_header(Bytes& out, uint8_t opcode, size_t payload_bytes);
// A masked final frame, as a client sends it.
void append_masked_frame(Bytes& out, uint8_t opcode, ByteView payload, uint32_t mask);
// Payload of a Close frame: code and reason, cut to kCloseReasonBytesMax at a character boundary.
Bytes close_payload(uint16_t code, std::string_view reason);
// Codes that may stand in a Close frame: 1000–1003, 1007–1014, 3000–4999.
bool close_code_allowed(uint16_t code);
// XORs with the mask (as loaded little-endian from the wire), 8 bytes at a time.
void apply_mask(std::span<uint8_t> bytes, uint32_t mask);

// A whole message or a control frame. `payload` points into the parsed buffer or into the parser: it lives until the
// next parse(). Close: `close_code` is 1005 if the frame was empty, payload is the reason.
struct WsEvent {
    WsOpcode kind;  // never Continuation
    uint16_t close_code = 0;
    ByteView payload{};
};

// Cuts frames out of a byte stream and puts fragments together. One per connection and direction; one thread.
// Limits: a message of more than message_bytes_max bytes is refused when the frame header that exceeds it is seen,
// before anything is stored; so is a message of more than fragments_max frames.
class WsFrameParser {
  public:
    enum class Peer : uint8_t { Client, Server };  // who sends: clients must mask, servers must not

    struct Outcome {
        size_t consumed = 0;     // bytes of the buffer that are done with
        size_t wanted = 0;       // size of the frame that begins there, once its header is known; else 0
        uint16_t violation = 0;  // close code to fail the connection with; 0: all is well
        const char* reason = "";
    };

    WsFrameParser(Peer peer, size_t message_bytes_max, uint32_t fragments_max)
        : peer_(peer), message_bytes_max_(message_bytes_max), fragments_max_(fragments_max) {}

    // Appends what is complete in `buffer` to `events` and unmasks in place. The next call's buffer must begin with the
    // bytes not consumed. After a violation or a Close event every further byte is consumed and ignored.
    Outcome parse(std::span<uint8_t> buffer, std::vector<WsEvent>& events);

  private:
    struct Header {
        size_t bytes = 0;
        bool fin = false;
        WsOpcode opcode = WsOpcode::Continuation;
        uint64_t payload_bytes = 0;
        uint32_t mask = 0;
    };
    enum class Progress : uint8_t { Done, NeedMore, Violation };

    Progress read_header(std::span<uint8_t> buffer, Header& header, Outcome& outcome) const;
    Progress check_kind(const Header& header, uint8_t first, Outcome& outcome) const;
    Progress finish_frame(const Header& header, std::span<uint8_t> payload, std::vector<WsEvent>& events,
                          Outcome& outcome);
    Progress finish_control(const Header& header, ByteView payload, std::vector<WsEvent>& events, Outcome& outcome);
    Progress check_partial_text(const Header& header, std::span<uint8_t> rest, Outcome& outcome);
    static Progress fail(Outcome& outcome, uint16_t code, const char* reason);
    bool is_text(const Header& header) const;

    Peer peer_;
    bool ended_ = false;
    bool in_message_ = false;  // fragments of a message are waiting for the final one
    bool message_is_text_ = false;
    size_t message_bytes_max_;
    uint32_t fragments_max_;
    uint32_t fragment_count_ = 0;
    size_t text_checked_ = 0;  // payload bytes of the incomplete frame that utf8_ has seen
    Utf8Validator utf8_;
    Bytes assembled_;
    std::deque<Bytes> finished_;  // reassembled messages that events point to
};

}  // namespace lightcone::net
