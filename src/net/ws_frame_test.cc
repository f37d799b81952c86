// SPDX-License-Identifier: Apache-2.0
#include "net/ws_frame.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "net/websocket.h"

namespace lightcone::net {
namespace {

constexpr size_t kMessageBytesMax = 70'000;
constexpr uint32_t kFragmentsMax = 8;
constexpr uint32_t kMask = 0x3d21fa37;

// One frame from a client, of any shape.
struct FrameSpec {
    uint8_t first;  // FIN, reserved bits, opcode
    std::string payload;
    bool masked = true;
};

Bytes encode(const FrameSpec& spec) {
    Bytes out;
    append_masked_frame(out, 0, as_bytes(spec.payload), kMask);
    out[0] = spec.first;
    if (!spec.masked) {
        Bytes plain;
        append_frame_header(plain, 0, spec.payload.size());
        plain[0] = spec.first;
        plain.insert(plain.end(), spec.payload.begin(), spec.payload.end());
        return plain;
    }
    return out;
}

Bytes encode(const std::vector<FrameSpec>& specs) {
    Bytes all;
    for (const FrameSpec& spec : specs) {
        Bytes one = encode(spec);
        all.insert(all.end(), one.begin(), one.end());
    }
    return all;
}

struct Seen {
    std::string events;  // "t:Hello " text, "b:" binary, "p:" ping, "q:" pong, "c<code>:" close
    uint16_t violation = 0;
    size_t consumed = 0;
};

void describe(const std::vector<WsEvent>& events, std::string& out) {
    for (const WsEvent& event : events) {
        std::string payload(as_text(event.payload));
        if (payload.size() > 40) payload = fmt::format("<{}>", payload.size());
        switch (event.kind) {
            case WsOpcode::Text: out += "t:" + payload; break;
            case WsOpcode::Binary: out += "b:" + payload; break;
            case WsOpcode::Ping: out += "p:" + payload; break;
            case WsOpcode::Pong: out += "q:" + payload; break;
            case WsOpcode::Close: out += fmt::format("c{}:{}", event.close_code, payload); break;
            default: out += "?"; break;
        }
        out += ' ';
    }
}

// Feeds the bytes in pieces of `step`, as a connection does: what is not consumed comes again.
Seen parse_in_steps(const Bytes& input, size_t step) {
    WsFrameParser parser(WsFrameParser::Peer::Client, kMessageBytesMax, kFragmentsMax);
    Seen seen;
    Bytes pending;
    for (size_t at = 0; at < input.size(); at += step) {
        size_t count = std::min(step, input.size() - at);
        pending.insert(pending.end(), input.begin() + static_cast<ptrdiff_t>(at),
                       input.begin() + static_cast<ptrdiff_t>(at + count));
        std::vector<WsEvent> events;
        WsFrameParser::Outcome outcome = parser.parse(pending, events);
        describe(events, seen.events);
        if (outcome.violation != 0 && seen.violation == 0) seen.violation = outcome.violation;
        seen.consumed += outcome.consumed;
        pending.erase(pending.begin(), pending.begin() + static_cast<ptrdiff_t>(outcome.consumed));
    }
    return seen;
}

struct Case {
    const char* name;
    std::vector<FrameSpec> frames;
    std::string events;
    uint16_t violation = 0;
};

std::string repeated(size_t count) {
    return std::string(count, 'x');
}

std::vector<Case> framing_cases() {
    std::vector<Case> cases = {
        {"empty text", {{0x81, ""}}, "t: "},
        {"empty binary", {{0x82, ""}}, "b: "},
        {"text", {{0x81, "Hello"}}, "t:Hello "},
        {"two in one read", {{0x81, "a"}, {0x82, "b"}}, "t:a b:b "},
        {"125 bytes", {{0x82, repeated(125)}}, "b:<125> "},
        {"126 bytes", {{0x82, repeated(126)}}, "b:<126> "},
        {"127 bytes", {{0x82, repeated(127)}}, "b:<127> "},
        {"65535 bytes", {{0x82, repeated(65535)}}, "b:<65535> "},
        {"65536 bytes", {{0x82, repeated(65536)}}, "b:<65536> "},
        {"limit - 1", {{0x82, repeated(kMessageBytesMax - 1)}}, "b:<69999> "},
        {"limit", {{0x82, repeated(kMessageBytesMax)}}, "b:<70000> "},
        {"limit + 1", {{0x82, repeated(kMessageBytesMax + 1)}}, "", 1009},
        {"limit by fragments", {{0x02, repeated(kMessageBytesMax - 1)}, {0x80, "y"}}, "b:<70000> "},
        {"limit + 1 by fragments", {{0x02, repeated(kMessageBytesMax - 1)}, {0x80, "yy"}}, "", 1009},
        {"unmasked", {{0x81, "Hello", false}}, "", 1002},
        {"good then unmasked", {{0x81, "a"}, {0x81, "b", false}}, "t:a ", 1002},
        // Control frames.
        {"ping", {{0x89, "hi"}}, "p:hi "},
        {"empty ping", {{0x89, ""}}, "p: "},
        {"pong unasked", {{0x8a, "x"}}, "q:x "},
        {"ping of 125", {{0x89, repeated(125)}}, "p:<125> "},
        {"ping of 126", {{0x89, repeated(126)}}, "", 1002},
        {"ping in fragments", {{0x09, "a"}, {0x80, "b"}}, "", 1002},
        {"pong in fragments", {{0x0a, "a"}}, "", 1002},
        {"close in fragments", {{0x08, ""}}, "", 1002},
        {"close of 126", {{0x88, "\x03\xe8" + repeated(124)}}, "", 1002},
        // Fragmentation.
        {"two fragments", {{0x01, "Hel"}, {0x80, "lo"}}, "t:Hello "},
        {"three fragments", {{0x02, "a"}, {0x00, "b"}, {0x80, "c"}}, "b:abc "},
        {"empty fragments", {{0x01, ""}, {0x00, ""}, {0x80, ""}}, "t: "},
        {"empty first, full last", {{0x01, ""}, {0x80, "z"}}, "t:z "},
        {"ping between fragments", {{0x01, "a"}, {0x89, "p"}, {0x80, "b"}}, "p:p t:ab "},
        {"close between fragments", {{0x01, "a"}, {0x88, "\x03\xe8"}}, "c1000: "},
        {"two fragmented messages", {{0x01, "a"}, {0x80, "b"}, {0x02, "c"}, {0x80, "d"}}, "t:ab b:cd "},
        {"continuation first", {{0x80, "a"}}, "", 1002},
        {"continuation first, not final", {{0x00, "a"}}, "", 1002},
        {"continuation after a message", {{0x81, "a"}, {0x80, "b"}}, "t:a ", 1002},
        {"text inside a message", {{0x01, "a"}, {0x81, "b"}}, "", 1002},
        {"binary inside a message", {{0x01, "a"}, {0x02, "b"}}, "", 1002},
        {"fragments at limit", {{0x02, ""}, {0, ""}, {0, ""}, {0, ""}, {0, ""}, {0, ""}, {0, ""}, {0x80, "e"}}, "b:e "},
        {"fragments over limit",
         {{0x02, ""}, {0, ""}, {0, ""}, {0, ""}, {0, ""}, {0, ""}, {0, ""}, {0, ""}, {0x80, "e"}},
         "",
         1008},
        // UTF-8.
        {"utf-8", {{0x81, "κόσμε"}}, "t:κόσμε "},
        {"utf-8 cut between fragments", {{0x01, "\xce"}, {0x80, "\xba"}}, "t:κ "},
        {"utf-8 bad byte", {{0x81, "a\xff"}}, "", 1007},
        {"utf-8 ends early", {{0x81, "\xce"}}, "", 1007},
        {"utf-8 ends early in fragments", {{0x01, "a"}, {0x80, "\xce"}}, "", 1007},
        {"utf-8 bad in the first fragment", {{0x01, "\xc0\xaf"}, {0x80, "a"}}, "", 1007},
        {"utf-8 surrogate", {{0x81, "\xed\xa0\x80"}}, "", 1007},
        {"utf-8 above U+10FFFF", {{0x81, "\xf4\x90\x80\x80"}}, "", 1007},
        {"utf-8 highest", {{0x81, "\xf4\x8f\xbf\xbf"}}, "t:\xf4\x8f\xbf\xbf "},
        {"utf-8 overlong", {{0x81, "\xe0\x80\xaf"}}, "", 1007},
        {"binary is not checked", {{0x82, "\xff\xfe"}}, "b:\xff\xfe "},
        {"utf-8 state is fresh after a message", {{0x81, "a"}, {0x81, "\xba"}}, "t:a ", 1007},
        // Close.
        {"close empty", {{0x88, ""}}, "c1005: "},
        {"close one byte", {{0x88, "\x03"}}, "", 1002},
        {"close with reason",
         {{0x88,
           "\x03\xe8"
           "bye"}},
         "c1000:bye "},
        {"close reason of 123", {{0x88, "\x03\xe8" + repeated(123)}}, "c1000:<123> "},
        {"close reason bad utf-8", {{0x88, "\x03\xe8\xff"}}, "", 1007},
        {"nothing after close", {{0x88, "\x03\xe8"}, {0x81, "late"}}, "c1000: "},
        {"bad frame after close", {{0x88, "\x03\xe8"}, {0xff, "late", false}}, "c1000: "},
    };
    for (int bit : {0x40, 0x20, 0x10}) {
        cases.push_back({"reserved bit", {{static_cast<uint8_t>(0x81 | bit), "a"}}, "", 1002});
        cases.push_back({"reserved bit on ping", {{static_cast<uint8_t>(0x89 | bit), ""}}, "", 1002});
        cases.push_back({"reserved bit on close", {{static_cast<uint8_t>(0x88 | bit), ""}}, "", 1002});
    }
    for (int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
        cases.push_back({"reserved opcode", {{static_cast<uint8_t>(0x80 | opcode), ""}}, "", 1002});
        cases.push_back(
            {"reserved opcode after text", {{0x81, "a"}, {static_cast<uint8_t>(0x80 | opcode), "x"}}, "t:a ", 1002});
    }
    return cases;
}

TEST(WsFrameParser, framing_cases_in_one_piece_and_byte_by_byte) {
    for (const Case& test : framing_cases()) {
        Bytes input = encode(test.frames);
        for (size_t step : {input.size(), size_t{1}, size_t{3}, size_t{1000}}) {
            if (step == 1 && input.size() > 2000) continue;  // quadratic in this test's own buffer
            Seen seen = parse_in_steps(input, std::max<size_t>(step, 1));
            EXPECT_EQ(seen.events, test.events) << test.name << " step " << step;
            EXPECT_EQ(seen.violation, test.violation) << test.name << " step " << step;
            EXPECT_EQ(seen.consumed, input.size()) << test.name << " step " << step;
        }
    }
}

TEST(WsFrameParser, close_codes) {
    auto expect = [](uint16_t code, bool allowed) {
        std::string payload = {static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
        Bytes input = encode(FrameSpec{0x88, payload});
        Seen seen = parse_in_steps(input, input.size());
        EXPECT_EQ(seen.violation, allowed ? 0 : 1002) << code;
        EXPECT_EQ(seen.events, allowed ? fmt::format("c{}: ", code) : "") << code;
    };
    for (uint16_t code :
         {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999}) {
        expect(code, true);
    }
    for (uint16_t code : {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535}) expect(code, false);
}

TEST(WsFrameParser, lengths_not_in_shortest_form_or_too_long) {
    struct Raw {
        Bytes bytes;
        uint16_t violation;
    };
    std::vector<Raw> cases = {
        {{0x82, 0xfe, 0, 125, 1, 2, 3, 4}, 1002},                              // 125 in two bytes
        {{0x82, 0xfe, 0, 0, 1, 2, 3, 4}, 1002},                                // 0 in two bytes
        {{0x82, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 1, 2, 3, 4}, 1002},        // 65535 in eight
        {{0x82, 0xff, 0, 0, 0, 0, 0, 0, 0, 5, 1, 2, 3, 4}, 1002},              // 5 in eight
        {{0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4}, 1002},           // 2^63
        {{0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, 1009},  // 2^63 - 1, before its mask is there
        {{0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, 1002},
        {{0x89, 0xfe}, 1002},  // a long ping is seen in two bytes
        {{0x81, 0x05}, 1002},  // so is a missing mask
        {{0x91}, 1002},        // and a reserved bit in one
    };
    for (const Raw& test : cases) {
        Seen seen = parse_in_steps(test.bytes, test.bytes.size());
        EXPECT_EQ(seen.violation, test.violation) << to_hex(test.bytes);
        EXPECT_EQ(seen.events, "");
    }
}

TEST(WsFrameParser, text_fails_as_soon_as_a_bad_byte_is_there) {
    Bytes input = encode(FrameSpec{0x81, "abc\xff" + repeated(100)});
    // Header (6 bytes) and four bytes of 104.
    Seen seen = parse_in_steps(Bytes(input.begin(), input.begin() + 10), 1);
    EXPECT_EQ(seen.violation, 1007);
    Seen before = parse_in_steps(Bytes(input.begin(), input.begin() + 9), 1);
    EXPECT_EQ(before.violation, 0);
}

TEST(WsFrameParser, payloads_are_not_copied) {
    Bytes input = encode({{0x82, "abc"}, {0x82, "defg"}});
    WsFrameParser parser(WsFrameParser::Peer::Client, 100, 10);
    std::vector<WsEvent> events;
    parser.parse(input, events);
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(events[0].payload.data(), input.data() + 6);
    EXPECT_EQ(events[1].payload.data(), input.data() + 15);
}

TEST(WsFrameParser, wanted_is_the_size_of_the_frame_in_progress) {
    Bytes input = encode({{0x82, "abc"}, {0x82, repeated(1000)}});
    WsFrameParser parser(WsFrameParser::Peer::Client, 2000, 10);
    std::vector<WsEvent> events;
    WsFrameParser::Outcome outcome = parser.parse(std::span(input).first(500), events);
    EXPECT_EQ(outcome.consumed, 9u);
    EXPECT_EQ(outcome.wanted, 1008u);
}

TEST(WsFrameParser, server_frames_for_the_client) {
    Bytes plain = encode(FrameSpec{0x81, "Hello", false});
    Bytes masked = encode(FrameSpec{0x81, "Hello"});
    std::vector<WsEvent> events;
    WsFrameParser parser(WsFrameParser::Peer::Server, 100, 10);
    EXPECT_EQ(parser.parse(plain, events).violation, 0);
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(as_text(events[0].payload), "Hello");
    EXPECT_EQ(parser.parse(masked, events).violation, 1002);
}

TEST(WsFrame, example_of_the_rfc) {
    Bytes frame;
    append_masked_frame(frame, 1, as_bytes("Hello"), kMask);
    EXPECT_EQ(to_hex(frame), "818537fa213d7f9f4d5158");
    Bytes header;
    append_frame_header(header, 2, 256);
    append_frame_header(header, 2, 65536);
    EXPECT_EQ(to_hex(header), "827e0100827f0000000000010000");
}

TEST(WsFrame, mask_at_every_length_and_alignment) {
    SeededRandom random(7);
    for (size_t length = 0; length < 70; length++) {
        Bytes bytes(length);
        random.fill(bytes);
        Bytes expected = bytes;
        for (size_t i = 0; i < length; i++) expected[i] ^= static_cast<uint8_t>(kMask >> (8 * (i % 4)));
        apply_mask(bytes, kMask);
        EXPECT_EQ(bytes, expected) << length;
    }
}

TEST(WsFrame, close_reason_is_cut_between_characters) {
    EXPECT_EQ(close_payload(1001, "module exited").size(), 2 + 13u);
    EXPECT_EQ(close_payload(1011, repeated(123)).size(), 125u);
    EXPECT_EQ(close_payload(1011, repeated(124)).size(), 125u);
    Bytes cut = close_payload(1011, repeated(122) + "é");
    EXPECT_EQ(cut.size(), 2 + 122u);
    EXPECT_TRUE(is_utf8(ByteView(cut).subspan(2)));
    EXPECT_EQ(close_payload(1011, repeated(121) + "é").size(), 125u);
}

Bytes flat(GatherBuffer& gather) {
    Bytes out;
    while (!gather.empty()) {
        iovec pieces[4];
        size_t count = gather.gather(pieces);
        for (size_t i = 0; i < count; i++) {
            auto* data = static_cast<uint8_t*>(pieces[i].iov_base);
            out.insert(out.end(), data, data + pieces[i].iov_len);
        }
        size_t total = 0;
        for (size_t i = 0; i < count; i++) total += pieces[i].iov_len;
        gather.consume(total);
    }
    return out;
}

TEST(WsBatch, messages_of_unknown_size_get_the_shortest_header) {
    for (size_t own : {0, 1, 124, 125, 126, 127, 300}) {
        for (size_t shared : {0, 1, 200, 65'300, 70'000}) {
            WsBatch batch;
            batch.message(as_bytes("first"));
            batch.begin();
            ByteWriter(batch.bytes()).raw(Bytes(own, 'o'));
            batch.append_shared(SharedBytes(Bytes(shared, 's')));
            ByteWriter(batch.bytes()).u8('e');
            EXPECT_EQ(batch.message_bytes(), own + shared + 1);
            batch.end();
            batch.message(SharedBytes(Bytes(200, 'l')));
            EXPECT_EQ(batch.message_count(), 3u);
            Bytes wire = flat(batch.gather());
            WsFrameParser parser(WsFrameParser::Peer::Server, 1 << 20, 1);
            std::vector<WsEvent> events;
            EXPECT_EQ(parser.parse(wire, events).consumed, wire.size());
            ASSERT_EQ(events.size(), 3u) << own << " " << shared;
            EXPECT_EQ(as_text(events[0].payload), "first");
            std::string middle = std::string(own, 'o') + std::string(shared, 's') + "e";
            EXPECT_EQ(as_text(events[1].payload), middle);
            EXPECT_EQ(events[2].payload.size(), 200u);
        }
    }
}

TEST(GatherBuffer, consumed_in_any_steps_gives_the_same_bytes) {
    for (size_t step : {1, 7, 130, 1000}) {
        GatherBuffer gather;
        Bytes expected;
        for (int i = 0; i < 6; i++) {
            gather.append("own bytes ");
            expected.insert(expected.end(), {'o', 'w', 'n', ' ', 'b', 'y', 't', 'e', 's', ' '});
            Bytes big(static_cast<size_t>(100 + 50 * i), static_cast<uint8_t>('a' + i));
            expected.insert(expected.end(), big.begin(), big.end());
            gather.append_shared(SharedBytes(big));
        }
        EXPECT_EQ(gather.size(), expected.size());
        Bytes seen;
        while (!gather.empty()) {
            iovec pieces[3];
            size_t count = gather.gather(pieces);
            size_t left = step;
            for (size_t i = 0; i < count && left > 0; i++) {
                size_t take = std::min(left, pieces[i].iov_len);
                auto* data = static_cast<uint8_t*>(pieces[i].iov_base);
                seen.insert(seen.end(), data, data + take);
                left -= take;
            }
            gather.consume(step - left);
        }
        EXPECT_EQ(seen, expected) << step;
    }
}

}  // namespace
}  // namespace lightcone::net
