// SPDX-License-Identifier: Apache-2.0
// A module's log lines and timers on their way to the log sink.
//
// A panic's line waits for its trace: the engine knows the guest's frames once the guest has trapped, which is what a
// panic does next. The line goes out then, or before the next line, or at the end of the call, whatever comes first.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "module/program.h"

namespace lightcone::module::abi {

class Console {
  public:
    // `log` may be null: lines are dropped. `clock` may be null: the machine's.
    Console(LogSink* log, const Clock* clock);

    // Name of the reducer that runs from now on; lines carry it.
    void set_function(std::string_view name) { function_ = name; }

    // Texts as the guest passed them, any bytes; absent ones are nullopt. Long ones are cut.
    void log(LogLine::Level level, std::optional<ByteView> target, std::optional<ByteView> filename,
             std::optional<uint32_t> line_number, ByteView message);

    // False: kConsoleTimersMax run, or the name is longer than kTimerNameBytesMax.
    bool start_timer(std::string_view name, uint32_t& handle);
    // Logs the time since the start. False: no such timer.
    bool end_timer(uint32_t handle);

    bool has_pending_panic() const { return pending_.has_value(); }
    // Writes the panic's line that waits, if any.
    void flush_panic(std::span<const std::string> trace);

  private:
    struct Timer {
        std::string name;
        uint64_t started_nanos = 0;
        bool running = false;
    };
    struct PendingPanic {
        int64_t timestamp_micros;
        std::optional<uint32_t> line_number;
        std::string target;
        std::string filename;
        std::string message;
    };

    LogSink* sink_;
    const Clock* clock_;
    std::string function_;
    std::vector<Timer> timers_;
    std::vector<uint32_t> free_timers_;
    std::optional<PendingPanic> pending_;
};

}  // namespace lightcone::module::abi
