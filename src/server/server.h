// SPDX-License-Identifier: Apache-2.0
// Wires a whole server: engine, keys, databases, reactor, HTTP. No singletons; main owns one.
//
//   auto server = TRY(server::Server::start(options));
//   ... server->port() ...
//   server->stop();
#pragma once

#include <memory>
#include <string>

#include "base/limits.h"
#include "base/result.h"

namespace lightcone::server {

struct ServerOptions {
    std::string listen_address = "127.0.0.1";
    uint16_t port = 3000;        // 0: the system chooses
    std::string data_directory;  // empty: in memory, nothing survives
    std::string key_directory;   // empty: data_directory/keys, or a key of this run only when in memory
    uint32_t io_threads = 2;
    uint32_t reducer_budget_ms = kReducerBudgetMs;
    uint64_t instance_memory_bytes = kInstanceMemoryBytesMax;
};

class Server {
  public:
    // Errors: Io (address in use, data directory), FailedPrecondition (another process holds the data directory),
    // Corruption, Unsupported.
    static Result<std::unique_ptr<Server>> start(const ServerOptions& options);
    virtual ~Server() = default;
    virtual uint16_t port() const = 0;
    virtual size_t database_count() const = 0;
    // Closes connections, runs their disconnect hooks, syncs and closes every database.
    virtual void stop() = 0;
};

}  // namespace lightcone::server
