// SPDX-License-Identifier: Apache-2.0
// What the net room costs: WebSocket echo beside a raw TCP echo, in one process, measured in one run.
//
//   echo_bench [seconds per part]
//
// Prints p50 and p99 of 64-byte ping-pong on one connection for both, and for pipelined WebSocket echo the server's
// CPU time per message; then the memory of idle connections and the cost of coming and going.
#include <fcntl.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "net/client_socket.h"
#include "net/http_server.h"
#include "net/tcp.h"
#include "net/ws_client.h"
#include "net/ws_frame.h"
#include "net/ws_handshake.h"

namespace lightcone::net {
namespace {

constexpr size_t kPayloadBytes = 64;

uint64_t cpu_nanos(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(time.tv_nsec);
}

// Of all threads but the calling one: a poll set may change threads.
uint64_t server_cpu_nanos() {
    return cpu_nanos(CLOCK_PROCESS_CPUTIME_ID) - cpu_nanos(CLOCK_THREAD_CPUTIME_ID);
}

class EchoSocket final : public WebSocketHandler {
  public:
    void on_open(const std::shared_ptr<WebSocketConnection>&) override {}
    void on_messages(WebSocketConnection& connection, std::span<const WsMessage> messages) override {
        for (const WsMessage& message : messages) batch_.message(message.payload, message.kind);
        connection.send(batch_);
    }
    void on_closed(WebSocketConnection&, const WsCloseInfo&) override {}

  private:
    WsBatch batch_;
};

class EchoRoutes final : public HttpHandler {
  public:
    void on_request(HttpRequest, std::shared_ptr<HttpResponder> responder) override {
        responder->upgrade({"", {}, std::make_shared<EchoSocket>()});
    }
};

// The least a server can do: epoll, recv, send.
void run_raw_echo(int listener, std::atomic<bool>& stop) {
    int epoll = epoll_create1(0);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = listener;
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    std::vector<uint8_t> buffer(64 << 10);
    while (!stop) {
        epoll_event ready[16];
        int count = epoll_wait(epoll, ready, 16, 100);
        for (int i = 0; i < count; i++) {
            if (ready[i].data.fd == listener) {
                AcceptedSocket accepted;
                if (accept_tcp(listener, accepted) != AcceptStatus::Accepted) continue;
                event.data.fd = accepted.descriptor.get();
                epoll_ctl(epoll, EPOLL_CTL_ADD, accepted.descriptor.get(), &event);
                static std::vector<FileDescriptor> open;
                open.push_back(std::move(accepted.descriptor));
                continue;
            }
            ssize_t size = recv(ready[i].data.fd, buffer.data(), buffer.size(), 0);
            if (size > 0) {
                (void)!send(ready[i].data.fd, buffer.data(), static_cast<size_t>(size), MSG_NOSIGNAL);
            } else if (size == 0) {
                epoll_ctl(epoll, EPOLL_CTL_DEL, ready[i].data.fd, nullptr);
            }
        }
    }
    ::close(epoll);
}

ClientSocket must_connect(uint16_t port) {
    auto socket = ClientSocket::connect("127.0.0.1", port, 1000);
    if (!socket) std::abort();
    // Blocking from here on: the measurement must not pay for poll().
    fcntl(socket->descriptor(), F_SETFL, 0);
    return std::move(*socket);
}

void upgrade(int socket) {
    std::string request =
        "GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
        "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    (void)!send(socket, request.data(), request.size(), 0);
    std::string answer;
    char byte = 0;
    while (!answer.ends_with("\r\n\r\n") && recv(socket, &byte, 1, 0) == 1) answer.push_back(byte);
}

void receive_exactly(int socket, uint8_t* to, size_t count) {
    while (count > 0) {
        ssize_t size = recv(socket, to, count, 0);
        if (size <= 0) std::abort();
        to += size;
        count -= static_cast<size_t>(size);
    }
}

void report_ping_pong(const char* name, int socket, const Bytes& request, size_t reply_bytes, double seconds) {
    SystemClock clock;
    std::vector<uint32_t> nanos;
    std::vector<uint8_t> reply(reply_bytes);
    uint64_t end = clock.monotonic_nanos() + static_cast<uint64_t>(seconds * 1e9);
    for (uint64_t now = clock.monotonic_nanos(); now < end;) {
        (void)!send(socket, request.data(), request.size(), MSG_NOSIGNAL);
        receive_exactly(socket, reply.data(), reply.size());
        uint64_t after = clock.monotonic_nanos();
        nanos.push_back(static_cast<uint32_t>(after - now));
        now = after;
    }
    std::sort(nanos.begin(), nanos.end());
    fmt::print("{:<24} p50 {:6.1f} us   p99 {:6.1f} us   {} round trips\n", name, nanos[nanos.size() / 2] / 1e3,
               nanos[nanos.size() * 99 / 100] / 1e3, nanos.size());
}

void pipelined(HttpServer& server, size_t in_flight, double seconds) {
    ClientSocket socket = must_connect(server.port());
    upgrade(socket.descriptor());
    uint8_t ping[2];
    receive_exactly(socket.descriptor(), ping, 2);
    Bytes requests;
    Bytes payload(kPayloadBytes, 'x');
    for (size_t i = 0; i < in_flight; i++) append_masked_frame(requests, 2, payload, 0x12345678);
    Bytes replies(in_flight * (kPayloadBytes + 2));
    SystemClock clock;
    uint64_t cpu_before = server_cpu_nanos();
    uint64_t begin = clock.monotonic_nanos();
    uint64_t end = begin + static_cast<uint64_t>(seconds * 1e9);
    uint64_t count = 0;
    for (; clock.monotonic_nanos() < end; count += in_flight) {
        (void)!send(socket.descriptor(), requests.data(), requests.size(), MSG_NOSIGNAL);
        receive_exactly(socket.descriptor(), replies.data(), replies.size());
    }
    double elapsed = static_cast<double>(clock.monotonic_nanos() - begin);
    double cpu = static_cast<double>(server_cpu_nanos() - cpu_before);
    fmt::print("ws pipelined {:4}         {:7.0f} ns server CPU per message   {:9.0f} messages/s\n", in_flight,
               cpu / static_cast<double>(count), static_cast<double>(count) * 1e9 / elapsed);
}

size_t resident_bytes() {
    size_t pages = 0;
    size_t resident = 0;
    if (FILE* file = std::fopen("/proc/self/statm", "r")) {
        if (std::fscanf(file, "%zu %zu", &pages, &resident) != 2) resident = 0;
        std::fclose(file);
    }
    return resident * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

void idle_connections(HttpServer& server, size_t count) {
    std::vector<ClientSocket> clients;
    clients.reserve(count);
    size_t before = resident_bytes();
    for (size_t i = 0; i < count; i++) {
        clients.push_back(must_connect(server.port()));
        upgrade(clients.back().descriptor());
    }
    fmt::print("idle websockets          {} bytes resident each ({} connections)\n",
               (resident_bytes() - before) / count, count);
}

void connection_rate(HttpServer& server, double seconds) {
    SystemClock clock;
    uint64_t begin = clock.monotonic_nanos();
    uint64_t cpu_before = server_cpu_nanos();
    uint64_t count = 0;
    while (clock.monotonic_nanos() - begin < static_cast<uint64_t>(seconds * 1e9)) {
        ClientSocket client = must_connect(server.port());
        upgrade(client.descriptor());
        count++;
    }
    double elapsed = static_cast<double>(clock.monotonic_nanos() - begin);
    double cpu = static_cast<double>(server_cpu_nanos() - cpu_before);
    fmt::print("connect, upgrade, leave  {:7.0f} per second, {:5.1f} us server CPU each (one client thread)\n",
               static_cast<double>(count) * 1e9 / elapsed, cpu / static_cast<double>(count) / 1e3);
}

int run(double seconds) {
    auto reactor = Reactor::start({.threads = 1});
    EchoRoutes routes;
    auto server = HttpServer::start(**reactor, routes, {});
    auto listener = listen_tcp("127.0.0.1", 0);
    if (!server || !listener) return 1;
    std::atomic<bool> stop{false};
    std::thread raw([&] { run_raw_echo(listener->get(), stop); });

    Bytes payload(kPayloadBytes, 'x');
    Bytes frame;
    append_masked_frame(frame, 2, payload, 0x12345678);
    ClientSocket raw_client = must_connect(local_port(listener->get()));
    ClientSocket ws_client = must_connect((*server)->port());
    upgrade(ws_client.descriptor());
    uint8_t ping[2];
    receive_exactly(ws_client.descriptor(), ping, 2);
    for (int round = 0; round < 3; round++) {
        report_ping_pong("raw tcp 1x1", raw_client.descriptor(), frame, frame.size(), seconds);
        report_ping_pong("websocket 1x1", ws_client.descriptor(), frame, kPayloadBytes + 2, seconds);
    }
    for (size_t in_flight : {1, 10, 40, 100, 500}) pipelined(**server, in_flight, seconds);
    idle_connections(**server, 2000);
    connection_rate(**server, seconds);
    stop = true;
    raw.join();
    (*server)->stop();
    (*reactor)->stop();
    return 0;
}

}  // namespace
}  // namespace lightcone::net

int main(int argc, char** argv) {
    return lightcone::net::run(argc > 1 ? std::atof(argv[1]) : 1.0);
}
