// SPDX-License-Identifier: Apache-2.0
#include "schema/module_def_raw.h"

namespace lightcone::schema::raw {

namespace {

TableDefV9 table_to_v9(const schema::TableDef& table) {
    const TableSchema& schema = table.schema;
    TableDefV9 raw;
    raw.name = schema.name;
    raw.product_type_ref = table.product_type_ref;
    raw.primary_key = primary_key_of(schema);
    raw.table_type = schema.type;
    raw.table_access = schema.access;
    for (const IndexSchema& index : schema.indexes) {
        raw.indexes.push_back({index.name, accessor_option(index), algorithm_body(index)});
    }
    for (const UniqueConstraintSchema& constraint : schema.constraints) {
        raw.constraints.push_back({constraint.name, UniqueConstraint{positions(constraint.columns)}});
    }
    for (const SequenceSchema& sequence : schema.sequences) {
        raw.sequences.push_back({sequence.name, sequence.column.value, start_option(sequence), min_option(sequence),
                                 max_option(sequence), sequence.increment});
    }
    if (schema.schedule) {
        raw.schedule =
            ScheduleDefV9{schema.schedule->name, schema.schedule->function_name, schema.schedule->at_column.value};
    }
    return raw;
}

}  // namespace

Columns positions(const std::vector<ColumnId>& columns) {
    Columns out;
    for (ColumnId column : columns) out.push_back(column.value);
    return out;
}

Columns primary_key_of(const TableSchema& schema) {
    return schema.primary_key ? Columns{schema.primary_key->value} : Columns{};
}

IndexAlgorithmBody algorithm_body(const IndexSchema& index) {
    switch (index.algorithm) {
        case IndexAlgorithm::Direct: return IndexAlgorithmBody(std::in_place_index<2>, index.columns[0].value);
        case IndexAlgorithm::Hash: return IndexAlgorithmBody(std::in_place_index<1>, positions(index.columns));
        case IndexAlgorithm::BTree: break;
    }
    return IndexAlgorithmBody(std::in_place_index<0>, positions(index.columns));
}

std::optional<__int128> start_option(const SequenceSchema& sequence) {
    return sequence.start == SequenceSchema().start ? std::nullopt : std::optional(sequence.start);
}
std::optional<__int128> min_option(const SequenceSchema& sequence) {
    return sequence.min_value == SequenceSchema().min_value ? std::nullopt : std::optional(sequence.min_value);
}
std::optional<__int128> max_option(const SequenceSchema& sequence) {
    return sequence.max_value == SequenceSchema().max_value ? std::nullopt : std::optional(sequence.max_value);
}

std::optional<std::string> accessor_option(const IndexSchema& index) {
    return index.accessor.empty() ? std::nullopt : std::optional(index.accessor);
}

ModuleDefV9 to_v9(const ModuleDef& def) {
    ModuleDefV9 raw;
    raw.typespace = def.canonical_typespace;
    for (const schema::TableDef& table : def.tables) raw.tables.push_back(table_to_v9(table));
    for (const schema::ReducerDef& reducer : def.reducers) {
        raw.reducers.push_back({reducer.name, {reducer.params}, reducer.lifecycle});
    }
    for (const schema::TypeDef& type : def.types) {
        raw.types.push_back({{type.canonical_scope, type.name}, type.ref, type.custom_ordering});
    }
    for (const schema::TableDef& table : def.tables) {
        for (const ColumnDefault& value : table.defaults) {
            raw.misc_exports.push_back(ColumnDefaultValueV9{table.schema.name, value.column.value, value.value});
        }
    }
    for (const schema::ProcedureDef& procedure : def.procedures) {
        raw.misc_exports.push_back(ProcedureDefV9{procedure.name, {procedure.params}, procedure.return_type});
    }
    for (const schema::ViewDef& view : def.views) {
        raw.misc_exports.push_back(
            ViewDefV9{view.name, view.index, view.is_public, view.is_anonymous, {view.params}, view.return_type});
    }
    for (const std::string& sql : def.row_level_security) raw.row_level_security.push_back({sql});
    return raw;
}

}  // namespace lightcone::schema::raw
