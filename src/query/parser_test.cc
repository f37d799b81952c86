// SPDX-License-Identifier: Apache-2.0
#include "query/parser.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "query/sql_cases.h"

namespace lightcone::query {

namespace {

Result<void> parse_and_check(std::string_view sql, Dialect dialect) {
    Statement statement = TRY(parse(sql));
    return check(statement, dialect);
}

std::string error_of(std::string_view sql, Dialect dialect = Dialect::Query) {
    auto result = parse_and_check(sql, dialect);
    return result ? "" : result.error().message;
}

std::string repeated(std::string_view unit, size_t times) {
    std::string out;
    for (size_t i = 0; i < times; ++i) out += unit;
    return out;
}

void run_case(const sats::JsonValue& test_case, Dialect dialect) {
    SCOPED_TRACE(std::string(test_case.find("id")->string()) +
                 (dialect == Dialect::Query ? " (query)" : " (subscription)"));
    const sats::JsonValue& expect = *test_case.find("expect");
    std::string error = error_of(case_sql(test_case), dialect);
    if (expect.find("ok")) {
        EXPECT_EQ(error, "");
        return;
    }
    EXPECT_NE(error, "");
    if (const auto* text = expect.find("text")) {
        EXPECT_EQ(error, text->string());
    }
    if (const auto* prefix = expect.find("text_prefix")) {
        EXPECT_TRUE(error.starts_with(prefix->string())) << error;
    }
}

}  // namespace

TEST(Parser, cases_of_the_data_file) {
    sats::JsonValue document = load_case_file("sql_first_light.json");
    size_t count = 0;
    for (const sats::JsonValue& test_case : document.find("cases")->items()) {
        if (test_case.find("kind")->string() != "parse") continue;
        std::string_view dialect = test_case.find("dialect")->string();
        if (dialect != "subscribe") run_case(test_case, Dialect::Query);
        if (dialect != "query") run_case(test_case, Dialect::Subscription);
        ++count;
    }
    EXPECT_EQ(count, 162u);
}

TEST(Parser, errors_name_what_was_found_and_where) {
    EXPECT_EQ(error_of("HELLO WORLD"),
              "sql parser error: Expected an SQL statement, found: HELLO at Line: 1, Column 1");
    EXPECT_EQ(error_of("SELECT *\n FROM t WHERE"), "sql parser error: Expected an expression, found: EOF");
    EXPECT_EQ(error_of("SELECT *\n FROM tänze x WHERE )"),
              "sql parser error: Expected an expression, found: ) at Line: 2, Column 21");
    EXPECT_EQ(error_of("SELECT * FROM t WHERE a = 'x"),
              "sql parser error: Unterminated string literal at Line: 1, Column 27");
    EXPECT_EQ(error_of("SELECT /* a"),
              "sql parser error: Unexpected EOF while in a multi-line comment at Line: 1, Column 8");
    EXPECT_EQ(error_of("SELECT * FROM \"t"), "sql parser error: Expected close delimiter '\"' before EOF.");
}

TEST(Parser, tree_of_a_filter) {
    Statement statement = parse("SELECT x.* FROM lib.items AS x WHERE x.a = 1 OR b < 'q' AND TRUE").value();
    const Select& select = statement.query.select;
    EXPECT_EQ(select.items[0].qualifier, "x");
    EXPECT_EQ(select.from[0].table.name, "lib.items");
    EXPECT_EQ(select.from[0].table.alias, "x");
    const Expr& root = statement.expr(select.where);
    ASSERT_EQ(root.kind, Expr::Kind::Or);
    EXPECT_EQ(statement.text(statement.expr(root.left).range), "x.a = 1");
    EXPECT_EQ(statement.expr(statement.expr(root.left).left).qualifier, "x");
    EXPECT_EQ(statement.expr(root.right).kind, Expr::Kind::And);
    EXPECT_EQ(statement.text(statement.expr(root.right).range), "b < 'q' AND TRUE");
}

TEST(Parser, tree_of_joins_and_data_changes) {
    Statement join = parse("SELECT s.* FROM t JOIN s ON t.id = s.t_id CROSS JOIN u").value();
    ASSERT_EQ(join.query.select.from[0].joins.size(), 2u);
    EXPECT_EQ(join.text(join.expr(join.query.select.from[0].joins[0].on).range), "t.id = s.t_id");
    EXPECT_EQ(join.query.select.from[0].joins[1].kind, Join::Kind::Cross);

    Statement insert = parse("INSERT INTO t (a, b) VALUES (1, 'x'), (-2, 0xAB)").value();
    EXPECT_EQ(insert.kind, Statement::Kind::Insert);
    EXPECT_EQ(insert.insert.columns, (std::vector<std::string>{"a", "b"}));
    ASSERT_EQ(insert.insert.rows.size(), 2u);
    EXPECT_EQ(insert.expr(insert.insert.rows[1][0]).text, "-2");

    Statement update = parse("UPDATE t SET a = 1, b = TRUE WHERE a = 2").value();
    EXPECT_EQ(update.update.assignments.size(), 2u);
    EXPECT_TRUE(check(update, Dialect::Query).has_value());
    Statement removal = parse("DELETE FROM t WHERE a = 2").value();
    EXPECT_EQ(removal.delete_from.from[0].table.name, "t");
    EXPECT_EQ(parse("SHOW row_limit").value().show, "row_limit");
    EXPECT_EQ(parse("SET row_limit TO 5").value().set.name, "row_limit");
}

TEST(Parser, length_limit) {
    std::string sql = "SELECT * FROM t";
    sql.resize(kSqlBytesMax - 1, ' ');
    EXPECT_EQ(error_of(sql), "");
    EXPECT_EQ(error_of(sql + " "), "");
    EXPECT_TRUE(error_of(sql + "  ").starts_with("SQL query exceeds maximum allowed length: \"SELECT * FROM t"));
}

TEST(Parser, nesting_limit_counts_signs_and_not) {
    auto nested = [](size_t count) {
        return "SELECT * FROM t WHERE " + repeated("(", count) + "a = -1" + repeated(")", count);
    };
    EXPECT_EQ(error_of(nested(46)), "");
    EXPECT_EQ(error_of(nested(47)), "");
    EXPECT_EQ(error_of(nested(48)), "sql parser error: recursion limit exceeded");
    for (std::string unit : {"NOT ", "- ", "(", "f(", "CASE WHEN ", "INTERVAL ", "a IN (", "EXISTS (SELECT ", "a[",
                             "(SELECT * FROM ", "a BETWEEN "}) {
        std::string error = error_of("SELECT * FROM t WHERE " + repeated(unit, 40'000 / unit.size()));
        EXPECT_TRUE(error.starts_with("sql parser error: ")) << unit << error;
    }
    EXPECT_EQ(error_of("SELECT * FROM " + repeated("(", 40'000)), "sql parser error: recursion limit exceeded");
    EXPECT_EQ(error_of(repeated("(", 40'000)), "sql parser error: recursion limit exceeded");
    EXPECT_EQ(error_of(repeated("WITH x AS (", 4'000)), "sql parser error: recursion limit exceeded");
}

TEST(Parser, chain_limit_at_the_longest_text) {
    EXPECT_EQ(error_of("SELECT * FROM t WHERE a" + repeated("=a", 1599)), "");
    EXPECT_EQ(error_of("SELECT * FROM t WHERE a" + repeated("=a", 1600)), "");
    EXPECT_EQ(error_of("SELECT * FROM t WHERE a" + repeated("=a", 1601)),
              "Recursion limit exceeded, `sql-parser::parse_expr`");
    EXPECT_EQ(error_of("SELECT * FROM t WHERE a" + repeated("=a", 24'000)),
              "Recursion limit exceeded, `sql-parser::parse_expr`");
}

TEST(Parser, any_bytes_are_answered) {
    std::string all;
    for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
    EXPECT_NE(error_of(all), "");
    EXPECT_NE(error_of(std::string("SELECT * FROM t WHERE a = \0", 27)), "");
    for (int c = 0; c < 256; ++c) {
        auto result =
            parse_and_check("SELECT * FROM t WHERE a = " + std::string(1, static_cast<char>(c)), Dialect::Query);
        if (result) {
            EXPECT_TRUE(std::isalnum(c) || c >= 0x80 || c == '_') << c;
        }
    }
    // Every prefix of a long statement parses or is refused.
    std::string sql =
        "WITH a AS (SELECT 1) SELECT a.*, CAST(x AS INT)::text[] FROM \"t\" AS b (c) LEFT JOIN s USING (z) WHERE NOT x "
        "IN "
        "(1, $2, $$q$$) GROUP BY 1 HAVING x BETWEEN 1 AND 2 ORDER BY 1 LIMIT 3 OFFSET 2 FETCH FIRST 1 ROWS ONLY FOR "
        "UPDATE";
    for (size_t bytes = 0; bytes <= sql.size(); ++bytes) {
        EXPECT_NE(error_of(sql.substr(0, bytes)), "");
    }
}

}  // namespace lightcone::query
