// SPDX-License-Identifier: Apache-2.0
#include "storage/ordered_keys.h"

#include <algorithm>

namespace lightcone::storage {

void OrderedKeys::build(std::vector<RowId> heads) {
    struct Entry {
        uint64_t prefix;
        uint32_t row;
    };
    std::vector<Entry> entries;
    entries.reserve(heads.size());
    for (RowId row : heads) entries.push_back({key_->order_prefix(rows_->data(row)), row.value});
    bool is_exact = key_->order_is_exact();
    std::sort(entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) {
        if (a.prefix != b.prefix || is_exact) return a.prefix < b.prefix;
        return key_->compare_rows(rows_->data(RowId(a.row)), rows_->data(RowId(b.row))) < 0;
    });
    blocks_.clear();
    first_prefixes_.clear();
    size_ = entries.size();
    // Some room in each block, so that the first inserts do not split all of them.
    constexpr size_t kFill = kBlockEntries * 3 / 4;
    for (size_t at = 0; at < entries.size(); at += kFill) {
        auto block = std::make_unique_for_overwrite<KeyBlock>();
        block->count = static_cast<uint32_t>(std::min(kFill, entries.size() - at));
        for (uint32_t i = 0; i < block->count; ++i) {
            block->prefixes[i] = entries[at + i].prefix;
            block->rows[i] = entries[at + i].row;
        }
        first_prefixes_.push_back(block->prefixes[0]);
        blocks_.push_back(std::move(block));
    }
}

int OrderedKeys::compare(const KeyBlock& block, uint32_t entry, uint64_t prefix, const uint8_t* row) const {
    uint64_t own = block.prefixes[entry];
    if (own != prefix) return own < prefix ? -1 : 1;
    if (key_->order_is_exact()) return 0;
    return key_->compare_rows(rows_->data(RowId(block.rows[entry])), row);
}

int OrderedKeys::compare(const KeyBlock& block, uint32_t entry, const RangeEdge& edge) const {
    uint64_t own = block.prefixes[entry];
    if (own < edge.lowest) return -1;
    if (own > edge.highest) return 1;
    if (edge.is_exact) return 0;
    return key_->compare_to_edge(rows_->data(RowId(block.rows[entry])), edge);
}

template <typename IsBelow>
OrderedKeys::Position OrderedKeys::partition_point(IsBelow&& is_below) const {
    // The last block whose first entry is below holds the border, or the border is the start of the next block.
    size_t low = 0;
    size_t high = blocks_.size();
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (is_below(*blocks_[middle], 0u)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == 0) return {0, 0};
    const KeyBlock& block = *blocks_[low - 1];
    uint32_t first = 1;
    uint32_t last = block.count;
    while (first < last) {
        uint32_t middle = (first + last) / 2;
        if (is_below(block, middle)) {
            first = middle + 1;
        } else {
            last = middle;
        }
    }
    return {low - 1, first};
}

OrderedKeys::Position OrderedKeys::first_at(const RangeEdge& edge, bool above) const {
    return partition_point([&](const KeyBlock& block, uint32_t entry) {
        int order = compare(block, entry, edge);
        return above ? order <= 0 : order < 0;
    });
}

OrderedKeys::Position OrderedKeys::lower_bound(uint64_t prefix, const uint8_t* row) const {
    return partition_point(
        [&](const KeyBlock& block, uint32_t entry) { return compare(block, entry, prefix, row) < 0; });
}

void OrderedKeys::insert(RowId row) {
    const uint8_t* data = rows_->data(row);
    uint64_t prefix = key_->order_prefix(data);
    Position at = blocks_.empty() ? Position{0, 0} : lower_bound(prefix, data);
    // Ascending keys fill blocks completely.
    if (blocks_.empty() || (at.block + 1 == blocks_.size() && at.entry == kBlockEntries)) {
        at = {blocks_.size(), 0};
        blocks_.push_back(std::make_unique_for_overwrite<KeyBlock>());
        first_prefixes_.push_back(prefix);
    } else if (blocks_[at.block]->count == kBlockEntries) {
        split(at.block);
        if (at.entry > kBlockEntries / 2) at = {at.block + 1, at.entry - kBlockEntries / 2};
    }
    KeyBlock& block = *blocks_[at.block];
    uint32_t moved = block.count - at.entry;
    std::memmove(block.prefixes + at.entry + 1, block.prefixes + at.entry, moved * sizeof(uint64_t));
    std::memmove(block.rows + at.entry + 1, block.rows + at.entry, moved * sizeof(uint32_t));
    block.prefixes[at.entry] = prefix;
    block.rows[at.entry] = row.value;
    ++block.count;
    if (at.entry == 0) first_prefixes_[at.block] = prefix;
    ++size_;
}

void OrderedKeys::split(size_t at) {
    KeyBlock& full = *blocks_[at];
    auto upper = std::make_unique_for_overwrite<KeyBlock>();
    constexpr uint32_t kHalf = kBlockEntries / 2;
    std::memcpy(upper->prefixes, full.prefixes + kHalf, kHalf * sizeof(uint64_t));
    std::memcpy(upper->rows, full.rows + kHalf, kHalf * sizeof(uint32_t));
    upper->count = kHalf;
    full.count = kHalf;
    first_prefixes_.insert(first_prefixes_.begin() + static_cast<ptrdiff_t>(at) + 1, upper->prefixes[0]);
    blocks_.insert(blocks_.begin() + static_cast<ptrdiff_t>(at) + 1, std::move(upper));
}

void OrderedKeys::erase(RowId row) {
    const uint8_t* data = rows_->data(row);
    Position at = lower_bound(key_->order_prefix(data), data);
    // The border may be one past the end of a block: then the entry is the first of the next.
    if (at.entry == blocks_[at.block]->count) at = {at.block + 1, 0};
    ASSERT(at.block < blocks_.size() && blocks_[at.block]->rows[at.entry] == row.value, "row {} is not in order", row);
    KeyBlock& block = *blocks_[at.block];
    uint32_t moved = block.count - at.entry - 1;
    std::memmove(block.prefixes + at.entry, block.prefixes + at.entry + 1, moved * sizeof(uint64_t));
    std::memmove(block.rows + at.entry, block.rows + at.entry + 1, moved * sizeof(uint32_t));
    --block.count;
    --size_;
    if (block.count == 0) {
        blocks_.erase(blocks_.begin() + static_cast<ptrdiff_t>(at.block));
        first_prefixes_.erase(first_prefixes_.begin() + static_cast<ptrdiff_t>(at.block));
    } else if (at.entry == 0) {
        first_prefixes_[at.block] = block.prefixes[0];
    }
}

void OrderedKeys::replace(RowId row, RowId with) {
    const uint8_t* data = rows_->data(row);
    Position at = lower_bound(key_->order_prefix(data), data);
    if (at.entry == blocks_[at.block]->count) at = {at.block + 1, 0};
    ASSERT(at.block < blocks_.size() && blocks_[at.block]->rows[at.entry] == row.value, "row {} is not in order", row);
    blocks_[at.block]->rows[at.entry] = with.value;
}

}  // namespace lightcone::storage
