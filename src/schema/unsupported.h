// SPDX-License-Identifier: Apache-2.0
// What a valid definition asks for that this server cannot run yet. Publish refuses a module with such features by
// name; whoever builds a feature removes its line from the table in unsupported.cc.
#pragma once

#include <string>
#include <vector>

#include "schema/module_def.h"

namespace lightcone::schema {

// One sentence per use, e.g. "module declares view `top_players`; this server does not support views", in the order of
// the definition; empty when the module can run. At most kUnsupportedListedMax of one kind are listed.
inline constexpr size_t kUnsupportedListedMax = 8;
std::vector<std::string> unsupported_features(const ModuleDef& def);

// Unsupported with the list above, one per line, when it is not empty.
Result<void> check_supported(const ModuleDef& def);

}  // namespace lightcone::schema
