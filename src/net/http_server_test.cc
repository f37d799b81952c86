// SPDX-License-Identifier: Apache-2.0
// The server over real sockets, HTTP side.
#include "net/http_server.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "net/http_client.h"
#include "net/raw_peer.h"

namespace lightcone::net {
namespace {

class Routes final : public HttpHandler {
  public:
    size_t body_bytes_max(const HttpRequest& head) override { return head.path == "/big" ? 8u << 20 : 1000; }

    void on_request(HttpRequest request, std::shared_ptr<HttpResponder> responder) override {
        std::lock_guard lock(mutex);
        requests++;
        if (request.path == "/echo" || request.path == "/big") {
            HttpResponse response(200);
            response.body = std::move(request.body);
            responder->respond(std::move(response));
        } else if (request.path == "/later") {
            threads.emplace_back([responder] { responder->respond(HttpResponse::text(200, "later")); });
        } else if (request.path == "/never") {
            // dropped without an answer
        } else if (request.path == "/twice") {
            responder->respond(HttpResponse::text(200, "one"));
            responder->respond(HttpResponse::text(200, "two"));
        } else if (request.path == "/bad-header") {
            responder->respond(HttpResponse::text(200, "x").set("a", "b\r\nc: d"));
        } else if (request.path == "/close") {
            HttpResponse response = HttpResponse::text(200, "bye");
            response.close = true;
            responder->respond(std::move(response));
        } else if (request.path == "/stream") {
            threads.emplace_back([responder] {
                auto body = responder->stream(HttpResponse(200).set("content-type", "application/x-ndjson"));
                for (int i = 0; i < 5; i++) body->write(as_bytes(fmt::format("line {}\n", i)));
                body->finish();
            });
        } else if (request.path == "/cut-stream") {
            responder->stream(HttpResponse(200))->write(as_bytes("half"));
        } else if (request.path == "/follow") {
            std::shared_ptr<HttpBodyWriter> body = responder->stream(HttpResponse(200));
            body->write(as_bytes("first\n"));
            body->on_gone([this] { gone++; });
            following = body;
        } else if (request.path == "/held") {
            held = std::move(responder);
        } else if (request.path == "/peer") {
            responder->respond(HttpResponse::text(200, request.peer));
        } else {
            responder->respond(HttpResponse::text(404, request.path));
        }
    }

    std::shared_ptr<HttpResponder> take_held() {
        std::lock_guard lock(mutex);
        return std::move(held);
    }
    std::shared_ptr<HttpBodyWriter> take_following() {
        std::lock_guard lock(mutex);
        return std::move(following);
    }
    void join_threads() {
        std::vector<std::thread> all;
        {
            std::lock_guard lock(mutex);
            all.swap(threads);
        }
        for (std::thread& thread : all) thread.join();
    }

    std::atomic<int> requests{0};
    std::atomic<int> gone{0};
    std::mutex mutex;
    std::shared_ptr<HttpBodyWriter> following;  // guarded by mutex, as the next two
    std::shared_ptr<HttpResponder> held;
    std::vector<std::thread> threads;
};

class HttpServerTest : public testing::Test {
  protected:
    void start(HttpServerOptions options = {}) {
        reactor_ = std::move(*Reactor::start({.threads = 2}));
        server_ = std::move(*HttpServer::start(*reactor_, routes_, options));
    }
    void TearDown() override {
        routes_.join_threads();
        if (server_) server_->stop(1001, "bye", 100);
        if (reactor_) reactor_->stop();
    }
    RawPeer peer() { return RawPeer(server_->port()); }
    std::string url(std::string path) { return fmt::format("http://127.0.0.1:{}{}", server_->port(), path); }
    template <typename Condition>
    bool eventually(Condition condition) {
        for (int i = 0; i < 2000; i++) {
            if (condition()) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return false;
    }

    Routes routes_;
    std::unique_ptr<Reactor> reactor_;
    std::unique_ptr<HttpServer> server_;
};

std::string get(std::string path, std::string more = "") {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + more + "\r\n";
}
std::string post(std::string path, std::string body) {
    return fmt::format("POST {} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}", path, body.size(), body);
}

TEST_F(HttpServerTest, keep_alive_and_pipelining_keep_the_order) {
    start();
    RawPeer client = peer();
    client.send(post("/echo", "a") + get("/later") + post("/echo", "b") + get("/nothing"));
    EXPECT_EQ(client.read_answer(), "200 a");
    EXPECT_EQ(client.read_answer(), "200 later");
    EXPECT_EQ(client.read_answer(), "200 b");
    EXPECT_EQ(client.read_answer(), "404 /nothing");
    client.send(get("/close"));
    EXPECT_EQ(client.read_answer(), "200 bye");
    EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(HttpServerTest, request_cut_at_every_byte) {
    start();
    std::string request = post("/echo", "hello") +
                          "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                          "3\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\n";
    for (size_t cut = 1; cut < request.size(); cut += 3) {
        RawPeer client = peer();
        client.send(request.substr(0, cut));
        std::this_thread::sleep_for(std::chrono::microseconds(300));
        client.send(request.substr(cut));
        ASSERT_EQ(client.read_answer(), "200 hello") << cut;
        ASSERT_EQ(client.read_answer(), "200 abcde") << cut;
    }
}

TEST_F(HttpServerTest, body_limits) {
    start();
    for (auto [size, status] : {std::pair{999, "200"}, {1000, "200"}, {1001, "413"}}) {
        RawPeer client = peer();
        client.send(post("/echo", std::string(static_cast<size_t>(size), 'x')));
        EXPECT_EQ(client.read_answer().substr(0, 3), status) << size;
        RawPeer chunked = peer();
        chunked.send(
            fmt::format("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{}\r\n0\r\n\r\n",
                        size, std::string(static_cast<size_t>(size), 'x')));
        EXPECT_EQ(chunked.read_answer().substr(0, 3), status) << size;
    }
    EXPECT_EQ(routes_.requests, 4);
}

TEST_F(HttpServerTest, large_body_and_answer) {
    start();
    HttpClientRequest request{.method = "POST", .url = url("/big")};
    request.body.resize(8u << 20);
    for (size_t i = 0; i < request.body.size(); i++) request.body[i] = static_cast<uint8_t>(i * 7 >> 3);
    auto response = http_fetch(request);
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->status, 200);
    EXPECT_TRUE(response->body == request.body);
}

TEST_F(HttpServerTest, refused_requests_close_and_nothing_after_them_is_read) {
    start();
    std::string smuggled = get("/echo");
    struct Case {
        std::string request;
        std::string status;
    };
    std::vector<Case> cases = {
        {"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n" + smuggled, "400"},
        {"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, gzip\r\n\r\n" + smuggled, "400"},
        {"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" +
             smuggled,
         "400"},
        {"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\nx" + smuggled, "400"},
        {"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n" + smuggled, "400"},
        {"GET / HTTP/1.1\r\n\r\n" + smuggled, "400"},
        {"GET / HTTP/3.0\r\nHost: x\r\n\r\n" + smuggled, "505"},
        {"POST /echo HTTP/1.1\r\nHost: x\r\nExpect: x\r\n\r\n" + smuggled, "417"},
        {"GET /" + std::string(20'000, 'a'), "414"},
        {"GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(20'000, 'a'), "431"},
    };
    for (const Case& test : cases) {
        RawPeer client = peer();
        client.send(test.request);
        std::string answer = client.read_to_end();
        EXPECT_EQ(answer.substr(9, 3), test.status) << test.request.substr(0, 80);
        EXPECT_NE(answer.find("connection: close\r\n"), std::string::npos);
        EXPECT_EQ(answer.find("HTTP/1.1", 5), std::string::npos) << "a second answer";
    }
    EXPECT_EQ(routes_.requests, 0);
}

TEST_F(HttpServerTest, body_of_a_get_is_read_as_a_body) {
    start();
    RawPeer client = peer();
    client.send("GET /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 30\r\n\r\n" + get("/echo").substr(0, 30) +
                get("/after"));
    EXPECT_EQ(client.read_answer(), "404 /nothing");
    EXPECT_EQ(client.read_answer(), "404 /after");
}

TEST_F(HttpServerTest, expect_continue) {
    start();
    RawPeer client = peer();
    client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_TRUE(client.read_through("HTTP/1.1 100 Continue\r\n\r\n"));
    client.send("ok");
    EXPECT_EQ(client.read_answer(), "200 ok");
    client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.read_answer().substr(0, 3), "413");
}

TEST_F(HttpServerTest, head_gets_no_body) {
    start();
    RawPeer client = peer();
    client.send("HEAD /nothing HTTP/1.1\r\nHost: x\r\n\r\n" + get("/close"));
    std::string head;
    EXPECT_TRUE(client.read_through("\r\n\r\n", &head));
    EXPECT_NE(head.find("content-length: 8"), std::string::npos);
    EXPECT_EQ(client.read_answer(), "200 bye");
}

TEST_F(HttpServerTest, answers_that_go_wrong) {
    start();
    RawPeer client = peer();
    client.send(get("/never") + get("/twice") + get("/nothing"));
    EXPECT_EQ(client.read_answer().substr(0, 3), "500");
    EXPECT_EQ(client.read_answer(), "200 one");
    EXPECT_EQ(client.read_answer(), "404 /nothing");
    client.send(get("/bad-header"));
    std::string answer = client.read_to_end();
    EXPECT_EQ(answer.substr(9, 3), "500");
    EXPECT_EQ(answer.find("c: d"), std::string::npos);
}

TEST_F(HttpServerTest, streamed_body) {
    start();
    std::string seen;
    auto response = http_fetch_streaming({.url = url("/stream")}, [&](ByteView piece) {
        seen += as_text(piece);
        return true;
    });
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->header("transfer-encoding"), "chunked");
    EXPECT_EQ(seen, "line 0\nline 1\nline 2\nline 3\nline 4\n");
    RawPeer client = peer();
    client.send(get("/stream") + get("/nothing"));
    EXPECT_TRUE(client.read_through("\r\n0\r\n\r\n"));
    EXPECT_EQ(client.read_answer(), "404 /nothing");
    RawPeer old = peer();
    old.send("GET /stream HTTP/1.0\r\n\r\n");
    std::string text = old.read_to_end();
    EXPECT_TRUE(text.ends_with("\r\n\r\nline 0\nline 1\nline 2\nline 3\nline 4\n")) << text;
}

TEST_F(HttpServerTest, stream_given_up_is_seen_as_cut) {
    start();
    auto response = http_fetch({.url = url("/cut-stream")});
    ASSERT_FALSE(response);
    EXPECT_TRUE(response.error().code == ErrorCode::Corruption || response.error().code == ErrorCode::Io);
}

TEST_F(HttpServerTest, follower_that_leaves_is_noticed) {
    start();
    {
        RawPeer client = peer();
        client.send(get("/follow"));
        EXPECT_TRUE(client.read_through("first\n"));
    }
    EXPECT_TRUE(eventually([&] { return routes_.gone == 1; }));
    std::shared_ptr<HttpBodyWriter> following = routes_.take_following();
    EXPECT_FALSE(following->write(as_bytes("more")));
    following.reset();
    EXPECT_EQ(routes_.gone, 1);
}

TEST_F(HttpServerTest, slow_heads_and_bodies_are_cut_and_idle_connections_close) {
    start(
        {.head_deadline_ms = 100, .keep_alive_idle_ms = 100, .body_grace_ms = 100, .body_bytes_per_second_min = 1000});
    RawPeer silent = peer();
    RawPeer slow_head = peer();
    slow_head.send("GET / HT");
    RawPeer slow_body = peer();
    slow_body.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nabc");
    RawPeer idle = peer();
    idle.send(get("/nothing"));
    EXPECT_EQ(idle.read_answer(), "404 /nothing");
    RawPeer dripping = peer();
    std::thread drip([&] {
        for (int i = 0; i < 200 && dripping.send("x"); i++) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    });
    EXPECT_EQ(silent.read_to_end().substr(9, 3), "408");
    EXPECT_EQ(slow_head.read_to_end().substr(9, 3), "408");
    EXPECT_EQ(slow_body.read_to_end().substr(9, 3), "408");
    EXPECT_EQ(idle.read_to_end(), "");
    drip.join();
    EXPECT_EQ(dripping.read_to_end().substr(0, 0), "");
    EXPECT_TRUE(eventually([&] { return server_->counters().open <= 1; }));
    EXPECT_EQ(routes_.requests, 1);
}

TEST_F(HttpServerTest, a_body_at_the_least_rate_is_let_through) {
    start({.body_grace_ms = 150, .body_bytes_per_second_min = 100});
    RawPeer client = peer();
    client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n");
    for (int i = 0; i < 20; i++) {
        client.send("12345");
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    EXPECT_EQ(client.read_answer().substr(0, 3), "200");
}

TEST_F(HttpServerTest, a_client_that_does_not_read_is_cut) {
    start({.write_stall_ms = 200});
    RawPeer client = peer();
    client.send("POST /big HTTP/1.1\r\nHost: x\r\nContent-Length: 8388608\r\n\r\n" + std::string(8u << 20, 'x'));
    EXPECT_TRUE(eventually([&] { return routes_.requests == 1 && server_->counters().open == 0; }));
}

TEST_F(HttpServerTest, connections_are_bounded) {
    start({.connections_max = 3});
    std::vector<std::unique_ptr<RawPeer>> clients;
    for (int i = 0; i < 3; i++) {
        clients.push_back(std::make_unique<RawPeer>(server_->port()));
        clients.back()->send(get("/nothing"));
        EXPECT_EQ(clients.back()->read_answer(), "404 /nothing");
    }
    RawPeer fourth = peer();
    fourth.send(get("/nothing"));
    EXPECT_EQ(fourth.read_answer(), "(closed)");
    EXPECT_EQ(server_->counters().refused_full, 1u);
    clients.pop_back();
    EXPECT_TRUE(eventually([&] { return server_->counters().open == 2; }));
    RawPeer fifth = peer();
    fifth.send(get("/nothing"));
    EXPECT_EQ(fifth.read_answer(), "404 /nothing");
}

TEST_F(HttpServerTest, requests_per_connection_are_bounded) {
    start({.requests_per_connection_max = 2});
    RawPeer client = peer();
    client.send(get("/a") + get("/b") + get("/c"));
    EXPECT_EQ(client.read_answer(), "404 /a");
    EXPECT_EQ(client.read_answer(), "404 /b");
    EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(HttpServerTest, half_closed_client_gets_its_answer) {
    start();
    RawPeer client = peer();
    client.send(get("/later"));
    ::shutdown(client.descriptor(), SHUT_WR);
    EXPECT_EQ(client.read_answer(), "200 later");
    EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(HttpServerTest, an_answer_after_the_client_left_and_after_the_server_stopped) {
    start();
    {
        RawPeer client = peer();
        client.send(get("/held"));
        EXPECT_TRUE(eventually([&] { return routes_.requests == 1; }));
    }
    server_->stop(1001, "bye", 0);
    std::shared_ptr<HttpResponder> held = routes_.take_held();
    held->respond(HttpResponse::text(200, "nobody"));
    server_.reset();
    reactor_->stop();
    reactor_.reset();
    held.reset();
}

TEST_F(HttpServerTest, stop_lets_running_requests_finish) {
    start();
    RawPeer idle = peer();
    idle.send(get("/nothing"));
    EXPECT_EQ(idle.read_answer(), "404 /nothing");
    RawPeer client = peer();
    client.send(get("/held"));
    EXPECT_TRUE(eventually([&] { return routes_.requests == 2; }));
    std::thread stopping([&] { server_->stop(1001, "bye", 5000); });
    EXPECT_EQ(idle.read_to_end(), "");
    routes_.take_held()->respond(HttpResponse::text(200, "done"));
    EXPECT_EQ(client.read_answer(), "200 done");
    EXPECT_EQ(client.read_to_end(), "");
    stopping.join();
    EXPECT_FALSE(ClientSocket::connect("127.0.0.1", server_->port(), 500));
}

TEST_F(HttpServerTest, many_connections_from_many_threads) {
    start();
    std::atomic<int> good{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; t++) {
        threads.emplace_back([&] {
            for (int i = 0; i < 50; i++) {
                RawPeer client(server_->port());
                client.send(post("/echo", "hi") + get("/close"));
                if (client.read_answer() == "200 hi" && client.read_answer() == "200 bye") good++;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(good, 200);
    EXPECT_TRUE(eventually([&] { return server_->counters().open == 0; }));
    EXPECT_EQ(server_->counters().accepted, 200u);
}

TEST(HttpServerStart, errors) {
    Routes routes;
    auto reactor = std::move(*Reactor::start({.threads = 1}));
    EXPECT_EQ(HttpServer::start(*reactor, routes, {.address = "nowhere"}).error().code, ErrorCode::InvalidArgument);
    auto server = std::move(*HttpServer::start(*reactor, routes, {}));
    auto second = HttpServer::start(*reactor, routes, {.port = server->port()});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::Io);
    EXPECT_NE(second.error().message.find(std::to_string(server->port())), std::string::npos);
    server->stop();
    reactor->stop();
    EXPECT_FALSE(Reactor::start({.threads = 0}));
}

TEST(HttpClient, urls) {
    auto url = Url::parse("http://localhost:3000/a/b?c=d#e");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->host, "localhost");
    EXPECT_EQ(url->port, 3000);
    EXPECT_EQ(url->target, "/a/b?c=d");
    EXPECT_EQ(url->authority(), "localhost:3000");
    EXPECT_EQ(Url::parse("HTTP://a?x")->target, "/?x");
    EXPECT_EQ(Url::parse("ws://[::1]:80/")->authority(), "[::1]:80");
    EXPECT_EQ(Url::parse("http://a")->port, 80);
    for (const char* bad : {"", "a", "http://", "http://a:0", "http://a:x", "http://a:70000", "http://u@a/",
                            "http://[::1", "http://a b/", "http://a/b c", "http://a:"}) {
        auto result = Url::parse(bad);
        ASSERT_FALSE(result) << bad;
        EXPECT_EQ(result.error().code, ErrorCode::InvalidArgument) << bad;
    }
    EXPECT_EQ(Url::parse("https://a/").error().code, ErrorCode::Unsupported);
}

TEST_F(HttpServerTest, client_errors) {
    start({.address = "127.0.0.1"});
    uint16_t port = server_->port();
    EXPECT_EQ(http_fetch({.method = "G T", .url = url("/")}).error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(http_fetch({.url = url("/"), .headers = {{"a", "b\r\nc"}}}).error().code, ErrorCode::InvalidArgument);
    HttpClientRequest limited{.method = "POST", .url = url("/echo"), .body = Bytes(500), .response_bytes_max = 499};
    EXPECT_EQ(http_fetch(limited).error().code, ErrorCode::LimitExceeded);
    limited.response_bytes_max = 500;
    EXPECT_TRUE(http_fetch(limited));
    auto slow = http_fetch({.url = url("/held"), .idle_timeout_ms = 50});
    ASSERT_FALSE(slow);
    EXPECT_EQ(slow.error().code, ErrorCode::Timeout);
    routes_.take_held().reset();
    server_->stop(1001, "", 100);
    auto refused = http_fetch({.url = fmt::format("http://127.0.0.1:{}/", port)});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Unavailable);
    EXPECT_NE(refused.error().message.find("127.0.0.1"), std::string::npos);
}

}  // namespace
}  // namespace lightcone::net
