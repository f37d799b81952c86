// SPDX-License-Identifier: Apache-2.0
// The module's log, panics and timing. Log lines are written at once and stay even when the transaction is rolled back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "host.h"
#include "text.h"

namespace lightcone {
namespace detail {

inline void write_log(std::uint32_t level, std::string_view file, std::uint32_t line, std::string_view message) {
    // An empty message still needs a pointer that is not null.
    host::console_log(level, nullptr, 0, file.data(), static_cast<std::uint32_t>(file.size()), line,
                      message.empty() ? "" : message.data(), static_cast<std::uint32_t>(message.size()));
}

[[noreturn]] inline void stop(std::string_view file, std::uint32_t line, std::string_view message) {
    write_log(host::kPanic, file, line, message);
    __builtin_trap();
}

}  // namespace detail

// Ends the call: the message goes to the log at level panic, the transaction is rolled back, the instance is replaced.
// For what must never happen; a refusal that the caller should see is lightcone::error.
template <class... Args>
[[noreturn]] void panic(FormatString<std::type_identity_t<Args>...> text, const Args&... arguments) {
    detail::stop(text.file, text.line, format(text, arguments...));
}

// Writes to the database's log: Log::info("{} joined", name). File and line are added by themselves.
struct Log {
    template <class... Args>
    static void error(FormatString<std::type_identity_t<Args>...> text, const Args&... arguments) {
        write(host::kError, text, arguments...);
    }
    template <class... Args>
    static void warn(FormatString<std::type_identity_t<Args>...> text, const Args&... arguments) {
        write(host::kWarn, text, arguments...);
    }
    template <class... Args>
    static void info(FormatString<std::type_identity_t<Args>...> text, const Args&... arguments) {
        write(host::kInfo, text, arguments...);
    }
    template <class... Args>
    static void debug(FormatString<std::type_identity_t<Args>...> text, const Args&... arguments) {
        write(host::kDebug, text, arguments...);
    }
    template <class... Args>
    static void trace(FormatString<std::type_identity_t<Args>...> text, const Args&... arguments) {
        write(host::kTrace, text, arguments...);
    }

  private:
    template <class... Args>
    static void write(std::uint32_t level, FormatString<std::type_identity_t<Args>...> text, const Args&... arguments) {
        const detail::TextArgument list[] = {detail::text_argument(arguments)..., {nullptr, nullptr}};
        write_text(level, text.text, text.file, text.line, list);
    }

    static void write_text(std::uint32_t level, std::string_view text, std::string_view file, std::uint32_t line,
                           const detail::TextArgument* arguments) {
        detail::write_log(level, file, line, detail::build_text(text, arguments));
    }
};

// Logs how long it lived, at level info: Timing span "name": 1.2ms.
class Stopwatch {
  public:
    explicit Stopwatch(std::string_view name)
        : timer_(host::console_timer_start(name.data(), static_cast<std::uint32_t>(name.size()))) {}
    Stopwatch(const Stopwatch&) = delete;
    Stopwatch& operator=(const Stopwatch&) = delete;
    ~Stopwatch() { host::console_timer_end(timer_); }

  private:
    std::uint32_t timer_;
};

}  // namespace lightcone
