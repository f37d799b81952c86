// SPDX-License-Identifier: Apache-2.0
#include "subscription/row_list.h"

#include "base/assert.h"

namespace lightcone::subscription {

namespace {

enum SizeHintTag : uint8_t { kFixedSize = 0, kRowOffsets = 1 };
enum UpdateTag : uint8_t { kPersistentTable = 0, kEventTable = 1 };

// What decides the list's form: its size in bytes, and the rows' size when they all have one.
struct ListShape {
    uint64_t row_bytes = 0;
    uint64_t encoded_bytes = 0;
    uint16_t fixed_bytes = 0;  // 0: the hint is a list of offsets
};

ListShape shape_of(std::span<const ByteView> rows) {
    ListShape shape;
    size_t first = rows.empty() ? 0 : rows[0].size();
    bool equal = first >= 1 && first <= UINT16_MAX;
    for (ByteView row : rows) {
        shape.row_bytes += row.size();
        equal = equal && row.size() == first;
    }
    if (equal) shape.fixed_bytes = static_cast<uint16_t>(first);
    uint64_t hint_bytes = equal ? 1 + 2 : 1 + 4 + 8 * rows.size();
    shape.encoded_bytes = hint_bytes + 4 + shape.row_bytes;
    return shape;
}

void append_list(std::span<const ByteView> rows, const ListShape& shape, Bytes& out) {
    ByteWriter writer(out);
    if (shape.fixed_bytes != 0) {
        writer.u8(kFixedSize);
        writer.u16(shape.fixed_bytes);
    } else {
        writer.u8(kRowOffsets);
        writer.u32(static_cast<uint32_t>(rows.size()));
        uint64_t offset = 0;
        for (ByteView row : rows) {
            writer.u64(offset);
            offset += row.size();
        }
    }
    writer.u32(static_cast<uint32_t>(shape.row_bytes));
    for (ByteView row : rows) writer.raw(row);
}

}  // namespace

Result<RowList> encode_rows(std::span<const ByteView> rows) {
    ListShape shape = shape_of(rows);
    if (shape.row_bytes > kRowListBytesMax || rows.size() > UINT32_MAX) {
        return fail(ErrorCode::LimitExceeded,
                    "the query's {} rows take {} bytes, more than the {} that one list can hold; narrow the query",
                    rows.size(), shape.row_bytes, kRowListBytesMax);
    }
    Bytes bytes;
    bytes.reserve(shape.encoded_bytes);
    append_list(rows, shape, bytes);
    return RowList{SharedBytes(std::move(bytes)), static_cast<uint32_t>(rows.size())};
}

RowsChangePtr encode_change(std::span<const ByteView> inserts, std::span<const ByteView> deletes, bool is_event) {
    ListShape insert_shape = shape_of(inserts);
    ListShape delete_shape = shape_of(deletes);
    ASSERT(insert_shape.row_bytes <= kRowListBytesMax && delete_shape.row_bytes <= kRowListBytesMax, "{} {}",
           insert_shape.row_bytes, delete_shape.row_bytes);
    Bytes bytes;
    bytes.reserve(1 + insert_shape.encoded_bytes + (is_event ? 0 : delete_shape.encoded_bytes));
    bytes.push_back(is_event ? kEventTable : kPersistentTable);
    append_list(inserts, insert_shape, bytes);
    if (!is_event) append_list(deletes, delete_shape, bytes);

    auto change = std::make_shared<RowsChange>();
    change->is_event = is_event;
    change->v2 = SharedBytes(std::move(bytes));
    change->inserts = {change->v2.slice(1, insert_shape.encoded_bytes), static_cast<uint32_t>(inserts.size())};
    if (!is_event) {
        change->deletes = {change->v2.slice(1 + insert_shape.encoded_bytes, delete_shape.encoded_bytes),
                           static_cast<uint32_t>(deletes.size())};
    }
    return change;
}

}  // namespace lightcone::subscription
