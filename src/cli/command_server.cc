// SPDX-License-Identifier: Apache-2.0
// lightcone server …: the servers this machine knows.
#include <algorithm>
#include <cstdio>

#include "cli/commands.h"
#include "net/http_message.h"

namespace lightcone::cli {

namespace {

Result<std::string> fetch_fingerprint(const std::string& url) {
    net::HttpClientRequest request;
    request.url = url + "/v1/identity/public-key";
    auto response = net::http_fetch(request);
    if (!response || response->status != 200) {
        return fail(ErrorCode::Unavailable, "Unable to retrieve fingerprint for server: {}\nIs the server running? {}",
                    url, response ? fmt::format("It answered {}.", response->status) : response.error().message);
    }
    return std::string(response->text());
}

std::unexpected<Error> unknown_server(const std::string& name) {
    return fail(ErrorCode::NotFound, "No such saved server configuration: {}", name);
}

}  // namespace

Result<int> run_server_list(Context& context) {
    Config config = TRY(Config::load(context.disk, context.paths.config_file));
    std::printf(" DEFAULT  HOSTNAME                  PROTOCOL  NICKNAME\n");
    for (const ServerEntry& server : config.servers) {
        bool is_default = server.nickname == config.default_server || server.host == config.default_server;
        std::printf(" %7s  %-24s  %-8s  %s\n", is_default ? "***" : "", server.host.c_str(), server.protocol.c_str(),
                    server.nickname.c_str());
    }
    return 0;
}

Result<int> run_server_add(Context& context, const std::string& name, const std::string& url, bool make_default,
                           bool no_fingerprint) {
    Config config = TRY(Config::load(context.disk, context.paths.config_file));
    size_t scheme = url.find("://");
    if (scheme == std::string::npos) return fail(ErrorCode::InvalidArgument, "Invalid url: {}", url);
    ServerEntry entry{
        .nickname = name, .host = url.substr(scheme + 3), .protocol = url.substr(0, scheme), .fingerprint = {}};
    while (entry.host.ends_with('/')) entry.host.pop_back();
    if (entry.protocol != "http" && entry.protocol != "https") {
        return fail(ErrorCode::InvalidArgument, "Invalid protocol: {}", entry.protocol);
    }
    if (config.find_server(name) != nullptr || config.find_server(entry.host) != nullptr) {
        return fail(ErrorCode::AlreadyExists, "a server named {} or with host {} is saved already", name, entry.host);
    }
    if (!no_fingerprint) {
        entry.fingerprint = TRY(fetch_fingerprint(entry.url()));
        std::printf("For server %s, got fingerprint:\n%s\n", entry.url().c_str(), entry.fingerprint->c_str());
    }
    std::printf("Host: %s\nProtocol: %s\n", entry.host.c_str(), entry.protocol.c_str());
    config.servers.push_back(std::move(entry));
    if (make_default) config.default_server = name;
    TRY_VOID(config.save());
    return 0;
}

Result<int> run_server_remove(Context& context, const std::string& name) {
    Config config = TRY(Config::load(context.disk, context.paths.config_file));
    ServerEntry* entry = config.find_server(name);
    if (entry == nullptr) return unknown_server(name);
    if (entry->nickname == config.default_server || entry->host == config.default_server) config.default_server.clear();
    config.servers.erase(config.servers.begin() + (entry - config.servers.data()));
    TRY_VOID(config.save());
    return 0;
}

Result<int> run_server_set_default(Context& context, const std::string& name) {
    Config config = TRY(Config::load(context.disk, context.paths.config_file));
    if (config.find_server(name) == nullptr) return unknown_server(name);
    config.default_server = name;
    TRY_VOID(config.save());
    return 0;
}

Result<int> run_server_ping(Context& context, const std::string& name) {
    Config config = TRY(Config::load(context.disk, context.paths.config_file));
    std::string url = TRY(config.server_url(name));
    net::HttpClientRequest request;
    request.url = url + "/v1/ping";
    net::HttpClientResponse response = TRY(net::http_fetch(request));
    if (response.status == 200) {
        std::printf("Server is online: %s\n", url.c_str());
    } else if (response.status == 404) {
        std::printf("Server returned 404 (Not Found): %s\n", url.c_str());
    } else {
        std::printf("Server could not be reached (%u): %s\n", response.status, url.c_str());
    }
    return 0;
}

Result<int> run_server_fingerprint(Context& context, const std::string& name, bool yes) {
    Config config = TRY(Config::load(context.disk, context.paths.config_file));
    ServerEntry* entry = config.find_server(name);
    if (entry == nullptr) return unknown_server(name);
    std::string fresh = TRY(fetch_fingerprint(entry->url()));
    if (entry->fingerprint == fresh) {
        std::printf("Fingerprint is unchanged for server %s:\n%s\n", name.c_str(), fresh.c_str());
        return 0;
    }
    if (entry->fingerprint) {
        std::printf("Fingerprint has changed for server %s.\nWas:\n%s\nNew:\n%s\n", name.c_str(),
                    entry->fingerprint->c_str(), fresh.c_str());
    } else {
        std::printf("No saved fingerprint for server %s. New fingerprint:\n%s\n", name.c_str(), fresh.c_str());
    }
    if (!confirm("Continue?", yes)) return fail(ErrorCode::Aborted, "Aborted");
    entry->fingerprint = fresh;
    TRY_VOID(config.save());
    return 0;
}

Result<int> run_server_clear(Context& context, const std::string& data_directory, bool yes) {
    std::string directory = data_directory.empty() ? context.paths.data_directory : data_directory;
    // Only a folder that this program made is ever deleted.
    bool ours = TRY(context.disk.exists(directory + "/lightcone.pid"));
    if (!ours) {
        std::puts("Local database not found. Nothing has been deleted.");
        return 0;
    }
    std::printf("Database path: %s\n", directory.c_str());
    if (!confirm("Are you sure you want to delete all data from the local database?", yes)) {
        std::puts("Aborting");
        return 0;
    }
    TRY_VOID(context.disk.remove_tree(directory));
    std::printf("Deleted database: %s\n", directory.c_str());
    return 0;
}

}  // namespace lightcone::cli
