// SPDX-License-Identifier: Apache-2.0
// The epoll reactor: poll sets (descriptors, timers, posted functions) and the I/O threads that run them.
//
// A poll set belongs to no thread: it is run by one thread at a time, and a monitor thread gives the poll set of a
// thread that is stuck in a callback to a spare thread, so that one slow callback delays only its own connection.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/result.h"

namespace lightcone::net {

class PollSet;

inline constexpr size_t kPostedFunctionsMax = 65'536;
inline constexpr uint32_t kTimerTickMs = 8;

using PostedFunction = std::function<void()>;

struct ReactorOptions {
    uint32_t threads = 2;            // poll sets, and the threads that run them
    uint32_t spare_threads_max = 8;  // how many stuck threads can be replaced at a time; 0: no hand-over
    uint32_t stuck_after_ms = 2;
    // Called by each I/O thread when it has handled all that was ready, before it looks for more or sleeps: the place
    // for work that one round of many connections shares. It counts as a callback: a thread that stays in it too long
    // is replaced.
    std::function<void()> round_ended{};
};

// Owner: whoever wires the server. Any thread may post; start and stop on one thread.
class Reactor {
  public:
    // Errors: Io (epoll, eventfd).
    static Result<std::unique_ptr<Reactor>> start(ReactorOptions options = {});
    virtual ~Reactor() = default;

    virtual size_t poll_set_count() const = 0;
    virtual PollSet& poll_set(size_t index) = 0;
    // Runs `function` soon on the thread that runs poll set `index`. False, and it will not run, after stop() or when
    // kPostedFunctionsMax are waiting there.
    virtual bool post(size_t index, PostedFunction function) = 0;
    // The same, not before `delay_ms` have passed (resolution kTimerTickMs).
    virtual bool post_after(size_t index, uint32_t delay_ms, PostedFunction function) = 0;
    // How often a poll set was given to a spare thread.
    virtual uint64_t handover_count() const = 0;
    // Returns when all threads have ended; functions not yet run are dropped. Stop servers first.
    virtual void stop() = 0;
};

}  // namespace lightcone::net
