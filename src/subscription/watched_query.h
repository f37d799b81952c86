// SPDX-License-Identifier: Apache-2.0
// A distinct query with everybody who subscribed to it, and the queries of one table arranged so that a row meets only
// those it can concern.
// Owner: the registry. Thread: as the registry.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "base/hash.h"
#include "query/query.h"
#include "storage/row_layout.h"
#include "subscription/change_grouping.h"
#include "txn/delta.h"

namespace lightcone::subscription {

inline constexpr uint32_t kNotPending = UINT32_MAX;

struct WatchedQuery {
    std::shared_ptr<const query::Query> query;
    std::vector<Subscriber> subscribers;  // ascending
    uint32_t pending = kNotPending;       // place in PendingChanges while a delta is matched
};

// The rows that matched each query so far in the table at hand. Reused between tables and calls.
class PendingChanges {
  public:
    struct Entry {
        WatchedQuery* watched = nullptr;
        std::vector<ByteView> inserts;
        std::vector<ByteView> deletes;
    };
    void add(WatchedQuery& watched, ByteView row, bool is_insert) {
        Entry& entry = entry_of(watched);
        (is_insert ? entry.inserts : entry.deletes).push_back(row);
    }
    std::span<const Entry> entries() const { return {entries_.data(), used_}; }
    void clear();

  private:
    Entry& entry_of(WatchedQuery& watched);
    std::vector<Entry> entries_;
    size_t used_ = 0;
};

class TableWatch {
  public:
    void add(WatchedQuery& watched);
    void remove(WatchedQuery& watched);
    bool empty() const { return scanned_.empty() && dispatches_.empty(); }
    // Adds to `pending` every (query, row) of the delta that matches. The cost per row is one look-up per column that
    // some query fixes by equality, plus one test per query that fixes none.
    void match(const txn::DeltaTable& delta, PendingChanges& pending);

  private:
    struct BytesHash {
        using is_transparent = void;
        size_t operator()(ByteView bytes) const { return hash_bytes(bytes); }
    };
    struct BytesEqual {
        using is_transparent = void;
        bool operator()(ByteView a, ByteView b) const { return bytes_equal(a, b); }
    };
    using ByValue = boost::unordered_flat_map<Bytes, std::vector<WatchedQuery*>, BytesHash, BytesEqual>;
    // Queries that need one column to equal a constant.
    struct Dispatch {
        ColumnId column;
        ByValue by_value;
    };
    ByteView canonical_value(const storage::RowLayout& layout, ColumnId column, ByteView row);
    void match_row(const txn::DeltaTable& delta, ByteView row, bool is_insert, PendingChanges& pending);

    std::vector<WatchedQuery*> scanned_;  // no equality: every row is tested
    std::vector<Dispatch> dispatches_;
    Bytes key_;  // scratch
};

}  // namespace lightcone::subscription
