// SPDX-License-Identifier: Apache-2.0
// One table in memory: rows as their BSATN bytes, and indexes over them. A table is a set of rows: equality is byte
// equality.
//
//   table.for_each_row([&](RowId id, ByteView row) { ... });
//   if (storage::Index* index = table.find_index(columns)) {
//       index->for_each_equal(key, [&](RowId id) { use(table.column(table.row(id), ColumnId(1))); });
//   }
//
// Changes keep all indexes in step but check nothing: constraints, undo and deltas are the transaction's business.
// Thread: the holder of the database's turn; view() gives a consistent copy of the rows for other threads.
// Views of rows are valid until the next change of the table.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "schema/table_schema.h"
#include "storage/index.h"
#include "storage/row_hash.h"
#include "storage/row_layout.h"
#include "storage/row_store.h"

namespace lightcone::storage {

// Bytes of a table, for operators; `rows` is the sum of the rows' encodings.
struct MemoryUse {
    uint64_t rows = 0;
    uint64_t pages = 0;    // what the rows occupy, with overhead
    uint64_t indexes = 0;  // all indexes, the set index included
};

class Table {
  public:
    // Errors: InvalidArgument (types, index columns). `rows_max` below kRowsMax is for tests.
    static Result<std::unique_ptr<Table>> create(schema::TableSchemaPtr schema, uint32_t rows_max = kRowsMax);

    TableId id() const { return schema_->id; }
    const schema::TableSchema& schema() const { return *schema_; }
    const schema::TableSchemaPtr& shared_schema() const { return schema_; }
    const RowLayout& layout() const { return layout_; }

    uint32_t row_count() const { return rows_.row_count(); }
    bool contains(RowId id) const { return rows_.contains(id); }
    ByteView row(RowId id) const { return rows_.row(id); }
    // One column of a valid row of this table (not necessarily stored in it).
    ByteView column(ByteView row, ColumnId column) const { return layout_.column(row.data(), column); }
    // Calls visit(RowId, ByteView) ascending by row number; a visitor that returns bool stops by false.
    template <typename Visit>
    void for_each_row(Visit&& visit) const {
        rows_.for_each_row(visit);
    }
    RowView view() { return rows_.view(); }

    std::span<const std::unique_ptr<Index>> indexes() const { return indexes_; }
    Index* index(IndexId id) const;
    // The first index over exactly these columns in this order; null if there is none.
    Index* find_index(std::span<const ColumnId> columns) const;
    // The first index whose leading columns are these (for point and prefix scans); null if there is none.
    Index* find_index_with_prefix(std::span<const ColumnId> columns) const;
    // The unique index that identifies rows; null if the table has none.
    Index* identity_index() const { return identity_index_; }
    // The stored row with the same bytes, or kNoRow.
    RowId find_equal(ByteView row) const;
    // True when some unique index but `except` holds the key of `row` for a row other than `ignore`.
    bool has_conflict(const uint8_t* row, RowId ignore, const Index* except) const;

    // Changes. `row` is valid and conflicts with nothing.
    std::optional<RowId> insert(ByteView row);
    void insert_at(RowId id, ByteView row);
    void erase(RowId id);
    void replace(RowId id, ByteView row);
    // True when replace() would change no key bytes of the identity index.
    bool keeps_identity(ByteView before, ByteView after) const {
        return identity_index_ != nullptr && identity_index_->key().same_key_bytes(before.data(), after.data());
    }

    // Replay applies changes in two steps, so that keys may change places: detach all, then attach all.
    void detach(RowId id);                // takes the row out of all indexes but keeps its bytes
    void attach(RowId id, ByteView row);  // gives it new bytes and puts it into all indexes

    MemoryUse memory_use() const;
    ViewLedger& ledger() { return rows_.ledger(); }

  private:
    Table(schema::TableSchemaPtr schema, RowLayout layout, uint32_t rows_max);
    void add_to_indexes(RowId id, ByteView row);
    void remove_from_indexes(RowId id, ByteView row);

    schema::TableSchemaPtr schema_;
    RowLayout layout_;
    RowStore rows_;
    std::vector<std::unique_ptr<Index>> indexes_;  // in schema order
    Index* identity_index_ = nullptr;
    RowHash set_index_;  // by whole row; only without an identity index
};

}  // namespace lightcone::storage
