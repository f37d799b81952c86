// SPDX-License-Identifier: Apache-2.0
// Threads for slow work (compiling a module, opening a database) that must not hold up an I/O thread.
// Any thread may post. stop() runs what was posted before it and returns when the threads have ended.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace lightcone {

class Worker {
  public:
    explicit Worker(size_t thread_count);
    ~Worker() { stop(); }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    // False after stop(), or when kQueueMax jobs wait: the job was not taken.
    [[nodiscard]] bool post(std::function<void()> job);
    void stop();

    static constexpr size_t kQueueMax = 1024;

  private:
    void run();

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> jobs_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace lightcone
