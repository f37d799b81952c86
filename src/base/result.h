// SPDX-License-Identifier: Apache-2.0
// Expected failures: Result<T> is a value or an Error; TRY passes an error up.
//
//   Result<Row> read_row(ByteReader& in) {
//       uint32_t size = TRY(in.u32());
//       TRY_VOID(in.skip(size));
//       ...
//   }
//
// A broken invariant is not an Error: see assert.h.
#pragma once

#include <fmt/core.h>

#include <cstdint>
#include <expected>
#include <string>
#include <utility>

namespace lightcone {

// What went wrong, coarse enough to decide on: HTTP status, close code, errno. The message carries the rest.
enum class ErrorCode : uint8_t {
    InvalidArgument,     // the caller's input is malformed or breaks a rule
    NotFound,            // the named thing does not exist (or may not be seen)
    AlreadyExists,       // uniqueness of names, keys, rows
    PermissionDenied,    // known caller, not allowed
    Unauthenticated,     // credentials missing or wrong
    LimitExceeded,       // a named limit of base/limits.h or of the configuration
    FailedPrecondition,  // right call, wrong state
    Unsupported,         // valid, but this server does not do it
    Unavailable,         // stopped, stopping or poisoned
    Corruption,          // stored bytes are damaged
    Io,                  // the operating system refused
    Timeout,             // a deadline passed
    Aborted,             // user code (a module) refused: the message is its own text
    Internal,            // a module trapped, an engine failed
};

const char* error_code_name(ErrorCode code);

struct [[nodiscard]] Error {
    ErrorCode code;
    // Lower-case start, no full stop; holds the offending value, the limit and what to do. Texts that the protocol
    // fixes are exempt from the form.
    std::string message;
};

template <typename T>
using Result = std::expected<T, Error>;

// fail(ErrorCode::NotFound, "no such table: `{}`", name)
template <typename... Args>
std::unexpected<Error> fail(ErrorCode code, fmt::format_string<Args...> format, Args&&... args) {
    return std::unexpected<Error>(Error{code, fmt::format(format, std::forward<Args>(args)...)});
}

inline std::unexpected<Error> fail_text(ErrorCode code, std::string message) {
    return std::unexpected<Error>(Error{code, std::move(message)});
}

}  // namespace lightcone

#define LIGHTCONE_CONCAT_TOKENS(a, b) a##b
#define LIGHTCONE_CONCAT(a, b) LIGHTCONE_CONCAT_TOKENS(a, b)

#define LIGHTCONE_TRY_NAMED(name, expression)                                    \
    __extension__({                                                              \
        auto name = (expression);                                                \
        if (!name) [[unlikely]] {                                                \
            return std::unexpected<::lightcone::Error>(std::move(name).error()); \
        }                                                                        \
        std::move(*name);                                                        \
    })

#define LIGHTCONE_TRY_VOID_NAMED(name, expression)                               \
    do {                                                                         \
        auto name = (expression);                                                \
        if (!name) [[unlikely]] {                                                \
            return std::unexpected<::lightcone::Error>(std::move(name).error()); \
        }                                                                        \
    } while (false)

// Value of a Result, or return its error from the enclosing function. May be nested.
#define TRY(...) LIGHTCONE_TRY_NAMED(LIGHTCONE_CONCAT(try_result_, __COUNTER__), (__VA_ARGS__))

// The same for Result<void>.
#define TRY_VOID(...) LIGHTCONE_TRY_VOID_NAMED(LIGHTCONE_CONCAT(try_result_, __COUNTER__), (__VA_ARGS__))
