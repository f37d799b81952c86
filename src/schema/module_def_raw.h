// SPDX-License-Identifier: Apache-2.0
// From a validated definition to the raw structures that encode it; see module_def_json.h.
#pragma once

#include "schema/raw_codec.h"

namespace lightcone::schema::raw {

ModuleDefV9 to_v9(const ModuleDef& def);
// Sections in the order that tools expect, empty ones left out; case policy None, so that names stay as they are.
ModuleDefV10 to_v10(const ModuleDef& def);

// Parts that both versions share.
IndexAlgorithmBody algorithm_body(const IndexSchema& index);
Columns positions(const std::vector<ColumnId>& columns);
Columns primary_key_of(const TableSchema& schema);
// Options as written in a definition: nothing where the default stands.
std::optional<__int128> start_option(const SequenceSchema& sequence);
std::optional<__int128> min_option(const SequenceSchema& sequence);
std::optional<__int128> max_option(const SequenceSchema& sequence);
std::optional<std::string> accessor_option(const IndexSchema& index);

}  // namespace lightcone::schema::raw
