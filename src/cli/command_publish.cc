// SPDX-License-Identifier: Apache-2.0
// lightcone publish: builds a module (unless given one) and uploads it.
#include <cstdio>

#include "cli/commands.h"
#include "net/http_message.h"
#include "sats/json_value.h"

namespace lightcone::cli {

namespace {

bool is_local(const std::string& url) {
    auto parsed = net::Url::parse(url);
    return parsed && (parsed->host == "localhost" || parsed->host == "127.0.0.1" || parsed->host == "::1");
}

Result<int> report(const Remote& remote, const PublishOptions& options, const net::HttpClientResponse& response,
                   const std::string& url) {
    auto json = sats::JsonValue::parse(response.text());
    if (response.status == 401 && json && json->find("PermissionDenied") != nullptr) {
        if (options.server.anonymous) {
            return fail(ErrorCode::PermissionDenied, "You need to be logged in as the owner of {0} to publish to {0}",
                        options.name);
        }
        return fail(ErrorCode::PermissionDenied,
                    "The database {} is not registered to the identity you provided.\nWe suggest you push to either a "
                    "domain owned by you, or a new domain like:\n\tlightcone publish {}\n",
                    options.name, TRY(remote.identity()).substr(0, 12));
    }
    if (response.status / 100 != 2) return std::unexpected(http_error(response, url));
    if (!json) return std::unexpected(json.error());
    const sats::JsonValue& success = *TRY(json->require("Success"));
    std::string identity(TRY(TRY(success.require("database_identity"))->as_string()));
    bool created = TRY(TRY(success.require("op"))->as_string()) == "created";
    const sats::JsonValue* domain = success.find("domain");
    const char* verb = created ? "Created new" : "Updated";
    if (domain != nullptr && domain->is_string()) {
        std::printf("%s database with name: %s, identity: %s\n", verb, std::string(domain->string()).c_str(),
                    identity.c_str());
    } else {
        std::printf("%s database with identity: %s\n", verb, identity.c_str());
    }
    return 0;
}

}  // namespace

Result<int> run_publish(Context& context, const PublishOptions& options) {
    Config config = TRY(Config::load(context.disk, context.paths.config_file));
    Remote remote = TRY(Remote::open(config, options.server));
    std::string path = options.bin_path;
    if (path.empty()) {
        path = TRY(build_module(context, {.module_path = options.module_path}));
    } else {
        std::printf("(WASM) Skipping build. Instead we are publishing %s\n", path.c_str());
    }
    Bytes program = TRY(context.disk.read_file(path));
    if (!is_local(remote.url())) {
        std::printf("You are about to publish to a non-local server: %s\n", remote.url().c_str());
        if (!confirm("Are you sure you want to proceed?", options.server.yes)) {
            return fail(ErrorCode::Aborted, "Publish aborted by user.");
        }
    }
    std::printf("Uploading to %s => %s\n",
                options.server.server.empty() ? config.default_server.c_str() : options.server.server.c_str(),
                remote.url().c_str());
    std::string query = "?host_type=Wasm";
    if (options.delete_data && !options.name.empty()) {
        std::printf("This will DESTROY the current %s module, and ALL corresponding data.\n", options.name.c_str());
        if (!confirm(fmt::format("Are you sure you want to proceed? [deleting {}]", options.name),
                     options.server.yes)) {
            return fail(ErrorCode::Aborted, "Aborted.");
        }
        query += "&clear=true";
    }
    std::puts("Publishing module...");
    std::fflush(stdout);
    std::string target = "/v1/database" + (options.name.empty() ? "" : "/" + net::percent_encode(options.name)) + query;
    net::HttpClientResponse response =
        TRY(remote.request(options.name.empty() ? "POST" : "PUT", target, std::move(program), "application/wasm"));
    return report(remote, options, response, remote.url() + target);
}

}  // namespace lightcone::cli
