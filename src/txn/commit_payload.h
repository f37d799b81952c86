// SPDX-License-Identifier: Apache-2.0
// The bytes a commit leaves in the log (docs/formats/commit-payload.md). Integers are unsigned LEB128 ("varint") except
// where a width is given.
//
//   payload  version u8 = 1, then one group per changed table, ascending by table id
//   group    table id, flags u8, then one count per flag set of 1 (updates), 2 (deletes), 4 (inserts), then the rows
//   flag 8   truncated: every row of the table went; no deletes or updates are listed
//   rows     per update the old and the new row; then the deleted rows; then the inserted rows
//   row      tables of fixed-size rows: the row; others: its size, then the row
#pragma once

#include <memory>

#include "base/bytes.h"
#include "base/ids.h"
#include "storage/row_bytes.h"
#include "storage/row_layout.h"

namespace lightcone::txn {

inline constexpr uint8_t kPayloadVersion = 1;
inline constexpr uint8_t kGroupUpdates = 1;
inline constexpr uint8_t kGroupDeletes = 2;
inline constexpr uint8_t kGroupInserts = 4;
inline constexpr uint8_t kGroupTruncated = 8;
inline constexpr uint32_t kVarintBytesMax = 5;
// Room for a group's id, flags and three counts.
inline constexpr uint32_t kGroupHeadBytesMax = 4 * kVarintBytesMax + 1;

// Writes a payload into a buffer that keeps its memory; rows written stay where they are until the next begin().
class PayloadWriter {
  public:
    // Starts a payload of at most that many bytes.
    void begin(size_t bytes_max) {
        bytes_max += 1;
        if (bytes_max > capacity_ || (capacity_ > kKeptBytesMax && bytes_max <= kKeptBytesMax)) [[unlikely]] {
            capacity_ = std::max(bytes_max, size_t{4096});
            buffer_ = std::make_unique_for_overwrite<uint8_t[]>(capacity_);
        }
        at_ = buffer_.get();
        *at_++ = kPayloadVersion;
    }
    void group(TableId table, bool truncated, size_t updates, size_t deletes, size_t inserts) {
        varint(table.value);
        *at_++ = static_cast<uint8_t>((updates ? kGroupUpdates : 0) | (deletes ? kGroupDeletes : 0) |
                                      (inserts ? kGroupInserts : 0) | (truncated ? kGroupTruncated : 0));
        if (updates != 0) varint(static_cast<uint32_t>(updates));
        if (deletes != 0) varint(static_cast<uint32_t>(deletes));
        if (inserts != 0) varint(static_cast<uint32_t>(inserts));
    }
    // The row as it lies in the payload.
    ByteView row(ByteView row, bool is_fixed) {
        if (!is_fixed) varint(static_cast<uint32_t>(row.size()));
        uint8_t* start = at_;
        storage::copy_row(start, row.data(), row.size());
        at_ += row.size();
        return {start, row.size()};
    }
    ByteView payload() const { return {buffer_.get(), static_cast<size_t>(at_ - buffer_.get())}; }

  private:
    static constexpr size_t kKeptBytesMax = 4u << 20;

    void varint(uint32_t value) {
        while (value >= 0x80) {
            *at_++ = static_cast<uint8_t>(value | 0x80);
            value >>= 7;
        }
        *at_++ = static_cast<uint8_t>(value);
    }

    std::unique_ptr<uint8_t[]> buffer_;
    size_t capacity_ = 0;
    uint8_t* at_ = nullptr;
};

// Reads a payload. Everything it hands out borrows the payload. Errors: Corruption, Unsupported (a newer version).
class PayloadReader {
  public:
    struct Group {
        TableId table;
        bool truncated = false;
        uint32_t updates = 0;
        uint32_t deletes = 0;
        uint32_t inserts = 0;
    };
    // An empty payload is a transaction that changed nothing.
    static Result<PayloadReader> open(ByteView payload);

    bool at_end() const { return at_ == end_; }
    Result<Group> group();
    // The next row, checked against the layout. Nothing when the bytes are not a row.
    std::optional<ByteView> row(const storage::RowLayout& layout) {
        size_t size = layout.fixed_bytes();
        if (!layout.is_fixed()) {
            uint32_t stored = 0;
            if (!varint(stored)) return std::nullopt;
            size = stored;
        }
        if (static_cast<size_t>(end_ - at_) < size) [[unlikely]]
            return std::nullopt;
        ByteView row{at_, size};
        at_ += size;
        if (!layout.is_valid(row)) [[unlikely]]
            return std::nullopt;
        return row;
    }

  private:
    explicit PayloadReader(ByteView payload) : at_(payload.data()), end_(payload.data() + payload.size()) {}
    bool varint(uint32_t& value) {
        value = 0;
        for (uint32_t shift = 0; shift < 35 && at_ != end_; shift += 7) {
            uint8_t byte = *at_++;
            if (shift == 28 && byte > 0x0F) return false;
            value |= static_cast<uint32_t>(byte & 0x7F) << shift;
            if (byte < 0x80) return true;
        }
        return false;
    }

    const uint8_t* at_;
    const uint8_t* end_;
};

}  // namespace lightcone::txn
