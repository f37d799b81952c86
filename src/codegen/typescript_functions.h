// SPDX-License-Identifier: Apache-2.0
// Reducers and procedures in TypeScript: the parameter file of each, and the files of their argument types.
#pragma once

#include <string>
#include <vector>

#include "codegen/typescript_names.h"
#include "codegen/typescript_types.h"

namespace lightcone::codegen {

// <name>_reducer.ts. Errors: those of TypeWriter::builder().
Result<std::string> reducer_file(const FunctionSource& reducer, TypeWriter& types);
// <name>_procedure.ts
Result<std::string> procedure_file(const FunctionSource& procedure, TypeWriter& types);

// types/reducers.ts and types/procedures.ts
std::string reducer_types_file(const std::vector<FunctionSource>& reducers);
std::string procedure_types_file(const std::vector<FunctionSource>& procedures);

}  // namespace lightcone::codegen
