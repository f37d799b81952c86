// SPDX-License-Identifier: Apache-2.0
// Table schemas as rows of the system tables, both ways.
#pragma once

#include <functional>

#include "txn/catalog.h"
#include "txn/system_codec.h"

namespace lightcone::txn {

// Visits the rows that describe a table whose ids are assigned, ascending by system table. `allocated` of sequences:
// the mark to store (system tables: kFirstUserId; user tables: their start).
void for_each_schema_row(const schema::TableSchema& table, const std::function<void(TableId, const Bytes&)>& visit);

struct StoredSchema {
    schema::TableSchema schema;
    std::vector<Sequence> sequences;
};
// Builds the schema of one table from the catalog's system tables. Index accessors of generated code are not stored.
// Errors: Corruption.
Result<StoredSchema> read_schema(const Catalog& catalog, TableId table);

// Whether columns, indexes, constraints, sequences and schedule fit together. Errors: InvalidArgument.
Result<void> check_schema(const schema::TableSchema& schema);

}  // namespace lightcone::txn
