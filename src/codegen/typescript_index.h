// SPDX-License-Identifier: Apache-2.0
// index.ts: the schema, the connection class, and everything else that users import from one place.
#pragma once

#include <string>

#include "codegen/typescript_names.h"
#include "codegen/typescript_tables.h"

namespace lightcone::codegen {

// Errors: those of TableWriter::schema_entry().
Result<std::string> index_file(const Selection& selection, TableWriter& tables);

}  // namespace lightcone::codegen
