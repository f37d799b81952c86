// SPDX-License-Identifier: Apache-2.0
// The raw module definition of version 9 (modules of the 1.x libraries), in encoding order; see raw_module_def.h.
#pragma once

#include "schema/raw_module_def.h"

namespace lightcone::schema::raw {

// V9 shares most element layouts with V10; these differ in order or in names.
struct ScopedTypeNameV9 {
    std::vector<std::string> scope;
    std::string name;
    static constexpr auto kFields =
        std::tuple(Field{"scope", &ScopedTypeNameV9::scope}, Field{"name", &ScopedTypeNameV9::name});
    bool operator==(const ScopedTypeNameV9&) const = default;
};
struct TypeDefV9 {
    ScopedTypeNameV9 name;
    uint32_t ty = 0;
    bool custom_ordering = true;
    static constexpr auto kFields = std::tuple(Field{"name", &TypeDefV9::name}, Field{"ty", &TypeDefV9::ty},
                                               Field{"custom_ordering", &TypeDefV9::custom_ordering});
    bool operator==(const TypeDefV9&) const = default;
};
struct IndexDefV9 {
    std::optional<std::string> name;
    std::optional<std::string> accessor_name;
    IndexAlgorithmBody algorithm;
    static constexpr auto kFields =
        std::tuple(Field{"name", &IndexDefV9::name}, Field{"accessor_name", &IndexDefV9::accessor_name},
                   Field{"algorithm", &IndexDefV9::algorithm});
    bool operator==(const IndexDefV9&) const = default;
};
struct ConstraintDefV9 {
    std::optional<std::string> name;
    ConstraintData data;
    static constexpr auto kFields =
        std::tuple(Field{"name", &ConstraintDefV9::name}, Field{"data", &ConstraintDefV9::data});
    bool operator==(const ConstraintDefV9&) const = default;
};
struct SequenceDefV9 {
    std::optional<std::string> name;
    uint16_t column = 0;
    std::optional<__int128> start;
    std::optional<__int128> min_value;
    std::optional<__int128> max_value;
    __int128 increment = 1;
    static constexpr auto kFields =
        std::tuple(Field{"name", &SequenceDefV9::name}, Field{"column", &SequenceDefV9::column},
                   Field{"start", &SequenceDefV9::start}, Field{"min_value", &SequenceDefV9::min_value},
                   Field{"max_value", &SequenceDefV9::max_value}, Field{"increment", &SequenceDefV9::increment});
    bool operator==(const SequenceDefV9&) const = default;
};
struct ScheduleDefV9 {
    std::optional<std::string> name;
    std::string reducer_name;
    uint16_t scheduled_at_column = 0;
    static constexpr auto kFields =
        std::tuple(Field{"name", &ScheduleDefV9::name}, Field{"reducer_name", &ScheduleDefV9::reducer_name},
                   Field{"scheduled_at_column", &ScheduleDefV9::scheduled_at_column});
    bool operator==(const ScheduleDefV9&) const = default;
};
struct TableDefV9 {
    std::string name;
    uint32_t product_type_ref = 0;
    Columns primary_key;
    std::vector<IndexDefV9> indexes;
    std::vector<ConstraintDefV9> constraints;
    std::vector<SequenceDefV9> sequences;
    std::optional<ScheduleDefV9> schedule;
    TableType table_type = TableType::User;
    TableAccess table_access = TableAccess::Private;
    static constexpr auto kFields =
        std::tuple(Field{"name", &TableDefV9::name}, Field{"product_type_ref", &TableDefV9::product_type_ref},
                   Field{"primary_key", &TableDefV9::primary_key}, Field{"indexes", &TableDefV9::indexes},
                   Field{"constraints", &TableDefV9::constraints}, Field{"sequences", &TableDefV9::sequences},
                   Field{"schedule", &TableDefV9::schedule}, Field{"table_type", &TableDefV9::table_type},
                   Field{"table_access", &TableDefV9::table_access});
    bool operator==(const TableDefV9&) const = default;
};
struct ReducerDefV9 {
    std::string name;
    ProductType params;
    std::optional<Lifecycle> lifecycle;
    static constexpr auto kFields =
        std::tuple(Field{"name", &ReducerDefV9::name}, Field{"params", &ReducerDefV9::params},
                   Field{"lifecycle", &ReducerDefV9::lifecycle});
    bool operator==(const ReducerDefV9&) const = default;
};
struct ColumnDefaultValueV9 {
    std::string table;
    uint16_t col_id = 0;
    Bytes value;
    static constexpr auto kFields =
        std::tuple(Field{"table", &ColumnDefaultValueV9::table}, Field{"col_id", &ColumnDefaultValueV9::col_id},
                   Field{"value", &ColumnDefaultValueV9::value});
    bool operator==(const ColumnDefaultValueV9&) const = default;
};
struct ProcedureDefV9 {
    std::string name;
    ProductType params;
    sats::AlgebraicType return_type;
    static constexpr auto kFields =
        std::tuple(Field{"name", &ProcedureDefV9::name}, Field{"params", &ProcedureDefV9::params},
                   Field{"return_type", &ProcedureDefV9::return_type});
    bool operator==(const ProcedureDefV9&) const = default;
};
struct ViewDefV9 {
    std::string name;
    uint32_t index = 0;
    bool is_public = true;
    bool is_anonymous = false;
    ProductType params;
    sats::AlgebraicType return_type;
    static constexpr auto kFields =
        std::tuple(Field{"name", &ViewDefV9::name}, Field{"index", &ViewDefV9::index},
                   Field{"is_public", &ViewDefV9::is_public}, Field{"is_anonymous", &ViewDefV9::is_anonymous},
                   Field{"params", &ViewDefV9::params}, Field{"return_type", &ViewDefV9::return_type});
    bool operator==(const ViewDefV9&) const = default;
};
using MiscExportV9 = std::variant<ColumnDefaultValueV9, ProcedureDefV9, ViewDefV9>;
struct ModuleDefV9 {
    sats::Typespace typespace;
    std::vector<TableDefV9> tables;
    std::vector<ReducerDefV9> reducers;
    std::vector<TypeDefV9> types;
    std::vector<MiscExportV9> misc_exports;
    std::vector<RowLevelSecurity> row_level_security;
    static constexpr auto kFields =
        std::tuple(Field{"typespace", &ModuleDefV9::typespace}, Field{"tables", &ModuleDefV9::tables},
                   Field{"reducers", &ModuleDefV9::reducers}, Field{"types", &ModuleDefV9::types},
                   Field{"misc_exports", &ModuleDefV9::misc_exports},
                   Field{"row_level_security", &ModuleDefV9::row_level_security});
    bool operator==(const ModuleDefV9&) const = default;
};

template <>
struct SumText<MiscExportV9> {
    static constexpr std::string_view kName = "RawMiscModuleExportV9";
    static constexpr std::array<std::string_view, 3> kVariants{"ColumnDefaultValue", "Procedure", "View"};
};

}  // namespace lightcone::schema::raw
