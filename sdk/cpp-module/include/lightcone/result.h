// SPDX-License-Identifier: Apache-2.0
// How a reducer refuses: return lightcone::error("…"). The transaction is rolled back, the caller gets the message.
#pragma once

#include <concepts>
#include <expected>
#include <string>
#include <utility>

#include "text.h"

namespace lightcone {

struct Error {
    std::string message;
};

// A value or the reason why there is none, for functions that reducers share.
template <class T>
using Result = std::expected<T, Error>;

// What a reducer returns that can refuse.
using Outcome = Result<void>;

inline constexpr Outcome ok() {
    return {};
}

template <class... Args>
std::unexpected<Error> error(FormatString<std::type_identity_t<Args>...> text, const Args&... arguments) {
    return std::unexpected<Error>(Error{format(text, arguments...)});
}

// An error whose text is already there.
template <std::same_as<std::string> Text>
std::unexpected<Error> error(Text message) {
    return std::unexpected<Error>(Error{std::move(message)});
}

}  // namespace lightcone

// The value of a Result, or return its error from the surrounding function.
#define LIGHTCONE_TRY(...)                                               \
    ({                                                                   \
        auto&& lightcone_result = (__VA_ARGS__);                         \
        if (!lightcone_result) {                                         \
            return std::unexpected(std::move(lightcone_result).error()); \
        }                                                                \
        *std::move(lightcone_result);                                    \
    })
