// SPDX-License-Identifier: Apache-2.0
// Text as modules hand it over, for log lines and messages.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"

namespace lightcone::module::abi {

// `bytes` as UTF-8, each broken sequence replaced by one U+FFFD. A view of `bytes` when nothing is broken, else of
// `storage`.
std::string_view lossy_utf8(ByteView bytes, std::string& storage);

// The longest start of `bytes` with at most `limit` bytes that does not cut a UTF-8 sequence.
ByteView cut_at_character(ByteView bytes, size_t limit);

// In double quotes, with control characters, quotes and backslashes escaped.
std::string quoted(std::string_view text);

// 1.5s, 2.25ms, 3.125µs, 17ns
std::string duration_text(uint64_t nanos);

// A readable form of a function name of the module's name section: Rust's and C++'s nested names as paths, without the
// hashes and generic arguments. Names it does not understand stay as they are. Bounded, whatever the name holds.
std::string demangled(std::string_view name);

}  // namespace lightcone::module::abi
