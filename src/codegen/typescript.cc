// SPDX-License-Identifier: Apache-2.0
#include "codegen/typescript.h"

#include <algorithm>

#include "codegen/typescript_functions.h"
#include "codegen/typescript_index.h"

namespace lightcone::codegen {

Result<std::vector<GeneratedFile>> generate_typescript(const schema::ModuleDef& def, const TypescriptOptions& options) {
    if (!def.submodules.empty()) {
        return fail(ErrorCode::Unsupported, "the module mounts submodule `{}`; there are no bindings for submodules",
                    def.submodules.front());
    }
    Selection selection = select_items(def, options);
    TypeWriter types(def);
    TableWriter tables(def, types);
    std::vector<GeneratedFile> files;
    files.push_back({"index.ts", TRY(index_file(selection, tables))});
    files.push_back({"types.ts", TRY(types.types_file())});
    files.push_back({"types/reducers.ts", reducer_types_file(selection.reducers)});
    files.push_back({"types/procedures.ts", procedure_types_file(selection.procedures)});
    for (const RowSource& source : selection.row_sources) {
        files.push_back({source.file + ".ts", TRY(tables.row_file(source))});
    }
    for (const FunctionSource& reducer : selection.reducers) {
        files.push_back({reducer.file + ".ts", TRY(reducer_file(reducer, types))});
    }
    for (const FunctionSource& procedure : selection.procedures) {
        files.push_back({procedure.file + ".ts", TRY(procedure_file(procedure, types))});
    }
    std::sort(files.begin(), files.end(),
              [](const GeneratedFile& a, const GeneratedFile& b) { return a.path < b.path; });
    return files;
}

}  // namespace lightcone::codegen
