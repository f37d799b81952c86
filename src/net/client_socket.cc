// SPDX-License-Identifier: Apache-2.0
#include "net/client_socket.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

namespace lightcone::net {

namespace {

constexpr size_t kReadStepBytes = 16u << 10;

// True when ready. Errors: Timeout, Io.
Result<void> wait_for(int descriptor, short events, uint32_t timeout_ms) {
    pollfd entry{descriptor, events, 0};
    while (true) {
        int count = ::poll(&entry, 1, timeout_ms == 0 ? -1 : static_cast<int>(timeout_ms));
        if (count > 0) return {};
        if (count == 0) return fail(ErrorCode::Timeout, "no answer within {} ms", timeout_ms);
        if (errno != EINTR) return fail(ErrorCode::Io, "cannot wait for a socket: {}", std::strerror(errno));
    }
}

// 0, or the error of the last address tried.
int try_address(const addrinfo& address, uint32_t timeout_ms, FileDescriptor& out) {
    FileDescriptor socket(::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol));
    if (!socket.valid()) return errno;
    if (::connect(socket.get(), address.ai_addr, address.ai_addrlen) != 0) {
        if (errno != EINPROGRESS) return errno;
        if (!wait_for(socket.get(), POLLOUT, timeout_ms)) return ETIMEDOUT;
        int error = 0;
        socklen_t size = sizeof error;
        if (::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
        if (error != 0) return error;
    }
    int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    out = std::move(socket);
    return 0;
}

}  // namespace

Result<ClientSocket> ClientSocket::connect(const std::string& host, uint16_t port, uint32_t timeout_ms) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    int status = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (status != 0) {
        return fail(ErrorCode::Unavailable, "cannot resolve host {}: {}", host, ::gai_strerror(status));
    }
    std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> list(found, &::freeaddrinfo);
    int error = ECONNREFUSED;
    FileDescriptor socket;
    for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
        error = try_address(*address, timeout_ms, socket);
        if (error == 0) return ClientSocket(std::move(socket));
    }
    ErrorCode code = error == ETIMEDOUT ? ErrorCode::Timeout : ErrorCode::Unavailable;
    return fail(code, "cannot connect to {} port {}: {}", host, port, std::strerror(error));
}

Result<void> ClientSocket::write_all(ByteView bytes, uint32_t timeout_ms) {
    while (!bytes.empty()) {
        ssize_t count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count >= 0) {
            bytes = bytes.subspan(static_cast<size_t>(count));
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            TRY_VOID(wait_for(socket_.get(), POLLOUT, timeout_ms));
        } else if (errno != EINTR) {
            return fail(ErrorCode::Io, "cannot send: {}", std::strerror(errno));
        }
    }
    return {};
}

Result<size_t> ClientSocket::read_some(std::span<uint8_t> out, uint32_t timeout_ms) {
    while (true) {
        ssize_t count = ::recv(socket_.get(), out.data(), out.size(), 0);
        if (count >= 0) return static_cast<size_t>(count);
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            TRY_VOID(wait_for(socket_.get(), POLLIN, timeout_ms));
        } else if (errno != EINTR) {
            return fail(ErrorCode::Io, "cannot receive: {}", std::strerror(errno));
        }
    }
}

void ClientReader::consume(size_t count) {
    at_ += count;
    if (at_ == buffer_.size()) {
        buffer_.clear();
        at_ = 0;
    }
}

Result<size_t> ClientReader::fill(uint32_t timeout_ms) {
    // Bytes already consumed are given up before the buffer grows.
    if (at_ > kReadStepBytes) {
        buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<ptrdiff_t>(at_));
        at_ = 0;
    }
    size_t before = buffer_.size();
    // Geometric steps keep a long message linear.
    buffer_.resize(before + std::max(kReadStepBytes, (before - at_) / 2));
    auto count = socket_.read_some({buffer_.data() + before, buffer_.size() - before}, timeout_ms);
    buffer_.resize(before + (count ? *count : 0));
    return count;
}

Result<std::string> ClientReader::read_until(std::string_view mark, size_t bytes_max, uint32_t timeout_ms) {
    size_t searched = 0;
    while (true) {
        std::string_view text = as_text(buffered());
        size_t found = text.find(mark, searched);
        if (found != std::string_view::npos && found <= bytes_max) {
            std::string before(text.substr(0, found));
            consume(found + mark.size());
            return before;
        }
        if (text.size() > bytes_max) {
            return fail(ErrorCode::Corruption, "the answer's head or line is longer than {} bytes", bytes_max);
        }
        searched = text.size() > mark.size() ? text.size() - mark.size() : 0;
        if (TRY(fill(timeout_ms)) == 0) {
            return fail(ErrorCode::Corruption, "the connection ended in the middle of the answer");
        }
    }
}

}  // namespace lightcone::net
