// SPDX-License-Identifier: Apache-2.0
// Values and tables as a terminal shows them.
#pragma once

#include <string>
#include <vector>

#include "sats/algebraic_type.h"
#include "sats/json_value.h"

namespace lightcone::cli {

// Text of one value given in the positional JSON form. Errors: InvalidArgument when it does not fit the type.
Result<std::string> cell_text(const sats::JsonValue& value, const sats::AlgebraicType& type);

// Columns padded to their widest cell, a header underlined with `-`, joints `+`.
std::string table_text(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows);

}  // namespace lightcone::cli
