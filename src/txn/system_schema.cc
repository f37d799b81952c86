// SPDX-License-Identifier: Apache-2.0
#include "txn/system_schema.h"

#include <fmt/format.h>

#include <initializer_list>

namespace lightcone::txn {

namespace {

using sats::AlgebraicType;
using sats::TypeElement;
using sats::TypeKind;
using schema::TableSchema;

AlgebraicType scalar(TypeKind kind) {
    return AlgebraicType(kind);
}
AlgebraicType bytes() {
    return AlgebraicType::array_of(scalar(TypeKind::U8));
}
AlgebraicType column_list() {
    return AlgebraicType::array_of(scalar(TypeKind::U16));
}
AlgebraicType columns_product() {
    return AlgebraicType::product({{"columns", column_list()}});
}

AlgebraicType index_algorithm_type() {
    return AlgebraicType::sum({{"Unused", scalar(TypeKind::U128)},
                               {"BTree", columns_product()},
                               {"Direct", AlgebraicType::product({{"column", scalar(TypeKind::U16)}})},
                               {"Hash", columns_product()}});
}

AlgebraicType constraint_data_type() {
    return AlgebraicType::sum({{"Unused", scalar(TypeKind::U128)}, {"Unique", columns_product()}});
}

AlgebraicType variable_value_type() {
    std::vector<TypeElement> variants;
    for (auto [name, kind] : std::initializer_list<std::pair<const char*, TypeKind>>{{"Bool", TypeKind::Bool},
                                                                                     {"I8", TypeKind::I8},
                                                                                     {"U8", TypeKind::U8},
                                                                                     {"I16", TypeKind::I16},
                                                                                     {"U16", TypeKind::U16},
                                                                                     {"I32", TypeKind::I32},
                                                                                     {"U32", TypeKind::U32},
                                                                                     {"I64", TypeKind::I64},
                                                                                     {"U64", TypeKind::U64},
                                                                                     {"I128", TypeKind::I128},
                                                                                     {"U128", TypeKind::U128},
                                                                                     {"F32", TypeKind::F32},
                                                                                     {"F64", TypeKind::F64},
                                                                                     {"String", TypeKind::String}}) {
        variants.push_back({name, scalar(kind)});
    }
    return AlgebraicType::sum(std::move(variants));
}

struct Column {
    const char* name;
    AlgebraicType type;
};

TableSchema table(TableId id, const char* name, std::vector<Column> columns,
                  std::optional<uint16_t> primary_key = std::nullopt) {
    TableSchema result;
    result.id = id;
    result.name = name;
    result.accessor = name;
    result.access = id == kStConnectionCredentials ? schema::TableAccess::Private : schema::TableAccess::Public;
    result.type = schema::TableType::System;
    for (Column& column : columns) result.columns.push_back({column.name, column.name, std::move(column.type)});
    if (primary_key) result.primary_key = ColumnId(*primary_key);
    return result;
}

std::vector<TableSchema> tables_of_definitions() {
    AlgebraicType u16 = scalar(TypeKind::U16), u32 = scalar(TypeKind::U32), text = scalar(TypeKind::String);
    AlgebraicType u128 = scalar(TypeKind::U128), u256 = scalar(TypeKind::U256), i128 = scalar(TypeKind::I128);
    return {
        table(kStTable, "st_table",
              {{"table_id", u32},
               {"table_name", text},
               {"table_type", text},
               {"table_access", text},
               {"table_primary_key", AlgebraicType::option_of(column_list())}},
              0),
        table(kStColumn, "st_column", {{"table_id", u32}, {"col_pos", u16}, {"col_name", text}, {"col_type", bytes()}}),
        table(kStSequence, "st_sequence",
              {{"sequence_id", u32},
               {"sequence_name", text},
               {"table_id", u32},
               {"col_pos", u16},
               {"increment", i128},
               {"start", i128},
               {"min_value", i128},
               {"max_value", i128},
               {"allocated", i128}},
              0),
        table(kStIndex, "st_index",
              {{"index_id", u32}, {"table_id", u32}, {"index_name", text}, {"index_algorithm", index_algorithm_type()}},
              0),
        table(kStConstraint, "st_constraint",
              {{"constraint_id", u32},
               {"constraint_name", text},
               {"table_id", u32},
               {"constraint_data", constraint_data_type()}},
              0),
        table(kStModule, "st_module",
              {{"database_identity", u256},
               {"owner_identity", u256},
               {"program_kind", scalar(TypeKind::U8)},
               {"program_hash", u256},
               {"program_bytes", bytes()},
               {"module_version", text}}),
        table(kStClient, "st_client", {{"identity", u256}, {"connection_id", u128}}),
        table(kStVar, "st_var", {{"name", text}, {"value", variable_value_type()}}, 0),
    };
}

std::vector<TableSchema> tables_of_functions_and_names() {
    AlgebraicType u16 = scalar(TypeKind::U16), u32 = scalar(TypeKind::U32), u64 = scalar(TypeKind::U64);
    AlgebraicType u128 = scalar(TypeKind::U128), u256 = scalar(TypeKind::U256);
    AlgebraicType text = scalar(TypeKind::String), boolean = scalar(TypeKind::Bool);
    return {
        table(kStScheduled, "st_scheduled",
              {{"schedule_id", u32},
               {"table_id", u32},
               {"reducer_name", text},
               {"schedule_name", text},
               {"at_column", u16}},
              0),
        table(kStRowLevelSecurity, "st_row_level_security", {{"table_id", u32}, {"sql", text}}, 1),
        table(kStConnectionCredentials, "st_connection_credentials", {{"connection_id", u128}, {"jwt_payload", text}},
              0),
        table(kStView, "st_view",
              {{"view_id", u32},
               {"view_name", text},
               {"table_id", AlgebraicType::option_of(u32)},
               {"is_public", boolean},
               {"is_anonymous", boolean}},
              0),
        table(kStViewParam, "st_view_param",
              {{"view_id", u32}, {"param_pos", u16}, {"param_name", text}, {"param_type", bytes()}}),
        table(kStViewColumn, "st_view_column",
              {{"view_id", u32}, {"col_pos", u16}, {"col_name", text}, {"col_type", bytes()}}),
        table(kStViewSub, "st_view_sub",
              {{"view_id", u32},
               {"arg_id", u64},
               {"identity", u256},
               {"num_subscribers", u64},
               {"has_subscribers", boolean},
               {"last_called", scalar(TypeKind::I64)}}),
        table(kStViewArg, "st_view_arg", {{"id", u64}, {"bytes", bytes()}}, 0),
        table(kStEventTable, "st_event_table", {{"table_id", u32}}, 0),
        table(kStTableAccessor, "st_table_accessor", {{"table_name", text}, {"accessor_name", text}}),
        table(kStIndexAccessor, "st_index_accessor", {{"index_name", text}, {"accessor_name", text}}),
        table(kStColumnAccessor, "st_column_accessor",
              {{"table_name", text}, {"col_name", text}, {"accessor_name", text}}),
    };
}

std::vector<TableSchema> bare_tables() {
    std::vector<TableSchema> all = tables_of_definitions();
    for (TableSchema& more : tables_of_functions_and_names()) all.push_back(std::move(more));
    return all;
}

struct Keyed {
    TableId table;
    std::vector<uint16_t> columns;
};

// In id order, ids from 1.
const std::vector<Keyed>& index_columns() {
    static const std::vector<Keyed> list = {{kStTable, {0}},
                                            {kStTable, {1}},
                                            {kStColumn, {0, 1}},
                                            {kStSequence, {0}},
                                            {kStIndex, {0}},
                                            {kStConstraint, {0}},
                                            {kStClient, {0, 1}},
                                            {kStVar, {0}},
                                            {kStScheduled, {0}},
                                            {kStScheduled, {1}},
                                            {kStRowLevelSecurity, {0}},
                                            {kStRowLevelSecurity, {1}},
                                            {kStConnectionCredentials, {0}},
                                            {kStView, {0}},
                                            {kStView, {1}},
                                            {kStViewParam, {0, 1}},
                                            {kStViewColumn, {0, 1}},
                                            {kStViewSub, {2}},
                                            {kStViewSub, {4}},
                                            {kStViewSub, {0, 1, 2}},
                                            {kStViewArg, {0}},
                                            {kStViewArg, {1}},
                                            {kStEventTable, {0}},
                                            {kStTableAccessor, {0}},
                                            {kStTableAccessor, {1}},
                                            {kStIndexAccessor, {0}},
                                            {kStIndexAccessor, {1}},
                                            {kStColumnAccessor, {0, 1}},
                                            {kStColumnAccessor, {0, 2}}};
    return list;
}

const std::vector<Keyed>& unique_columns() {
    static const std::vector<Keyed> list = {{kStTable, {0}},
                                            {kStTable, {1}},
                                            {kStColumn, {0, 1}},
                                            {kStSequence, {0}},
                                            {kStIndex, {0}},
                                            {kStConstraint, {0}},
                                            {kStClient, {0, 1}},
                                            {kStVar, {0}},
                                            {kStScheduled, {0}},
                                            {kStScheduled, {1}},
                                            {kStRowLevelSecurity, {1}},
                                            {kStConnectionCredentials, {0}},
                                            {kStView, {0}},
                                            {kStView, {1}},
                                            {kStViewParam, {0, 1}},
                                            {kStViewColumn, {0, 1}},
                                            {kStViewArg, {0}},
                                            {kStViewArg, {1}},
                                            {kStEventTable, {0}},
                                            {kStTableAccessor, {0}},
                                            {kStTableAccessor, {1}},
                                            {kStIndexAccessor, {0}},
                                            {kStIndexAccessor, {1}},
                                            {kStColumnAccessor, {0, 1}},
                                            {kStColumnAccessor, {0, 2}}};
    return list;
}

const std::vector<Keyed>& sequence_columns() {
    static const std::vector<Keyed> list = {{kStTable, {0}},     {kStIndex, {0}},    {kStConstraint, {0}},
                                            {kStScheduled, {0}}, {kStSequence, {0}}, {kStView, {0}},
                                            {kStViewArg, {0}}};
    return list;
}

// `{table}_{columns joined by _}_{suffix}`
std::string object_name(const TableSchema& owner, const std::vector<uint16_t>& columns, const char* suffix) {
    std::string name = owner.name;
    for (uint16_t column : columns) name += "_" + owner.columns[column].name;
    return name + "_" + suffix;
}

std::vector<ColumnId> column_ids(const std::vector<uint16_t>& columns) {
    std::vector<ColumnId> ids;
    for (uint16_t column : columns) ids.push_back(ColumnId(column));
    return ids;
}

}  // namespace

std::vector<TableSchema> system_table_schemas() {
    std::vector<TableSchema> tables = bare_tables();
    auto owner = [&](TableId id) -> TableSchema& { return tables[id.value - 1]; };
    for (uint32_t i = 0; i < unique_columns().size(); ++i) {
        const auto& [id, columns] = unique_columns()[i];
        owner(id).constraints.push_back(
            {ConstraintId(i + 1), object_name(owner(id), columns, "key"), column_ids(columns)});
    }
    for (uint32_t i = 0; i < index_columns().size(); ++i) {
        const auto& [id, columns] = index_columns()[i];
        schema::IndexSchema index;
        index.id = IndexId(i + 1);
        index.name = object_name(owner(id), columns, "idx_btree");
        index.alias = index.name;
        index.columns = column_ids(columns);
        for (const auto& constraint : owner(id).constraints) index.unique |= constraint.columns == index.columns;
        owner(id).indexes.push_back(std::move(index));
    }
    for (uint32_t i = 0; i < sequence_columns().size(); ++i) {
        const auto& [id, columns] = sequence_columns()[i];
        schema::SequenceSchema sequence;
        sequence.id = SequenceId(i + 1);
        sequence.name = object_name(owner(id), columns, "seq");
        sequence.column = ColumnId(columns[0]);
        sequence.start = 4097;
        owner(id).sequences.push_back(sequence);
    }
    return tables;
}

}  // namespace lightcone::txn
