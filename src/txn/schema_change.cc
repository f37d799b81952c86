// SPDX-License-Identifier: Apache-2.0
// Transaction::create_table: ids, rows of the system tables, the table itself.
#include <algorithm>

#include "base/limits.h"
#include "schema/memory_layout.h"
#include "txn/schema_rows.h"
#include "txn/transaction_impl.h"

namespace lightcone::txn {

namespace {

bool same_columns(std::vector<ColumnId> a, std::vector<ColumnId> b) {
    std::ranges::sort(a);
    std::ranges::sort(b);
    return a == b;
}

Result<void> check_limits(const schema::TableSchema& schema) {
    if (schema.columns.size() > kColumnsMax) {
        return fail(ErrorCode::LimitExceeded, "table `{}` has {} columns, the limit is {}", schema.name,
                    schema.columns.size(), kColumnsMax);
    }
    uint64_t row_bytes = schema::row_layout(schema.row_type()).size;
    if (row_bytes > kFixedRowBytesMax) {
        return fail(ErrorCode::LimitExceeded, "the fixed part of a row of table `{}` takes {} bytes, the limit is {}",
                    schema.name, row_bytes, kFixedRowBytesMax);
    }
    return {};
}

}  // namespace

uint32_t TransactionImpl::draw_id(TableId system_table) {
    return static_cast<uint32_t>(draw(catalog_.table(system_table)->sequences[0]));
}

Result<schema::TableSchema> TransactionImpl::assign_ids(const schema::TableSchema& requested) {
    schema::TableSchema schema = requested;
    schema.type = schema::TableType::User;
    if (schema.accessor.empty()) schema.accessor = schema.name;
    for (schema::ColumnSchema& column : schema.columns) {
        if (column.accessor.empty()) column.accessor = column.name;
    }
    TRY_VOID(check_schema(schema));
    TRY_VOID(check_limits(schema));
    if (catalog_.find_table(schema.name) != nullptr) {
        return fail(ErrorCode::AlreadyExists, "a table named `{}` already exists", schema.name);
    }
    // Objects of one table get ids in the order of their names.
    std::ranges::sort(schema.indexes, {}, &schema::IndexSchema::name);
    std::ranges::sort(schema.constraints, {}, &schema::UniqueConstraintSchema::name);
    std::ranges::sort(schema.sequences, {}, &schema::SequenceSchema::name);
    schema.id = TableId(draw_id(kStTable));
    for (schema::IndexSchema& index : schema.indexes) {
        index.id = IndexId(draw_id(kStIndex));
        index.unique = std::ranges::any_of(schema.constraints, [&](const auto& constraint) {
            return same_columns(constraint.columns, index.columns);
        });
    }
    for (auto& constraint : schema.constraints) constraint.id = ConstraintId(draw_id(kStConstraint));
    for (auto& sequence : schema.sequences) sequence.id = SequenceId(draw_id(kStSequence));
    if (schema.schedule) schema.schedule->id = ScheduleId(draw_id(kStScheduled));
    return schema;
}

Result<TableId> TransactionImpl::create_table(const schema::TableSchema& requested) {
    size_t start = log_.size();
    auto create = [&]() -> Result<TableId> {
        schema::TableSchema schema = TRY(assign_ids(requested));
        Result<void> written;
        for_each_schema_row(schema, [&](TableId table, const Bytes& row) {
            if (!written) return;
            Bytes generated;
            TxStatus status = insert_into(*catalog_.table(table), row, generated);
            if (status == TxStatus::Ok) return;
            written = fail(ErrorCode::AlreadyExists, "table `{}`: a name it uses already exists in `{}`", schema.name,
                           catalog_.table(table)->table->schema().name);
        });
        TRY_VOID(std::move(written));
        std::vector<Sequence> sequences;
        for (const auto& sequence : schema.sequences) sequences.emplace_back(sequence, sequence.start);
        auto shared = std::make_shared<const schema::TableSchema>(std::move(schema));
        TableSlot* slot = TRY(catalog_.add(shared, std::move(sequences)));
        log_.add_create_table(*slot);
        ++schema_version_;
        return shared->id;
    };
    Result<TableId> created = create();
    if (!created) undo_to(start);
    return created;
}

}  // namespace lightcone::txn
