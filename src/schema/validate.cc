// SPDX-License-Identifier: Apache-2.0
#include "schema/validate.h"

#include <algorithm>

namespace lightcone::schema {

namespace {

template <typename T>
void sort_by_name(std::vector<T>& items) {
    std::sort(items.begin(), items.end(), [](const T& a, const T& b) { return a.name < b.name; });
}

void sort_tables(ModuleDef& def) {
    for (TableDef& table : def.tables) {
        sort_by_name(table.schema.indexes);
        sort_by_name(table.schema.constraints);
        sort_by_name(table.schema.sequences);
    }
    std::sort(def.tables.begin(), def.tables.end(),
              [](const TableDef& a, const TableDef& b) { return a.schema.name < b.schema.name; });
}

void take_row_level_security(const ModuleSource& source, ModuleDef& def) {
    std::unordered_set<std::string_view> seen;
    for (const raw::RowLevelSecurity& rule : source.row_level_security) {
        if (seen.insert(rule.sql).second) def.row_level_security.push_back(rule.sql);
    }
}

}  // namespace

ModuleDef Validation::canonical_frame(const ModuleSource& source) {
    ModuleDef def;
    def.version = source.version;
    def.source_typespace = source.typespace;
    Naming naming(source);
    def.canonical_typespace.types.reserve(source.typespace.types.size());
    for (const sats::AlgebraicType& type : source.typespace.types) {
        def.canonical_typespace.types.push_back(naming.type_names(type));
    }
    def.submodules = source.submodules;
    return def;
}

Result<ModuleDef> validate(ModuleSource source) {
    Validation v(source);
    validate_types(v);
    TRY_VOID(validate_tables(v));
    validate_functions(v);
    validate_schedules(v);
    TRY_VOID(validate_views(v));
    validate_http(v);
    if (!v.errors.empty()) return fail_text(ErrorCode::InvalidArgument, v.errors.text());
    take_row_level_security(source, v.def);
    sort_tables(v.def);
    return std::move(v.def);
}

}  // namespace lightcone::schema
