// SPDX-License-Identifier: Apache-2.0
// The cases of tests/data/sql_first_light.json that read: SQL over HTTP and one-off queries.
#include <gtest/gtest.h>

#include <algorithm>

#include "query/query.h"
#include "query/sql_case_store.h"
#include "query/sql_cases.h"

namespace lightcone::query {

namespace {

struct Answer {
    sats::AlgebraicType row_type;
    std::vector<std::string> rows;  // hex, ascending
};

std::vector<std::string> sorted_hex(const txn::RowBuffer& rows) {
    std::vector<std::string> out;
    uint32_t begin = 0;
    for (uint32_t end : rows.ends) {
        out.push_back(to_hex(ByteView(rows.bytes).subspan(begin, end - begin)));
        begin = end;
    }
    std::sort(out.begin(), out.end());
    return out;
}

std::vector<std::string> sorted_hex(const sats::JsonValue& rows, const sats::AlgebraicType& type) {
    std::vector<std::string> out;
    for (const sats::JsonValue& row : rows.items()) out.push_back(to_hex(encode_case_row(row, type)));
    std::sort(out.begin(), out.end());
    return out;
}

Result<Answer> answer(const sats::JsonValue& test_case, txn::Datastore& store, const Reader& reader) {
    std::string sql = case_sql(test_case);
    if (test_case.find("kind")->string() == "query") {
        std::vector<SqlResult> results = TRY(run_sql(sql, store, reader));
        return Answer{results.at(0).row_type, sorted_hex(results.at(0).rows)};
    }
    auto query = TRY(compile(sql, store, reader));
    txn::RowBuffer rows;
    query->run(store, [&](ByteView row) { rows.append(row); });
    return Answer{store.table(query->table())->schema().row_type(), sorted_hex(rows)};
}

void expect_answer(const sats::JsonValue& expect, const Answer& got) {
    if (const auto* columns = expect.find("columns")) {
        ASSERT_EQ(columns->items().size(), got.row_type.elements.size());
        for (size_t i = 0; i < columns->items().size(); ++i) {
            EXPECT_EQ(got.row_type.elements[i].name, columns->items()[i].string());
        }
    }
    if (const auto* rows = expect.find("rows")) {
        EXPECT_EQ(got.rows, sorted_hex(*rows, got.row_type));
    }
    if (const auto* count = expect.find("row_count")) {
        EXPECT_EQ(got.rows.size(), count->as_u64().value());
    }
    if (const auto* all = expect.find("rows_subset_of")) {
        std::vector<std::string> allowed = sorted_hex(*all, got.row_type);
        EXPECT_TRUE(std::includes(allowed.begin(), allowed.end(), got.rows.begin(), got.rows.end()));
    }
}

}  // namespace

TEST(SqlCases, answers_and_errors) {
    sats::JsonValue document = load_case_file("sql_first_light.json");
    CaseStores stores(document);
    size_t count = 0;
    for (const sats::JsonValue& test_case : document.find("cases")->items()) {
        std::string_view kind = test_case.find("kind")->string();
        if (kind != "query" && kind != "oneoff") continue;
        SCOPED_TRACE(std::string(test_case.find("id")->string()) + ": " + case_sql(test_case));
        const sats::JsonValue& expect = *test_case.find("expect");
        auto got = answer(test_case, stores.store(test_case), stores.reader(test_case));
        ++count;
        if (!expect.find("error")) {
            ASSERT_TRUE(got.has_value()) << got.error().message;
            expect_answer(expect, *got);
            continue;
        }
        ASSERT_FALSE(got.has_value());
        if (const auto* text = expect.find("text")) {
            EXPECT_EQ(got.error().message, text->string());
        }
        if (const auto* prefix = expect.find("text_prefix")) {
            EXPECT_TRUE(got.error().message.starts_with(prefix->string())) << got.error().message;
        }
    }
    EXPECT_GT(count, 150u);
}

TEST(SqlCases, plans_and_equality_keys) {
    sats::JsonValue document = load_case_file("sql_first_light.json");
    CaseStores stores(document);
    txn::Datastore& store = stores.store("basic");
    Reader reader;
    auto column_of = [&](std::string_view sql) -> int {
        auto query = compile(sql, store, reader).value();
        return query->equality() ? static_cast<int>(query->equality()->column.value) : -1;
    };
    EXPECT_EQ(column_of("SELECT * FROM t"), -1);
    EXPECT_EQ(column_of("SELECT * FROM t WHERE id > 1"), -1);
    EXPECT_EQ(column_of("SELECT * FROM t WHERE id = 1 OR id = 2"), -1);
    EXPECT_EQ(column_of("SELECT * FROM t WHERE flag"), 2);
    EXPECT_EQ(column_of("SELECT * FROM t WHERE name = 'x' AND 1 = id"), 0);
    EXPECT_EQ(column_of("SELECT * FROM t WHERE name = 'x' AND (n = 3 AND flag)"), 3);
    EXPECT_EQ(to_hex(compile("SELECT * FROM t WHERE n = -2", store, reader).value()->equality()->canonical_value),
              "feffffffffffffff");
}

TEST(SqlCases, keys_tell_readers_apart_only_when_the_result_does) {
    sats::JsonValue document = load_case_file("sql_first_light.json");
    CaseStores stores(document);
    txn::Datastore& store = stores.store("basic");
    Reader a, b;
    b.identity.le[0] = 1;
    auto key = [&](std::string_view sql, const Reader& reader) { return compile(sql, store, reader).value()->key(); };
    EXPECT_EQ(key("SELECT * FROM t", a), key("  SELECT * FROM t\n", b));
    EXPECT_NE(key("SELECT * FROM t", a), key("select * from t", a));
    EXPECT_NE(key("SELECT * FROM keys WHERE ident = :sender", a), key("SELECT * FROM keys WHERE ident = :sender", b));
}

TEST(SqlCases, what_is_not_run_is_refused_by_name) {
    sats::JsonValue document = load_case_file("sql_first_light.json");
    CaseStores stores(document);
    txn::Datastore& store = stores.store("basic");
    Reader owner;
    owner.is_owner = true;
    auto error = [&](std::string_view sql, const Reader& reader) {
        return run_sql(sql, store, reader).error().message;
    };
    EXPECT_EQ(error("SELECT t.* FROM t JOIN s ON t.id = s.t_id", owner),
              "Unsupported: JOIN; this version runs queries over one table");
    EXPECT_EQ(error("INSERT INTO t (id) VALUES (1)", owner), "Unsupported: INSERT; this version answers SELECT only");
    EXPECT_EQ(error("DELETE FROM nope", owner),
              "no such table: `nope`. If the table exists, it may be marked private.");
    EXPECT_EQ(error("DELETE FROM p", Reader()), "no such table: `p`. If the table exists, it may be marked private.");
    EXPECT_EQ(
        error("DELETE FROM t", Reader()),
        "Caller 0000000000000000000000000000000000000000000000000000000000000000 is not authorized to run SQL DML "
        "statements");
    EXPECT_EQ(error("SET foo = 1", owner), "foo is not a valid system variable");
    EXPECT_EQ(error("SHOW foo", owner), "foo is not a valid system variable");
}

}  // namespace lightcone::query
