// SPDX-License-Identifier: Apache-2.0
// A validated definition written back as a raw one, under canonical names: the answer of the schema endpoint.
// Reading it again gives the same canonical names.
#pragma once

#include <string>

#include "schema/module_def.h"

namespace lightcone::schema {

// SATS-JSON without a version wrapper: {"typespace":…} for V9, {"sections":[…]} for V10. Any definition can be asked
// for in either version; V9 has no place for event flags, HTTP handlers and explicit names.
std::string module_def_to_json(const ModuleDef& def, DefVersion version);

// The same as BSATN with its envelope, as a module would write it.
Bytes module_def_to_bsatn(const ModuleDef& def, DefVersion version);

}  // namespace lightcone::schema
