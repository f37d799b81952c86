// SPDX-License-Identifier: Apache-2.0
// What a commit or a subscribe yields for clients: row lists encoded once, shared by reference.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/shared_bytes.h"

namespace lightcone::subscription {

// A client as the registry knows it; given out by Registry::add_client, reused after remove_client.
using ClientId = uint32_t;

// BsatnRowList bytes: size hint, then u32 length and the rows (docs/formats/websocket.md).
struct RowList {
    SharedBytes encoded;
    uint32_t row_count = 0;
};

// One query's change in one transaction. `v2` is the complete TableUpdateRows value (tag, inserts, deletes — or tag,
// events); the lists are parts of the same buffer.
struct RowsChange {
    SharedBytes v2;
    RowList inserts;
    RowList deletes;
    bool is_event = false;
};
using RowsChangePtr = std::shared_ptr<const RowsChange>;

struct TableChange {
    std::string_view table_name;  // canonical; lives as long as the query
    uint32_t table_id = 0;
    std::vector<RowsChangePtr> rows;  // one per query of the set that changed
};

struct QuerySetChange {
    uint32_t query_set_id = 0;
    std::vector<TableChange> tables;  // ascending by name
};

struct ClientChange {
    ClientId client = 0;
    std::vector<QuerySetChange> query_sets;  // ascending by id
};

// Rows of one query at subscribe, unsubscribe or one-off time.
struct TableRows {
    std::string table_name;
    uint32_t table_id = 0;
    RowList rows;
};

}  // namespace lightcone::subscription
