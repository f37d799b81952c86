// SPDX-License-Identifier: Apache-2.0
#include "net/tcp.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace lightcone::net {

namespace {

constexpr int kListenBacklog = 4096;

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = sizeof(sockaddr_storage);
    sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

bool fill_address(const std::string& text, uint16_t port, SocketAddress& out) {
    auto* v4 = reinterpret_cast<sockaddr_in*>(&out.storage);
    if (::inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        out.size = sizeof(sockaddr_in);
        return true;
    }
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&out.storage);
    if (::inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(port);
        out.size = sizeof(sockaddr_in6);
        return true;
    }
    return false;
}

std::string address_text(SocketAddress& address) {
    char text[INET6_ADDRSTRLEN] = "?";
    if (address.storage.ss_family == AF_INET6) {
        auto* v6 = reinterpret_cast<sockaddr_in6*>(&address.storage);
        ::inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
        return fmt::format("[{}]:{}", text, ntohs(v6->sin6_port));
    }
    auto* v4 = reinterpret_cast<sockaddr_in*>(&address.storage);
    ::inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
    return fmt::format("{}:{}", text, ntohs(v4->sin_port));
}

void set_option(int descriptor, int level, int option, int value) {
    ::setsockopt(descriptor, level, option, &value, sizeof value);
}

class TcpStream final : public ByteStream {
  public:
    explicit TcpStream(FileDescriptor descriptor) : descriptor_(std::move(descriptor)) {}

    IoResult read(std::span<uint8_t> out) override {
        while (true) {
            ssize_t count = ::recv(descriptor_.get(), out.data(), out.size(), 0);
            if (count > 0) return {IoStatus::Ok, static_cast<size_t>(count)};
            if (count == 0) return {IoStatus::Ended, 0};
            if (errno == EINTR) continue;
            return {errno == EAGAIN || errno == EWOULDBLOCK ? IoStatus::WouldBlock : IoStatus::Failed, 0};
        }
    }

    IoResult write(std::span<const iovec> pieces) override {
        msghdr message{};
        message.msg_iov = const_cast<iovec*>(pieces.data());
        message.msg_iovlen = pieces.size();
        while (true) {
            ssize_t count = ::sendmsg(descriptor_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
            if (count >= 0) return {IoStatus::Ok, static_cast<size_t>(count)};
            if (errno == EINTR) continue;
            return {errno == EAGAIN || errno == EWOULDBLOCK ? IoStatus::WouldBlock : IoStatus::Failed, 0};
        }
    }

    void shutdown_write() override { ::shutdown(descriptor_.get(), SHUT_WR); }
    void close(bool abort) override {
        if (abort && descriptor_.valid()) {
            linger reset{1, 0};
            ::setsockopt(descriptor_.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        }
        descriptor_.reset();
    }

  private:
    FileDescriptor descriptor_;
};

}  // namespace

Result<FileDescriptor> listen_tcp(const std::string& address, uint16_t port) {
    SocketAddress at;
    if (!fill_address(address, port, at)) {
        return fail(ErrorCode::InvalidArgument, "cannot listen on `{}`: give an IPv4 or IPv6 address", address);
    }
    FileDescriptor socket(::socket(at.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket.valid()) return fail(ErrorCode::Io, "cannot create a socket: {}", std::strerror(errno));
    set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR, 1);
    if (::bind(socket.get(), at.get(), at.size) != 0 || ::listen(socket.get(), kListenBacklog) != 0) {
        return fail(ErrorCode::Io, "cannot listen on {} port {}: {}", address, port, std::strerror(errno));
    }
    return socket;
}

uint16_t local_port(int descriptor) {
    SocketAddress at;
    if (::getsockname(descriptor, at.get(), &at.size) != 0) return 0;
    return at.storage.ss_family == AF_INET6 ? ntohs(reinterpret_cast<sockaddr_in6*>(&at.storage)->sin6_port)
                                            : ntohs(reinterpret_cast<sockaddr_in*>(&at.storage)->sin_port);
}

AcceptStatus accept_tcp(int listener, AcceptedSocket& accepted) {
    SocketAddress from;
    int descriptor = ::accept4(listener, from.get(), &from.size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0) {
        if (errno == EAGAIN || errno == EWOULDBLOCK) return AcceptStatus::NothingWaiting;
        bool none_left = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
        return none_left ? AcceptStatus::NoDescriptors : AcceptStatus::Failed;
    }
    accepted.descriptor = FileDescriptor(descriptor);
    set_option(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
    accepted.peer = address_text(from);
    return AcceptStatus::Accepted;
}

std::unique_ptr<ByteStream> make_tcp_stream(FileDescriptor descriptor) {
    return std::make_unique<TcpStream>(std::move(descriptor));
}

}  // namespace lightcone::net
