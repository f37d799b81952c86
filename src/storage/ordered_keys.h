// SPDX-License-Identifier: Apache-2.0
// The distinct keys of an index in value order, each by the row that heads it: sorted blocks of up to 512 entries under
// one sorted directory. Entries carry the key's order prefix, so most comparisons touch no row. Rows in it must hold
// their key bytes unchanged. Thread: the writer's.
#pragma once

#include <memory>
#include <vector>

#include "storage/key_spec.h"
#include "storage/row_store.h"

namespace lightcone::storage {

class OrderedKeys {
  public:
    OrderedKeys(const RowStore& rows, const KeySpec& key) : rows_(&rows), key_(&key) {}

    // Replaces the content; `heads` has one row per distinct key, in any order.
    void build(std::vector<RowId> heads);
    void insert(RowId row);
    void erase(RowId row);
    // `with` has the same key and takes the place of `row`; both rows still hold their bytes.
    void replace(RowId row, RowId with);

    // Calls visit(RowId) ascending for every key in the range until it returns false.
    template <typename Visit>
    void visit_range(const KeyRange& range, Visit&& visit) const {
        if (size_ == 0) return;
        RangeEdge start = key_->make_edge(range, range.start);
        RangeEdge end = key_->make_edge(range, range.end);
        Position at = first_at(start, range.start.kind == BoundKind::Excluded);
        Position stop = first_at(end, range.end.kind != BoundKind::Excluded);
        for (; at.block < blocks_.size(); ++at.block, at.entry = 0) {
            if (at.block > stop.block) return;
            uint32_t last = at.block == stop.block ? stop.entry : blocks_[at.block]->count;
            for (; at.entry < last; ++at.entry) {
                if (!visit(RowId(blocks_[at.block]->rows[at.entry]))) return;
            }
            if (at.block == stop.block) return;
        }
    }

    size_t size() const { return size_; }
    uint64_t allocated_bytes() const {
        return blocks_.size() * sizeof(KeyBlock) + blocks_.capacity() * sizeof(blocks_[0]) +
               first_prefixes_.capacity() * sizeof(uint64_t);
    }

  private:
    static constexpr uint32_t kBlockEntries = 512;
    struct KeyBlock {
        uint32_t count = 0;
        uint64_t prefixes[kBlockEntries];
        uint32_t rows[kBlockEntries];
    };
    struct Position {
        size_t block;
        uint32_t entry;
    };

    // Order of an entry against a row's key.
    int compare(const KeyBlock& block, uint32_t entry, uint64_t prefix, const uint8_t* row) const;
    int compare(const KeyBlock& block, uint32_t entry, const RangeEdge& edge) const;
    // First entry that is not below the edge, or (`above`) that is above it; one past the end if there is none.
    Position first_at(const RangeEdge& edge, bool above) const;
    // First entry that is not below the row's key.
    Position lower_bound(uint64_t prefix, const uint8_t* row) const;
    template <typename IsBelow>
    Position partition_point(IsBelow&& is_below) const;
    void split(size_t block);

    const RowStore* rows_;
    const KeySpec* key_;
    std::vector<std::unique_ptr<KeyBlock>> blocks_;  // none is empty
    std::vector<uint64_t> first_prefixes_;           // of each block's first entry
    size_t size_ = 0;
};

}  // namespace lightcone::storage
