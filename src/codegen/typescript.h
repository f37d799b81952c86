// SPDX-License-Identifier: Apache-2.0
// Client bindings in TypeScript for a module definition, on the unchanged npm package `spacetimedb` 2.10.
//
//   auto files = TRY(codegen::generate_typescript(definition, {.include_private = false}));
//   for (const codegen::GeneratedFile& file : files) write(out_dir + "/" + file.path, file.content);
//
// The same definition always gives the same bytes.
#pragma once

#include <string>
#include <vector>

#include "schema/module_def.h"

namespace lightcone::codegen {

// Bytes of all files of one run together: references let a small definition describe an enormous type.
inline constexpr size_t kGeneratedBytesMax = 16u << 20;

struct GeneratedFile {
    std::string path;  // relative to the output folder, `/` between segments
    std::string content;

    bool operator==(const GeneratedFile&) const = default;
};

struct TypescriptOptions {
    // Also private tables, reducers and procedures: what the owner of a database may use.
    bool include_private = false;
};

// Files ascending by path. Users import from index.ts, types.ts, types/reducers.ts and types/procedures.ts; beside
// those there is one file per table and view (<name>_table.ts), reducer and procedure. Errors: Unsupported
// (submodules), InvalidArgument (a type that no client type stands for; a decoded definition has none), LimitExceeded
// (kGeneratedBytesMax).
Result<std::vector<GeneratedFile>> generate_typescript(const schema::ModuleDef& def, const TypescriptOptions& options);

}  // namespace lightcone::codegen
