// SPDX-License-Identifier: Apache-2.0
// Where the columns of a table's encoded rows lie: constant offsets as long as all columns before are of fixed size, a
// compiled walk after that. Also validates rows. Immutable after compile(); any thread.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "sats/value_ops.h"
#include "schema/table_schema.h"

namespace lightcone::storage {

class RowLayout {
  public:
    // Column types are resolved. Errors: InvalidArgument (naming the column).
    static Result<RowLayout> compile(std::span<const schema::ColumnSchema> columns);

    size_t column_count() const { return columns_.size(); }
    // Set when every row has the same size.
    bool is_fixed() const { return first_variable_ == columns_.size(); }
    uint32_t fixed_bytes() const { return fixed_prefix_bytes_; }  // of the fixed prefix: the row if is_fixed()

    const sats::ValueOps& ops(ColumnId column) const { return columns_[column.value].ops; }
    // Offset from the row's start where it is the same in every row.
    std::optional<uint32_t> constant_offset(ColumnId column) const;
    // Start of a column in a valid row.
    const uint8_t* column_data(const uint8_t* row, ColumnId column) const {
        const Column& found = columns_[column.value];
        if (column.value <= first_variable_) [[likely]]
            return row + found.offset;
        return walk(row, column.value);
    }
    ByteView column(const uint8_t* row, ColumnId column) const {
        const uint8_t* at = column_data(row, column);
        return {at, size_at(columns_[column.value], at)};
    }
    // Size of the valid row that starts there.
    size_t row_bytes(const uint8_t* row) const;

    // True when `row` is exactly one value of the row type.
    bool is_valid(ByteView row) const {
        if (any_bytes_valid_) [[likely]]
            return row.size() == fixed_prefix_bytes_;
        return is_valid_slow(row);
    }
    // Size of the valid row at the start of `bytes`; nothing when there is none.
    std::optional<size_t> measure(ByteView bytes) const;
    // The same as is_valid, with the decoder's text.
    Result<void> check(ByteView row) const;

  private:
    enum class Size : uint8_t { Fixed, Counted, Walk };
    struct Column {
        sats::ValueOps ops;
        Size size = Size::Walk;
        bool is_text = false;
        bool any_bytes_valid = false;
        uint32_t fixed_bytes = 0;    // Fixed
        uint32_t element_bytes = 0;  // Counted: u32 count, then that many elements of this size
        uint32_t offset = 0;         // constant offset, up to and including the first variable column
    };
    static size_t size_at(const Column& column, const uint8_t* at) {
        if (column.size == Size::Fixed) return column.fixed_bytes;
        if (column.size == Size::Counted) return 4 + static_cast<size_t>(load_le<uint32_t>(at)) * column.element_bytes;
        return column.ops.size_of(at);
    }
    const uint8_t* walk(const uint8_t* row, size_t column) const;
    bool is_valid_slow(ByteView row) const;

    std::vector<Column> columns_;
    size_t first_variable_ = 0;
    uint32_t fixed_prefix_bytes_ = 0;
    bool any_bytes_valid_ = false;  // fixed, and every byte string of that size is a row
};

}  // namespace lightcone::storage
