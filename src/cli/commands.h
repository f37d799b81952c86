// SPDX-License-Identifier: Apache-2.0
// The commands, each with its options. command_line.cc fills the options from arguments; main prints the error.
// Each returns the process' exit code. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "cli/config.h"
#include "cli/remote.h"

namespace lightcone::cli {

// What every command may use.
struct Context {
    Disk& disk;
    Paths paths;
};

struct StartOptions {
    std::optional<std::string> listen_address;
    std::string data_directory;
    std::string key_directory;
    bool in_memory = false;
    uint32_t io_threads = 2;
    uint32_t reducer_budget_ms = kReducerBudgetMs;
    uint32_t instance_memory_mb = kInstanceMemoryBytesMax >> 20;
};
Result<int> run_start(Context& context, const StartOptions& options);

struct BuildOptions {
    std::string module_path;
    bool debug = false;
};
// The path of the built .wasm.
Result<std::string> build_module(Context& context, const BuildOptions& options);
Result<int> run_build(Context& context, const BuildOptions& options);

struct PublishOptions {
    ServerChoice server;
    std::string name;
    std::string module_path;
    std::string bin_path;
    bool delete_data = false;
    bool break_clients = false;
};
Result<int> run_publish(Context& context, const PublishOptions& options);

struct CallOptions {
    ServerChoice server;
    std::string database;
    std::string function;
    std::vector<std::string> arguments;
};
Result<int> run_call(Context& context, const CallOptions& options);

struct SqlOptions {
    ServerChoice server;
    std::string database;
    std::string query;
    std::string format = "text";
    std::optional<bool> confirmed;
};
Result<int> run_sql(Context& context, const SqlOptions& options);

struct LogsOptions {
    ServerChoice server;
    std::string database;
    std::optional<uint32_t> lines;
    bool follow = false;
    std::string format = "text";
    std::string level;
    bool level_exact = false;
};
Result<int> run_logs(Context& context, const LogsOptions& options);

struct DescribeOptions {
    ServerChoice server;
    std::string database;
    std::string entity_type;
    std::string entity_name;
};
Result<int> run_describe(Context& context, const DescribeOptions& options);

struct SubscribeOptions {
    ServerChoice server;
    std::string database;
    std::vector<std::string> queries;
    std::optional<uint32_t> updates;
    std::optional<uint32_t> timeout_seconds;
    bool print_initial = false;
    std::optional<bool> confirmed;
};
Result<int> run_subscribe(Context& context, const SubscribeOptions& options);

struct GenerateOptions {
    std::string language;
    std::string out_directory;
    std::string module_path;
    std::string bin_path;
    std::string module_def;  // file; "-" reads standard input
    bool include_private = false;
    bool yes = false;
};
Result<int> run_generate(Context& context, const GenerateOptions& options);
// The definition of a module file as one line of JSON: {"V10":{"sections":[…]}}.
Result<int> run_extract_schema(Context& context, const std::string& file);

Result<int> run_list(Context& context, const ServerChoice& server);
Result<int> run_delete(Context& context, const ServerChoice& server, const std::string& database);
Result<int> run_rename(Context& context, const ServerChoice& server, const std::string& identity,
                       const std::string& name);

struct LoginOptions {
    std::string token;
    std::string server;  // --server-issued-login, or the default server
};
Result<int> run_login(Context& context, const LoginOptions& options);
Result<int> run_login_show(Context& context, bool with_token);
Result<int> run_logout(Context& context);

Result<int> run_server_list(Context& context);
Result<int> run_server_add(Context& context, const std::string& name, const std::string& url, bool make_default,
                           bool no_fingerprint);
Result<int> run_server_remove(Context& context, const std::string& name);
Result<int> run_server_set_default(Context& context, const std::string& name);
Result<int> run_server_ping(Context& context, const std::string& name);
Result<int> run_server_fingerprint(Context& context, const std::string& name, bool yes);
Result<int> run_server_clear(Context& context, const std::string& data_directory, bool yes);

}  // namespace lightcone::cli
