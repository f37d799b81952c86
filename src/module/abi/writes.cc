// SPDX-License-Identifier: Apache-2.0
// Inserting, updating and deleting rows. The row bytes are read where they lie in the guest's memory.
#include "base/assert.h"
#include "module/abi/host_functions.h"
#include "module/abi/range_bounds.h"

namespace lightcone::module::abi {

namespace {

// The generated columns of a row go over its start.
int32_t write_back(GuestContext& guest, std::span<uint8_t> row, uint32_t row_len) {
    const Bytes& generated = guest.generated;
    ASSERT(generated.size() <= row.size(), "generated {} of a row of {} bytes", generated.size(), row.size());
    if (!generated.empty()) std::memcpy(row.data(), generated.data(), generated.size());
    guest.memory.store(row_len, static_cast<uint32_t>(generated.size()));
    return 0;
}

template <typename Delete>
int32_t delete_rows(GuestContext& guest, std::string_view call, uint32_t out, Delete&& remove) {
    if (guest.transaction == nullptr) return to_guest(Errno::NotInTransaction);
    uint32_t count = 0;
    txn::TxStatus status = remove(count);
    if (status != txn::TxStatus::Ok) return guest.refuse(call, status);
    return guest.write(out, count);
}

}  // namespace

int32_t datastore_insert_bsatn(GuestContext& guest, uint32_t table, uint32_t row, uint32_t row_len) {
    uint32_t count = 0;
    std::span<uint8_t> bytes;
    if (!guest.read_u32(row_len, count) || !guest.read_writable(row, count, bytes)) return 0;
    if (guest.transaction == nullptr) return to_guest(Errno::NotInTransaction);
    txn::TxStatus status = guest.transaction->insert(TableId{table}, bytes, guest.generated);
    if (status != txn::TxStatus::Ok) [[unlikely]]
        return guest.refuse("DatastoreInsertBsatn", status);
    return write_back(guest, bytes, row_len);
}

int32_t datastore_update_bsatn(GuestContext& guest, uint32_t table, uint32_t index, uint32_t row, uint32_t row_len) {
    uint32_t count = 0;
    std::span<uint8_t> bytes;
    if (!guest.read_u32(row_len, count) || !guest.read_writable(row, count, bytes)) return 0;
    if (guest.transaction == nullptr) return to_guest(Errno::NotInTransaction);
    txn::TxStatus status = guest.transaction->update(TableId{table}, IndexId{index}, bytes, guest.generated);
    if (status != txn::TxStatus::Ok) [[unlikely]]
        return guest.refuse("DatastoreUpdateBsatn", status);
    return write_back(guest, bytes, row_len);
}

int32_t datastore_delete_by_index_scan_point_bsatn(GuestContext& guest, uint32_t index, uint32_t point,
                                                   uint32_t point_len, uint32_t out) {
    ByteView key;
    if (!guest.read(point, point_len, key) || !guest.non_null(out)) return 0;
    return delete_rows(guest, "DatastoreDeleteByIndexScanPointBsatn", out,
                       [&](uint32_t& count) { return guest.transaction->delete_point(IndexId{index}, key, count); });
}

int32_t datastore_delete_by_index_scan_range_bsatn(GuestContext& guest, uint32_t index, uint32_t prefix,
                                                   uint32_t prefix_len, uint32_t prefix_elems, uint32_t start,
                                                   uint32_t start_len, uint32_t end, uint32_t end_len, uint32_t out) {
    RangeBounds range;
    if (!range.read(guest, prefix, prefix_len, prefix_elems, start, start_len, end, end_len) || !guest.non_null(out)) {
        return 0;
    }
    return delete_rows(guest, "DatastoreDeleteByIndexScanRangeBsatn", out, [&](uint32_t& count) {
        return guest.transaction->delete_range(IndexId{index}, range.prefix, range.prefix_columns, range.start,
                                               range.end, count);
    });
}

int32_t datastore_delete_all_by_eq_bsatn(GuestContext& guest, uint32_t table, uint32_t relation, uint32_t relation_len,
                                         uint32_t out) {
    ByteView rows;
    if (!guest.read(relation, relation_len, rows) || !guest.non_null(out)) return 0;
    return delete_rows(guest, "DatastoreDeleteAllByEqBsatn", out, [&](uint32_t& count) {
        return guest.transaction->delete_all_by_eq(TableId{table}, rows, count);
    });
}

int32_t datastore_clear(GuestContext& guest, uint32_t table, uint32_t out) {
    if (!guest.non_null(out)) return 0;
    if (guest.transaction == nullptr) return to_guest(Errno::NotInTransaction);
    uint64_t count = 0;
    txn::TxStatus status = guest.transaction->clear(TableId{table}, count);
    if (status != txn::TxStatus::Ok) return guest.refuse("DatastoreClear", status);
    return guest.write(out, count);
}

}  // namespace lightcone::module::abi
