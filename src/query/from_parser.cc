// SPDX-License-Identifier: Apache-2.0
// FROM: tables, aliases and joins.
#include "query/statement_parser.h"

namespace lightcone::query {

Result<std::vector<FromItem>> StatementParser::from_list() {
    std::vector<FromItem> items;
    do {
        items.push_back(TRY(table_and_joins()));
    } while (accept_symbol(","));
    return items;
}

Result<FromItem> StatementParser::table_and_joins() {
    FromItem item;
    item.table = TRY(table_factor());
    while (TRY(join(item))) {
    }
    return item;
}

Result<TableRef> StatementParser::table_factor() {
    size_t first = at_;
    if (accept_symbol("(")) return parenthesised_table(first);
    TableRef table;
    if (accept_keyword("LATERAL")) {
        table.supported = false;
        if (accept_symbol("(")) {
            TRY_VOID(query());
            TRY_VOID(expect_symbol(")"));
        } else {
            TRY_VOID(dotted_name());
            TRY_VOID(expect_symbol("("));
            TRY_VOID(skip_to_close());
        }
    } else if (at_any_keyword({"TABLE", "UNNEST"}) && at_symbol("(", 1)) {
        table.supported = false;
        next();
        next();
        TRY_VOID(skip_to_close());
    } else if (at_any_keyword({"TABLE", "UNNEST"})) {
        next();
        return expected("(");
    } else {
        table.name = TRY(dotted_name());
        if (accept_symbol("(")) {
            table.supported = false;
            TRY_VOID(skip_to_close());
        }
    }
    TRY_VOID(table_alias(table));
    table.range = range_from(first);
    return table;
}

Result<TableRef> StatementParser::parenthesised_table(size_t first) {
    TableRef table;
    table.supported = false;
    Level level(*this);
    TRY_VOID(check_depth());
    if (at_any_keyword({"SELECT", "WITH", "VALUES"})) {
        TRY_VOID(query());
    } else {
        FromItem inner = TRY(table_and_joins());
        if (inner.joins.empty() && inner.table.supported) return expected("joined table");
    }
    TRY_VOID(expect_symbol(")"));
    TRY_VOID(table_alias(table));
    table.range = range_from(first);
    return table;
}

Result<void> StatementParser::table_alias(TableRef& table) {
    if (accept_keyword("AS")) {
        table.alias = TRY(identifier());
    } else if (at_identifier() &&
               !at_any_keyword({"WITH",      "EXPLAIN", "ANALYZE", "SELECT", "WHERE",   "GROUP",
                                "SORT",      "HAVING",  "ORDER",   "PIVOT",  "TOP",     "LATERAL",
                                "VIEW",      "LIMIT",   "OFFSET",  "FETCH",  "UNION",   "EXCEPT",
                                "INTERSECT", "ON",      "JOIN",    "INNER",  "CROSS",   "FULL",
                                "LEFT",      "RIGHT",   "NATURAL", "USING",  "CLUSTER", "DISTRIBUTE",
                                "OUTER",     "SET",     "QUALIFY", "WINDOW", "END",     "PARTITION"})) {
        table.alias = TRY(identifier());
    }
    if (table.alias && accept_symbol("(")) {
        table.supported = false;
        TRY_VOID(skip_to_close());
    }
    if ((at_keyword("WITH") || at_keyword("PIVOT")) && at_symbol("(", 1)) {
        table.supported = false;
        next();
        next();
        TRY_VOID(skip_to_close());
        if (accept_keyword("AS") || at_identifier()) {
            if (at_identifier() && !at_any_keyword({"WHERE", "JOIN", "INNER", "ORDER", "LIMIT"}))
                TRY_VOID(identifier());
        }
    }
    return {};
}

// One more join of the chain; false when there is none.
Result<bool> StatementParser::join(FromItem& item) {
    Join join;
    bool takes_constraint = true;
    if (accept_keyword("CROSS")) {
        takes_constraint = false;
        join.kind = Join::Kind::Cross;
        if (accept_keyword("APPLY")) {
            join.kind = Join::Kind::Other;
        } else {
            TRY_VOID(expect_keyword("JOIN"));
        }
    } else if (at_keyword("OUTER") && at_keyword("APPLY", 1)) {
        next();
        next();
        takes_constraint = false;
        join.kind = Join::Kind::Other;
    } else {
        bool natural = accept_keyword("NATURAL");
        bool inner = false;
        if (natural) {
            takes_constraint = false;
            join.kind = Join::Kind::Other;
        }
        if (at_any_keyword({"LEFT", "RIGHT", "FULL"})) {
            next();
            if (at_any_keyword({"OUTER", "SEMI", "ANTI"})) next();
            join.kind = Join::Kind::Other;
        } else {
            inner = accept_keyword("INNER");
            if (!natural && !inner && !at_keyword("JOIN")) return false;
        }
        TRY_VOID(expect_keyword("JOIN"));
    }
    join.table = TRY(table_factor());
    if (takes_constraint) {
        if (accept_keyword("ON")) {
            join.on = TRY(expr());
        } else if (accept_keyword("USING")) {
            join.has_using = true;
            TRY_VOID(expect_symbol("("));
            TRY_VOID(skip_to_close());
        }
    }
    item.joins.push_back(std::move(join));
    return true;
}

}  // namespace lightcone::query
