// SPDX-License-Identifier: Apache-2.0
#include "codegen/typescript_index.h"

#include <fmt/format.h>

#include "base/version.h"
#include "codegen/typescript_text.h"

namespace lightcone::codegen {

namespace {

// What does not depend on the module, with the version that the library asks for put in.
constexpr const char* kModuleText = R"(
const MODULE = {{
  versionInfo: {{ cliVersion: "{}" as const }},
  tables: dbSchema.schemaType.tables,
  reducers: reducerSet.reducersType.reducers,
  ...procedureSet,
}} satisfies sdk.RemoteModule<typeof dbSchema.schemaType, typeof reducerSet.reducersType, typeof procedureSet>;

/** Typed queries for subscriptions: `tables.someTable.where((row) => row.someColumn.eq(1))`. */
export const tables: sdk.QueryBuilder<typeof dbSchema.schemaType> = sdk.makeQueryBuilder(dbSchema.schemaType);
/** The reducers by name, for framework hooks. */
export const reducers = sdk.convertToAccessorMap(reducerSet.reducersType.reducers);
/** The procedures by name, for framework hooks. */
export const procedures = sdk.convertToAccessorMap(procedureSet.procedures);

/** First argument of row callbacks. */
export type EventContext = sdk.EventContextInterface<typeof MODULE>;
/** First argument of reducer callbacks. */
export type ReducerEventContext = sdk.ReducerEventContextInterface<typeof MODULE>;
/** First argument of subscription callbacks. */
export type SubscriptionEventContext = sdk.SubscriptionEventContextInterface<typeof MODULE>;
/** First argument of error callbacks. */
export type ErrorContext = sdk.ErrorContextInterface<typeof MODULE>;
/** A subscription that can be ended. */
export type SubscriptionHandle = sdk.SubscriptionHandleImpl<typeof MODULE>;

/** Made by `DbConnection.subscriptionBuilder()`. */
export class SubscriptionBuilder extends sdk.SubscriptionBuilderImpl<typeof MODULE> {{}}

/** Made by `DbConnection.builder()`. */
export class DbConnectionBuilder extends sdk.DbConnectionBuilder<DbConnection> {{}}

/** A connection to a database that runs this module. */
export class DbConnection extends sdk.DbConnectionImpl<typeof MODULE> {{
  static builder = (): DbConnectionBuilder =>
    new DbConnectionBuilder(MODULE, (config: sdk.DbConnectionConfig<typeof MODULE>) => new DbConnection(config));

  override subscriptionBuilder = (): SubscriptionBuilder => new SubscriptionBuilder(this);
}}
)";

std::string imports(const Selection& selection) {
    std::string text = "import * as sdk from \"spacetimedb\";\n";
    for (const RowSource& source : selection.row_sources) {
        text += fmt::format("import {} from \"./{}\";\n", source.symbol, source.file);
    }
    for (const FunctionSource& reducer : selection.reducers) {
        if (reducer.callable) text += fmt::format("import {} from \"./{}\";\n", reducer.symbol, reducer.file);
    }
    for (const FunctionSource& procedure : selection.procedures) {
        text += fmt::format("import * as {} from \"./{}\";\n", procedure.symbol, procedure.file);
    }
    return text;
}

// A list item: the library's schema of one function, under another accessor where its own would not do.
std::string with_accessor(const FunctionSource& function, const std::string& call) {
    if (!function.accessor_override) return fmt::format("  {},\n", call);
    return fmt::format("  {{ ...{}, accessorName: {} as const }},\n", call,
                       string_literal(*function.accessor_override));
}

std::string list(const char* constant, const char* function, const std::string& items) {
    return fmt::format("\nconst {} = sdk.{}({}{});\n", constant, function, items.empty() ? "" : "\n", items);
}

std::string reducer_list(const Selection& selection) {
    std::string items;
    for (const FunctionSource& reducer : selection.reducers) {
        if (!reducer.callable) continue;
        items += with_accessor(
            reducer, fmt::format("sdk.reducerSchema({}, {})", string_literal(reducer.wire_name), reducer.symbol));
    }
    return list("reducerSet", "reducers", items);
}

std::string procedure_list(const Selection& selection) {
    std::string items;
    for (const FunctionSource& procedure : selection.procedures) {
        items += with_accessor(procedure, fmt::format("sdk.procedureSchema({0}, {1}.params, {1}.returnType)",
                                                      string_literal(procedure.wire_name), procedure.symbol));
    }
    return list("procedureSet", "procedures", items);
}

}  // namespace

Result<std::string> index_file(const Selection& selection, TableWriter& tables) {
    std::string entries;
    for (const RowSource& source : selection.row_sources) entries += TRY(tables.schema_entry(source));
    std::string schema = entries.empty() ? "{}" : "{\n" + entries + "}";
    return file_head() + fmt::format("// For protocol version {}.\n", kCompatibleVersion) + imports(selection) +
           fmt::format("\nconst dbSchema = sdk.schema({});\n", schema) + reducer_list(selection) +
           procedure_list(selection) + fmt::format(kModuleText, kCompatibleVersion);
}

}  // namespace lightcone::codegen
