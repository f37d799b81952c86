// SPDX-License-Identifier: Apache-2.0
#include "subscription/watched_query.h"

#include <algorithm>

#include "base/assert.h"
#include "storage/table.h"

namespace lightcone::subscription {

namespace {

// Order is kept: it decides nothing that leaves the room, but makes runs repeatable.
void erase_from(std::vector<WatchedQuery*>& list, WatchedQuery* watched) {
    auto found = std::find(list.begin(), list.end(), watched);
    ASSERT(found != list.end(), "query {} is not watched", watched->query->key());
    list.erase(found);
}

}  // namespace

PendingChanges::Entry& PendingChanges::entry_of(WatchedQuery& watched) {
    if (watched.pending == kNotPending) {
        watched.pending = static_cast<uint32_t>(used_);
        if (used_ == entries_.size()) entries_.emplace_back();
        entries_[used_++].watched = &watched;
    }
    return entries_[watched.pending];
}

void PendingChanges::clear() {
    for (size_t i = 0; i < used_; ++i) {
        entries_[i].watched->pending = kNotPending;
        entries_[i].inserts.clear();
        entries_[i].deletes.clear();
    }
    used_ = 0;
}

void TableWatch::add(WatchedQuery& watched) {
    const auto& equality = watched.query->equality();
    if (!equality) {
        scanned_.push_back(&watched);
        return;
    }
    auto dispatch = std::find_if(dispatches_.begin(), dispatches_.end(),
                                 [&](const Dispatch& d) { return d.column == equality->column; });
    if (dispatch == dispatches_.end()) {
        dispatches_.push_back({equality->column, {}});
        dispatch = dispatches_.end() - 1;
    }
    dispatch->by_value[equality->canonical_value].push_back(&watched);
}

void TableWatch::remove(WatchedQuery& watched) {
    const auto& equality = watched.query->equality();
    if (!equality) {
        erase_from(scanned_, &watched);
        return;
    }
    auto dispatch = std::find_if(dispatches_.begin(), dispatches_.end(),
                                 [&](const Dispatch& d) { return d.column == equality->column; });
    ASSERT(dispatch != dispatches_.end());
    auto entry = dispatch->by_value.find(equality->canonical_value);
    ASSERT(entry != dispatch->by_value.end());
    erase_from(entry->second, &watched);
    if (entry->second.empty()) dispatch->by_value.erase(entry);
    if (dispatch->by_value.empty()) dispatches_.erase(dispatch);
}

void TableWatch::match(const txn::DeltaTable& delta, PendingChanges& pending) {
    for (ByteView row : delta.inserts) match_row(delta, row, true, pending);
    for (ByteView row : delta.deletes) match_row(delta, row, false, pending);
}

// Canonical bytes are the value's own unless floats are inside.
ByteView TableWatch::canonical_value(const storage::RowLayout& layout, ColumnId column, ByteView row) {
    const sats::ValueOps& ops = layout.ops(column);
    if (ops.equality_is_bytewise()) [[likely]]
        return layout.column(row.data(), column);
    key_.clear();
    ops.append_canonical(layout.column_data(row.data(), column), key_);
    return key_;
}

void TableWatch::match_row(const txn::DeltaTable& delta, ByteView row, bool is_insert, PendingChanges& pending) {
    for (WatchedQuery* watched : scanned_) {
        if (watched->query->matches(row)) pending.add(*watched, row, is_insert);
    }
    const storage::RowLayout& layout = delta.table->layout();
    for (const Dispatch& dispatch : dispatches_) {
        auto entry = dispatch.by_value.find(canonical_value(layout, dispatch.column, row));
        if (entry == dispatch.by_value.end()) continue;
        for (WatchedQuery* watched : entry->second) {
            if (watched->query->matches(row)) pending.add(*watched, row, is_insert);
        }
    }
}

}  // namespace lightcone::subscription
