// SPDX-License-Identifier: Apache-2.0
#include "net/ws_frame.h"

#include <algorithm>

#include "net/websocket.h"

namespace lightcone::net {

namespace {

constexpr uint8_t kFinBit = 0x80;
constexpr uint8_t kReservedBits = 0x70;
constexpr uint8_t kMaskBit = 0x80;

bool is_control(WsOpcode opcode) {
    return (static_cast<uint8_t>(opcode) & 0x08) != 0;
}

}  // namespace

size_t frame_header_bytes(size_t payload_bytes) {
    return payload_bytes < 126 ? 2 : payload_bytes <= 0xffff ? 4 : 10;
}

void write_frame_header(uint8_t* to, uint8_t opcode, size_t payload_bytes) {
    to[0] = kFinBit | opcode;
    if (payload_bytes < 126) {
        to[1] = static_cast<uint8_t>(payload_bytes);
    } else if (payload_bytes <= 0xffff) {
        to[1] = 126;
        store_le(to + 2, __builtin_bswap16(static_cast<uint16_t>(payload_bytes)));
    } else {
        to[1] = 127;
        store_le(to + 2, __builtin_bswap64(payload_bytes));
    }
}

void append_frame_header(Bytes& out, uint8_t opcode, size_t payload_bytes) {
    size_t at = out.size();
    out.resize(at + frame_header_bytes(payload_bytes));
    write_frame_header(out.data() + at, opcode, payload_bytes);
}

void append_masked_frame(Bytes& out, uint8_t opcode, ByteView payload, uint32_t mask) {
    size_t at = out.size();
    append_frame_header(out, opcode, payload.size());
    out[at + 1] |= kMaskBit;
    ByteWriter(out).u32(mask);
    size_t payload_at = out.size();
    out.insert(out.end(), payload.begin(), payload.end());
    apply_mask({out.data() + payload_at, payload.size()}, mask);
}

Bytes close_payload(uint16_t code, std::string_view reason) {
    size_t length = std::min(reason.size(), kCloseReasonBytesMax);
    // A continuation byte right after the cut means that the cut is inside a character.
    if (length < reason.size()) {
        while (length > 0 && (static_cast<uint8_t>(reason[length]) & 0xc0) == 0x80) length--;
    }
    Bytes payload = {static_cast<uint8_t>(code >> 8), static_cast<uint8_t>(code & 0xff)};
    payload.insert(payload.end(), reason.begin(), reason.begin() + static_cast<ptrdiff_t>(length));
    return payload;
}

bool close_code_allowed(uint16_t code) {
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

void apply_mask(std::span<uint8_t> bytes, uint32_t mask) {
    uint64_t wide = static_cast<uint64_t>(mask) << 32 | mask;
    uint8_t* at = bytes.data();
    size_t left = bytes.size();
    for (; left >= 8; left -= 8, at += 8) store_le(at, load_le<uint64_t>(at) ^ wide);
    for (size_t i = 0; i < left; i++) at[i] ^= static_cast<uint8_t>(wide >> (8 * i));
}

WsFrameParser::Progress WsFrameParser::fail(Outcome& outcome, uint16_t code, const char* reason) {
    outcome.violation = code;
    outcome.reason = reason;
    return Progress::Violation;
}

bool WsFrameParser::is_text(const Header& header) const {
    return header.opcode == WsOpcode::Text || (header.opcode == WsOpcode::Continuation && message_is_text_);
}

WsFrameParser::Outcome WsFrameParser::parse(std::span<uint8_t> buffer, std::vector<WsEvent>& events) {
    finished_.clear();
    Outcome outcome;
    Progress progress = Progress::Done;
    while (!ended_ && progress == Progress::Done && outcome.consumed < buffer.size()) {
        std::span<uint8_t> rest = buffer.subspan(outcome.consumed);
        Header header;
        outcome.wanted = 0;
        progress = read_header(rest, header, outcome);
        if (progress != Progress::Done) break;
        size_t frame_bytes = header.bytes + static_cast<size_t>(header.payload_bytes);
        if (rest.size() < frame_bytes) {
            outcome.wanted = frame_bytes;
            progress = check_partial_text(header, rest.subspan(header.bytes), outcome);
            break;
        }
        progress = finish_frame(header, rest.subspan(header.bytes, static_cast<size_t>(header.payload_bytes)), events,
                                outcome);
        outcome.consumed += frame_bytes;
    }
    if (progress == Progress::Violation) ended_ = true;
    if (ended_) {
        outcome.consumed = buffer.size();
        outcome.wanted = 0;
    }
    return outcome;
}

WsFrameParser::Progress WsFrameParser::read_header(std::span<uint8_t> buffer, Header& header, Outcome& outcome) const {
    if (buffer.size() < 2) {
        // The first byte alone can already be wrong.
        if ((buffer[0] & kReservedBits) != 0) return fail(outcome, kWsCloseProtocolError, "reserved bit set");
        return Progress::NeedMore;
    }
    header.fin = (buffer[0] & kFinBit) != 0;
    header.opcode = static_cast<WsOpcode>(buffer[0] & 0x0f);
    bool masked = (buffer[1] & kMaskBit) != 0;
    if (masked != (peer_ == Peer::Client)) {
        return fail(outcome, kWsCloseProtocolError, masked ? "masked frame from a server" : "unmasked frame");
    }
    uint8_t length = buffer[1] & 0x7f;
    size_t length_bytes = length == 126 ? 2 : length == 127 ? 8 : 0;
    header.payload_bytes = length;
    header.bytes = 2 + length_bytes + (masked ? 4 : 0);
    if (length_bytes != 0 && is_control(header.opcode)) {
        return fail(outcome, kWsCloseProtocolError, "control frame longer than 125 bytes");
    }
    if (check_kind(header, buffer[0], outcome) == Progress::Violation) return Progress::Violation;
    if (buffer.size() < 2 + length_bytes) return Progress::NeedMore;
    if (length_bytes == 2) {
        header.payload_bytes = __builtin_bswap16(load_le<uint16_t>(buffer.data() + 2));
        if (header.payload_bytes < 126) return fail(outcome, kWsCloseProtocolError, "length not in its shortest form");
    } else if (length_bytes == 8) {
        header.payload_bytes = __builtin_bswap64(load_le<uint64_t>(buffer.data() + 2));
        if (header.payload_bytes <= 0xffff) {
            return fail(outcome, kWsCloseProtocolError, "length not in its shortest form");
        }
        if (header.payload_bytes >> 63 != 0) return fail(outcome, kWsCloseProtocolError, "length above 2^63 - 1");
    }
    if (!is_control(header.opcode) && header.payload_bytes > message_bytes_max_ - assembled_.size()) {
        return fail(outcome, kWsCloseTooBig, "message too big");
    }
    if (buffer.size() < header.bytes) return Progress::NeedMore;
    if (masked) header.mask = load_le<uint32_t>(buffer.data() + 2 + length_bytes);
    return Progress::Done;
}

WsFrameParser::Progress WsFrameParser::check_kind(const Header& header, uint8_t first, Outcome& outcome) const {
    if ((first & kReservedBits) != 0) return fail(outcome, kWsCloseProtocolError, "reserved bit set");
    switch (header.opcode) {
        case WsOpcode::Continuation:
            if (!in_message_) return fail(outcome, kWsCloseProtocolError, "continuation without a message");
            break;
        case WsOpcode::Text:
        case WsOpcode::Binary:
            if (in_message_) return fail(outcome, kWsCloseProtocolError, "new message inside a fragmented one");
            break;
        case WsOpcode::Close:
        case WsOpcode::Ping:
        case WsOpcode::Pong:
            if (!header.fin) return fail(outcome, kWsCloseProtocolError, "fragmented control frame");
            return Progress::Done;
        default: return fail(outcome, kWsCloseProtocolError, "reserved opcode");
    }
    if (fragment_count_ >= fragments_max_) return fail(outcome, kWsClosePolicy, "too many fragments");
    return Progress::Done;
}

WsFrameParser::Progress WsFrameParser::check_partial_text(const Header& header, std::span<uint8_t> rest,
                                                          Outcome& outcome) {
    if (!is_text(header)) return Progress::NeedMore;
    // The bytes stay masked in the buffer until the frame is whole, so they are checked in a copy.
    uint8_t piece[1024];
    while (text_checked_ < rest.size()) {
        size_t count = std::min(sizeof piece, rest.size() - text_checked_);
        std::memcpy(piece, rest.data() + text_checked_, count);
        uint32_t turned = std::rotr(header.mask, static_cast<int>(8 * (text_checked_ % 4)));
        apply_mask({piece, count}, turned);
        if (!utf8_.feed({piece, count})) return fail(outcome, kWsCloseInvalidPayload, "text is not UTF-8");
        text_checked_ += count;
    }
    return Progress::NeedMore;
}

WsFrameParser::Progress WsFrameParser::finish_frame(const Header& header, std::span<uint8_t> payload,
                                                    std::vector<WsEvent>& events, Outcome& outcome) {
    if (header.mask != 0) apply_mask(payload, header.mask);
    if (is_control(header.opcode)) return finish_control(header, payload, events, outcome);

    if (header.opcode != WsOpcode::Continuation) message_is_text_ = header.opcode == WsOpcode::Text;
    if (message_is_text_) {
        bool valid = utf8_.feed(payload.subspan(text_checked_));
        text_checked_ = 0;
        if (!valid || (header.fin && !utf8_.complete())) {
            return fail(outcome, kWsCloseInvalidPayload, "text is not UTF-8");
        }
    }
    WsOpcode kind = message_is_text_ ? WsOpcode::Text : WsOpcode::Binary;
    if (header.fin && !in_message_) {
        events.push_back({.kind = kind, .payload = payload});
        utf8_.reset();
        return Progress::Done;
    }
    assembled_.insert(assembled_.end(), payload.begin(), payload.end());
    fragment_count_++;
    in_message_ = !header.fin;
    if (header.fin) {
        finished_.push_back(std::move(assembled_));
        assembled_ = {};
        fragment_count_ = 0;
        utf8_.reset();
        events.push_back({.kind = kind, .payload = finished_.back()});
    }
    return Progress::Done;
}

WsFrameParser::Progress WsFrameParser::finish_control(const Header& header, ByteView payload,
                                                      std::vector<WsEvent>& events, Outcome& outcome) {
    if (header.opcode != WsOpcode::Close) {
        events.push_back({.kind = header.opcode, .payload = payload});
        return Progress::Done;
    }
    uint16_t code = 1005;
    ByteView reason;
    if (payload.size() == 1) return fail(outcome, kWsCloseProtocolError, "close frame of one byte");
    if (payload.size() >= 2) {
        code = static_cast<uint16_t>(payload[0] << 8 | payload[1]);
        reason = payload.subspan(2);
        if (!close_code_allowed(code)) return fail(outcome, kWsCloseProtocolError, "close code not allowed");
        if (!is_utf8(reason)) return fail(outcome, kWsCloseInvalidPayload, "close reason is not UTF-8");
    }
    ended_ = true;
    events.push_back({.kind = WsOpcode::Close, .close_code = code, .payload = reason});
    return Progress::Done;
}

}  // namespace lightcone::net
