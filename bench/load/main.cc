// SPDX-License-Identifier: Apache-2.0
// The load generator: one thread, all connections, closed loop with a fixed number of requests in flight on each.
// Prints one JSON object. scripts/bench runs it.
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "load/histogram.h"
#include "load/peer.h"

namespace lightcone::bench {

namespace {

// One connection's socket and what is under way on it. Answers come in the order of requests.
struct Connection {
    int socket = -1;
    std::unique_ptr<Dialect> dialect;
    Buffer in;
    Buffer out;
    size_t out_begin = 0;
    std::vector<uint64_t> started;  // ring of start times
    size_t oldest = 0;
    uint32_t under_way = 0;
};

double cpu_seconds(int pid) {
    if (pid == 0) return 0;
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    std::string text((std::istreambuf_iterator<char>(stat)), std::istreambuf_iterator<char>());
    size_t after_name = text.rfind(')');
    if (after_name == std::string::npos) give_up("cannot read the CPU time of process " + std::to_string(pid));
    unsigned long user = 0;
    unsigned long system = 0;
    std::sscanf(text.c_str() + after_name + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
    return static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double own_cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

class Load {
  public:
    explicit Load(const Options& options) : options_(options), epoll_(epoll_create1(EPOLL_CLOEXEC)) {}

    void run() {
        connections_.resize(options_.connections);
        for (Connection& connection : connections_) open(connection);
        for (Connection& connection : connections_) ask(connection, options_.in_flight);
        pump(options_.warmup_seconds);
        answered_ = failed_ = 0;
        latencies_.clear();
        double server_cpu = cpu_seconds(options_.server_pid);
        double client_cpu = own_cpu_seconds();
        uint64_t began = now_nanos();
        pump(options_.seconds);
        double elapsed = static_cast<double>(now_nanos() - began) / 1e9;
        report(elapsed, cpu_seconds(options_.server_pid) - server_cpu, own_cpu_seconds() - client_cpu);
        finish();
    }

  private:
    void open(Connection& connection) {
        connection.socket = connect_to(options_);
        connection.dialect = options_.workload == "transfer"         ? make_transfer_dialect(options_)
                             : options_.workload == "redis-transfer" ? make_redis_dialect(options_)
                                                                     : make_echo_dialect(options_);
        connection.dialect->open(connection.socket);
        connection.started.resize(options_.in_flight);
        fcntl(connection.socket, F_SETFL, O_NONBLOCK);
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = &connection;
        epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.socket, &event);
    }

    void ask(Connection& connection, uint32_t count) {
        uint64_t now = now_nanos();
        for (uint32_t i = 0; i < count; ++i) {
            connection.started[(connection.oldest + connection.under_way++) % options_.in_flight] = now;
        }
        connection.dialect->write_requests(connection.out, count);
        write(connection);
    }

    void write(Connection& connection) {
        while (connection.out_begin < connection.out.size()) {
            ssize_t count = ::send(connection.socket, connection.out.data() + connection.out_begin,
                                   connection.out.size() - connection.out_begin, MSG_NOSIGNAL);
            if (count < 0 && errno == EAGAIN) return want_writable(connection, true);
            if (count < 0) give_up("cannot send");
            connection.out_begin += static_cast<size_t>(count);
        }
        connection.out.clear();
        connection.out_begin = 0;
    }

    void want_writable(Connection& connection, bool wanted) {
        epoll_event event{};
        event.events = EPOLLIN | (wanted ? EPOLLOUT : 0u);
        event.data.ptr = &connection;
        epoll_ctl(epoll_, EPOLL_CTL_MOD, connection.socket, &event);
    }

    // One read; true when answers arrived.
    uint32_t read(Connection& connection) {
        size_t before = connection.in.size();
        connection.in.resize(before + (64u << 10));
        ssize_t count = ::recv(connection.socket, connection.in.data() + before, 64u << 10, 0);
        if (count == 0 || (count < 0 && errno != EAGAIN)) give_up("the server closed a connection");
        connection.in.resize(before + static_cast<size_t>(std::max<ssize_t>(count, 0)));
        size_t consumed = 0;
        uint32_t answers = connection.dialect->read_answers(connection.in, consumed, failed_);
        connection.in.erase(connection.in.begin(), connection.in.begin() + static_cast<ssize_t>(consumed));
        uint64_t now = now_nanos();
        for (uint32_t i = 0; i < answers; ++i) {
            latencies_.add(now - connection.started[connection.oldest]);
            connection.oldest = (connection.oldest + 1) % options_.in_flight;
        }
        connection.under_way -= answers;
        answered_ += answers;
        return answers;
    }

    void pump(double seconds) {
        uint64_t until = now_nanos() + static_cast<uint64_t>(seconds * 1e9);
        while (now_nanos() < until) step(true, 100);
    }

    void step(bool ask_again, int timeout_ms) {
        epoll_event events[256];
        int count = epoll_wait(epoll_, events, 256, timeout_ms);
        for (int i = 0; i < count; ++i) {
            Connection& connection = *static_cast<Connection*>(events[i].data.ptr);
            if ((events[i].events & EPOLLOUT) != 0) {
                want_writable(connection, false);
                write(connection);
            }
            if ((events[i].events & ~static_cast<uint32_t>(EPOLLOUT)) == 0) continue;
            uint32_t answers = read(connection);
            if (ask_again && answers > 0) ask(connection, answers);
        }
    }

    // Takes the answers still due, so that the server's state is settled when this process ends.
    void finish() {
        uint64_t until = now_nanos() + 10'000'000'000;
        while (now_nanos() < until) {
            uint64_t left = 0;
            for (const Connection& connection : connections_) left += connection.under_way;
            if (left == 0) break;
            step(false, 100);
        }
        for (Connection& connection : connections_) ::close(connection.socket);
    }

    void report(double elapsed, double server_cpu, double client_cpu) const {
        auto micros = [&](double q) { return static_cast<double>(latencies_.quantile(q)) / 1000; };
        double count = static_cast<double>(std::max<uint64_t>(answered_, 1));
        std::printf(
            "{\"workload\":\"%s\",\"connections\":%u,\"in_flight\":%u,\"confirmed\":%s,\"protocol\":\"%s\",\"zipf\":%g,"
            "\"seconds\":%.3f,\"answers\":%llu,\"failures\":%llu,\"per_second\":%.0f,\"p50_us\":%.1f,\"p99_us\":%.1f,"
            "\"p999_us\":%.1f,\"server_cpu_ns\":%.1f,\"client_cpu_ns\":%.1f}\n",
            options_.workload.c_str(), options_.connections, options_.in_flight, options_.confirmed ? "true" : "false",
            options_.protocol.c_str(), options_.zipf, elapsed, static_cast<unsigned long long>(answered_),
            static_cast<unsigned long long>(failed_), static_cast<double>(answered_) / elapsed, micros(0.5),
            micros(0.99), micros(0.999), server_cpu * 1e9 / count, client_cpu * 1e9 / count);
    }

    const Options& options_;
    int epoll_;
    std::vector<Connection> connections_;
    Histogram latencies_;
    uint64_t answered_ = 0;
    uint64_t failed_ = 0;
};

void print_latency(const char* workload, const Histogram& latencies) {
    std::printf("{\"workload\":\"%s\",\"count\":%llu,\"p50_us\":%.1f,\"p99_us\":%.1f}\n", workload,
                static_cast<unsigned long long>(latencies.count()), static_cast<double>(latencies.quantile(0.5)) / 1000,
                static_cast<double>(latencies.quantile(0.99)) / 1000);
}

// Appends request_bytes to a preallocated file and syncs, like the log does for one transaction.
void measure_fdatasync(const Options& options) {
    std::string path = options.directory + "/lightcone-fdatasync-" + std::to_string(getpid());
    int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0 || posix_fallocate(file, 0, 64 << 20) != 0 || ::fdatasync(file) != 0)
        give_up("cannot prepare " + path);
    Buffer bytes(options.request_bytes, 'x');
    Histogram latencies;
    uint64_t until = now_nanos() + static_cast<uint64_t>(options.seconds * 1e9);
    for (off_t at = 0; now_nanos() < until; at += static_cast<off_t>(bytes.size())) {
        uint64_t began = now_nanos();
        if (::pwrite(file, bytes.data(), bytes.size(), at) < 0 || ::fdatasync(file) != 0)
            give_up("cannot sync " + path);
        latencies.add(now_nanos() - began);
    }
    ::close(file);
    ::unlink(path.c_str());
    print_latency("fdatasync", latencies);
}

// Wakes another thread through an eventfd and is woken by it; the round trip.
void measure_wakeup(const Options& options) {
    int there = eventfd(0, EFD_CLOEXEC);
    int back = eventfd(0, EFD_CLOEXEC);
    std::atomic<bool> stopping = false;
    std::thread other([&] {
        uint64_t value = 0;
        while (::read(there, &value, sizeof value) == sizeof value && !stopping) {
            value = 1;
            if (::write(back, &value, sizeof value) != sizeof value) return;
        }
    });
    Histogram latencies;
    uint64_t until = now_nanos() + static_cast<uint64_t>(options.seconds * 1e9);
    uint64_t value = 1;
    while (now_nanos() < until) {
        uint64_t began = now_nanos();
        value = 1;
        if (::write(there, &value, sizeof value) != sizeof value ||
            ::read(back, &value, sizeof value) != sizeof value) {
            give_up("eventfd failed");
        }
        latencies.add(now_nanos() - began);
    }
    stopping = true;
    value = 1;
    if (::write(there, &value, sizeof value) != sizeof value) give_up("eventfd failed");
    other.join();
    print_latency("wakeup", latencies);
}

}  // namespace

}  // namespace lightcone::bench

int main(int argc, char** argv) {
    using namespace lightcone::bench;
    Options options = parse_options(argc, argv);
    if (options.workload == "fdatasync") {
        measure_fdatasync(options);
    } else if (options.workload == "wakeup") {
        measure_wakeup(options);
    } else {
        Load(options).run();
    }
    return 0;
}
