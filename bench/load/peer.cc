// SPDX-License-Identifier: Apache-2.0
#include "load/peer.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace lightcone::bench {

void give_up(const std::string& why) {
    std::fprintf(stderr, "load: %s\n", why.c_str());
    std::exit(1);
}

uint64_t now_nanos() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

int connect_to(const Options& options) {
    int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0) give_up("no socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(options.port);
    if (inet_pton(AF_INET, options.host.c_str(), &address.sin_addr) != 1) give_up("host must be an IPv4 address");
    if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        give_up(std::string("cannot connect: ") + std::strerror(errno));
    }
    int one = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return socket;
}

void send_all(int socket, const void* data, size_t size) {
    const char* at = static_cast<const char*>(data);
    while (size > 0) {
        ssize_t count = ::send(socket, at, size, MSG_NOSIGNAL);
        if (count <= 0) give_up("cannot send");
        at += count;
        size -= static_cast<size_t>(count);
    }
}

AccountPicker::AccountPicker(const Options& options) : count_(options.accounts), state_(now_nanos() | 1) {
    if (options.zipf <= 0) return;
    double sum = 0;
    for (uint32_t i = 1; i <= count_; ++i) cumulative_.push_back(sum += 1.0 / std::pow(i, options.zipf));
    for (double& value : cumulative_) value /= sum;
}

uint64_t AccountPicker::random() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_;
}

uint32_t AccountPicker::next() {
    if (cumulative_.empty()) return static_cast<uint32_t>(random() % count_);
    double at = static_cast<double>(random() >> 11) / static_cast<double>(1ull << 53);
    return static_cast<uint32_t>(std::lower_bound(cumulative_.begin(), cumulative_.end() - 1, at) -
                                 cumulative_.begin());
}

}  // namespace lightcone::bench
