// SPDX-License-Identifier: Apache-2.0
// SELECT and the clauses around it.
#include "query/statement_parser.h"

namespace lightcone::query {

// query := [WITH …] body [ORDER BY …] [LIMIT …] [OFFSET …] [FETCH …] [FOR …]
Result<QueryExpr> StatementParser::query() {
    Level level(*this);
    TRY_VOID(check_depth());
    QueryExpr query;
    size_t first = at_;
    if (at_keyword("WITH")) {
        query.has_unsupported_clause = true;
        TRY_VOID(with_clause());
    }
    TRY_VOID(query_body(query));
    TRY_VOID(query_tail(query));
    query.range = range_from(first);
    return query;
}

Result<void> StatementParser::with_clause() {
    TRY_VOID(expect_keyword("WITH"));
    accept_keyword("RECURSIVE");
    do {
        TRY_VOID(identifier());
        if (accept_symbol("(")) TRY_VOID(skip_to_close());
        TRY_VOID(expect_keyword("AS"));
        TRY_VOID(expect_symbol("("));
        TRY_VOID(query());
        TRY_VOID(expect_symbol(")"));
    } while (accept_symbol(","));
    return {};
}

Result<void> StatementParser::order_by_list() {
    do {
        TRY_VOID(expr());
        if (at_any_keyword({"ASC", "DESC"})) next();
        if (accept_keyword("NULLS")) {
            if (!at_any_keyword({"FIRST", "LAST"})) return expected("FIRST or LAST");
            next();
        }
    } while (accept_symbol(","));
    return {};
}

Result<void> StatementParser::query_tail(QueryExpr& query) {
    for (;;) {
        if (accept_keyword("ORDER")) {
            TRY_VOID(expect_keyword("BY"));
            TRY_VOID(order_by_list());
            query.has_unsupported_clause = true;
        } else if (at_keyword("LIMIT")) {
            next();
            if (!accept_keyword("ALL")) query.limit = TRY(expr());
        } else if (accept_keyword("OFFSET")) {
            TRY_VOID(expr());
            if (at_any_keyword({"ROW", "ROWS"})) next();
            query.has_unsupported_clause = true;
        } else if (accept_keyword("FETCH")) {
            if (!at_any_keyword({"FIRST", "NEXT"})) return expected("FIRST or NEXT");
            next();
            if (!at_any_keyword({"ROW", "ROWS"})) TRY_VOID(expr());
            accept_keyword("PERCENT");
            if (!at_any_keyword({"ROW", "ROWS"})) return expected("ROWS");
            next();
            if (accept_keyword("WITH")) {
                TRY_VOID(expect_keyword("TIES"));
            } else {
                TRY_VOID(expect_keyword("ONLY"));
            }
            query.has_unsupported_clause = true;
        } else if (accept_keyword("FOR")) {
            if (!at_any_keyword({"UPDATE", "SHARE"})) return expected("UPDATE or SHARE");
            next();
            if (accept_keyword("OF")) TRY_VOID(dotted_name());
            if (!accept_keyword("NOWAIT") && accept_keyword("SKIP")) TRY_VOID(expect_keyword("LOCKED"));
            query.has_unsupported_clause = true;
        } else {
            return {};
        }
    }
}

Result<void> StatementParser::query_body(QueryExpr& query) {
    TRY_VOID(query_operand(query));
    while (at_any_keyword({"UNION", "EXCEPT", "INTERSECT"})) {
        next();
        if (!accept_keyword("ALL")) accept_keyword("DISTINCT");
        QueryExpr other;
        TRY_VOID(query_operand(other));
        query.is_set_operation = true;
    }
    return {};
}

Result<void> StatementParser::query_operand(QueryExpr& query) {
    if (at_keyword("SELECT")) {
        query.select = TRY(select());
        return {};
    }
    query.is_set_operation = true;
    if (accept_keyword("VALUES")) return values_rows();
    if (accept_symbol("(")) {
        TRY_VOID(this->query());
        return expect_symbol(")");
    }
    return expected("SELECT, VALUES, or a subquery in the query body");
}

Result<void> StatementParser::values_rows() {
    do {
        accept_keyword("ROW");
        TRY_VOID(expect_symbol("("));
        TRY_VOID(expr_list());
        TRY_VOID(expect_symbol(")"));
    } while (accept_symbol(","));
    return {};
}

Result<Select> StatementParser::select() {
    Select select;
    size_t first = at_;
    TRY_VOID(expect_keyword("SELECT"));
    if (accept_keyword("DISTINCT")) {
        select.has_unsupported_clause = true;
        if (accept_keyword("ON")) {
            TRY_VOID(expect_symbol("("));
            TRY_VOID(skip_to_close());
        }
    } else {
        accept_keyword("ALL");
    }
    if (at_keyword("TOP") && !at_symbol(",", 1) && !at_keyword("FROM", 1) && !at_symbol(".", 1)) {
        next();
        select.has_unsupported_clause = true;
        if (accept_symbol("(")) {
            TRY_VOID(skip_to_close());
        } else if (peek().kind == TokenKind::Number) {
            next();
        }
        accept_keyword("PERCENT");
    }
    do {
        select.items.push_back(TRY(select_item()));
    } while (accept_symbol(","));
    if (accept_keyword("INTO")) {
        select.has_unsupported_clause = true;
        if (at_any_keyword({"TEMPORARY", "TEMP", "UNLOGGED"})) next();
        accept_keyword("TABLE");
        TRY_VOID(dotted_name());
    }
    if (accept_keyword("FROM")) select.from = TRY(from_list());
    TRY_VOID(select_tail(select));
    select.range = range_from(first);
    return select;
}

Result<void> StatementParser::select_tail(Select& select) {
    while (accept_keyword("LATERAL")) {
        TRY_VOID(expect_keyword("VIEW"));
        accept_keyword("OUTER");
        TRY_VOID(expr());
        if (at_identifier()) TRY_VOID(dotted_name());
        if (accept_keyword("AS")) TRY_VOID(identifier());
        select.has_unsupported_clause = true;
    }
    if (accept_keyword("WHERE")) select.where = TRY(expr());
    for (;;) {
        if (at_any_keyword({"GROUP", "CLUSTER", "DISTRIBUTE", "SORT"})) {
            next();
            TRY_VOID(expect_keyword("BY"));
            if (!accept_keyword("ALL")) TRY_VOID(order_by_list());
        } else if (at_any_keyword({"HAVING", "QUALIFY"})) {
            next();
            TRY_VOID(expr());
        } else if (accept_keyword("WINDOW")) {
            do {
                TRY_VOID(identifier());
                TRY_VOID(expect_keyword("AS"));
                TRY_VOID(expect_symbol("("));
                TRY_VOID(skip_to_close());
            } while (accept_symbol(","));
        } else {
            return {};
        }
        select.has_unsupported_clause = true;
    }
}

Result<SelectItem> StatementParser::select_item() {
    SelectItem item;
    size_t first = at_;
    // A name followed by `.*`: any word may stand there, keywords too.
    size_t dots = 0;
    while (peek(dots).kind == TokenKind::Word || peek(dots).kind == TokenKind::QuotedWord) {
        if (!at_symbol(".", dots + 1)) break;
        dots += 2;
    }
    if (at_symbol("*", dots)) {
        item.kind = dots == 0 ? SelectItem::Kind::Star : SelectItem::Kind::QualifiedStar;
        for (size_t i = 0; i < dots; i += 2) {
            item.qualifier += (i > 0 ? "." : "") + next().text;
            next();
        }
        next();
        while (at_any_keyword({"EXCLUDE", "EXCEPT", "RENAME", "REPLACE"}) &&
               (at_symbol("(", 1) || !at_keyword("SELECT", 1))) {
            next();
            item.has_star_options = true;
            if (accept_symbol("(")) {
                TRY_VOID(skip_to_close());
            } else {
                TRY_VOID(identifier());
                if (accept_keyword("AS")) TRY_VOID(identifier());
            }
        }
        item.range = range_from(first);
        return item;
    }
    item.kind = SelectItem::Kind::Expr;
    item.expr = TRY(expr());
    if (accept_keyword("AS")) {
        item.alias = TRY(identifier());
    } else if (at_identifier() &&
               !at_any_keyword({"WITH",   "EXPLAIN",   "ANALYZE", "SELECT",     "WHERE", "GROUP",  "SORT",  "HAVING",
                                "ORDER",  "TOP",       "LATERAL", "VIEW",       "LIMIT", "OFFSET", "FETCH", "UNION",
                                "EXCEPT", "INTERSECT", "CLUSTER", "DISTRIBUTE", "FROM",  "INTO",   "END"})) {
        item.alias = TRY(identifier());
    }
    item.range = range_from(first);
    return item;
}

}  // namespace lightcone::query
