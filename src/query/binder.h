// SPDX-License-Identifier: Apache-2.0
// Names and types: a checked SELECT against the tables that the reader may see. The result points into the schemas that
// the catalogue returned and holds as long as they do.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "query/ast.h"
#include "query/query.h"
#include "schema/table_schema.h"

namespace lightcone::query {

// The table of that name (canonical first, then alias), whoever asks; null when there is none.
using Catalogue = std::function<const schema::TableSchema*(std::string_view name)>;

using BoundId = uint32_t;
inline constexpr BoundId kNoBound = UINT32_MAX;

struct BoundExpr {
    enum class Kind : uint8_t { Constant, Column, Compare, And, Or };
    Kind kind = Kind::Constant;
    CompareOp op = CompareOp::Eq;
    uint32_t table = 0;  // position in BoundSelect::tables
    ColumnId column;
    const sats::AlgebraicType* type = nullptr;
    Bytes value;  // Constant: BSATN
    BoundId left = kNoBound;
    BoundId right = kNoBound;
};

struct BoundTable {
    const schema::TableSchema* schema = nullptr;
    std::string visible_name;
    BoundId on = kNoBound;  // the join's condition, none for the first table and for cross joins
};

struct OutputColumn {
    std::string name;
    uint32_t table = 0;
    ColumnId column;
};

struct BoundSelect {
    enum class Projection : uint8_t { WholeTable, Columns, Count };
    std::vector<BoundTable> tables;
    std::vector<BoundExpr> exprs;
    BoundId where = kNoBound;
    Projection projection = Projection::WholeTable;
    uint32_t whole_table = 0;           // WholeTable
    std::vector<OutputColumn> columns;  // Columns
    std::string count_name;             // Count
    std::optional<uint64_t> limit;
    bool uses_sender = false;

    const BoundExpr& expr(BoundId id) const { return exprs[id]; }
};

// `statement` is a SELECT that passed check().
// Errors: NotFound ("no such table: …"), InvalidArgument (scope, duplicate names, types, literals).
Result<BoundSelect> bind_select(const Statement& statement, const Catalogue& catalogue, const Reader& reader);

}  // namespace lightcone::query
