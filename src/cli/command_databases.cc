// SPDX-License-Identifier: Apache-2.0
// lightcone list, delete, rename.
#include <cstdio>

#include "cli/cell_text.h"
#include "cli/commands.h"
#include "net/http_message.h"
#include "sats/json_value.h"
#include "sats/json_writer.h"

namespace lightcone::cli {

namespace {

Result<std::string> names_of(const Remote& remote, const std::string& identity) {
    net::HttpClientResponse response = TRY(remote.request_ok("GET", "/v1/database/" + identity + "/names"));
    sats::JsonValue json = TRY(sats::JsonValue::parse(response.text()));
    std::string names;
    for (const sats::JsonValue& name : TRY(TRY(json.require("names"))->as_array())) {
        if (!names.empty()) names += ", ";
        names += name.string();
    }
    return names;
}

}  // namespace

Result<int> run_list(Context& context, const ServerChoice& server) {
    Config config = TRY(Config::load(context.disk, context.paths.config_file));
    Remote remote = TRY(Remote::open(config, server));
    std::string identity = TRY(remote.identity());
    net::HttpClientResponse response = TRY(remote.request_ok("GET", "/v1/identity/" + identity + "/databases"));
    sats::JsonValue json = TRY(sats::JsonValue::parse(response.text()));
    std::vector<std::vector<std::string>> rows;
    for (const sats::JsonValue& item : TRY(TRY(json.require("identities"))->as_array())) {
        std::string database(item.string());
        rows.push_back({TRY(names_of(remote, database)), database});
    }
    if (rows.empty()) {
        std::printf("No databases found for %s.\n", identity.c_str());
        return 0;
    }
    std::printf("Associated databases for user %s:\n\n%s", identity.c_str(),
                table_text({"Database Name(s)", "Identity"}, rows).c_str());
    return 0;
}

Result<int> run_delete(Context& context, const ServerChoice& server, const std::string& database) {
    Config config = TRY(Config::load(context.disk, context.paths.config_file));
    Remote remote = TRY(Remote::open(config, server));
    std::string identity = TRY(remote.database_identity(database));
    std::string names = TRY(names_of(remote, identity));
    if (!confirm(fmt::format("Are you sure you want to delete database {} ({})? This action cannot be undone.", names,
                             identity),
                 server.yes)) {
        std::puts("Aborting");
        return 0;
    }
    TRY(remote.request_ok("DELETE", "/v1/database/" + identity));
    return 0;
}

Result<int> run_rename(Context& context, const ServerChoice& server, const std::string& identity,
                       const std::string& name) {
    Config config = TRY(Config::load(context.disk, context.paths.config_file));
    Remote remote = TRY(Remote::open(config, server));
    std::string body = "[";
    sats::append_json_string(name, body);
    body += ']';
    net::HttpClientResponse response =
        TRY(remote.request("PUT", "/v1/database/" + net::percent_encode(identity) + "/names",
                           Bytes(body.begin(), body.end()), "application/json"));
    if (response.status == 200) {
        std::printf("Name set to %s for identity %s.\n", name.c_str(), identity.c_str());
        return 0;
    }
    auto json = sats::JsonValue::parse(response.text());
    if (json && json->find("NotYourDatabase") != nullptr) {
        return fail(ErrorCode::PermissionDenied, "You cannot rename {} because it is owned by another identity.",
                    identity);
    }
    if (json && json->find("PermissionDenied") != nullptr) {
        const sats::JsonValue* domain = json->find("PermissionDenied")->find("domain");
        return fail(ErrorCode::PermissionDenied, "Permission denied for domain: {}",
                    domain != nullptr ? domain->string() : std::string_view(name));
    }
    return std::unexpected(http_error(response, remote.url()));
}

}  // namespace lightcone::cli
