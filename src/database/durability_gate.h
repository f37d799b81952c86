// SPDX-License-Identifier: Apache-2.0
// Holds back what must not be seen before it is durable: clients with waiting messages, and callbacks of HTTP requests.
// The thread that made records durable (an I/O thread or the log thread) flushes them itself: no second wake-up.
//
// Threads: wait_for() and when_durable() from the thread that just left the turn; on_durable() from whoever synced.
#pragma once

#include <functional>
#include <mutex>
#include <vector>

#include "database/client_port.h"
#include "log/commit_log.h"

namespace lightcone::database {

class DurabilityGate final : public log::DurabilityListener {
  public:
    // `durable_count` reads the log's counter; set once before use.
    void attach(std::function<uint64_t()> durable_count, std::function<void(const Error&)> on_failed);

    uint64_t durable_count() const { return durable_count_(); }
    // Sends what is visible now; if messages remain, on_durable() will send them.
    void flush_or_wait(const ClientPortPtr& port);
    // Calls `done` once `count` records are durable (at once if they are), or with the error if the log fails first.
    void when_durable(uint64_t count, std::function<void(const Error*)> done);

    void on_durable(uint64_t durable_count) override;
    void on_failure(const Error& error) override;

  private:
    struct Callback {
        uint64_t count;
        std::function<void(const Error*)> done;
    };
    std::function<uint64_t()> durable_count_;
    std::function<void(const Error&)> on_failed_;
    std::mutex mutex_;
    std::vector<ClientPortPtr> ports_;
    std::vector<Callback> callbacks_;
    std::optional<Error> failure_;
};

}  // namespace lightcone::database
