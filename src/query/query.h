// SPDX-License-Identifier: Apache-2.0
// A SELECT, bound to tables and compiled: what subscriptions keep and one-off reads run.
//
//   auto query = TRY(query::compile("SELECT * FROM person WHERE age > 30", store, reader));
//   query->run(store, [&](ByteView row) { ... });
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sats/special.h"
#include "txn/datastore.h"

namespace lightcone::query {

// Who asks: decides which tables exist for them and what :sender means.
struct Reader {
    sats::Identity identity;
    bool is_owner = false;
};

// Immutable after compile(). Valid while its table lives with the layout it had then (datastore.schema_version()
// tells).
class Query {
  public:
    virtual ~Query() = default;
    // Canonical text plus, when the result depends on it, the reader: equal keys share one evaluation.
    virtual const std::string& key() const = 0;
    // The text it was compiled from, without surrounding white space.
    virtual const std::string& sql() const = 0;
    virtual TableId table() const = 0;
    virtual const std::string& table_name() const = 0;  // canonical
    virtual bool is_event() const = 0;
    virtual uint64_t schema_version() const = 0;
    // True when the row is in the result (the WHERE clause; always true without one).
    virtual bool matches(ByteView row) const = 0;
    // When the result is confined to rows whose `column` equals one constant, that column and the constant in canonical
    // key bytes (sats::ValueOps::append_canonical); dispatch by value instead of by loop.
    struct EqualityKey {
        ColumnId column;
        Bytes canonical_value;
    };
    virtual const std::optional<EqualityKey>& equality() const = 0;
    // Visits every matching row of the current state; uses an index where one serves. The views stay valid until the
    // next change of the table.
    virtual void run(txn::Datastore& store, const std::function<void(ByteView)>& visit) const = 0;
};

// For subscriptions and one-off queries: one SELECT that returns whole rows of one table.
// Errors: InvalidArgument / NotFound / Unsupported / LimitExceeded with the documented text (for subscriptions the
// caller adds
// ", executing: `{sql}`").
Result<std::shared_ptr<const Query>> compile(std::string_view sql, txn::Datastore& store, const Reader& reader);

// The queries a subscribed text stands for: itself, or, for SELECT * FROM *, one per readable table.
Result<std::vector<std::shared_ptr<const Query>>> compile_subscription(std::string_view sql, txn::Datastore& store,
                                                                       const Reader& reader);

// One statement's answer for SQL over HTTP: the row type (a product of the selected columns) and the rows' BSATN.
struct SqlResult {
    sats::AlgebraicType row_type;
    txn::RowBuffer rows;
    uint64_t rows_inserted = 0;
    uint64_t rows_updated = 0;
    uint64_t rows_deleted = 0;
};
// Runs the one statement in `sql` on the current state; one result. SELECT and SHOW; data changes are refused.
// Errors: as compile(); PermissionDenied for data changes by anyone but the owner.
Result<std::vector<SqlResult>> run_sql(std::string_view sql, txn::Datastore& store, const Reader& reader);

}  // namespace lightcone::query
