// SPDX-License-Identifier: Apache-2.0
#include "txn/system_rows.h"

#include "sats/utf8.h"
#include "txn/transaction_impl.h"

namespace lightcone::txn {

namespace {

constexpr std::string_view kModuleVersion = "0.0.1";

TransactionImpl& impl(Transaction& tx) {
    return static_cast<TransactionImpl&>(tx);
}

storage::Table& table_of(Transaction& tx, TableId id) {
    return *impl(tx).catalog().table(id)->table;
}

Bytes client_key(const sats::Identity& identity, const sats::ConnectionId& connection) {
    Bytes key(identity.le.begin(), identity.le.end());
    key.insert(key.end(), connection.le.begin(), connection.le.end());
    return key;
}

// First row of a table with at most one.
RowId only_row(const storage::Table& table) {
    RowId found = storage::kNoRow;
    table.for_each_row([&](RowId id, ByteView) {
        found = id;
        return false;
    });
    return found;
}

template <typename Array>
Array take_array(ByteReader& in) {
    Array result;
    auto bytes = in.take(result.size());
    ASSERT(bytes.has_value(), "a stored system row is too short");
    std::memcpy(result.data(), bytes->data(), result.size());
    return result;
}

}  // namespace

void set_program(Transaction& tx, const sats::Identity& database, const sats::Identity& owner, const Hash32& hash,
                 ByteView bytes, ProgramKind kind) {
    RowId old = only_row(table_of(tx, kStModule));
    if (old != storage::kNoRow) impl(tx).erase_system_row(kStModule, old);
    Bytes row;
    row.reserve(bytes.size() + 128);
    ByteWriter out(row);
    out.raw(database.le);
    out.raw(owner.le);
    out.u8(static_cast<uint8_t>(kind));
    out.raw(hash);
    out.length_prefixed(bytes);
    out.length_prefixed(kModuleVersion);
    impl(tx).insert_system_row(kStModule, row);
}

std::optional<ProgramRow> program(Datastore& store) {
    const storage::Table& table = *store.table(kStModule);
    RowId id = only_row(table);
    if (id == storage::kNoRow) return std::nullopt;
    ByteView row = table.row(id);
    ByteReader in(row);
    ProgramRow result;
    result.database.le = take_array<decltype(result.database.le)>(in);
    result.owner.le = take_array<decltype(result.owner.le)>(in);
    result.kind = static_cast<ProgramKind>(take_array<std::array<uint8_t, 1>>(in)[0]);
    result.hash = take_array<Hash32>(in);
    result.bytes = table.column(row, ColumnId(4)).subspan(4);
    return result;
}

void insert_client(Transaction& tx, const sats::Identity& identity, const sats::ConnectionId& connection,
                   std::string_view jwt_claims) {
    Bytes key = client_key(identity, connection);
    if (table_of(tx, kStClient).find_equal(key) == storage::kNoRow) impl(tx).insert_system_row(kStClient, key);
    if (jwt_claims.empty() || !sats::is_valid_utf8(as_bytes(jwt_claims))) return;
    const storage::Table& credentials = table_of(tx, kStConnectionCredentials);
    RowId old = credentials.identity_index()->find(connection.le);
    if (old != storage::kNoRow) impl(tx).erase_system_row(kStConnectionCredentials, old);
    Bytes row(connection.le.begin(), connection.le.end());
    ByteWriter(row).length_prefixed(jwt_claims);
    impl(tx).insert_system_row(kStConnectionCredentials, row);
}

bool delete_client(Transaction& tx, const sats::Identity& identity, const sats::ConnectionId& connection) {
    RowId client = table_of(tx, kStClient).find_equal(client_key(identity, connection));
    if (client != storage::kNoRow) impl(tx).erase_system_row(kStClient, client);
    RowId claims = table_of(tx, kStConnectionCredentials).identity_index()->find(connection.le);
    if (claims != storage::kNoRow) impl(tx).erase_system_row(kStConnectionCredentials, claims);
    return client != storage::kNoRow;
}

std::vector<ClientRow> clients(Datastore& store) {
    std::vector<ClientRow> result;
    store.table(kStClient)->for_each_row([&](RowId, ByteView row) {
        ByteReader in(row);
        ClientRow client;
        client.identity.le = take_array<decltype(client.identity.le)>(in);
        client.connection.le = take_array<decltype(client.connection.le)>(in);
        result.push_back(client);
    });
    return result;
}

std::optional<std::string> client_claims(Datastore& store, const sats::ConnectionId& connection) {
    const storage::Table& table = *store.table(kStConnectionCredentials);
    RowId id = table.identity_index()->find(connection.le);
    if (id == storage::kNoRow) return std::nullopt;
    return std::string(as_text(table.column(table.row(id), ColumnId(1)).subspan(4)));
}

}  // namespace lightcone::txn
