// SPDX-License-Identifier: Apache-2.0
#include "codegen/typescript_functions.h"

#include <fmt/format.h>

#include "codegen/typescript_text.h"

namespace lightcone::codegen {

namespace {

// `{ id: t.u64(), newName: t.string() }`: the order of the keys is that of the arguments.
Result<std::string> parameter_object(const sats::AlgebraicType& params, TypeWriter& types,
                                     std::set<std::string>& type_names) {
    std::vector<std::string> keys = member_keys(params);
    std::string text = "{";
    for (size_t i = 0; i < keys.size(); ++i) {
        BuilderText builder = TRY(types.builder(params.elements[i].type));
        type_names.merge(builder.type_names);
        text += fmt::format("{}  {}: {},\n", i == 0 ? "\n" : "", keys[i], builder.text);
    }
    return text + "}";
}

std::string with_imports(const std::string& body, const std::set<std::string>& type_names) {
    std::string file = file_head();
    if (body.find(" t.") != std::string::npos) file += "import { t } from \"spacetimedb\";\n";
    return file + import_line(type_names, "./types") + "\n" + body;
}

}  // namespace

Result<std::string> reducer_file(const FunctionSource& reducer, TypeWriter& types) {
    std::set<std::string> type_names;
    std::string params = TRY(parameter_object(*reducer.params, types, type_names));
    std::string file = with_imports(fmt::format("export default {};\n", params), type_names);
    TRY_VOID(types.spend(file.size()));
    return file;
}

Result<std::string> procedure_file(const FunctionSource& procedure, TypeWriter& types) {
    std::set<std::string> type_names;
    std::string params = TRY(parameter_object(*procedure.params, types, type_names));
    BuilderText returned = TRY(types.builder(*procedure.return_type));
    type_names.merge(returned.type_names);
    std::string file = with_imports(
        fmt::format("export const params = {};\nexport const returnType = {};\n", params, returned.text), type_names);
    TRY_VOID(types.spend(file.size()));
    return file;
}

std::string reducer_types_file(const std::vector<FunctionSource>& reducers) {
    if (reducers.empty()) return file_head() + "export {};\n";
    std::string imports = "import type * as sdk from \"spacetimedb\";\n";
    std::string types;
    for (const FunctionSource& reducer : reducers) {
        imports += fmt::format("import type {} from \"../{}\";\n", reducer.symbol, reducer.file);
        types += fmt::format("export type {}Params = sdk.Infer<typeof {}>;\n", reducer.pascal, reducer.symbol);
    }
    return file_head() + imports + "\n" + types;
}

std::string procedure_types_file(const std::vector<FunctionSource>& procedures) {
    if (procedures.empty()) return file_head() + "export {};\n";
    std::string imports = "import type * as sdk from \"spacetimedb\";\n";
    std::string types;
    for (const FunctionSource& procedure : procedures) {
        imports += fmt::format("import type * as {} from \"../{}\";\n", procedure.symbol, procedure.file);
        types += fmt::format("export type {}Args = sdk.Infer<typeof {}.params>;\n", procedure.pascal, procedure.symbol);
        types += fmt::format("export type {}Result = sdk.Infer<typeof {}.returnType>;\n", procedure.pascal,
                             procedure.symbol);
    }
    return file_head() + imports + "\n" + types;
}

}  // namespace lightcone::codegen
