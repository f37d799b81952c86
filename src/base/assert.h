// SPDX-License-Identifier: Apache-2.0
// Broken invariants are our bugs: ASSERT is on in every build, prints what it saw and aborts; recovery is the log.
// No input from outside may ever reach one.
#pragma once

#include <string>

#include <fmt/core.h>

namespace lightcone {

[[noreturn]] void assert_failed(const char* expression, const char* file, int line, const std::string& detail);

}  // namespace lightcone

// ASSERT(a < b) or ASSERT(a < b, "a={} b={}", a, b)
#define ASSERT(condition, ...)                                                                                   \
    do {                                                                                                         \
        if (!(condition)) [[unlikely]] {                                                                         \
            ::lightcone::assert_failed(#condition, __FILE__, __LINE__, ::lightcone::assert_detail(__VA_ARGS__)); \
        }                                                                                                        \
    } while (false)

// For checks too dear for the per-transaction path of a release build.
#ifdef NDEBUG
#define DEBUG_ASSERT(condition, ...) ((void)0)
#else
#define DEBUG_ASSERT(condition, ...) ASSERT(condition, __VA_ARGS__)
#endif

namespace lightcone {

inline std::string assert_detail() {
    return {};
}

template <typename... Args>
std::string assert_detail(fmt::format_string<Args...> format, Args&&... args) {
    return fmt::format(format, std::forward<Args>(args)...);
}

}  // namespace lightcone
