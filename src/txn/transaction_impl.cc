// SPDX-License-Identifier: Apache-2.0
#include "txn/transaction_impl.h"

#include <algorithm>

namespace lightcone::txn {

using storage::Index;
using storage::kNoRow;
using storage::Table;

namespace {

// A RowBuffer counts in 32 bits.
bool fits(const RowBuffer& out, uint64_t bytes) {
    return out.bytes.size() + bytes <= UINT32_MAX;
}

}  // namespace

TxStatus TransactionImpl::insert(TableId id, ByteView row, Bytes& generated) {
    generated.clear();
    TableSlot* slot = catalog_.table(id);
    if (slot == nullptr) return TxStatus::NoSuchTable;
    if (slot->is_system) return TxStatus::SystemTable;
    return insert_into(*slot, row, generated);
}

TxStatus TransactionImpl::insert_into(TableSlot& slot, ByteView row, Bytes& generated) {
    Table& table = *slot.table;
    if (!table.layout().is_valid(row)) return TxStatus::BadRow;
    if (!slot.sequences.empty()) row = fill_sequences(slot, row, generated);
    if (Index* identity = table.identity_index()) {
        RowId same = identity->find_like(row.data());
        if (same != kNoRow)
            return storage::rows_equal(table.row(same), row) ? TxStatus::Ok : TxStatus::UniqueAlreadyExists;
        if (table.indexes().size() > 1 && table.has_conflict(row.data(), kNoRow, identity)) {
            return TxStatus::UniqueAlreadyExists;
        }
    } else if (table.find_equal(row) != kNoRow) {
        return TxStatus::Ok;
    }
    std::optional<RowId> added = table.insert(row);
    if (!added) return TxStatus::TooManyRows;
    log_.add_insert(slot, *added, row);
    return TxStatus::Ok;
}

TxStatus TransactionImpl::update(TableId id, IndexId index_id, ByteView row, Bytes& generated) {
    generated.clear();
    TableSlot* slot = catalog_.table(id);
    if (slot == nullptr) return TxStatus::NoSuchTable;
    if (slot->is_system) return TxStatus::SystemTable;
    Table& table = *slot->table;
    if (!table.layout().is_valid(row)) return TxStatus::BadRow;
    IndexSlot by = catalog_.index(index_id);
    if (by.table != slot) return TxStatus::NoSuchIndex;
    if (!by.index->is_unique()) return TxStatus::IndexNotUnique;
    if (!slot->sequences.empty()) row = fill_sequences(*slot, row, generated);
    RowId old = by.index->find_like(row.data());
    if (table.indexes().size() > 1 && table.has_conflict(row.data(), old, by.index))
        return TxStatus::UniqueAlreadyExists;
    if (old == kNoRow) return TxStatus::NoSuchRow;
    ByteView before = table.row(old);
    if (storage::rows_equal(before, row)) return TxStatus::Ok;
    log_.add_update(*slot, old, before, row, table.keeps_identity(before, row));
    table.replace(old, row);
    return TxStatus::Ok;
}

TxStatus TransactionImpl::scan(TableId id, RowBuffer& out) {
    TableSlot* slot = catalog_.table(id);
    if (slot == nullptr) return TxStatus::NoSuchTable;
    uint64_t bytes = slot->table->memory_use().rows;
    if (!fits(out, bytes)) return TxStatus::TooManyRows;
    out.bytes.reserve(out.bytes.size() + bytes);
    out.ends.reserve(out.ends.size() + slot->table->row_count());
    slot->table->for_each_row([&](RowId, ByteView row) { out.append(row); });
    return TxStatus::Ok;
}

TxStatus TransactionImpl::index_point(IndexId id, ByteView key, RowBuffer& out) {
    IndexSlot slot = catalog_.index(id);
    if (slot.table == nullptr) return TxStatus::NoSuchIndex;
    if (!slot.index->key().is_valid_key(key)) return TxStatus::BsatnDecodeError;
    const Table& table = *slot.table->table;
    if (slot.index->is_unique()) [[likely]] {
        RowId row = slot.index->find(key);
        if (row != kNoRow) out.append(table.row(row));
        return TxStatus::Ok;
    }
    TxStatus status = TxStatus::Ok;
    slot.index->for_each_equal(key, [&](RowId row_id) {
        ByteView row = table.row(row_id);
        if (!fits(out, row.size())) {
            status = TxStatus::TooManyRows;
            return false;
        }
        out.append(row);
        return true;
    });
    return status;
}

TxStatus TransactionImpl::parse_range(const IndexSlot& slot, ByteView prefix, uint32_t prefix_columns, ByteView start,
                                      ByteView end, storage::KeyRange& range) const {
    if (slot.table == nullptr) return TxStatus::NoSuchIndex;
    if (slot.index->schema().algorithm == schema::IndexAlgorithm::Hash) return TxStatus::WrongIndexAlgorithm;
    std::optional<storage::KeyRange> parsed = slot.index->key().parse_range(prefix, prefix_columns, start, end);
    if (!parsed) return TxStatus::BsatnDecodeError;
    range = *parsed;
    return TxStatus::Ok;
}

TxStatus TransactionImpl::index_range(IndexId id, ByteView prefix, uint32_t prefix_columns, ByteView start,
                                      ByteView end, RowBuffer& out) {
    IndexSlot slot = catalog_.index(id);
    storage::KeyRange range;
    TxStatus status = parse_range(slot, prefix, prefix_columns, start, end, range);
    if (status != TxStatus::Ok) return status;
    const Table& table = *slot.table->table;
    slot.index->for_each_in_range(range, [&](RowId row_id) {
        ByteView row = table.row(row_id);
        if (!fits(out, row.size())) {
            status = TxStatus::TooManyRows;
            return false;
        }
        out.append(row);
        return true;
    });
    return status;
}

TxStatus TransactionImpl::row_count(TableId id, uint64_t& count) {
    TableSlot* slot = catalog_.table(id);
    if (slot == nullptr) return TxStatus::NoSuchTable;
    count = slot->table->row_count();
    return TxStatus::Ok;
}

void TransactionImpl::erase_row(TableSlot& slot, RowId id) {
    log_.add_delete(slot, id, slot.table->row(id));
    slot.table->erase(id);
}

uint32_t TransactionImpl::erase_collected(TableSlot& slot) {
    for (RowId id : collected_) erase_row(slot, id);
    return static_cast<uint32_t>(collected_.size());
}

TxStatus TransactionImpl::writable_index(IndexId id, IndexSlot& slot) const {
    slot = catalog_.index(id);
    if (slot.table == nullptr) return TxStatus::NoSuchIndex;
    return slot.table->is_system ? TxStatus::SystemTable : TxStatus::Ok;
}

TxStatus TransactionImpl::delete_point(IndexId id, ByteView key, uint32_t& count) {
    IndexSlot slot;
    if (TxStatus status = writable_index(id, slot); status != TxStatus::Ok) return status;
    if (!slot.index->key().is_valid_key(key)) return TxStatus::BsatnDecodeError;
    collected_.clear();
    slot.index->for_each_equal(key, [&](RowId row) { collected_.push_back(row); });
    count = erase_collected(*slot.table);
    return TxStatus::Ok;
}

TxStatus TransactionImpl::delete_range(IndexId id, ByteView prefix, uint32_t prefix_columns, ByteView start,
                                       ByteView end, uint32_t& count) {
    IndexSlot slot;
    if (TxStatus status = writable_index(id, slot); status != TxStatus::Ok) return status;
    storage::KeyRange range;
    if (TxStatus status = parse_range(slot, prefix, prefix_columns, start, end, range); status != TxStatus::Ok) {
        return status;
    }
    collected_.clear();
    slot.index->for_each_in_range(range, [&](RowId row) { collected_.push_back(row); });
    count = erase_collected(*slot.table);
    return TxStatus::Ok;
}

TxStatus TransactionImpl::delete_all_by_eq(TableId id, ByteView relation, uint32_t& count) {
    TableSlot* slot = catalog_.table(id);
    if (slot == nullptr) return TxStatus::NoSuchTable;
    if (slot->is_system) return TxStatus::SystemTable;
    if (relation.size() < 4) return TxStatus::BsatnDecodeError;
    const storage::RowLayout& layout = slot->table->layout();
    uint32_t row_count = load_le<uint32_t>(relation.data());
    ByteView rows = relation.subspan(4);
    // Everything is checked before anything is deleted. Rows without bytes exist once at most, so their count means
    // nothing.
    size_t at = 0;
    for (uint32_t i = 0; i < row_count; ++i) {
        std::optional<size_t> size = layout.measure(rows.subspan(at));
        if (!size) return TxStatus::BsatnDecodeError;
        if (*size == 0) break;
        at += *size;
    }
    if (at != rows.size()) return TxStatus::BsatnDecodeError;
    count = 0;
    at = 0;
    for (uint32_t i = 0; i < row_count; ++i) {
        size_t size = layout.row_bytes(rows.data() + at);
        RowId found = slot->table->find_equal(rows.subspan(at, size));
        if (found != kNoRow) {
            erase_row(*slot, found);
            ++count;
        }
        if (size == 0) break;
        at += size;
    }
    return TxStatus::Ok;
}

TxStatus TransactionImpl::delete_row(TableId id, ByteView row, bool& deleted) {
    TableSlot* slot = catalog_.table(id);
    if (slot == nullptr) return TxStatus::NoSuchTable;
    if (slot->is_system) return TxStatus::SystemTable;
    if (!slot->table->layout().is_valid(row)) return TxStatus::BadRow;
    RowId found = slot->table->find_equal(row);
    deleted = found != kNoRow;
    if (deleted) erase_row(*slot, found);
    return TxStatus::Ok;
}

TxStatus TransactionImpl::clear(TableId id, uint64_t& count) {
    TableSlot* slot = catalog_.table(id);
    if (slot == nullptr) return TxStatus::NoSuchTable;
    if (slot->is_system) return TxStatus::SystemTable;
    collected_.clear();
    slot->table->for_each_row([&](RowId row, ByteView) { collected_.push_back(row); });
    count = erase_collected(*slot);
    return TxStatus::Ok;
}

ByteView TransactionImpl::fill_sequences(TableSlot& slot, ByteView row, Bytes& generated) {
    const storage::RowLayout& layout = slot.table->layout();
    bool copied = false;
    for (Sequence& sequence : slot.sequences) {
        ByteView column = layout.column(row.data(), sequence.schema().column);
        if (!is_zero_integer(column)) continue;
        size_t offset = static_cast<size_t>(column.data() - row.data());
        if (!copied) {
            row_copy_.assign(row.begin(), row.end());
            row = row_copy_;
            copied = true;
        }
        std::span<uint8_t> target = std::span(row_copy_).subspan(offset, column.size());
        store_integer(target, draw(sequence));
        generated.insert(generated.end(), target.begin(), target.end());
    }
    return row;
}

__int128 TransactionImpl::draw(Sequence& sequence) {
    if (sequence.is_exhausted()) [[unlikely]] {
        sequence.allocate();
        write_mark(sequence);
        marks_written_.push_back(&sequence);
    }
    return sequence.next();
}

void TransactionImpl::write_mark(const Sequence& sequence) {
    TableSlot& slot = *catalog_.table(kStSequence);
    Table& table = *slot.table;
    std::array<uint8_t, 4> key;
    store_le(key.data(), sequence.schema().id.value);
    RowId id = table.identity_index()->find(key);
    ASSERT(id != kNoRow, "sequence {} has no row", sequence.schema().id);
    ByteView before = table.row(id);
    Bytes after(before.begin(), before.end());
    // `allocated` is the last column.
    store_integer(std::span(after).last(sizeof(__int128)), sequence.allocated());
    if (storage::rows_equal(before, after)) return;
    log_.add_update(slot, id, before, after, true);
    table.replace(id, after);
}

void TransactionImpl::restore_sequence_marks() {
    for (const Sequence* sequence : marks_lost_) write_mark(*sequence);
    marks_lost_.clear();
}

void TransactionImpl::undo_to(size_t size) {
    bool undone_marks = false;
    log_.unlink_all();
    for (size_t i = log_.size(); i > size; --i) {
        undone_marks |= log_.op(i - 1).slot->table->id() == kStSequence;
        undo(log_.op(i - 1));
    }
    log_.truncate(size);
    if (undone_marks) {
        // Those of operations before `size` are written twice at worst.
        marks_lost_.insert(marks_lost_.end(), marks_written_.begin(), marks_written_.end());
    }
    if (size == 0) marks_written_.clear();
}

void TransactionImpl::undo(const Op& op) {
    Table& table = *op.slot->table;
    switch (op.kind) {
        case OpKind::Insert: table.erase(op.row); return;
        case OpKind::Update: table.replace(op.row, log_.before(op)); return;
        case OpKind::Delete: table.insert_at(op.row, log_.before(op)); return;
        case OpKind::CreateTable:
            forget_sequences(*op.slot);
            catalog_.remove(table.id());
            ++schema_version_;
            return;
    }
}

void TransactionImpl::forget_sequences(const TableSlot& slot) {
    auto belongs = [&](const Sequence* sequence) {
        return std::ranges::any_of(slot.sequences, [&](const Sequence& own) { return &own == sequence; });
    };
    std::erase_if(marks_written_, belongs);
    std::erase_if(marks_lost_, belongs);
}

void TransactionImpl::insert_system_row(TableId id, ByteView row) {
    Bytes generated;
    TxStatus status = insert_into(*catalog_.table(id), row, generated);
    ASSERT(status == TxStatus::Ok, "row of system table {}: {}", id, tx_status_name(status));
}

void TransactionImpl::erase_system_row(TableId table, RowId id) {
    erase_row(*catalog_.table(table), id);
}

}  // namespace lightcone::txn
