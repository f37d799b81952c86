// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <unistd.h>

#include <ctime>
#include <string>

#include "base/clock.h"

namespace lightcone {

namespace {

std::atomic<LogLevel> current_level{LogLevel::Info};

const char* level_text(LogLevel level) {
    switch (level) {
        case LogLevel::Error: return "error";
        case LogLevel::Warn: return "warn ";
        case LogLevel::Info: return "info ";
        case LogLevel::Debug: return "debug";
    }
    return "?";
}

}  // namespace

void set_log_level(LogLevel level) {
    current_level.store(level, std::memory_order_relaxed);
}
LogLevel log_level() {
    return current_level.load(std::memory_order_relaxed);
}

void write_log_line(LogLevel level, std::string_view text) {
    int64_t micros = SystemClock().wall_micros();
    time_t seconds = static_cast<time_t>(micros / 1'000'000);
    tm parts{};
    gmtime_r(&seconds, &parts);
    std::string line = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z {} {}\n", parts.tm_year + 1900,
                                   parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                                   micros % 1'000'000, level_text(level), text);
    // One write keeps lines of several threads whole; a closed standard error must not stop the server.
    [[maybe_unused]] ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace lightcone
