// SPDX-License-Identifier: Apache-2.0
// How the rows of one table that satisfy a WHERE clause are found: through an index when equality or a range on indexed
// columns confines them, otherwise by a scan; the whole clause is tested on what is found.
// Immutable after compile(). Valid as long as the table.
#pragma once

#include <optional>

#include "query/predicate.h"
#include "storage/table.h"
#include "txn/datastore.h"

namespace lightcone::query {

class TablePlan {
  public:
    // A range on an index is used only in tables of this many rows: a range scan makes the index keep its keys sorted
    // from then on, which every later write pays for.
    static constexpr uint32_t kRangeIndexRowsMin = 4096;

    // `select` reads this one table. Errors: as Predicate::compile.
    static Result<TablePlan> compile(const BoundSelect& select, const storage::Table& table);

    TableId table() const { return table_; }
    bool matches(ByteView row) const { return predicate_.matches(row.data()); }
    const std::optional<Query::EqualityKey>& equality() const { return equality_; }
    // What run() would use on a table of that many rows: "scan", "point {index}", "range {index}" or "nothing".
    std::string describe(const storage::Table& table) const;

    // Calls visit(ByteView) for every matching row; false from the visitor stops. Nothing happens when the table is
    // gone.
    template <typename Visit>
    void run(txn::Datastore& store, Visit&& visit) const {
        storage::Table* table = store.table(table_);
        if (table == nullptr || predicate_.never()) return;
        auto visit_if_match = [&](ByteView row) { return !matches(row) || visit(row); };
        auto visit_id = [&](RowId id) { return visit_if_match(table->row(id)); };
        if (storage::Index* index = access_index(*table)) {
            if (access_ == Access::Point) {
                index->for_each_equal(key_, visit_id);
            } else {
                index->for_each_in_range(range(), visit_id);
            }
            return;
        }
        table->for_each_row([&](RowId, ByteView row) { return visit_if_match(row); });
    }

  private:
    enum class Access : uint8_t { Scan, Point, Range };
    struct Bound {
        storage::BoundKind kind = storage::BoundKind::Unbounded;
        Bytes value;
    };
    class Chooser;

    // The index to use now; null for a scan.
    storage::Index* access_index(const storage::Table& table) const;
    storage::KeyRange range() const;

    TableId table_;
    Predicate predicate_;
    std::optional<Query::EqualityKey> equality_;
    Access access_ = Access::Scan;
    IndexId index_;
    Bytes key_;  // Point: the key's columns in index order
    Bound start_;
    Bound end_;
};

}  // namespace lightcone::query
