// SPDX-License-Identifier: Apache-2.0
// Expression constructs that begin with a word of their own. None of them is run: they are parsed to be refused by
// name.
#include <algorithm>

#include "query/statement_parser.h"

namespace lightcone::query {

namespace {

bool is_any_of(const Token& token, std::initializer_list<std::string_view> keywords) {
    return std::any_of(keywords.begin(), keywords.end(), [&](auto keyword) { return token.is_keyword(keyword); });
}

// Words that start a construct of their own and are therefore no column names here.
bool starts_special_call(const Token& token) {
    return is_any_of(token, {"CAST", "TRY_CAST", "SAFE_CAST", "EXTRACT", "CEIL", "FLOOR", "POSITION", "SUBSTRING",
                             "OVERLAY", "TRIM", "LISTAGG", "ARRAY_AGG"});
}
bool is_bare_function(const Token& token) {
    return is_any_of(token, {"USER", "CURRENT_USER", "SESSION_USER", "CURRENT_CATALOG", "CURRENT_TIMESTAMP",
                             "CURRENT_TIME", "CURRENT_DATE", "LOCALTIME", "LOCALTIMESTAMP"});
}
bool is_type_name(const Token& token) {
    return is_any_of(
        token, {"DATE",    "TIME",   "TIMETZ", "TIMESTAMP", "TIMESTAMPTZ", "INT",     "INTEGER", "BIGINT", "SMALLINT",
                "TINYINT", "FLOAT",  "REAL",   "DOUBLE",    "NUMERIC",     "DECIMAL", "VARCHAR", "CHAR",   "CHARACTER",
                "TEXT",    "STRING", "BOOL",   "BOOLEAN",   "UUID",        "BYTEA",   "BLOB",    "JSON",   "JSONB"});
}

}  // namespace

Result<bool> StatementParser::construct() {
    if (at_any_keyword({"NOT", "INTERVAL"})) {
        Level level(*this);
        TRY_VOID(check_depth());
        bool is_not = at_keyword("NOT");
        next();
        TRY_VOID(sub_expr(is_not ? kNot : kAdditive));
        if (!is_not && at_any_keyword({"YEAR", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND"})) next();
        return true;
    }
    if (accept_keyword("CASE")) {
        TRY_VOID(case_branches());
        return true;
    }
    if (at_keyword("EXISTS") && at_symbol("(", 1)) {
        next();
        next();
        TRY_VOID(query());
        TRY_VOID(expect_symbol(")"));
        return true;
    }
    if (starts_special_call(peek())) {
        next();
        TRY_VOID(expect_symbol("("));
        TRY_VOID(skip_to_close());
        return true;
    }
    if (is_bare_function(peek())) {
        next();
        if (accept_symbol("(")) TRY_VOID(skip_to_close());
        return true;
    }
    if (at_keyword("ARRAY") && (at_symbol("[", 1) || at_symbol("(", 1))) {
        next();
        TRY_VOID(array_elements());
        return true;
    }
    if (is_type_name(peek()) && peek(1).kind == TokenKind::String) {
        next();
        next();
        return true;
    }
    return false;
}

Result<void> StatementParser::array_elements() {
    if (accept_symbol("(")) return skip_to_close();
    TRY_VOID(expect_symbol("["));
    if (!at_symbol("]")) TRY_VOID(expr_list());
    return expect_symbol("]");
}

Result<void> StatementParser::case_branches() {
    if (!at_keyword("WHEN")) TRY_VOID(expr());
    if (!at_keyword("WHEN")) return expected("WHEN");
    while (accept_keyword("WHEN")) {
        TRY_VOID(expr());
        TRY_VOID(expect_keyword("THEN"));
        TRY_VOID(expr());
    }
    if (accept_keyword("ELSE")) TRY_VOID(expr());
    return expect_keyword("END");
}

}  // namespace lightcone::query
