// SPDX-License-Identifier: Apache-2.0
// One index of a table: finds rows by key in constant expected time, and in key order once asked to.
//
// Distinct keys map to the row that heads them: small keys (≤ 8 bytes, no floats) through a direct array while they are
// dense, everything else through a hash of row numbers whose keys are compared in the row. Rows that share a key of a
// non-unique index are linked behind the head. The sorted companion is built at the first range scan and kept up from
// then. The declared algorithm does not choose the structure (it decides which operations a module may use).
//
// Thread: the writer's, look-ups included.
#pragma once

#include <optional>

#include "storage/direct_map.h"
#include "storage/key_spec.h"
#include "storage/ordered_keys.h"
#include "storage/posting_links.h"
#include "storage/row_hash.h"

namespace lightcone::storage {

class Index {
  public:
    // `rows` and `layout` outlive the index. Errors: InvalidArgument.
    static Result<std::unique_ptr<Index>> create(const RowStore& rows, const RowLayout& layout,
                                                 const schema::TableSchema& table, const schema::IndexSchema& schema);

    const schema::IndexSchema& schema() const { return schema_; }
    const KeySpec& key() const { return key_; }
    bool is_unique() const { return schema_.unique; }
    uint32_t distinct_keys() const { return is_direct_ ? direct_.count() : hash_.count(); }

    // The row (non-unique: the first row) with the key, which must be valid; kNoRow if there is none.
    RowId find(ByteView key) const {
        if (key_.is_small()) [[likely]]
            return find_small(key_.small_key_of(key));
        return find_general(key);
    }
    // The same for the key of `row`, which need not be in the table.
    RowId find_like(const uint8_t* row) const {
        if (key_.is_small()) [[likely]]
            return find_small(key_.small_key(row));
        return find_like_general(row);
    }

    // Calls visit(RowId) for every row with the (valid) key; a visitor that returns bool stops by false. It must not
    // change the table.
    template <typename Visit>
    void for_each_equal(ByteView key, Visit&& visit) const {
        RowId head = find(key);
        if (head != kNoRow) visit_ring(head, visit);
    }
    // The same for every row in the range, ascending by key. Builds the sorted companion the first time.
    template <typename Visit>
    void for_each_in_range(const KeyRange& range, Visit&& visit) {
        ordered().visit_range(range, [&](RowId head) { return visit_ring(head, visit); });
    }

    // The row is in the store. Unique: its key must not be there yet.
    void add(RowId id, const uint8_t* row);
    // The row is still in the store with its bytes unchanged.
    void remove(RowId id, const uint8_t* row);
    uint64_t allocated_bytes() const;

  private:
    Index(const RowStore& rows, KeySpec key, schema::IndexSchema schema);

    uint64_t hash_small(uint64_t key) const {
        auto product = static_cast<unsigned __int128>(key ^ seed_) * 0x9e3779b97f4a7c15ull;
        return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
    }
    uint64_t hash_of(const uint8_t* row) const {
        return key_.is_small() ? hash_small(key_.small_key(row)) : key_.hash_row(row);
    }
    RowId find_small(uint64_t key) const {
        if (is_direct_) [[likely]]
            return direct_.find(key);
        return hash_.find(hash_small(key), [&](RowId id) { return key_.small_key(rows_->data(id)) == key; });
    }
    RowId find_general(ByteView key) const;
    RowId find_like_general(const uint8_t* row) const;

    template <typename Visit>
    bool visit_ring(RowId head, Visit& visit) const {
        if (is_unique()) return visit_continues(visit, head);
        return links_.visit(head, [&](RowId id) { return visit_continues(visit, id); });
    }
    OrderedKeys& ordered();
    void add_head(RowId id, const uint8_t* row);
    void remove_head(RowId id, const uint8_t* row);
    void replace_head(RowId id, RowId with, const uint8_t* row);
    void leave_direct();

    const RowStore* rows_;
    schema::IndexSchema schema_;
    KeySpec key_;
    uint64_t seed_;
    bool is_direct_;
    DirectMap direct_;
    RowHash hash_;
    PostingLinks links_;
    std::unique_ptr<OrderedKeys> ordered_;  // null until the first range scan
};

}  // namespace lightcone::storage
