// SPDX-License-Identifier: Apache-2.0
// A raw definition with its versions' differences in layout removed: sections in fixed places (the first of a kind
// counts), V9's inline schedules, life cycles and defaults lifted out as V10 has them. Still unchecked.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "schema/raw_codec.h"

namespace lightcone::schema {

struct ModuleSource {
    // A life cycle of V9 belongs to the reducer at a position; one of V10 names it.
    struct LifecycleEntry {
        Lifecycle kind;
        std::string function_name;
        std::optional<size_t> reducer;
    };
    // Default values of V9 name their table.
    struct TableDefault {
        std::string table;
        raw::ColumnDefaultValue value;
    };
    struct ScheduleEntry {
        std::optional<std::string> name;  // V9 only
        std::string table_name;
        uint16_t at_column = 0;
        std::string function_name;
    };

    DefVersion version = DefVersion::V10;
    sats::Typespace typespace;
    std::vector<raw::TypeDef> types;
    std::vector<raw::TableDef> tables;
    std::vector<TableDefault> table_defaults;
    std::vector<raw::ReducerDef> reducers;
    std::vector<raw::ProcedureDef> procedures;
    std::vector<raw::ViewDef> views;
    std::vector<ScheduleEntry> schedules;
    std::vector<LifecycleEntry> lifecycles;
    std::vector<raw::RowLevelSecurity> row_level_security;
    raw::CaseConversionPolicy case_policy = raw::CaseConversionPolicy::SnakeCase;
    // Source name to canonical name.
    std::unordered_map<std::string, std::string> table_names;
    std::unordered_map<std::string, std::string> function_names;
    std::unordered_map<std::string, std::string> index_names;
    std::vector<raw::HttpHandler> http_handlers;
    std::vector<raw::HttpRoute> http_routes;
    std::vector<raw::ViewPrimaryKey> view_primary_keys;
    std::vector<std::string> submodules;
};

ModuleSource flatten(raw::RawModuleDef raw);

}  // namespace lightcone::schema
