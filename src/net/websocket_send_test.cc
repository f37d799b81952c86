// SPDX-License-Identifier: Apache-2.0
// The server over real sockets, WebSocket side: sending from any thread, limits, stopping.
#include "net/websocket_fixture.h"

namespace lightcone::net {
namespace {

TEST_F(WebSocketTest, slow_consumer_is_dropped_at_its_limits) {
    HttpServerOptions options = quiet();
    options.outgoing_bytes_max = 1 << 20;
    options.outgoing_messages_max = 100;
    for (bool by_bytes : {true, false}) {
        start(options);
        auto peer = open();
        int small = 1024;
        setsockopt(peer->descriptor(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
        std::shared_ptr<EchoHandler> echo = routes_.echo();
        SharedBytes big(Bytes(200'000, 'x'));
        WsBatch batch;
        // Fill the socket until something is queued.
        int sends = 0;
        for (; sends < 1000 && echo->connection->queued_bytes() == 0; sends++) {
            batch.message(big);
            ASSERT_TRUE(echo->connection->send(batch));
        }
        size_t queued_max = 0;
        int accepted = 0;
        for (int i = 0; i < 1000; i++, accepted++) {
            batch.message(by_bytes ? big : SharedBytes(Bytes(1)));
            if (!echo->connection->send(batch)) break;
            queued_max = std::max(queued_max, echo->connection->queued_bytes());
        }
        if (by_bytes) {
            EXPECT_LE(queued_max, options.outgoing_bytes_max);
            EXPECT_GT(queued_max, options.outgoing_bytes_max - 300'000);
        } else {
            EXPECT_EQ(accepted, 99);  // the one that filled the socket counts too
        }
        EXPECT_TRUE(eventually([&] { return echo->closed == 1; }));
        EXPECT_EQ(echo->close_info().end, WsEnd::SlowConsumer);
        EXPECT_TRUE(eventually([&] { return server_->counters().open == 0; }));
        server_->stop();
        reactor_->stop();
        server_.reset();
        reactor_.reset();
    }
}

TEST_F(WebSocketTest, queued_batches_arrive_whole_and_in_order) {
    start(quiet());
    auto client = connect();
    EXPECT_TRUE(eventually([&] {
        std::lock_guard lock(routes_.echo()->mutex);
        return routes_.echo()->connection != nullptr;
    }));
    std::shared_ptr<WebSocketConnection> connection = routes_.echo()->connection;
    SharedBytes body(Bytes(100'000, 'b'));
    WsBatch batch;
    for (uint32_t i = 0; i < 300; i++) {
        batch.begin();
        ByteWriter(batch.bytes()).u32(i);
        batch.append_shared(body);
        batch.end();
        if (i % 3 == 2) {
            ASSERT_TRUE(connection->send(batch));
        }
    }
    EXPECT_GT(connection->queued_bytes(), 0u);
    for (uint32_t i = 0; i < 300; i++) {
        auto message = client->receive(10'000);
        ASSERT_TRUE(message) << message.error().message;
        ASSERT_EQ(message->payload.size(), 100'004u);
        ASSERT_EQ(load_le<uint32_t>(message->payload.data()), i);
    }
    EXPECT_TRUE(eventually([&] { return connection->queued_bytes() == 0; }));
}

TEST_F(WebSocketTest, many_threads_send_on_one_connection) {
    start(quiet());
    auto client = connect();
    EXPECT_TRUE(eventually([&] {
        std::lock_guard lock(routes_.echo()->mutex);
        return routes_.echo()->connection != nullptr;
    }));
    std::shared_ptr<WebSocketConnection> connection = routes_.echo()->connection;
    constexpr uint32_t kThreads = 6;
    constexpr uint32_t kPerThread = 400;
    std::vector<std::thread> threads;
    for (uint32_t t = 0; t < kThreads; t++) {
        threads.emplace_back([&, t] {
            WsBatch batch;
            for (uint32_t i = 0; i < kPerThread; i++) {
                batch.begin();
                ByteWriter(batch.bytes()).u32(t);
                ByteWriter(batch.bytes()).u32(i);
                batch.append_shared(SharedBytes(Bytes(i * 7 % 3000, static_cast<uint8_t>(t))));
                batch.end();
                EXPECT_TRUE(connection->send(batch));
            }
        });
    }
    std::vector<uint32_t> next(kThreads, 0);
    for (uint32_t n = 0; n < kThreads * kPerThread; n++) {
        if (n % 10 == 0) {
            ASSERT_TRUE(client->send(as_bytes("echo"), WsKind::Text));
        }
        auto message = client->receive(20'000);
        ASSERT_TRUE(message) << message.error().message;
        if (message->type == WsClientMessage::Type::Text) {
            n--;
            continue;
        }
        uint32_t t = load_le<uint32_t>(message->payload.data());
        ASSERT_LT(t, kThreads);
        ASSERT_EQ(load_le<uint32_t>(message->payload.data() + 4), next[t]);
        ASSERT_EQ(message->payload.size(), 8 + next[t] * 7 % 3000);
        next[t]++;
    }
    for (std::thread& thread : threads) thread.join();
}

TEST_F(WebSocketTest, close_and_drop_race_with_sends) {
    HttpServerOptions options = quiet();
    options.websocket.close_handshake_ms = 20;
    start(options);
    for (int round = 0; round < 60; round++) {
        auto peer = open();
        std::shared_ptr<EchoHandler> echo = routes_.echo();
        std::shared_ptr<WebSocketConnection> connection = echo->connection;
        std::vector<std::thread> threads;
        for (int t = 0; t < 3; t++) {
            threads.emplace_back([&] {
                WsBatch batch;
                do {
                    batch.message(as_bytes("data"));
                } while (connection->send(batch));
            });
        }
        threads.emplace_back([&] {
            if (round % 3 == 0) connection->close(1011, "over");
            if (round % 3 == 1) connection->drop();
            if (round % 3 == 2) ::shutdown(peer->descriptor(), SHUT_RDWR);
        });
        for (std::thread& thread : threads) thread.join();
        peer->read_to_end();
        EXPECT_TRUE(eventually([&] { return echo->closed == 1; }));
    }
    EXPECT_TRUE(eventually([&] { return server_->counters().open == 0; }));
}

TEST_F(WebSocketTest, stop_closes_with_code_and_reason) {
    start(quiet());
    auto peer = open();
    auto client = connect();
    server_->stop(1001, "module exited", 2000);
    auto message = client->receive(10'000);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->close_code, 1001);
    EXPECT_EQ(message->close_reason, "module exited");
    EXPECT_EQ(peer->read_to_end(), "\x88\x0f\x03\xe9module exited");
    EXPECT_EQ(routes_.echo()->closed, 1);
    EXPECT_EQ(server_->counters().open, 0u);
}

TEST_F(WebSocketTest, a_handler_that_keeps_its_connection_is_freed) {
    start(quiet());
    std::weak_ptr<EchoHandler> handler;
    {
        auto peer = open();
        handler = routes_.echo();
    }
    EXPECT_TRUE(eventually([&] { return handler.lock()->closed == 1; }));
    {
        std::lock_guard lock(routes_.mutex);
        routes_.latest.reset();
    }
    EXPECT_TRUE(eventually([&] { return handler.expired(); }));
}

}  // namespace
}  // namespace lightcone::net
