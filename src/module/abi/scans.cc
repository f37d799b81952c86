// SPDX-License-Identifier: Apache-2.0
// Counting, scanning, and handing rows out.
#include <fmt/format.h>

#include "module/abi/host_functions.h"
#include "module/abi/range_bounds.h"

namespace lightcone::module::abi {

namespace {

// Runs one scan into a fresh iterator and gives its handle to the guest.
template <typename Scan>
int32_t open_iterator(GuestContext& guest, std::string_view call, uint32_t out, Scan&& scan) {
    if (guest.transaction == nullptr) return to_guest(Errno::NotInTransaction);
    uint32_t handle = guest.iterators.acquire();
    if (handle == 0) [[unlikely]] {
        return guest.trap_runtime_error(
            call, fmt::format("too many open row iterators (limit {}): read them to the end or close them",
                              kRowIteratorsMax));
    }
    txn::TxStatus status = scan(guest.iterators.rows(handle));
    if (status != txn::TxStatus::Ok) [[unlikely]] {
        guest.iterators.release(handle);
        return guest.refuse(call, status);
    }
    size_t held = guest.iterators.open(handle);
    if (held > guest.rows_bytes_max()) [[unlikely]] {
        return guest.trap_runtime_error(
            call, fmt::format("open row iterators hold {} bytes of rows (limit {})", held, guest.rows_bytes_max()));
    }
    return guest.write(out, handle);
}

}  // namespace

int32_t datastore_table_row_count(GuestContext& guest, uint32_t table, uint32_t out) {
    if (!guest.non_null(out)) return 0;
    if (guest.transaction == nullptr) return to_guest(Errno::NotInTransaction);
    uint64_t count = 0;
    txn::TxStatus status = guest.transaction->row_count(TableId{table}, count);
    if (status != txn::TxStatus::Ok) return guest.refuse("DatastoreTableRowCount", status);
    return guest.write(out, count);
}

int32_t datastore_table_scan_bsatn(GuestContext& guest, uint32_t table, uint32_t out) {
    if (!guest.non_null(out)) return 0;
    return open_iterator(guest, "DatastoreTableScanBsatn", out,
                         [&](txn::RowBuffer& rows) { return guest.transaction->scan(TableId{table}, rows); });
}

int32_t datastore_index_scan_point_bsatn(GuestContext& guest, uint32_t index, uint32_t point, uint32_t point_len,
                                         uint32_t out) {
    ByteView key;
    if (!guest.read(point, point_len, key) || !guest.non_null(out)) return 0;
    return open_iterator(guest, "DatastoreIndexScanPointBsatn", out, [&](txn::RowBuffer& rows) {
        return guest.transaction->index_point(IndexId{index}, key, rows);
    });
}

int32_t datastore_index_scan_range_bsatn(GuestContext& guest, uint32_t index, uint32_t prefix, uint32_t prefix_len,
                                         uint32_t prefix_elems, uint32_t start, uint32_t start_len, uint32_t end,
                                         uint32_t end_len, uint32_t out) {
    RangeBounds range;
    if (!range.read(guest, prefix, prefix_len, prefix_elems, start, start_len, end, end_len) || !guest.non_null(out)) {
        return 0;
    }
    return open_iterator(guest, "DatastoreIndexScanRangeBsatn", out, [&](txn::RowBuffer& rows) {
        return guest.transaction->index_range(IndexId{index}, range.prefix, range.prefix_columns, range.start,
                                              range.end, rows);
    });
}

int32_t row_iter_bsatn_advance(GuestContext& guest, uint32_t iterator, uint32_t buffer, uint32_t buffer_len) {
    uint32_t capacity = 0;
    if (!guest.non_null(buffer) || !guest.read_u32(buffer_len, capacity)) return 0;
    if (!guest.iterators.is_open(iterator)) return to_guest(Errno::NoSuchIter);
    std::span<uint8_t> target;
    if (!guest.read_writable(buffer, capacity, target)) return 0;
    uint32_t count = 0;
    RowIterators::Advance result = guest.iterators.advance(iterator, target, count);
    guest.memory.store(buffer_len, count);
    switch (result) {
        case RowIterators::Advance::Exhausted: return -1;
        case RowIterators::Advance::More: return 0;
        case RowIterators::Advance::TooSmall: break;
    }
    return to_guest(Errno::BufferTooSmall);
}

int32_t row_iter_bsatn_close(GuestContext& guest, uint32_t iterator) {
    if (!guest.iterators.is_open(iterator)) return to_guest(Errno::NoSuchIter);
    guest.iterators.release(iterator);
    return 0;
}

}  // namespace lightcone::module::abi
