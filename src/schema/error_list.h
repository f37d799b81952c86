// SPDX-License-Identifier: Apache-2.0
// The problems found in one definition: as many as possible, sorted by kind and text, each once. One thread.
// At most kErrorsMax are kept; further ones are only counted, so that a hostile definition cannot buy megabytes of
// text.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

#include "sats/algebraic_type.h"

namespace lightcone::schema {

enum class RuleKind : uint8_t {
    Types,
    Tables,
    Indexes,
    Constraints,
    Sequences,
    Defaults,
    Functions,
    Schedules,
    Views,
    Http,
    Migration,
};

inline constexpr size_t kErrorsMax = 64;
inline constexpr size_t kErrorTypeTextBytesMax = 2000;

class ErrorList {
  public:
    template <typename... Args>
    void add(RuleKind kind, fmt::format_string<Args...> format, Args&&... args) {
        if (has_room()) entries_.push_back({kind, fmt::format(format, std::forward<Args>(args)...)});
    }
    // For the outcome of identifier_error().
    void add_identifier(RuleKind kind, const std::optional<std::string>& error) {
        if (error) add(kind, "module contains invalid identifier: {}", *error);
    }
    bool empty() const { return entries_.empty(); }
    // "Errors occurred:\n", then every error followed by an empty line.
    std::string text() const;

  private:
    struct Entry {
        RuleKind kind;
        std::string text;
        auto operator<=>(const Entry&) const = default;
    };

    bool has_room() {
        if (entries_.size() < kErrorsMax) return true;
        ++dropped_;
        return false;
    }

    std::vector<Entry> entries_;
    size_t dropped_ = 0;
};

// sats::type_text, cut at kErrorTypeTextBytesMax.
std::string short_type_text(const sats::AlgebraicType& type);

}  // namespace lightcone::schema
