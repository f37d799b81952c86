// SPDX-License-Identifier: Apache-2.0
// Collapses a transaction's log into its net delta and writes the log payload in the same pass. Both are valid until
// the next build(). Thread: the holder of the database's turn.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include "txn/commit_payload.h"
#include "txn/delta.h"
#include "txn/tx_log.h"

namespace lightcone::txn {

class DeltaBuilder {
  public:
    // The tables still hold the transaction's new state. Rows of the delta borrow the log's arena and this object.
    Delta build(TxLog& log);
    ByteView payload() const { return writer_.payload(); }

  private:
    // A row number's bytes before and after the transaction.
    struct Change {
        RowId row;
        bool keeps_identity = false;
        bool has_before = false;
        bool has_after = false;
        ByteView before;
        ByteView after;

        bool is_pair() const { return has_before && has_after && keeps_identity; }
        bool is_nothing() const { return has_before == has_after && storage::rows_equal(before, after); }
    };
    // A changed table's part of the two lists.
    struct Part {
        const TableSlot* slot = nullptr;
        size_t first_delete = 0;
        size_t first_insert = 0;
        size_t delete_count = 0;
        size_t insert_count = 0;
        size_t updates = 0;  // leading entries of both lists that belong together
        size_t payload_bytes = 0;
    };

    void collapse(const TxLog& log, const TableSlot& slot);
    Change* find_change(RowId row);
    void net(Part& part);
    void net_of_others(Part& part);
    void cancel_equal(size_t first_delete, size_t first_insert);
    void cancel_equal_many(size_t first_delete, size_t first_insert);
    void write_group(const Part& part, DeltaTable& out);

    PayloadWriter writer_;
    std::vector<DeltaTable> tables_;
    std::vector<Part> parts_;
    std::vector<Change> changes_;                                  // of the table at hand
    boost::unordered_flat_map<uint32_t, uint32_t> change_by_row_;  // only when there are many
    std::vector<ByteView> deletes_;                                // of all tables, one after another
    std::vector<ByteView> inserts_;
};

}  // namespace lightcone::txn
