// SPDX-License-Identifier: Apache-2.0
#include "net/http_server.h"

#include <fcntl.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <unordered_map>

#include "base/clock.h"
#include "base/log.h"
#include "net/connection.h"
#include "net/http_session.h"
#include "net/poll_set.h"
#include "net/tcp.h"
#include "net/ws_session.h"

namespace lightcone::net {

namespace {

constexpr int kAcceptsPerRun = 64;

class ServerImpl;

// Watched by every poll set at once; whichever wakes accepts, for the poll set with the fewest connections.
class Listener final : public EventSource {
  public:
    Listener(ServerImpl& server, FileDescriptor socket)
        : server_(server), socket_(std::move(socket)), reserve_(::open("/dev/null", O_RDONLY | O_CLOEXEC)) {}
    void run(uint32_t reasons, Worker& worker) override;
    int descriptor() const { return socket_.get(); }
    void close() {
        std::lock_guard lock(mutex_);
        closed_ = true;
        socket_.reset();
    }

  private:
    void refuse_one();

    ServerImpl& server_;
    std::mutex mutex_;
    FileDescriptor socket_;
    FileDescriptor reserve_;  // given up for a moment to accept, and close, when no descriptor is left
    bool closed_ = false;
};

class ServerImpl final : public HttpServer, public ConnectionOwner {
  public:
    ServerImpl(Reactor& reactor, HttpHandler& handler, HttpServerOptions options)
        : reactor_(reactor), context_(std::make_shared<HttpContext>(handler, std::move(options))) {}
    ~ServerImpl() override { stop(); }

    Result<void> begin() {
        FileDescriptor socket = TRY(listen_tcp(context_->options.address, context_->options.port));
        port_ = local_port(socket.get());
        listener_ = std::make_shared<Listener>(*this, std::move(socket));
        for (size_t i = 0; i < reactor_.poll_set_count(); i++) {
            TRY_VOID(reactor_.poll_set(i).watch(listener_->descriptor(), EPOLLIN | EPOLLEXCLUSIVE, *listener_));
        }
        return {};
    }

    uint16_t port() const override { return port_; }
    HttpServerCounters counters() const override {
        std::lock_guard lock(mutex_);
        HttpServerCounters counters = counters_;
        counters.open = connections_.size();
        return counters;
    }

    void stop(uint16_t code = 1001, std::string_view reason = "module exited", uint32_t grace_ms = 1000) override;

    // Of the listener. Closes the socket if the server is full or stops.
    void adopt(AcceptedSocket accepted);
    void connection_ended(Connection& connection) override;

  private:
    PollSet& least_loaded();
    std::vector<std::shared_ptr<Connection>> all_connections();

    Reactor& reactor_;
    const std::shared_ptr<HttpContext> context_;
    std::atomic<bool> stop_called_{false};
    uint16_t port_ = 0;
    std::shared_ptr<Listener> listener_;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    HttpServerCounters counters_;
    std::unordered_map<Connection*, std::shared_ptr<Connection>> connections_;
};

void Listener::run(uint32_t, Worker&) {
    for (int i = 0; i < kAcceptsPerRun; i++) {
        AcceptedSocket accepted;
        {
            std::lock_guard lock(mutex_);
            if (closed_) return;
            AcceptStatus status = accept_tcp(socket_.get(), accepted);
            if (status == AcceptStatus::NothingWaiting) return;
            if (status == AcceptStatus::NoDescriptors) return refuse_one();
            if (status == AcceptStatus::Failed) continue;  // that client is gone already
        }
        server_.adopt(std::move(accepted));
    }
}

// Without this, the waiting connection would be reported again and again.
void Listener::refuse_one() {
    reserve_.reset();
    AcceptedSocket accepted;
    (void)accept_tcp(socket_.get(), accepted);
    accepted.descriptor.reset();
    reserve_ = FileDescriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    log_warn("a connection was refused: no file descriptors left; raise the limit (ulimit -n)");
}

PollSet& ServerImpl::least_loaded() {
    size_t best = 0;
    for (size_t i = 1; i < reactor_.poll_set_count(); i++) {
        if (reactor_.poll_set(i).connection_count.load() < reactor_.poll_set(best).connection_count.load()) best = i;
    }
    return reactor_.poll_set(best);
}

void ServerImpl::adopt(AcceptedSocket accepted) {
    const HttpServerOptions& options = context_->options;
    int descriptor = accepted.descriptor.get();
    std::lock_guard lock(mutex_);
    if (connections_.size() >= options.connections_max || context_->stop.given()) {
        counters_.refused_full++;
        return;
    }
    counters_.accepted++;
    PollSet& set = least_loaded();
    auto connection = std::make_shared<Connection>(
        set, *this, make_tcp_stream(std::move(accepted.descriptor)), std::move(accepted.peer),
        OutputLimits{options.outgoing_bytes_max, options.outgoing_messages_max, options.write_stall_ms});
    connection->set_first_protocol(std::make_shared<HttpSession>(connection, context_));
    set.connection_count.fetch_add(1);
    connections_.emplace(connection.get(), connection);
    // Under the lock, so that stop() cannot end the connection, and free its descriptor, before it is watched.
    if (!set.watch(descriptor, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, *connection))
        connection->cut(EndReason::Failed);
}

void ServerImpl::connection_ended(Connection& connection) {
    connection.poll_set().connection_count.fetch_sub(1);
    std::lock_guard lock(mutex_);
    connections_.erase(&connection);
    if (context_->stop.given()) changed_.notify_all();
}

std::vector<std::shared_ptr<Connection>> ServerImpl::all_connections() {
    std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<Connection>> all;
    for (auto& [key, connection] : connections_) all.push_back(connection);
    return all;
}

void ServerImpl::stop(uint16_t code, std::string_view reason, uint32_t grace_ms) {
    if (stop_called_.exchange(true)) return;
    context_->stop.close_code = code;
    context_->stop.close_reason = reason;
    context_->stop.stopping.store(true, std::memory_order_release);
    if (listener_) {
        for (size_t i = 0; i < reactor_.poll_set_count(); i++) reactor_.poll_set(i).unwatch(listener_->descriptor());
        listener_->close();
        reactor_.poll_set(0).retire(listener_);
    }
    for (const auto& connection : all_connections()) connection->signal();
    auto gone = [this] { return connections_.empty(); };
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, std::chrono::milliseconds(grace_ms), gone)) return;
    lock.unlock();
    for (const auto& connection : all_connections()) connection->cut(EndReason::Cut);
    lock.lock();
    changed_.wait(lock, gone);
}

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::start(Reactor& reactor, HttpHandler& handler,
                                                      HttpServerOptions options) {
    auto server = std::make_unique<ServerImpl>(reactor, handler, std::move(options));
    TRY_VOID(server->begin());
    return std::unique_ptr<HttpServer>(std::move(server));
}

}  // namespace lightcone::net
