// SPDX-License-Identifier: Apache-2.0
#include "query/statement_parser.h"

#include <algorithm>

#include "base/limits.h"

namespace lightcone::query {

static_assert(kSqlNestingMax <= kSqlDepthMax);

Result<void> StatementParser::check_depth() const {
    if (depth_ > kSqlNestingMax) return fail(ErrorCode::LimitExceeded, "sql parser error: recursion limit exceeded");
    return {};
}

const Token& StatementParser::peek(size_t ahead) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
}

const Token& StatementParser::next() {
    const Token& token = tokens_[at_];
    if (at_ + 1 < tokens_.size()) ++at_;
    return token;
}

bool StatementParser::at_any_keyword(std::initializer_list<std::string_view> keywords) const {
    return std::any_of(keywords.begin(), keywords.end(), [&](auto keyword) { return at_keyword(keyword); });
}

bool StatementParser::accept_keyword(std::string_view keyword) {
    if (!at_keyword(keyword)) return false;
    next();
    return true;
}

bool StatementParser::accept_symbol(std::string_view symbol) {
    if (!at_symbol(symbol)) return false;
    next();
    return true;
}

Result<void> StatementParser::expect_keyword(std::string_view keyword) {
    if (!accept_keyword(keyword)) return expected(keyword);
    return {};
}

Result<void> StatementParser::expect_symbol(std::string_view symbol) {
    if (!accept_symbol(symbol)) return expected(symbol);
    return {};
}

std::unexpected<Error> StatementParser::expected(std::string_view what) const {
    const Token& found = peek();
    if (found.kind == TokenKind::End) {
        return fail(ErrorCode::InvalidArgument, "sql parser error: Expected {}, found: EOF", what);
    }
    return fail(ErrorCode::InvalidArgument, "sql parser error: Expected {}, found: {} at Line: {}, Column {}", what,
                statement_.text({found.begin, found.end}), found.line, found.column);
}

SourceRange StatementParser::range_from(size_t first) const {
    uint32_t end = at_ > first ? tokens_[at_ - 1].end : tokens_[first].begin;
    return {tokens_[first].begin, end};
}

Result<void> StatementParser::skip_to_close() {
    for (uint32_t open = 1; open > 0; next()) {
        if (peek().kind == TokenKind::End) return expected(")");
        if (at_symbol("(")) ++open;
        if (at_symbol(")")) --open;
    }
    return {};
}

void StatementParser::skip_to_statement_end() {
    while (peek().kind != TokenKind::End && !at_symbol(";")) next();
}

bool StatementParser::at_identifier() const {
    TokenKind kind = peek().kind;
    return kind == TokenKind::Word || kind == TokenKind::QuotedWord || kind == TokenKind::String;
}

Result<std::string> StatementParser::identifier() {
    if (!at_identifier()) return expected("identifier");
    return next().text;
}

Result<std::string> StatementParser::dotted_name() {
    std::string name = TRY(identifier());
    while (accept_symbol(".")) name += "." + TRY(identifier());
    return name;
}

Result<Statement> StatementParser::run() {
    while (accept_symbol(";")) {
    }
    if (peek().kind == TokenKind::End) return fail(ErrorCode::InvalidArgument, "Empty SQL query");
    size_t first = at_;
    TRY_VOID(statement());
    statement_.range = range_from(first);
    if (peek().kind != TokenKind::End && !at_symbol(";")) return expected("end of statement");
    while (accept_symbol(";")) {
    }
    if (peek().kind != TokenKind::End) {
        return fail(ErrorCode::InvalidArgument, "Multiple SQL statements are not supported");
    }
    return std::move(statement_);
}

Result<void> StatementParser::statement() {
    Level level(*this);
    if (at_any_keyword({"SELECT", "WITH", "VALUES"}) || at_symbol("(")) {
        statement_.kind = Statement::Kind::Select;
        statement_.query = TRY(query());
        return {};
    }
    if (accept_keyword("INSERT")) return insert();
    if (accept_keyword("UPDATE")) return update();
    if (accept_keyword("DELETE")) return delete_from();
    if (accept_keyword("SET")) return set();
    if (accept_keyword("SHOW")) {
        show();
        return {};
    }
    if (at_any_keyword({"CREATE",  "ALTER",      "DROP",    "TRUNCATE", "BEGIN",    "START",  "COMMIT", "ROLLBACK",
                        "ABORT",   "SAVEPOINT",  "RELEASE", "EXPLAIN",  "DESCRIBE", "DESC",   "COPY",   "GRANT",
                        "REVOKE",  "CALL",       "EXECUTE", "PREPARE",  "DECLARE",  "FETCH",  "CLOSE",  "ANALYZE",
                        "USE",     "KILL",       "MERGE",   "COMMENT",  "DISCARD",  "ASSERT", "CACHE",  "UNCACHE",
                        "REPLACE", "DEALLOCATE", "LISTEN",  "NOTIFY",   "UNLISTEN", "VACUUM", "LOAD",   "ATTACH"})) {
        skip_to_statement_end();
        return {};
    }
    return expected("an SQL statement");
}

Result<void> StatementParser::insert() {
    statement_.kind = Statement::Kind::Insert;
    Insert& insert = statement_.insert;
    if (accept_keyword("OVERWRITE")) statement_.has_unsupported_clause = true;
    accept_keyword("INTO");
    if (at_keyword("TABLE") && peek(1).kind == TokenKind::Word && !at_keyword("VALUES", 1)) {
        next();
        statement_.has_unsupported_clause = true;
    }
    insert.table = TRY(dotted_name());
    if (accept_symbol("(")) {
        do {
            insert.columns.push_back(TRY(identifier()));
        } while (accept_symbol(","));
        TRY_VOID(expect_symbol(")"));
    }
    if (accept_keyword("PARTITION")) {
        TRY_VOID(expect_symbol("("));
        TRY_VOID(skip_to_close());
        statement_.has_unsupported_clause = true;
    }
    size_t first = at_;
    if (at_keyword("VALUES") && !at_keyword("ROW", 1)) {
        TRY_VOID(insert_rows(insert));
        QueryExpr tail;
        TRY_VOID(query_tail(tail));
        if (tail.has_unsupported_clause || tail.limit != kNoExpr) insert.source_is_rows = false;
    } else {
        insert.source_is_rows = false;
        TRY_VOID(query());
    }
    insert.source_range = range_from(first);
    if (at_keyword("ON") || at_keyword("RETURNING")) {
        skip_to_statement_end();
        statement_.has_unsupported_clause = true;
    }
    return {};
}

Result<void> StatementParser::insert_rows(Insert& insert) {
    TRY_VOID(expect_keyword("VALUES"));
    do {
        TRY_VOID(expect_symbol("("));
        std::vector<ExprId> row;
        do {
            row.push_back(TRY(expr()));
        } while (accept_symbol(","));
        TRY_VOID(expect_symbol(")"));
        insert.rows.push_back(std::move(row));
    } while (accept_symbol(","));
    return {};
}

Result<std::vector<Assignment>> StatementParser::assignments() {
    std::vector<Assignment> list;
    do {
        Assignment assignment;
        assignment.target = TRY(dotted_name());
        TRY_VOID(expect_symbol("="));
        assignment.value = TRY(expr());
        list.push_back(std::move(assignment));
    } while (accept_symbol(","));
    return list;
}

Result<void> StatementParser::update() {
    statement_.kind = Statement::Kind::Update;
    Update& update = statement_.update;
    FromItem target = TRY(table_and_joins());
    update.table = target.table.name;
    if (!target.joins.empty() || target.table.alias || !target.table.supported)
        statement_.has_unsupported_clause = true;
    TRY_VOID(expect_keyword("SET"));
    update.assignments = TRY(assignments());
    if (accept_keyword("FROM")) {
        TRY_VOID(from_list());
        statement_.has_unsupported_clause = true;
    }
    if (accept_keyword("WHERE")) update.where = TRY(expr());
    if (at_keyword("RETURNING")) {
        skip_to_statement_end();
        statement_.has_unsupported_clause = true;
    }
    return {};
}

Result<void> StatementParser::delete_from() {
    statement_.kind = Statement::Kind::Delete;
    Delete& deletion = statement_.delete_from;
    if (!accept_keyword("FROM")) {
        do {
            TRY_VOID(dotted_name());
        } while (accept_symbol(","));
        TRY_VOID(expect_keyword("FROM"));
        statement_.has_unsupported_clause = true;
    }
    deletion.from = TRY(from_list());
    if (accept_keyword("USING")) {
        TRY_VOID(from_list());
        statement_.has_unsupported_clause = true;
    }
    if (accept_keyword("WHERE")) deletion.where = TRY(expr());
    if (at_any_keyword({"RETURNING", "ORDER", "LIMIT"})) {
        skip_to_statement_end();
        statement_.has_unsupported_clause = true;
    }
    return {};
}

Result<void> StatementParser::set() {
    statement_.kind = Statement::Kind::Set;
    if (at_any_keyword({"LOCAL", "TIME", "ROLE", "NAMES", "TRANSACTION"}) && !at_symbol("=", 1) &&
        !at_keyword("TO", 1)) {
        skip_to_statement_end();
        statement_.has_unsupported_clause = true;
        return {};
    }
    if (at_keyword("SESSION") && !at_symbol("=", 1) && !at_keyword("TO", 1)) next();
    statement_.set.name = TRY(dotted_name());
    if (!accept_symbol("=") && !accept_keyword("TO")) return expected("equals sign or TO");
    statement_.set.value = TRY(expr());
    if (at_symbol(",")) {
        skip_to_statement_end();
        statement_.has_unsupported_clause = true;
    }
    return {};
}

void StatementParser::show() {
    statement_.kind = Statement::Kind::Show;
    statement_.has_unsupported_clause = at_any_keyword({"TABLES", "COLUMNS", "FUNCTIONS", "CREATE"});
    for (; peek().kind != TokenKind::End && !at_symbol(";"); next()) {
        if (at_symbol(".")) continue;
        if (!statement_.show.empty()) statement_.show += ".";
        statement_.show += peek().text;
    }
}

Result<Statement> parse(std::string_view sql) {
    if (sql.size() > kSqlBytesMax) {
        size_t characters = 0, cut = 0;
        while (cut < sql.size() && characters < 120) {
            ++cut;
            while (cut < sql.size() && (static_cast<uint8_t>(sql[cut]) & 0xC0) == 0x80) ++cut;
            ++characters;
        }
        return fail(ErrorCode::LimitExceeded, "SQL query exceeds maximum allowed length: \"{}...\"",
                    sql.substr(0, cut));
    }
    return StatementParser(sql, TRY(tokenize(sql))).run();
}

}  // namespace lightcone::query
