// SPDX-License-Identifier: Apache-2.0
// How an index reads, hashes and compares its keys: by value (-0 equals +0), over the columns where they lie in the
// row. A key handed in from outside is the BSATN of its columns in index order, concatenated. Immutable; any thread.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "storage/order_prefix.h"
#include "storage/row_layout.h"

namespace lightcone::storage {

enum class BoundKind : uint8_t { Included, Excluded, Unbounded };

struct KeyBound {
    BoundKind kind = BoundKind::Unbounded;
    ByteView value;  // BSATN of one component; empty when unbounded
};

// Keys whose first `prefix_parts` components equal `prefix` and whose next component lies between the bounds. All parts
// are valid encodings: see KeySpec::parse_range.
struct KeyRange {
    ByteView prefix;
    uint32_t prefix_parts = 0;
    KeyBound start;
    KeyBound end;
};

// One end of a range, ready to be compared with rows.
struct RangeEdge {
    ByteView prefix;
    uint32_t prefix_parts = 0;
    ByteView value;  // empty: only the prefix decides
    bool has_value = false;
    uint64_t lowest = 0;  // order prefixes of keys that begin like this edge
    uint64_t highest = ~0ull;
    bool is_exact = false;  // those order prefixes decide completely
};

class KeySpec {
  public:
    static Result<KeySpec> compile(const RowLayout& layout, std::span<const schema::ColumnSchema> columns,
                                   std::span<const ColumnId> key_columns);

    std::span<const ColumnId> columns() const { return column_ids_; }
    // Components of the key: the columns, or the fields of the only column if that is a product.
    size_t part_count() const { return parts_.size(); }

    // True when keys are at most 8 bytes and equality is byte equality: then a key is a number.
    bool is_small() const { return is_small_; }
    uint64_t small_key(const uint8_t* row) const {
        if (contiguous_offset_) [[likely]]
            return load_small(row + *contiguous_offset_, fixed_bytes_);
        return gather_small_key(row);
    }
    uint64_t small_key_of(ByteView key) const { return load_small(key.data(), fixed_bytes_); }

    // True when `key` is exactly one full key.
    bool is_valid_key(ByteView key) const {
        if (any_bytes_valid_) [[likely]]
            return key.size() == fixed_bytes_;
        return is_valid_key_slow(key);
    }
    // Decodes the parts of a range scan; nothing when bytes or counts are wrong. `start` and `end`: a tag (0 included,
    // 1 excluded, 2 unbounded), then the value. The result borrows the bytes.
    std::optional<KeyRange> parse_range(ByteView prefix, uint32_t prefix_parts, ByteView start, ByteView end) const;

    uint64_t hash_key(ByteView key) const;
    uint64_t hash_row(const uint8_t* row) const;
    bool key_equals_row(ByteView key, const uint8_t* row) const;
    bool rows_equal(const uint8_t* a, const uint8_t* b) const;
    // True when the key columns of both rows have the same bytes.
    bool same_key_bytes(const uint8_t* a, const uint8_t* b) const;
    void append_key(const uint8_t* row, Bytes& out) const;

    int compare_rows(const uint8_t* a, const uint8_t* b) const;
    // Order prefix of a row's key; decides completely when order_is_exact().
    uint64_t order_prefix(const uint8_t* row) const;
    bool order_is_exact() const { return order_is_exact_; }
    RangeEdge make_edge(const KeyRange& range, const KeyBound& bound) const;
    // Row's key against the edge, over the components the edge has.
    int compare_to_edge(const uint8_t* row, const RangeEdge& edge) const;

  private:
    struct Part {
        sats::ValueOps ops;
        PrefixProgram prefix;
    };
    static uint64_t load_small(const uint8_t* at, uint32_t bytes) {
        switch (bytes) {
            case 8: return load_le<uint64_t>(at);
            case 4: return load_le<uint32_t>(at);
            case 2: return load_le<uint16_t>(at);
            case 1: return *at;
            default: break;
        }
        uint64_t key = 0;
        if (bytes != 0) std::memcpy(&key, at, bytes);
        return key;
    }
    uint64_t gather_small_key(const uint8_t* row) const;
    bool is_valid_key_slow(ByteView key) const;
    ByteView column(const uint8_t* row, size_t i) const { return layout_->column(row, column_ids_[i]); }
    // Calls visit(part index, its start) for the row's components in order until it returns false.
    template <typename Visit>
    void visit_parts(const uint8_t* row, Visit&& visit) const;
    uint64_t hash_column(const sats::ValueOps& ops, ByteView value) const;

    const RowLayout* layout_ = nullptr;
    std::vector<ColumnId> column_ids_;
    std::vector<Part> parts_;
    bool is_flattened_ = false;  // parts are the fields of the only column
    bool is_small_ = false;
    bool any_bytes_valid_ = false;
    bool is_bytewise_ = false;
    bool order_is_exact_ = false;
    uint32_t fixed_bytes_ = 0;                   // of the whole key, when every component is of fixed size
    std::optional<uint32_t> contiguous_offset_;  // set when a fixed-size key is one run of bytes at a constant place
};

}  // namespace lightcone::storage
