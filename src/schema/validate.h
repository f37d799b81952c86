// SPDX-License-Identifier: Apache-2.0
// The rules a module definition must keep, applied to a flattened raw definition. One call, one thread.
#pragma once

#include <unordered_map>

#include "schema/module_source.h"
#include "schema/naming.h"
#include "schema/type_checker.h"

namespace lightcone::schema {

// Errors: InvalidArgument "Errors occurred:\n…" with all problems found; LimitExceeded.
Result<ModuleDef> validate(ModuleSource source);

// What the passes below share. Passes run in the order of their declarations; each adds what it finds to `errors` and
// goes on, so that one failed definition shows all its problems.
struct Validation {
    explicit Validation(const ModuleSource& module_source)
        : source(module_source),
          naming(module_source),
          def(canonical_frame(module_source)),
          types(module_source, def.canonical_typespace) {}

    const ModuleSource& source;
    ErrorList errors;
    Naming naming;
    NameRegistry names;
    ModuleDef def;
    TypeChecker types;
    // Positions in def.tables (still in definition order) and def.reducers by source name.
    std::unordered_map<std::string, size_t> tables_by_source_name;
    std::unordered_map<std::string, size_t> reducers_by_source_name;
    std::unordered_map<std::string, size_t> procedures_by_source_name;

    static ModuleDef canonical_frame(const ModuleSource& source);
};

void validate_types(Validation& v);
// Result: LimitExceeded ends validation at once.
Result<void> validate_tables(Validation& v);
void validate_functions(Validation& v);
void validate_schedules(Validation& v);
Result<void> validate_views(Validation& v);
void validate_http(Validation& v);

// The columns of the product at `product_ref`, which must be one; shared by tables and views. `owner` is the
// table's or view's name in messages. Columns whose problems were reported are left out of nothing: the list always
// has one entry per element, so that positions stay right.
Result<std::vector<ColumnSchema>> validate_columns(Validation& v, const std::string& owner, uint32_t product_ref);

// Indexes, constraints, primary key and sequences of one table whose columns stand.
void validate_keys(Validation& v, const raw::TableDef& raw, TableDef& table);

}  // namespace lightcone::schema
