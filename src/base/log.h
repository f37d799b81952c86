// SPDX-License-Identifier: Apache-2.0
// The server's own log lines (a module's log lines are data and live elsewhere). Never on the per-transaction path.
//
//   log_info("database {} opened at offset {}", name, offset);
//
// Lines go to standard error: time (UTC), level, text. Any thread. Tokens and row values are never logged.
#pragma once

#include <fmt/core.h>

#include <atomic>
#include <cstdint>
#include <string_view>

namespace lightcone {

enum class LogLevel : uint8_t { Error, Warn, Info, Debug };

// Lines above the level are dropped before they are formatted. Default: Info.
void set_log_level(LogLevel level);
LogLevel log_level();
void write_log_line(LogLevel level, std::string_view text);

template <typename... Args>
void log_line(LogLevel level, fmt::format_string<Args...> format, Args&&... args) {
    if (level <= log_level()) write_log_line(level, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void log_error(fmt::format_string<Args...> format, Args&&... args) {
    log_line(LogLevel::Error, format, std::forward<Args>(args)...);
}
template <typename... Args>
void log_warn(fmt::format_string<Args...> format, Args&&... args) {
    log_line(LogLevel::Warn, format, std::forward<Args>(args)...);
}
template <typename... Args>
void log_info(fmt::format_string<Args...> format, Args&&... args) {
    log_line(LogLevel::Info, format, std::forward<Args>(args)...);
}
template <typename... Args>
void log_debug(fmt::format_string<Args...> format, Args&&... args) {
    log_line(LogLevel::Debug, format, std::forward<Args>(args)...);
}

}  // namespace lightcone
