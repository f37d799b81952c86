// SPDX-License-Identifier: Apache-2.0
#include "txn/delta_builder.h"

#include <algorithm>

#include "base/hash.h"

namespace lightcone::txn {

namespace {

// Up to here pairs are found by looking at all of them.
constexpr size_t kFewChanges = 16;

}  // namespace

Delta DeltaBuilder::build(TxLog& log) {
    tables_.clear();
    parts_.clear();
    deletes_.clear();
    inserts_.clear();
    std::vector<TableSlot*>& touched = log.touched();
    if (touched.size() > 1) {
        std::ranges::sort(touched, {}, [](const TableSlot* slot) { return slot->table->id(); });
    }
    size_t payload_bytes = 0;
    for (const TableSlot* slot : touched) {
        collapse(log, *slot);
        Part& part = parts_.emplace_back();
        part.slot = slot;
        net(part);
        if (part.delete_count == 0 && part.insert_count == 0) {
            parts_.pop_back();
        } else {
            payload_bytes += part.payload_bytes;
        }
    }
    writer_.begin(payload_bytes);
    for (const Part& part : parts_) write_group(part, tables_.emplace_back());
    return tables_;
}

void DeltaBuilder::collapse(const TxLog& log, const TableSlot& slot) {
    changes_.clear();
    bool many = slot.op_count > kFewChanges;
    if (many) change_by_row_.clear();
    const storage::Table& table = *slot.table;
    for (uint32_t i = slot.first_op; i != kNoOp; i = log.op(i).next) {
        const Op& op = log.op(i);
        Change* known = nullptr;
        if (many) {
            auto [entry, is_new] = change_by_row_.try_emplace(op.row.value, static_cast<uint32_t>(changes_.size()));
            if (!is_new) known = &changes_[entry->second];
        } else {
            known = find_change(op.row);
        }
        if (known != nullptr) {
            known->keeps_identity &= op.keeps_identity;
            continue;
        }
        // The first operation on a row number tells what was there before the transaction.
        Change& change = changes_.emplace_back();
        change.row = op.row;
        change.keeps_identity = op.keeps_identity;
        change.has_before = op.kind != OpKind::Insert;
        change.has_after = table.contains(op.row);
        if (change.has_before) change.before = log.before(op);
        if (change.has_after) change.after = table.row(op.row);
    }
    // A big transaction's map is not kept.
    if (change_by_row_.size() > (1u << 16)) change_by_row_ = {};
}

DeltaBuilder::Change* DeltaBuilder::find_change(RowId row) {
    for (Change& change : changes_) {
        if (change.row == row) return &change;
    }
    return nullptr;
}

void DeltaBuilder::net(Part& part) {
    part.first_delete = deletes_.size();
    part.first_insert = inserts_.size();
    part.payload_bytes = kGroupHeadBytesMax;
    // Rows that kept their number and identity are pairs, and cannot equal any other row of the delta: the identity
    // index held their key for them before and after.
    bool only_pairs = true;
    for (const Change& change : changes_) {
        only_pairs &= change.is_pair();
        if (!change.is_pair() || change.is_nothing()) continue;
        deletes_.push_back(change.before);
        inserts_.push_back(change.after);
        part.payload_bytes += change.before.size() + change.after.size() + 2 * kVarintBytesMax;
        ++part.updates;
    }
    if (!only_pairs) net_of_others(part);
    part.delete_count = deletes_.size() - part.first_delete;
    part.insert_count = inserts_.size() - part.first_insert;
}

void DeltaBuilder::net_of_others(Part& part) {
    size_t first_delete = deletes_.size();
    size_t first_insert = inserts_.size();
    for (const Change& change : changes_) {
        if (change.is_pair() || change.is_nothing()) continue;
        if (change.has_before) deletes_.push_back(change.before);
        if (change.has_after) inserts_.push_back(change.after);
    }
    if (deletes_.size() != first_delete && inserts_.size() != first_insert) cancel_equal(first_delete, first_insert);
    for (size_t i = first_delete; i < deletes_.size(); ++i) part.payload_bytes += deletes_[i].size() + kVarintBytesMax;
    for (size_t i = first_insert; i < inserts_.size(); ++i) part.payload_bytes += inserts_[i].size() + kVarintBytesMax;
}

// A row deleted at one number and inserted at another with the same bytes did not change.
void DeltaBuilder::cancel_equal(size_t first_delete, size_t first_insert) {
    if ((deletes_.size() - first_delete) * (inserts_.size() - first_insert) > kFewChanges * kFewChanges) {
        cancel_equal_many(first_delete, first_insert);
        return;
    }
    for (size_t d = first_delete; d < deletes_.size();) {
        auto match = std::find_if(inserts_.begin() + static_cast<ptrdiff_t>(first_insert), inserts_.end(),
                                  [&](ByteView row) { return storage::rows_equal(row, deletes_[d]); });
        if (match == inserts_.end()) {
            ++d;
            continue;
        }
        inserts_.erase(match);
        deletes_.erase(deletes_.begin() + static_cast<ptrdiff_t>(d));
    }
}

void DeltaBuilder::cancel_equal_many(size_t first_delete, size_t first_insert) {
    struct HashRow {
        size_t operator()(ByteView row) const { return hash_bytes(row); }
    };
    struct EqualRows {
        bool operator()(ByteView a, ByteView b) const { return storage::rows_equal(a, b); }
    };
    boost::unordered_flat_map<ByteView, size_t, HashRow, EqualRows> inserted;
    inserted.reserve(inserts_.size() - first_insert);
    for (size_t i = first_insert; i < inserts_.size(); ++i) inserted.emplace(inserts_[i], i);
    std::vector<bool> cancelled(inserts_.size() - first_insert);
    size_t kept = first_delete;
    for (size_t d = first_delete; d < deletes_.size(); ++d) {
        auto found = inserted.find(deletes_[d]);
        if (found == inserted.end()) {
            deletes_[kept++] = deletes_[d];
        } else {
            cancelled[found->second - first_insert] = true;
        }
    }
    deletes_.resize(kept);
    kept = first_insert;
    for (size_t i = first_insert; i < inserts_.size(); ++i) {
        if (!cancelled[i - first_insert]) inserts_[kept++] = inserts_[i];
    }
    inserts_.resize(kept);
}

void DeltaBuilder::write_group(const Part& part, DeltaTable& out) {
    const storage::Table& table = *part.slot->table;
    std::span<ByteView> deletes = std::span(deletes_).subspan(part.first_delete, part.delete_count);
    std::span<ByteView> inserts = std::span(inserts_).subspan(part.first_insert, part.insert_count);
    bool is_fixed = table.layout().is_fixed();
    out.table = &table;
    out.id = table.id();
    out.deletes = deletes;
    out.inserts = inserts;
    out.truncated = !part.slot->is_event && inserts.empty() && table.row_count() == 0;
    size_t updates = part.updates;
    size_t listed_deletes = out.truncated ? 0 : deletes.size() - updates;
    writer_.group(table.id(), out.truncated, updates, listed_deletes, inserts.size() - updates);
    // Inserted rows are read from the payload afterwards: the table may change before the delta is used up.
    for (size_t i = 0; i < updates; ++i) {
        writer_.row(deletes[i], is_fixed);
        inserts[i] = writer_.row(inserts[i], is_fixed);
    }
    for (size_t i = 0; i < listed_deletes; ++i) writer_.row(deletes[updates + i], is_fixed);
    for (size_t i = updates; i < inserts.size(); ++i) inserts[i] = writer_.row(inserts[i], is_fixed);
}

}  // namespace lightcone::txn
