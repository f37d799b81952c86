// SPDX-License-Identifier: Apache-2.0
#include "module/engine/epoch_ticker.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>

#include "base/limits.h"

namespace lightcone::module::engine {

namespace {

constexpr std::chrono::milliseconds kTick{kEpochTickMs};
// After the whole machine slept, calls must not all be out of time at once.
constexpr int64_t kCatchUpTicksMax = 16;

}  // namespace

EpochTicker::EpochTicker(wasm_engine_t& engine) : engine_(engine), thread_([this] { run(); }) {}

EpochTicker::~EpochTicker() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void EpochTicker::add_user() {
    std::lock_guard lock(mutex_);
    if (user_count_++ == 0) changed_.notify_one();
}

void EpochTicker::remove_user() {
    std::lock_guard lock(mutex_);
    --user_count_;
}

void EpochTicker::run() {
    pthread_setname_np(pthread_self(), "wasm-epoch");
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        changed_.wait(lock, [&] { return stopping_ || user_count_ > 0; });
        auto next = std::chrono::steady_clock::now() + kTick;
        while (!stopping_ && user_count_ > 0) {
            if (changed_.wait_until(lock, next, [&] { return stopping_; })) break;
            int64_t due = (std::chrono::steady_clock::now() - next) / kTick + 1;
            next += due * kTick;
            for (int64_t i = 0; i < std::min(due, kCatchUpTicksMax); ++i) wasmtime_engine_increment_epoch(&engine_);
        }
    }
}

}  // namespace lightcone::module::engine
