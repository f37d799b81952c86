// SPDX-License-Identifier: Apache-2.0
// For tests: modules written in WebAssembly's text format.
#pragma once

#include <string_view>

#include "base/bytes.h"

namespace lightcone::module::engine {

// Errors: InvalidArgument with the parser's text.
Result<Bytes> wat_to_wasm(std::string_view text);

}  // namespace lightcone::module::engine
