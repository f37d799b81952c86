// SPDX-License-Identifier: Apache-2.0
#include "storage/row_layout.h"

#include "sats/utf8.h"

namespace lightcone::storage {

Result<RowLayout> RowLayout::compile(std::span<const schema::ColumnSchema> columns) {
    RowLayout layout;
    layout.columns_.reserve(columns.size());
    layout.any_bytes_valid_ = true;
    uint64_t offset = 0;
    bool fixed_so_far = true;
    for (const schema::ColumnSchema& source : columns) {
        auto ops = sats::ValueOps::compile(source.type);
        if (!ops) return fail(ops.error().code, "column `{}`: {}", source.name, ops.error().message);
        Column column{.ops = std::move(*ops), .offset = static_cast<uint32_t>(offset)};
        column.any_bytes_valid = column.ops.any_bytes_valid();
        if (std::optional<uint32_t> bytes = column.ops.fixed_bytes()) {
            column.size = Size::Fixed;
            column.fixed_bytes = *bytes;
            if (fixed_so_far) {
                offset += *bytes;
                ++layout.first_variable_;
            }
        } else {
            fixed_so_far = false;
            if (source.type.kind == sats::TypeKind::String) {
                column.size = Size::Counted;
                column.is_text = true;
                column.element_bytes = 1;
            } else if (source.type.kind == sats::TypeKind::Array) {
                sats::ValueOps element = TRY(sats::ValueOps::compile(source.type.elements.at(0).type));
                if (std::optional<uint32_t> bytes_each = element.fixed_bytes()) {
                    column.size = Size::Counted;
                    column.element_bytes = *bytes_each;
                }
            }
        }
        layout.any_bytes_valid_ &= column.size == Size::Fixed && column.any_bytes_valid;
        if (offset > UINT32_MAX)
            return fail(ErrorCode::LimitExceeded, "a row has more than {} fixed bytes", UINT32_MAX);
        layout.columns_.push_back(std::move(column));
    }
    layout.fixed_prefix_bytes_ = static_cast<uint32_t>(offset);
    return layout;
}

std::optional<uint32_t> RowLayout::constant_offset(ColumnId column) const {
    if (column.value > first_variable_) return std::nullopt;
    return columns_[column.value].offset;
}

const uint8_t* RowLayout::walk(const uint8_t* row, size_t column) const {
    const uint8_t* at = row + fixed_prefix_bytes_;
    for (size_t i = first_variable_; i < column; ++i) at += size_at(columns_[i], at);
    return at;
}

size_t RowLayout::row_bytes(const uint8_t* row) const {
    return is_fixed() ? fixed_prefix_bytes_ : static_cast<size_t>(walk(row, columns_.size()) - row);
}

bool RowLayout::is_valid_slow(ByteView row) const {
    std::optional<size_t> bytes = measure(row);
    return bytes && *bytes == row.size();
}

std::optional<size_t> RowLayout::measure(ByteView bytes) const {
    size_t at = 0;
    for (const Column& column : columns_) {
        ByteView rest = bytes.subspan(at);
        if (column.size == Size::Fixed && column.any_bytes_valid) {
            if (rest.size() < column.fixed_bytes) return std::nullopt;
            at += column.fixed_bytes;
        } else if (column.is_text) {
            if (rest.size() < 4) return std::nullopt;
            size_t text_bytes = load_le<uint32_t>(rest.data());
            if (rest.size() - 4 < text_bytes) return std::nullopt;
            if (!sats::is_valid_utf8(rest.subspan(4, text_bytes))) return std::nullopt;
            at += 4 + text_bytes;
        } else {
            Result<size_t> size = column.ops.validate(rest);
            if (!size) return std::nullopt;
            at += *size;
        }
    }
    return at;
}

Result<void> RowLayout::check(ByteView row) const {
    size_t at = 0;
    for (const Column& column : columns_) at += TRY(column.ops.validate(row.subspan(at)));
    if (at != row.size()) {
        return fail(ErrorCode::InvalidArgument, "unexpected data length: Expected {}, given {}", at, row.size());
    }
    return {};
}

}  // namespace lightcone::storage
