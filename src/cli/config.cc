// SPDX-License-Identifier: Apache-2.0
#include "cli/config.h"

#include <cstdlib>
#include <sstream>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

namespace lightcone::cli {

namespace {

constexpr std::string_view kApplication = "lightcone";

std::string environment_or(const char* name, const std::string& otherwise) {
    const char* value = std::getenv(name);
    return value != nullptr && value[0] != 0 ? value : otherwise;
}

Result<toml::table> parse(const std::string& path, const std::string& text) {
    toml::parse_result parsed = toml::parse(text, path);
    if (!parsed) {
        return fail(ErrorCode::InvalidArgument, "config file {} is invalid: line {}: {}", path,
                    parsed.error().source().begin.line, parsed.error().description());
    }
    return std::move(parsed).table();
}

}  // namespace

Paths Paths::from_environment(const std::string& root, const std::string& config_file) {
    Paths paths;
    std::string home = environment_or("HOME", "/");
    std::string config = root.empty()
                             ? fmt::format("{}/{}", environment_or("XDG_CONFIG_HOME", home + "/.config"), kApplication)
                             : root + "/config";
    paths.config_file = config_file.empty() ? config + "/cli.toml" : config_file;
    paths.key_directory = config;
    paths.data_directory =
        root.empty() ? fmt::format("{}/{}/data", environment_or("XDG_DATA_HOME", home + "/.local/share"), kApplication)
                     : root + "/data";
    return paths;
}

Result<Config> Config::load(Disk& disk, std::string path) {
    Config config(disk, std::move(path));
    if (!TRY(disk.exists(config.path_))) {
        config.default_server = "local";
        config.servers.push_back({"local", "127.0.0.1:3000", "http", std::nullopt});
        return config;
    }
    config.original_ = as_text(TRY(disk.read_file(config.path_)));
    toml::table table = TRY(parse(config.path_, config.original_));
    config.default_server = table["default_server"].value_or("");
    config.token = table["spacetimedb_token"].value<std::string>();
    config.listen_address = table["listen_addr"].value<std::string>();
    if (const toml::array* servers = table["server_configs"].as_array()) {
        for (const toml::node& node : *servers) {
            const toml::table* entry = node.as_table();
            if (entry == nullptr) continue;
            config.servers.push_back({(*entry)["nickname"].value_or(std::string()),
                                      (*entry)["host"].value_or(std::string()),
                                      (*entry)["protocol"].value_or(std::string("http")),
                                      (*entry)["ecdsa_public_key"].value<std::string>()});
        }
    }
    return config;
}

Result<void> Config::save() {
    toml::table table = TRY(parse(path_, original_));
    auto set = [&](std::string_view key, const std::optional<std::string>& value) {
        if (value) {
            table.insert_or_assign(key, *value);
        } else {
            table.erase(key);
        }
    };
    set("default_server", default_server.empty() ? std::nullopt : std::optional(default_server));
    set("spacetimedb_token", token);
    set("listen_addr", listen_address);
    toml::array entries;
    for (const ServerEntry& server : servers) {
        toml::table entry{{"host", server.host}, {"protocol", server.protocol}};
        if (!server.nickname.empty()) entry.insert("nickname", server.nickname);
        if (server.fingerprint) entry.insert("ecdsa_public_key", *server.fingerprint);
        entries.push_back(std::move(entry));
    }
    table.insert_or_assign("server_configs", std::move(entries));
    std::ostringstream out;
    out << table << '\n';
    original_ = out.str();
    TRY_VOID(disk_->create_directories(parent_directory(path_)));
    return disk_->write_file_atomically(path_, as_bytes(original_), 0600);
}

ServerEntry* Config::find_server(const std::string& value) {
    for (ServerEntry& server : servers) {
        if (server.nickname == value || server.host == value) return &server;
    }
    return nullptr;
}

Result<std::string> Config::server_url(const std::string& value) const {
    std::string wanted = value.empty() ? default_server : value;
    if (wanted.empty()) {
        return fail(ErrorCode::NotFound,
                    "No default server configuration.\nSet one with:\n\tlightcone server set-default <nickname>");
    }
    if (wanted.find("://") != std::string::npos) {
        while (wanted.ends_with('/')) wanted.pop_back();
        return wanted;
    }
    for (const ServerEntry& server : servers) {
        if (server.nickname == wanted || server.host == wanted) return server.url();
    }
    return fail(ErrorCode::NotFound,
                "No such saved server configuration: {}\nAdd a new server configuration with:\n\tlightcone server add "
                "{} --url <url>",
                wanted, wanted);
}

}  // namespace lightcone::cli
