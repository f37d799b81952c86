// SPDX-License-Identifier: Apache-2.0
// Rows of the system tables that describe schemas, as values and as BSATN. Decoding takes rows that already are valid
// for their table. Encoders append one whole row.
#pragma once

#include "txn/system_schema.h"

namespace lightcone::txn {

struct TableRow {
    TableId table_id;
    std::string name;
    schema::TableType type = schema::TableType::User;
    schema::TableAccess access = schema::TableAccess::Private;
    std::optional<ColumnId> primary_key;
};
struct ColumnRow {
    TableId table_id;
    ColumnId position;
    std::string name;
    sats::AlgebraicType type;
};
struct SequenceRow {
    TableId table_id;
    schema::SequenceSchema sequence;
    __int128 allocated = 0;
};
struct IndexRow {
    TableId table_id;
    IndexId index_id;
    std::string name;
    schema::IndexAlgorithm algorithm = schema::IndexAlgorithm::BTree;
    std::vector<ColumnId> columns;
};
struct ConstraintRow {
    TableId table_id;
    schema::UniqueConstraintSchema constraint;
};
struct ScheduleRow {
    TableId table_id;
    schema::ScheduleSchema schedule;
};

Bytes encode(const TableRow& row);
Bytes encode(const ColumnRow& row);
Bytes encode(const SequenceRow& row);
Bytes encode(const IndexRow& row);
Bytes encode(const ConstraintRow& row);
Bytes encode(const ScheduleRow& row);
// Rows that are only strings and ids: st_event_table, st_table_accessor, st_index_accessor, st_column_accessor.
Bytes encode_id(uint32_t id);
Bytes encode_texts(std::initializer_list<std::string_view> texts);

// Errors: Corruption (a value that no version of this server writes).
Result<TableRow> decode_table_row(ByteView row);
Result<ColumnRow> decode_column_row(ByteView row);
Result<SequenceRow> decode_sequence_row(ByteView row);
Result<IndexRow> decode_index_row(ByteView row);
// Nothing for a constraint kind without meaning here (`Unused`).
Result<std::optional<ConstraintRow>> decode_constraint_row(ByteView row);
Result<ScheduleRow> decode_schedule_row(ByteView row);
Result<std::vector<std::string>> decode_texts(ByteView row, size_t count);

}  // namespace lightcone::txn
