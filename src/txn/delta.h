// SPDX-License-Identifier: Apache-2.0
// What a committed transaction changed, in net form: per table the rows deleted and the rows inserted, disjoint by
// value. Owns its row bytes (in the datastore's arena): valid until the datastore begins the next transaction. The log
// record, subscription matching and the wire all read these bytes.
#pragma once

#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "schema/table_schema.h"

namespace lightcone::storage {
class Table;
}

namespace lightcone::txn {

struct DeltaTable {
    const storage::Table* table = nullptr;  // for its layout and schema; its rows already are the new state
    TableId id;
    std::span<const ByteView> deletes;
    std::span<const ByteView> inserts;  // event tables: the events
    bool truncated = false;             // all committed rows were deleted and none inserted
};

// Ascending by table id.
using Delta = std::span<const DeltaTable>;

struct CommittedTx {
    // Offset of this transaction if it consumed one, else of the last that did.
    TxOffset offset;
    bool consumed_offset = false;
    Delta delta;
};

}  // namespace lightcone::txn
