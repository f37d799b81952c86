// SPDX-License-Identifier: Apache-2.0
// The data of one database: its tables (system tables included), its one open transaction, and their way into the log.
//
//   txn::Transaction& tx = store.begin();
//   TxStatus status = tx.insert(table_id, row, generated);
//   CommittedTx done = store.commit(context);      // or store.rollback()
//
// Owner: one running database. Thread: the holder of the database's turn, for everything.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/ids.h"
#include "log/commit_log.h"
#include "schema/module_def.h"
#include "schema/table_schema.h"
#include "storage/table.h"
#include "txn/delta.h"
#include "txn/row_buffer.h"
#include "txn/tx_status.h"

namespace lightcone::txn {

class Transaction;

class Datastore {
  public:
    // An empty database: system tables exist, no user table. Nothing is logged until the first commit.
    static Result<std::unique_ptr<Datastore>> create();
    virtual ~Datastore() = default;

    // Rebuilds state from log records (schema included); hand it to CommitLog::replay before the first begin().
    // Errors: Corruption when a record does not fit the state before it.
    virtual log::ReplayVisitor& replayer() = 0;
    // Where commits go. Without one (validation runs, tests), commits only count offsets. Set after replay.
    virtual void attach_log(log::CommitLog* log) = 0;

    // Opens the transaction; ASSERTs that none is open.
    virtual Transaction& begin() = 0;
    // Whether the log will take the open transaction; it can refuse only a big one (over kLogRoomBytes), and this is
    // where space for it is made. Cheap for all others. Errors: LimitExceeded, Io, Unavailable; the caller rolls back.
    virtual Result<void> prepare_commit(const log::RecordContext& context) {
        (void)context;
        return {};
    }
    // Appends to the log (if anything changed, or `force_record`), hands out the delta and ends the transaction.
    virtual CommittedTx commit(const log::RecordContext& context, bool force_record = false) = 0;
    // Undoes everything, schema changes included (sequence positions are kept, see docs).
    virtual void rollback() = 0;
    virtual bool in_transaction() const = 0;

    // Look-ups; the answers hold until the next schema change. Names: canonical first, then alias. Expected O(1).
    virtual storage::Table* find_table(std::string_view name) = 0;
    virtual storage::Table* table(TableId id) = 0;
    virtual std::optional<IndexId> find_index(std::string_view name) = 0;
    // Every table, ascending by id.
    virtual void for_each_table(const std::function<void(storage::Table&)>& visit) = 0;
    // Counts schema changes: caches of plans compare it.
    virtual uint64_t schema_version() const = 0;
    // Offset the next consuming commit will get.
    virtual TxOffset next_offset() const = 0;
};

// The open transaction: every change is made in place and recorded for undo and for the delta.
class Transaction {
  public:
    virtual ~Transaction() = default;

    // `row`: BSATN of a whole row. Auto-increment columns that are zero get the next value; `generated` receives the
    // BSATN of just those columns, in column order (cleared first). Set semantics: an equal visible row is success.
    virtual TxStatus insert(TableId table, ByteView row, Bytes& generated) = 0;
    // Replaces the row with the same key in unique index `index`.
    virtual TxStatus update(TableId table, IndexId index, ByteView row, Bytes& generated) = 0;

    // Scans append to `out` (not cleared). Keys and bounds as in the module ABI: a point is the BSATN of the full key;
    // a bound is a tag (0 included, 1 excluded, 2 unbounded) and the value of the column after the prefix.
    virtual TxStatus scan(TableId table, RowBuffer& out) = 0;
    virtual TxStatus index_point(IndexId index, ByteView key, RowBuffer& out) = 0;
    virtual TxStatus index_range(IndexId index, ByteView prefix, uint32_t prefix_columns, ByteView start, ByteView end,
                                 RowBuffer& out) = 0;
    virtual TxStatus row_count(TableId table, uint64_t& count) = 0;

    virtual TxStatus delete_point(IndexId index, ByteView key, uint32_t& count) = 0;
    virtual TxStatus delete_range(IndexId index, ByteView prefix, uint32_t prefix_columns, ByteView start, ByteView end,
                                  uint32_t& count) = 0;
    // `relation`: u32 count, then that many whole rows.
    virtual TxStatus delete_all_by_eq(TableId table, ByteView relation, uint32_t& count) = 0;
    virtual TxStatus delete_row(TableId table, ByteView row, bool& deleted) = 0;
    virtual TxStatus clear(TableId table, uint64_t& count) = 0;

    // Schema changes, transactional. Ids in `schema` are ignored and assigned (tables, indexes, constraints and
    // sequences of user tables from 4096 on). Errors: AlreadyExists, InvalidArgument, LimitExceeded.
    virtual Result<TableId> create_table(const schema::TableSchema& schema) = 0;
};

}  // namespace lightcone::txn
