// SPDX-License-Identifier: Apache-2.0
// Collects the databases that got work in a round of an I/O thread, so that what they logged is synced once, at the end
// of the round: by that thread itself when it has nothing else to do. Any thread.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "database/database.h"

namespace lightcone::api {

class Settler {
  public:
    void touched(const std::shared_ptr<database::Database>& database) {
        std::lock_guard lock(mutex_);
        for (const auto& known : databases_) {
            if (known == database) return;
        }
        databases_.push_back(database);
        pending_.store(true, std::memory_order_release);
    }

    // The end of a round: the calling thread would sleep next.
    void round_ended() {
        if (!pending_.load(std::memory_order_acquire)) return;
        std::vector<std::shared_ptr<database::Database>> databases;
        {
            std::lock_guard lock(mutex_);
            databases.swap(databases_);
            pending_.store(false, std::memory_order_relaxed);
        }
        // Waiting for several disks in turn would hold up the later ones.
        for (const auto& database : databases) database->settle(databases.size() == 1);
    }

  private:
    std::atomic<bool> pending_{false};
    std::mutex mutex_;
    std::vector<std::shared_ptr<database::Database>> databases_;
};

}  // namespace lightcone::api
