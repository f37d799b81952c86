// SPDX-License-Identifier: Apache-2.0
#include "storage/table.h"

#include <algorithm>

#include "base/hash.h"

namespace lightcone::storage {

Result<std::unique_ptr<Table>> Table::create(schema::TableSchemaPtr schema, uint32_t rows_max) {
    auto layout = RowLayout::compile(schema->columns);
    if (!layout) return fail(layout.error().code, "table `{}`: {}", schema->name, layout.error().message);
    std::unique_ptr<Table> table(new Table(std::move(schema), std::move(*layout), rows_max));
    for (const schema::IndexSchema& index : table->schema_->indexes) {
        table->indexes_.push_back(TRY(Index::create(table->rows_, table->layout_, *table->schema_, index)));
    }
    // The cheapest unique index identifies rows: small keys before others.
    for (const auto& index : table->indexes_) {
        if (!index->is_unique()) continue;
        if (table->identity_index_ == nullptr ||
            (index->key().is_small() && !table->identity_index_->key().is_small())) {
            table->identity_index_ = index.get();
        }
    }
    return table;
}

Table::Table(schema::TableSchemaPtr schema, RowLayout layout, uint32_t rows_max)
    : schema_(std::move(schema)), layout_(std::move(layout)), rows_(layout_, rows_max) {}

Index* Table::index(IndexId id) const {
    for (const auto& index : indexes_) {
        if (index->schema().id == id) return index.get();
    }
    return nullptr;
}

Index* Table::find_index(std::span<const ColumnId> columns) const {
    for (const auto& index : indexes_) {
        if (std::ranges::equal(index->key().columns(), columns)) return index.get();
    }
    return nullptr;
}

Index* Table::find_index_with_prefix(std::span<const ColumnId> columns) const {
    for (const auto& index : indexes_) {
        std::span<const ColumnId> own = index->key().columns();
        if (own.size() >= columns.size() && std::ranges::equal(own.first(columns.size()), columns)) return index.get();
    }
    return nullptr;
}

RowId Table::find_equal(ByteView row) const {
    if (identity_index_ != nullptr) {
        RowId id = identity_index_->find_like(row.data());
        return id != kNoRow && rows_equal(rows_.row(id), row) ? id : kNoRow;
    }
    return set_index_.find(hash_bytes(row), [&](RowId id) { return rows_equal(rows_.row(id), row); });
}

bool Table::has_conflict(const uint8_t* row, RowId ignore, const Index* except) const {
    for (const auto& index : indexes_) {
        if (!index->is_unique() || index.get() == except) continue;
        RowId holder = index->find_like(row);
        if (holder != kNoRow && holder != ignore) return true;
    }
    return false;
}

std::optional<RowId> Table::insert(ByteView row) {
    std::optional<RowId> id = rows_.insert(row);
    if (id) [[likely]]
        add_to_indexes(*id, row);
    return id;
}

void Table::insert_at(RowId id, ByteView row) {
    rows_.insert_at(id, row);
    add_to_indexes(id, row);
}

void Table::erase(RowId id) {
    remove_from_indexes(id, rows_.row(id));
    rows_.erase(id);
}

void Table::replace(RowId id, ByteView row) {
    const uint8_t* before = rows_.data(id);
    // One bit per index whose key changes; tables with more indexes than bits take the long way.
    uint64_t changed = 0;
    bool by_detaching = indexes_.size() > 64 || identity_index_ == nullptr;
    if (by_detaching) {
        detach(id);
        attach(id, row);
        return;
    }
    for (size_t i = 0; i < indexes_.size(); ++i) {
        if (indexes_[i]->key().same_key_bytes(before, row.data())) continue;
        changed |= 1ull << i;
        indexes_[i]->remove(id, before);
    }
    rows_.replace(id, row);
    if (changed == 0) [[likely]]
        return;
    const uint8_t* after = rows_.data(id);
    for (size_t i = 0; i < indexes_.size(); ++i) {
        if ((changed >> i) & 1) indexes_[i]->add(id, after);
    }
}

void Table::detach(RowId id) {
    remove_from_indexes(id, rows_.row(id));
}

void Table::attach(RowId id, ByteView row) {
    rows_.replace(id, row);
    add_to_indexes(id, row);
}

void Table::add_to_indexes(RowId id, ByteView row) {
    for (const auto& index : indexes_) index->add(id, row.data());
    if (identity_index_ != nullptr) return;
    set_index_.insert(hash_bytes(row), id, [&](RowId other) { return hash_bytes(rows_.row(other)); });
}

void Table::remove_from_indexes(RowId id, ByteView row) {
    for (const auto& index : indexes_) index->remove(id, row.data());
    if (identity_index_ != nullptr) return;
    set_index_.erase(hash_bytes(row), id, [&](RowId other) { return hash_bytes(rows_.row(other)); });
}

MemoryUse Table::memory_use() const {
    MemoryUse use{
        .rows = rows_.payload_bytes(), .pages = rows_.allocated_bytes(), .indexes = set_index_.allocated_bytes()};
    for (const auto& index : indexes_) use.indexes += index->allocated_bytes();
    return use;
}

}  // namespace lightcone::storage
