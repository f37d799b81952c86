// SPDX-License-Identifier: Apache-2.0
#include "storage/index.h"

#include "base/hash.h"

namespace lightcone::storage {

Result<std::unique_ptr<Index>> Index::create(const RowStore& rows, const RowLayout& layout,
                                             const schema::TableSchema& table, const schema::IndexSchema& schema) {
    if (schema.columns.empty()) return fail(ErrorCode::InvalidArgument, "index `{}` has no columns", schema.name);
    for (ColumnId column : schema.columns) {
        if (column.value >= layout.column_count()) {
            return fail(ErrorCode::InvalidArgument, "index `{}` names column {}, but table `{}` has {}", schema.name,
                        column, table.name, layout.column_count());
        }
    }
    KeySpec key = TRY(KeySpec::compile(layout, table.columns, schema.columns));
    return std::unique_ptr<Index>(new Index(rows, std::move(key), schema));
}

Index::Index(const RowStore& rows, KeySpec key, schema::IndexSchema schema)
    : rows_(&rows),
      schema_(std::move(schema)),
      key_(std::move(key)),
      seed_(hash_u64(0x6b657973)),
      is_direct_(key_.is_small()) {}

RowId Index::find_general(ByteView key) const {
    return hash_.find(key_.hash_key(key), [&](RowId id) { return key_.key_equals_row(key, rows_->data(id)); });
}

RowId Index::find_like_general(const uint8_t* row) const {
    return hash_.find(key_.hash_row(row), [&](RowId id) { return key_.rows_equal(rows_->data(id), row); });
}

void Index::add(RowId id, const uint8_t* row) {
    if (is_unique()) {
        add_head(id, row);
        return;
    }
    RowId head = find_like(row);
    if (head != kNoRow) {
        links_.append(head, id);
        return;
    }
    links_.start(id);
    add_head(id, row);
}

void Index::remove(RowId id, const uint8_t* row) {
    if (is_unique()) {
        remove_head(id, row);
        return;
    }
    RowId head = find_like(row);
    RowId remaining = links_.remove(head, id);
    if (remaining == head) return;
    if (remaining == kNoRow) {
        remove_head(id, row);
    } else {
        replace_head(id, remaining, row);
    }
}

void Index::add_head(RowId id, const uint8_t* row) {
    if (is_direct_) [[likely]] {
        uint64_t key = key_.small_key(row);
        if (direct_.accepts(key)) [[likely]] {
            direct_.set(key, id);
            if (ordered_) ordered_->insert(id);
            return;
        }
        leave_direct();
    }
    hash_.insert(hash_of(row), id, [&](RowId other) { return hash_of(rows_->data(other)); });
    if (ordered_) ordered_->insert(id);
}

void Index::remove_head(RowId id, const uint8_t* row) {
    if (ordered_) ordered_->erase(id);
    if (is_direct_) [[likely]] {
        direct_.erase(key_.small_key(row));
        if (direct_.is_sparse()) [[unlikely]]
            leave_direct();
        return;
    }
    hash_.erase(hash_of(row), id, [&](RowId other) { return hash_of(rows_->data(other)); });
}

void Index::replace_head(RowId id, RowId with, const uint8_t* row) {
    if (ordered_) ordered_->replace(id, with);
    if (is_direct_) {
        direct_.set(key_.small_key(row), with);
    } else {
        hash_.replace(hash_of(row), id, with);
    }
}

void Index::leave_direct() {
    is_direct_ = false;
    auto rehash = [&](RowId other) { return hash_of(rows_->data(other)); };
    direct_.visit([&](RowId id) { hash_.insert(rehash(id), id, rehash); });
    direct_.clear();
}

OrderedKeys& Index::ordered() {
    if (ordered_) return *ordered_;
    std::vector<RowId> heads;
    heads.reserve(distinct_keys());
    auto collect = [&](RowId id) { heads.push_back(id); };
    if (is_direct_) {
        direct_.visit(collect);
    } else {
        hash_.visit(collect);
    }
    ordered_ = std::make_unique<OrderedKeys>(*rows_, key_);
    ordered_->build(std::move(heads));
    return *ordered_;
}

uint64_t Index::allocated_bytes() const {
    return sizeof(Index) + direct_.allocated_bytes() + hash_.allocated_bytes() + links_.allocated_bytes() +
           (ordered_ ? ordered_->allocated_bytes() : 0);
}

}  // namespace lightcone::storage
