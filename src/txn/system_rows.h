// SPDX-License-Identifier: Apache-2.0
// Typed access to the system-table rows that a running database writes and reads itself: its program and its open
// connections. The Transaction must come from Datastore::create(). Thread: the holder of the database's turn.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "sats/special.h"
#include "txn/datastore.h"

namespace lightcone::txn {

enum class ProgramKind : uint8_t { Wasm = 0, JavaScript = 1 };

// The st_module row. `bytes` borrows from the table: valid until the row changes.
struct ProgramRow {
    sats::Identity database;
    sats::Identity owner;
    ProgramKind kind = ProgramKind::Wasm;
    Hash32 hash{};
    ByteView bytes;
};

// Makes this the database's one program.
void set_program(Transaction& tx, const sats::Identity& database, const sats::Identity& owner, const Hash32& hash,
                 ByteView bytes, ProgramKind kind = ProgramKind::Wasm);
// Nothing before the first publish.
std::optional<ProgramRow> program(Datastore& store);

struct ClientRow {
    sats::Identity identity;
    sats::ConnectionId connection;

    bool operator==(const ClientRow&) const = default;
};

// Records an open connection and its token's claims (JSON text; none are kept if it is empty or not UTF-8). No effect
// if it is recorded already.
void insert_client(Transaction& tx, const sats::Identity& identity, const sats::ConnectionId& connection,
                   std::string_view jwt_claims);
// False when the connection was not recorded.
bool delete_client(Transaction& tx, const sats::Identity& identity, const sats::ConnectionId& connection);
// Open connections; after a restart, those that were open when the server stopped.
std::vector<ClientRow> clients(Datastore& store);
// Claims of an open connection; nothing if none were recorded.
std::optional<std::string> client_claims(Datastore& store, const sats::ConnectionId& connection);

}  // namespace lightcone::txn
