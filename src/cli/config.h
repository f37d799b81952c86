// SPDX-License-Identifier: Apache-2.0
// What the command line remembers between runs: servers and the login token (cli.toml). One thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/file.h"

namespace lightcone::cli {

// Folders as the XDG rules give them, or below --root-dir.
struct Paths {
    std::string config_file;
    std::string data_directory;  // of the local server
    std::string key_directory;

    // `root` and `config_file` may be empty. Reads HOME, XDG_CONFIG_HOME, XDG_DATA_HOME.
    static Paths from_environment(const std::string& root, const std::string& config_file);
};

struct ServerEntry {
    std::string nickname;  // may be empty
    std::string host;      // name[:port]
    std::string protocol;  // http or https
    std::optional<std::string> fingerprint;

    std::string url() const { return protocol + "://" + host; }
};

class Config {
  public:
    // A missing file is an empty configuration with one server, `local`. Errors: InvalidArgument naming file and line,
    // Io.
    static Result<Config> load(Disk& disk, std::string path);
    // Replaces the file; keys this program does not know are kept. The token makes it mode 0600.
    Result<void> save();

    // The base URL for --server VALUE (a URL, a nickname or a host; empty: the default server).
    Result<std::string> server_url(const std::string& value) const;
    ServerEntry* find_server(const std::string& value);

    std::vector<ServerEntry> servers;
    std::string default_server;
    std::optional<std::string> token;
    std::optional<std::string> listen_address;

  private:
    Config(Disk& disk, std::string path) : disk_(&disk), path_(std::move(path)) {}
    Disk* disk_;
    std::string path_;
    std::string original_;  // the file's text, for the keys to keep
};

}  // namespace lightcone::cli
