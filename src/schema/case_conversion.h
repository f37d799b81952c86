// SPDX-License-Identifier: Apache-2.0
// The word rules that turn a module's names into canonical names and into names of generated code.
//
//   to_snake_case("HTTPServer2Go") == "http_server_2_go"
//
// `_`, `-` and space separate words and vanish; a word also begins at lower|upper, upper|digit, digit|upper,
// digit|lower, lower|digit, and before the last capital of a run that a lower-case letter follows.
#pragma once

#include <string>
#include <string_view>

#include "sats/algebraic_type.h"

namespace lightcone::schema {

// Arguments are valid UTF-8; the result may be empty (a name of separators only).
std::string to_snake_case(std::string_view name);
std::string to_camel_case(std::string_view name);
std::string to_pascal_case(std::string_view name);

// The converted name, or the source name where only that is an identifier (`_`, `_1`): fields, variants and parameters
// have no error to give and must keep a name that can be read again.
std::string unless_broken(const std::string& source_name, std::string converted);

// Names inside a type converted: product elements to snake case, sum variants to camel case; refs are not followed,
// special types and what is inside them stay as they are.
sats::AlgebraicType to_canonical_names(const sats::AlgebraicType& type);

}  // namespace lightcone::schema
