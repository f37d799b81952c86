// SPDX-License-Identifier: Apache-2.0
// Names to ids, and who calls.
#include "module/abi/host_functions.h"

namespace lightcone::module::abi {

namespace {

// System table st_connection_credentials (connection_id U128, jwt_payload String) and the index on its first column.
constexpr IndexId kCredentialsByConnection{13};
constexpr uint32_t kConnectionIdBytes = 16;

}  // namespace

int32_t table_id_from_name(GuestContext& guest, uint32_t name, uint32_t name_len, uint32_t out) {
    std::string_view text;
    if (!guest.read_name(name, name_len, text) || !guest.non_null(out)) return 0;
    if (guest.transaction == nullptr) return to_guest(Errno::NotInTransaction);
    const storage::Table* table = guest.environment().datastore->find_table(text);
    if (table == nullptr) return to_guest(Errno::NoSuchTable);
    return guest.write(out, table->id().value);
}

int32_t index_id_from_name(GuestContext& guest, uint32_t name, uint32_t name_len, uint32_t out) {
    std::string_view text;
    if (!guest.read_name(name, name_len, text) || !guest.non_null(out)) return 0;
    if (guest.transaction == nullptr) return to_guest(Errno::NotInTransaction);
    std::optional<IndexId> index = guest.environment().datastore->find_index(text);
    if (!index) return to_guest(Errno::NoSuchIndex);
    return guest.write(out, index->value);
}

void identity(GuestContext& guest, uint32_t out) {
    const auto& bytes = guest.environment().database_identity.le;
    std::span<uint8_t> target;
    if (guest.read_writable(out, bytes.size(), target)) std::memcpy(target.data(), bytes.data(), bytes.size());
}

int32_t get_jwt(GuestContext& guest, uint32_t connection_id, uint32_t out) {
    ByteView key;
    if (!guest.read(connection_id, kConnectionIdBytes, key) || !guest.non_null(out)) return 0;
    if (guest.transaction == nullptr) return to_guest(Errno::NotInTransaction);
    txn::RowBuffer rows;
    txn::TxStatus status = guest.transaction->index_point(kCredentialsByConnection, key, rows);
    if (status != txn::TxStatus::Ok) return guest.refuse("GetJwt", status);
    if (rows.row_count() == 0) return guest.write(out, uint32_t{0});
    ByteReader row(ByteView(rows.bytes).first(rows.ends[0]));
    auto skipped = row.skip(kConnectionIdBytes);
    auto payload = row.length_prefixed();
    if (!skipped || !payload) return guest.trap_runtime_error("GetJwt", "stored credentials are malformed");
    uint32_t source = 0;
    if (!guest.sources.open_copy(*payload, source)) return to_guest(Errno::NoSpace);
    return guest.write(out, source);
}

}  // namespace lightcone::module::abi
