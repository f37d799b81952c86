// SPDX-License-Identifier: Apache-2.0
// lightcone start: runs a server in this process until SIGINT or SIGTERM.
#include <signal.h>

#include <charconv>
#include <cstdio>

#include "base/log.h"
#include "base/version.h"
#include "cli/commands.h"
#include "server/server.h"

namespace lightcone::cli {

namespace {

struct ListenAddress {
    std::string host;
    uint16_t port = 0;
};

// "127.0.0.1:3000", "[::1]:3000", ":3000", "0.0.0.0", "3000".
Result<ListenAddress> parse_listen_address(const std::string& text) {
    ListenAddress address{.host = "127.0.0.1", .port = 3000};
    std::string port = text;
    size_t colon = text.rfind(':');
    bool bracketed = text.starts_with('[');
    if (colon != std::string::npos && (!bracketed || text[colon - 1] == ']')) {
        port = text.substr(colon + 1);
        if (colon > 0) address.host = text.substr(0, colon);
    } else if (bracketed || text.find('.') != std::string::npos) {
        port.clear();
        address.host = text;
    }
    if (bracketed) address.host = text.substr(1, text.find(']') - 1);
    if (port.empty()) return address;
    auto [end, code] = std::from_chars(port.data(), port.data() + port.size(), address.port);
    if (code != std::errc() || end != port.data() + port.size()) {
        return fail(ErrorCode::InvalidArgument,
                    "invalid listen address `{}`: expected HOST:PORT, such as 127.0.0.1:3000", text);
    }
    return address;
}

bool is_loopback(const std::string& host) {
    return host.starts_with("127.") || host == "::1";
}

}  // namespace

Result<int> run_start(Context& context, const StartOptions& options) {
    Config config = TRY(Config::load(context.disk, context.paths.config_file));
    std::string listen = options.listen_address.value_or(config.listen_address.value_or("127.0.0.1:3000"));
    ListenAddress address = TRY(parse_listen_address(listen));

    // Blocked before any thread exists, so that only sigwait() below sees them.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);

    server::ServerOptions server_options;
    server_options.listen_address = address.host;
    server_options.port = address.port;
    server_options.io_threads = options.io_threads;
    server_options.reducer_budget_ms = options.reducer_budget_ms;
    server_options.instance_memory_bytes = uint64_t{options.instance_memory_mb} << 20;
    if (!options.in_memory) {
        server_options.data_directory =
            options.data_directory.empty() ? context.paths.data_directory : options.data_directory;
    }
    server_options.key_directory = options.key_directory;
    std::unique_ptr<server::Server> server = TRY(server::Server::start(server_options));

    std::printf("lightcone version: %s\n", std::string(kVersion).c_str());
    if (options.in_memory) {
        std::puts("database running in memory: nothing survives this process");
    } else {
        std::printf("database running in data directory %s\n", server_options.data_directory.c_str());
    }
    if (!is_loopback(address.host)) {
        log_warn("listening on {}: anybody who reaches this address can publish databases to this server",
                 address.host);
    }
    bool ipv6 = address.host.find(':') != std::string::npos;
    std::printf("listening on %s%s%s:%u, %zu database(s)\n", ipv6 ? "[" : "", address.host.c_str(), ipv6 ? "]" : "",
                server->port(), server->database_count());
    std::fflush(stdout);

    int signal = 0;
    sigwait(&signals, &signal);
    log_info("stopping on {}", signal == SIGINT ? "SIGINT" : "SIGTERM");
    server->stop();
    return 0;
}

}  // namespace lightcone::cli
