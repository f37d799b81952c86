// SPDX-License-Identifier: Apache-2.0
// The server over real sockets, WebSocket side: handshake, messages, closing.
#include "net/websocket.h"

#include "net/websocket_fixture.h"
#include "net/ws_handshake.h"

namespace lightcone::net {
namespace {

TEST(WebSocketHandshake, accept_key_of_the_rfc) {
    EXPECT_EQ(websocket_accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    EXPECT_EQ(websocket_client_key().size(), 24u);
    EXPECT_NE(websocket_client_key(), websocket_client_key());
}

TEST_F(WebSocketTest, handshake_answer) {
    start(quiet());
    RawPeer peer(server_->port());
    peer.send(upgrade_request("Sec-WebSocket-Protocol: v1.test,  v2.test\r\n"));
    std::string head;
    ASSERT_TRUE(peer.read_through("\r\n\r\n", &head));
    EXPECT_NE(head.find("connection: upgrade\r\nupgrade: websocket\r\n"
                        "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nsec-websocket-protocol: v2.test\r\n"
                        "spacetime-identity: c200\r\n"),
              std::string::npos)
        << head;
    EXPECT_EQ(head.find("content-length"), std::string::npos);
}

TEST_F(WebSocketTest, handshakes_that_are_refused) {
    start(quiet());
    auto replace = [](std::string from, std::string to) {
        std::string text = upgrade_request();
        text.replace(text.find(from), from.size(), to);
        return text;
    };
    std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    std::vector<std::pair<std::string, WsUpgradeCheck>> cases = {
        {replace("GET", "PUT"), WsUpgradeCheck::BadMethod},
        {replace("keep-alive, Upgrade", "keep-alive"), WsUpgradeCheck::NotAnUpgrade},
        {replace("WebSocket\r\n", "h2c\r\n"), WsUpgradeCheck::NotAnUpgrade},
        {replace("HTTP/1.1", "HTTP/1.0"), WsUpgradeCheck::NotAnUpgrade},
        {replace("Version: 13", "Version: 8"), WsUpgradeCheck::BadVersion},
        {replace("Version: 13", "Version: 13, 8"), WsUpgradeCheck::BadVersion},
        {replace("Sec-WebSocket-Version: 13\r\n", ""), WsUpgradeCheck::BadVersion},
        {replace(key, ""), WsUpgradeCheck::MissingKey},
        {replace(key, key + key), WsUpgradeCheck::BadKey},
        {replace("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25j"), WsUpgradeCheck::BadKey},
        {replace("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25j!Q=="), WsUpgradeCheck::BadKey},
        {replace("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZR=="), WsUpgradeCheck::BadKey},
        {replace("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZXk="), WsUpgradeCheck::BadKey},
    };
    for (const auto& [request, expected] : cases) {
        RawPeer peer(server_->port());
        peer.send(request);
        EXPECT_EQ(peer.read_answer().substr(0, 3), "400") << request;
        EXPECT_EQ(routes_.check.load(), expected) << request;
    }
    WsClientRefusal refusal;
    auto refused = WsClient::connect({.url = fmt::format("ws://127.0.0.1:{}/refuse", server_->port())}, &refusal);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::FailedPrecondition);
    EXPECT_EQ(refusal.status, 401);
    EXPECT_EQ(refusal.body, "Authorization required");
}

TEST_F(WebSocketTest, echo_through_our_client) {
    start({});
    for (const char* path : {"/", "/later"}) {
        auto client = connect(path);
        EXPECT_EQ(client->subprotocol(), "v2.test");
        for (size_t size : {0, 1, 125, 126, 65'535, 65'536, 200'000, 5'000'000}) {
            Bytes payload(size);
            for (size_t i = 0; i < size; i++) payload[i] = static_cast<uint8_t>(i * 31 >> 2);
            ASSERT_TRUE(client->send(payload));
            auto answer = client->receive(10'000);
            ASSERT_TRUE(answer) << answer.error().message;
            EXPECT_TRUE(answer->payload == payload) << size;
        }
        ASSERT_TRUE(client->send(as_bytes("text"), WsKind::Text));
        EXPECT_EQ(client->receive(10'000)->type, WsClientMessage::Type::Text);
        EXPECT_EQ(client->receive(20).error().code, ErrorCode::Timeout);
        ASSERT_TRUE(client->close(1000, "done"));
        auto last = client->receive(10'000);
        ASSERT_TRUE(last);
        EXPECT_EQ(last->type, WsClientMessage::Type::Close);
        EXPECT_EQ(last->close_code, 1000);
        EXPECT_TRUE(eventually([&] { return routes_.echo()->closed == 1; }));
        EXPECT_EQ(routes_.echo()->close_info().end, WsEnd::ClientClose);
        EXPECT_EQ(routes_.echo()->close_info().reason, "done");
    }
}

TEST_F(WebSocketTest, messages_that_come_together_are_delivered_together) {
    start(quiet());
    RawPeer peer(server_->port());
    // Frames in the same packet as the handshake are not lost either.
    std::string all = upgrade_request();
    Bytes replies;
    for (int i = 0; i < 100; i++) {
        all += as_text(frame(0x82, fmt::format("message {}", i)));
        append_frame_header(replies, 2, fmt::format("message {}", i).size());
        std::string text = fmt::format("message {}", i);
        replies.insert(replies.end(), text.begin(), text.end());
    }
    peer.send(all);
    EXPECT_TRUE(peer.read_through("\r\n\r\n"));
    EXPECT_EQ(peer.read_exactly(replies.size()), as_text(replies));
    EXPECT_EQ(routes_.echo()->received, 100);
    EXPECT_LE(routes_.echo()->reads, 3);
}

TEST_F(WebSocketTest, message_cut_at_every_byte) {
    start(quiet());
    auto peer = open();
    Bytes two = frame(0x01, "Hel");
    for (const Bytes& more : {frame(0x89, "p"), frame(0x80, "lo"), frame(0x82, std::string(300, 'x'))}) {
        two.insert(two.end(), more.begin(), more.end());
    }
    std::string expected = "\x8a\x01p\x81\x05Hello" + std::string("\x82\x7e\x01\x2c", 4) + std::string(300, 'x');
    for (size_t cut = 1; cut < two.size(); cut += 5) {
        peer->send(as_text(two).substr(0, cut));
        std::this_thread::sleep_for(std::chrono::microseconds(200));
        peer->send(as_text(two).substr(cut));
        ASSERT_EQ(peer->read_exactly(expected.size()), expected) << cut;
    }
}

TEST_F(WebSocketTest, violations_close_with_their_code) {
    HttpServerOptions options = quiet();
    options.websocket.message_bytes_max = 1000;
    options.websocket.control_frames_per_second_max = 20;
    start(options);
    Bytes unmasked;
    append_frame_header(unmasked, 1, 1);
    unmasked.push_back('a');
    Bytes flood;
    for (int i = 0; i < 21; i++) {
        Bytes ping = frame(0x89, "");
        flood.insert(flood.end(), ping.begin(), ping.end());
    }
    std::vector<std::pair<Bytes, uint16_t>> cases = {
        {unmasked, 1002},
        {frame(0xc1, "a"), 1002},
        {frame(0x83, "a"), 1002},
        {frame(0x09, "a"), 1002},
        {frame(0x80, "a"), 1002},
        {frame(0x81, "\xff"), 1007},
        {frame(0x82, std::string(1001, 'x')), 1009},
        {flood, 1008},
    };
    for (const auto& [bytes, code] : cases) {
        auto peer = open();
        peer->send(frame(0x82, "good"));
        EXPECT_EQ(peer->read_exactly(6), "\x82\x04good");
        peer->send(bytes);
        std::string end = peer->read_to_end();
        size_t at = end.rfind('\x88');
        ASSERT_NE(at, std::string::npos) << code;
        ASSERT_GE(end.size(), at + 4);
        EXPECT_EQ(static_cast<uint8_t>(end[at + 2]) << 8 | static_cast<uint8_t>(end[at + 3]), code);
        EXPECT_TRUE(eventually([&] { return routes_.echo()->closed == 1; }));
        EXPECT_EQ(routes_.echo()->close_info().end, WsEnd::ProtocolError);
        EXPECT_EQ(routes_.echo()->close_info().code, code);
    }
}

TEST_F(WebSocketTest, size_limit_is_exact) {
    HttpServerOptions options = quiet();
    options.websocket.message_bytes_max = 1000;
    start(options);
    auto peer = open();
    for (size_t size : {999, 1000}) {
        peer->send(frame(0x82, std::string(size, 'x')));
        EXPECT_EQ(peer->read_exactly(size + 4).size(), size + 4);
    }
    peer->send(frame(0x82, std::string(1001, 'x')));
    EXPECT_EQ(peer->read_to_end().substr(2, 2), "\x03\xf1");
}

TEST_F(WebSocketTest, client_close_is_answered_and_nothing_after_it_counts) {
    start(quiet());
    auto peer = open();
    Bytes bytes = frame(0x82, "a");
    for (const Bytes& more : {frame(0x88,
                                    "\x0f\xa0"
                                    "enough"),
                              frame(0x82, "late")})
        bytes.insert(bytes.end(), more.begin(), more.end());
    peer->send(bytes);
    EXPECT_EQ(peer->read_to_end(),
              "\x82\x01"
              "a\x88\x02\x0f\xa0");
    EXPECT_TRUE(eventually([&] { return routes_.echo()->closed == 1; }));
    EXPECT_EQ(routes_.echo()->received, 1);
    EXPECT_EQ(routes_.echo()->close_info().code, 4000);
    EXPECT_EQ(routes_.echo()->close_info().reason, "enough");
}

TEST_F(WebSocketTest, server_close_waits_for_the_client) {
    start(quiet());
    auto peer = open();
    peer->send(frame(0x81, "close"));
    EXPECT_EQ(peer->read_exactly(17), "\x88\x0f\x03\xe9module exited");
    // Sent after Close: refused. Received meanwhile: thrown away.
    WsBatch batch;
    batch.message(as_bytes("x"));
    EXPECT_FALSE(routes_.echo()->connection->send(batch));
    peer->send(frame(0x82, "late"));
    peer->send(frame(0x88, "\x03\xe9"));
    EXPECT_EQ(peer->read_to_end(), "");
    EXPECT_TRUE(eventually([&] { return routes_.echo()->closed == 1; }));
    EXPECT_EQ(routes_.echo()->received, 1);
    EXPECT_EQ(routes_.echo()->close_info().end, WsEnd::ServerClose);
    EXPECT_EQ(routes_.echo()->close_info().code, 1001);
}

TEST_F(WebSocketTest, server_close_without_answer_ends_in_time) {
    HttpServerOptions options = quiet();
    options.websocket.close_handshake_ms = 50;
    start(options);
    auto peer = open();
    peer->send(frame(0x81, "close"));
    auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(peer->read_to_end(), "\x88\x0f\x03\xe9module exited");
    EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds(30));
    EXPECT_TRUE(eventually([&] { return routes_.echo()->closed == 1; }));
    EXPECT_EQ(routes_.echo()->close_info().end, WsEnd::ServerClose);
}

TEST_F(WebSocketTest, drop_sends_no_close_frame) {
    start(quiet());
    auto peer = open();
    peer->send(frame(0x81, "drop"));
    std::string rest = peer->read_to_end();
    EXPECT_EQ(rest.find('\x88'), std::string::npos);
    EXPECT_TRUE(eventually([&] { return routes_.echo()->closed == 1; }));
    EXPECT_EQ(routes_.echo()->close_info().end, WsEnd::Dropped);
}

TEST_F(WebSocketTest, connection_lost) {
    start(quiet());
    {
        auto peer = open();
    }
    EXPECT_TRUE(eventually([&] { return routes_.echo()->closed == 1; }));
    EXPECT_EQ(routes_.echo()->close_info().end, WsEnd::ConnectionLost);
    EXPECT_EQ(routes_.echo()->close_info().code, 1006);
    WsBatch batch;
    batch.message(as_bytes("x"));
    EXPECT_FALSE(routes_.echo()->connection->send(batch));
    EXPECT_TRUE(batch.empty());
    routes_.echo()->connection->close(1000, "");
    routes_.echo()->connection->drop();
}

TEST_F(WebSocketTest, pings_and_idle_timeout) {
    HttpServerOptions options;
    options.websocket.ping_interval_ms = 60;
    options.websocket.idle_timeout_ms = 250;
    start(options);
    auto lively = open();
    std::shared_ptr<EchoHandler> lively_echo = routes_.echo();
    for (int i = 0; i < 8; i++) {
        ASSERT_EQ(lively->read_exactly(2), std::string("\x89\x00", 2)) << i;
        lively->send(frame(0x8a, ""));
    }
    EXPECT_EQ(lively_echo->closed, 0);
    auto silent = open();
    // One ping, no second one without a pong, then the end without Close.
    EXPECT_EQ(silent->read_to_end(), std::string("\x89\x00", 2));
    EXPECT_TRUE(eventually([&] { return routes_.echo()->closed == 1; }));
    EXPECT_EQ(routes_.echo()->close_info().end, WsEnd::IdleTimeout);
}

TEST_F(WebSocketTest, paused_connection_is_not_read) {
    HttpServerOptions options = quiet();
    options.websocket.idle_timeout_ms = 100;
    start(options);
    auto peer = open();
    peer->send(frame(0x81, "pause"));
    EXPECT_EQ(peer->read_exactly(7), "\x81\x05pause");
    peer->send(frame(0x81, "more"));
    std::this_thread::sleep_for(milliseconds(300));
    std::shared_ptr<EchoHandler> echo = routes_.echo();
    EXPECT_EQ(echo->received, 1);
    EXPECT_EQ(echo->closed, 0) << "the idle timeout must not run";
    echo->connection->resume_reading();
    EXPECT_EQ(peer->read_exactly(6), "\x81\x04more");
}

}  // namespace
}  // namespace lightcone::net
