// SPDX-License-Identifier: Apache-2.0
// Who watches what: distinct queries, the clients subscribed to each, and the matching of a committed delta against
// them. A delta is matched against distinct queries, never against clients; each (query, delta) is encoded once.
//
// Owner: one running database. Thread: the holder of the database's turn. Order of everything handed out is
// deterministic.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "query/query.h"
#include "subscription/update.h"

namespace lightcone::subscription {

class Registry {
  public:
    static std::unique_ptr<Registry> create(txn::Datastore& store);
    virtual ~Registry() = default;

    virtual ClientId add_client(const query::Reader& reader) = 0;
    // Drops the client and all its query sets.
    virtual void remove_client(ClientId client) = 0;

    // Compiles and registers a query set, all or nothing, and yields its current rows: one entry per distinct query in
    // order; a query whose table is empty is left out. Errors carry the documented text (", executing: `…`" included);
    // AlreadyExists when the id is active.
    virtual Result<std::vector<TableRows>> subscribe(ClientId client, uint32_t query_set_id,
                                                     const std::vector<std::string_view>& queries) = 0;
    // Removes the set; yields its rows when `want_rows`. Errors: NotFound "Subscription not found …".
    virtual Result<std::vector<TableRows>> unsubscribe(ClientId client, uint32_t query_set_id, bool want_rows) = 0;
    // One query now, nothing kept; exactly one entry.
    virtual Result<TableRows> one_off(ClientId client, std::string_view sql) = 0;

    // Matches a delta. The returned span (ascending by client) is valid until the next call. Costs nothing beyond a
    // flag test per touched table when nobody watches it.
    virtual std::span<const ClientChange> match(txn::Delta delta) = 0;

    // After a schema change: recompiles every query. Clients whose queries no longer compile get an error and lose the
    // set.
    struct DroppedSet {
        ClientId client = 0;
        uint32_t query_set_id = 0;
        std::string error;
    };
    virtual std::vector<DroppedSet> rebind() = 0;
};

}  // namespace lightcone::subscription
