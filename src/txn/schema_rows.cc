// SPDX-License-Identifier: Apache-2.0
#include "txn/schema_rows.h"

#include <algorithm>

namespace lightcone::txn {

namespace {

using schema::TableSchema;
using storage::Table;

Table& system_table(const Catalog& catalog, TableId id) {
    return *catalog.table(id)->table;
}

// The row of a system table whose unique index over `columns` holds `key`.
std::optional<ByteView> find_row(const Table& table, std::initializer_list<ColumnId> columns, ByteView key) {
    storage::Index* index = table.find_index(std::vector<ColumnId>(columns));
    RowId id = index->find(key);
    if (id == storage::kNoRow) return std::nullopt;
    return table.row(id);
}

// Visits rows until `visit` fails.
template <typename Visit>
Result<void> try_each_row(const Table& table, Visit&& visit) {
    Result<void> result;
    table.for_each_row([&](RowId, ByteView row) {
        result = visit(row);
        return result.has_value();
    });
    return result;
}

bool same_columns(std::vector<ColumnId> a, std::vector<ColumnId> b) {
    std::ranges::sort(a);
    std::ranges::sort(b);
    return a == b;
}

Result<void> read_columns(const Catalog& catalog, TableSchema& schema) {
    for (uint32_t position = 0; position <= UINT16_MAX; ++position) {
        Bytes key = encode_id(schema.id.value);
        ByteWriter(key).u16(static_cast<uint16_t>(position));
        auto found = find_row(system_table(catalog, kStColumn), {ColumnId(0), ColumnId(1)}, key);
        if (!found) break;
        ColumnRow row = TRY(decode_column_row(*found));
        std::string accessor = row.name;
        Bytes names = encode_texts({schema.name, row.name});
        if (auto alias = find_row(system_table(catalog, kStColumnAccessor), {ColumnId(0), ColumnId(1)}, names)) {
            accessor = TRY(decode_texts(*alias, 3))[2];
        }
        schema.columns.push_back({std::move(row.name), std::move(accessor), std::move(row.type)});
    }
    return {};
}

Result<void> read_keys(const Catalog& catalog, StoredSchema& stored) {
    TableSchema& schema = stored.schema;
    TRY_VOID(try_each_row(system_table(catalog, kStConstraint), [&](ByteView row) -> Result<void> {
        std::optional<ConstraintRow> constraint = TRY(decode_constraint_row(row));
        if (constraint && constraint->table_id == schema.id) schema.constraints.push_back(constraint->constraint);
        return {};
    }));
    TRY_VOID(try_each_row(system_table(catalog, kStIndex), [&](ByteView row) -> Result<void> {
        if (load_le<uint32_t>(row.data() + 4) != schema.id.value) return {};
        IndexRow index = TRY(decode_index_row(row));
        schema::IndexSchema result;
        result.id = index.index_id;
        result.name = std::move(index.name);
        result.algorithm = index.algorithm;
        result.columns = std::move(index.columns);
        if (auto found =
                find_row(system_table(catalog, kStIndexAccessor), {ColumnId(0)}, encode_texts({result.name}))) {
            result.alias = TRY(decode_texts(*found, 2))[1];
        }
        schema.indexes.push_back(std::move(result));
        return {};
    }));
    TRY_VOID(try_each_row(system_table(catalog, kStSequence), [&](ByteView row) -> Result<void> {
        SequenceRow sequence = TRY(decode_sequence_row(row));
        if (sequence.table_id != schema.id) return {};
        schema.sequences.push_back(sequence.sequence);
        TRY_VOID(Sequence::check(sequence.sequence));
        stored.sequences.emplace_back(sequence.sequence, sequence.allocated);
        return {};
    }));
    std::ranges::sort(schema.constraints, {}, &schema::UniqueConstraintSchema::id);
    std::ranges::sort(schema.indexes, {}, &schema::IndexSchema::id);
    std::ranges::sort(schema.sequences, {}, &schema::SequenceSchema::id);
    for (schema::IndexSchema& index : schema.indexes) {
        index.unique = std::ranges::any_of(schema.constraints, [&](const auto& constraint) {
            return same_columns(constraint.columns, index.columns);
        });
    }
    return {};
}

Result<void> check_columns(const TableSchema& schema, const std::vector<ColumnId>& columns, std::string_view object) {
    if (columns.empty())
        return fail(ErrorCode::InvalidArgument, "`{}` of table `{}` has no columns", object, schema.name);
    for (size_t i = 0; i < columns.size(); ++i) {
        if (columns[i].value >= schema.columns.size()) {
            return fail(ErrorCode::InvalidArgument, "`{}` names column {}, but table `{}` has {}", object, columns[i],
                        schema.name, schema.columns.size());
        }
        for (size_t j = 0; j < i; ++j) {
            if (columns[i] != columns[j]) continue;
            return fail(ErrorCode::InvalidArgument, "`{}` of table `{}` names column {} twice", object, schema.name,
                        columns[i]);
        }
    }
    return {};
}

bool is_integer(sats::TypeKind kind) {
    return kind >= sats::TypeKind::I8 && kind <= sats::TypeKind::U256;
}

}  // namespace

void for_each_schema_row(const TableSchema& table, const std::function<void(TableId, const Bytes&)>& visit) {
    bool is_system = table.type == schema::TableType::System;
    visit(kStTable, encode(TableRow{table.id, table.name, table.type, table.access, table.primary_key}));
    for (size_t i = 0; i < table.columns.size(); ++i) {
        visit(kStColumn, encode(ColumnRow{table.id, ColumnId(static_cast<uint16_t>(i)), table.columns[i].name,
                                          table.columns[i].type}));
    }
    for (const schema::SequenceSchema& sequence : table.sequences) {
        visit(kStSequence, encode(SequenceRow{table.id, sequence, is_system ? kFirstUserId : sequence.start}));
    }
    for (const schema::IndexSchema& index : table.indexes) {
        visit(kStIndex, encode(IndexRow{table.id, index.id, index.name, index.algorithm, index.columns}));
    }
    for (const schema::UniqueConstraintSchema& constraint : table.constraints) {
        visit(kStConstraint, encode(ConstraintRow{table.id, constraint}));
    }
    if (is_system) return;
    if (table.schedule) visit(kStScheduled, encode(ScheduleRow{table.id, *table.schedule}));
    if (table.is_event) visit(kStEventTable, encode_id(table.id.value));
    visit(kStTableAccessor, encode_texts({table.name, table.accessor}));
    for (const schema::IndexSchema& index : table.indexes) {
        if (!index.alias.empty()) visit(kStIndexAccessor, encode_texts({index.name, index.alias}));
    }
    for (const schema::ColumnSchema& column : table.columns) {
        visit(kStColumnAccessor, encode_texts({table.name, column.name, column.accessor}));
    }
}

Result<StoredSchema> read_schema(const Catalog& catalog, TableId id) {
    StoredSchema stored;
    TableSchema& schema = stored.schema;
    Bytes key = encode_id(id.value);
    auto table_row = find_row(system_table(catalog, kStTable), {ColumnId(0)}, key);
    if (!table_row) return fail(ErrorCode::Corruption, "table {} has no st_table row", id);
    TableRow row = TRY(decode_table_row(*table_row));
    schema.id = id;
    schema.name = std::move(row.name);
    schema.accessor = schema.name;
    schema.type = row.type;
    schema.access = row.access;
    schema.primary_key = row.primary_key;
    if (auto found = find_row(system_table(catalog, kStTableAccessor), {ColumnId(0)}, encode_texts({schema.name}))) {
        schema.accessor = TRY(decode_texts(*found, 2))[1];
    }
    schema.is_event = find_row(system_table(catalog, kStEventTable), {ColumnId(0)}, key).has_value();
    TRY_VOID(read_columns(catalog, schema));
    TRY_VOID(read_keys(catalog, stored));
    if (auto found = find_row(system_table(catalog, kStScheduled), {ColumnId(1)}, key)) {
        schema.schedule = TRY(decode_schedule_row(*found)).schedule;
    }
    if (auto checked = check_schema(schema); !checked)
        return fail(ErrorCode::Corruption, "{}", checked.error().message);
    return stored;
}

Result<void> check_schema(const TableSchema& schema) {
    for (const schema::IndexSchema& index : schema.indexes) {
        TRY_VOID(check_columns(schema, index.columns, index.name));
        if (index.algorithm == schema::IndexAlgorithm::Direct && index.columns.size() != 1) {
            return fail(ErrorCode::InvalidArgument, "direct index `{}` has {} columns, it takes one", index.name,
                        index.columns.size());
        }
    }
    for (const schema::UniqueConstraintSchema& constraint : schema.constraints) {
        TRY_VOID(check_columns(schema, constraint.columns, constraint.name));
        bool backed = std::ranges::any_of(
            schema.indexes, [&](const auto& index) { return same_columns(constraint.columns, index.columns); });
        if (!backed) {
            return fail(ErrorCode::InvalidArgument, "unique constraint `{}` of table `{}` has no index on its columns",
                        constraint.name, schema.name);
        }
    }
    for (const schema::SequenceSchema& sequence : schema.sequences) {
        TRY_VOID(check_columns(schema, {sequence.column}, sequence.name));
        if (!is_integer(schema.columns[sequence.column.value].type.kind)) {
            return fail(ErrorCode::InvalidArgument, "sequence `{}`: column `{}` is not an integer", sequence.name,
                        schema.columns[sequence.column.value].name);
        }
        TRY_VOID(Sequence::check(sequence));
    }
    if (schema.primary_key) TRY_VOID(check_columns(schema, {*schema.primary_key}, "primary key"));
    if (schema.schedule) TRY_VOID(check_columns(schema, {schema.schedule->at_column}, schema.schedule->name));
    return {};
}

}  // namespace lightcone::txn
