// SPDX-License-Identifier: Apache-2.0
// The one transaction of a datastore, opened and closed again and again. See txn/datastore.h for the contract; beside
// it stand the operations that only this room and its typed rows (system_rows.h) use. Thread: the holder of the
// database's turn.
#pragma once

#include "txn/datastore.h"
#include "txn/system_schema.h"
#include "txn/tx_log.h"

namespace lightcone::txn {

class TransactionImpl final : public Transaction {
  public:
    TransactionImpl(Catalog& catalog, uint64_t& schema_version) : catalog_(catalog), schema_version_(schema_version) {}

    TxStatus insert(TableId table, ByteView row, Bytes& generated) override;
    TxStatus update(TableId table, IndexId index, ByteView row, Bytes& generated) override;

    TxStatus scan(TableId table, RowBuffer& out) override;
    TxStatus index_point(IndexId index, ByteView key, RowBuffer& out) override;
    TxStatus index_range(IndexId index, ByteView prefix, uint32_t prefix_columns, ByteView start, ByteView end,
                         RowBuffer& out) override;
    TxStatus row_count(TableId table, uint64_t& count) override;

    TxStatus delete_point(IndexId index, ByteView key, uint32_t& count) override;
    TxStatus delete_range(IndexId index, ByteView prefix, uint32_t prefix_columns, ByteView start, ByteView end,
                          uint32_t& count) override;
    TxStatus delete_all_by_eq(TableId table, ByteView relation, uint32_t& count) override;
    TxStatus delete_row(TableId table, ByteView row, bool& deleted) override;
    TxStatus clear(TableId table, uint64_t& count) override;

    Result<TableId> create_table(const schema::TableSchema& schema) override;

    // Writes to system tables. ASSERT that the row is valid and conflicts with nothing.
    void insert_system_row(TableId table, ByteView row);
    void erase_system_row(TableId table, RowId id);
    Catalog& catalog() { return catalog_; }

    // For the datastore.
    TxLog& log() { return log_; }
    // Before a commit that changes something: writes again the marks that a rollback took back.
    void restore_sequence_marks();
    void finish_commit() { marks_written_.clear(); }
    // Undoes the operations from `size` on.
    void undo_to(size_t size);

  private:
    TxStatus insert_into(TableSlot& slot, ByteView row, Bytes& generated);
    TxStatus writable_index(IndexId id, IndexSlot& slot) const;
    TxStatus parse_range(const IndexSlot& slot, ByteView prefix, uint32_t prefix_columns, ByteView start, ByteView end,
                         storage::KeyRange& range) const;
    // The row with generated values filled in where auto-increment columns are zero; a copy if there are any.
    ByteView fill_sequences(TableSlot& slot, ByteView row, Bytes& generated);
    __int128 draw(Sequence& sequence);
    uint32_t draw_id(TableId system_table);
    void write_mark(const Sequence& sequence);
    void erase_row(TableSlot& slot, RowId id);
    uint32_t erase_collected(TableSlot& slot);
    void undo(const Op& op);
    void forget_sequences(const TableSlot& slot);
    Result<schema::TableSchema> assign_ids(const schema::TableSchema& requested);

    Catalog& catalog_;
    uint64_t& schema_version_;
    TxLog log_;
    Bytes row_copy_;
    std::vector<RowId> collected_;
    std::vector<Sequence*> marks_written_;  // in this transaction
    std::vector<Sequence*> marks_lost_;     // written in transactions that were rolled back
};

}  // namespace lightcone::txn
