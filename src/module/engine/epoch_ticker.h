// SPDX-License-Identifier: Apache-2.0
// The one thread of the engine: advances its epoch every kEpochTickMs, which is how running guests notice their
// deadline. It sleeps while nobody is registered. A late wake-up is made up for, so that a budget in ticks is one in
// time.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "module/engine/handles.h"

namespace lightcone::module::engine {

// Any thread. The destructor returns when the thread has ended.
class EpochTicker {
  public:
    explicit EpochTicker(wasm_engine_t& engine);
    ~EpochTicker();
    EpochTicker(const EpochTicker&) = delete;
    EpochTicker& operator=(const EpochTicker&) = delete;

    // Ticks happen while there is a user: each instance is one.
    void add_user();
    void remove_user();

  private:
    void run();

    wasm_engine_t& engine_;
    std::mutex mutex_;
    std::condition_variable changed_;
    uint32_t user_count_ = 0;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace lightcone::module::engine
