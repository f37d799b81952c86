// SPDX-License-Identifier: Apache-2.0
// Which strings may name a table, column, function or type: Unicode identifiers (UAX 31) in normalisation form C, with
// `_` as a first character too. No words are reserved.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lightcone::schema {

inline constexpr size_t kIdentifierBytesMax = 4096;

// Nothing when `name` (valid UTF-8) is an identifier, else the text that says why not.
std::optional<std::string> identifier_error(std::string_view name);

}  // namespace lightcone::schema
