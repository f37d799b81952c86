// SPDX-License-Identifier: Apache-2.0
// The cases of tests/data/sql_first_light.json that subscribe: initial rows, and the update of one transaction.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "query/sql_case_store.h"
#include "subscription/client_cache.h"
#include "subscription/registry.h"

namespace lightcone::subscription {

namespace {

using query::CaseStores;
using sats::JsonValue;

std::vector<std::string> rows_hex(const JsonValue& rows, const sats::AlgebraicType& type) {
    std::vector<std::string> out;
    for (const JsonValue& row : rows.items()) out.push_back(to_hex(query::encode_case_row(row, type)));
    std::sort(out.begin(), out.end());
    return out;
}

std::vector<std::string> rows_hex(const RowList& list) {
    std::vector<std::string> out;
    for (const Bytes& row : decode_rows(list)) out.push_back(to_hex(row));
    std::sort(out.begin(), out.end());
    return out;
}

const JsonValue& expectation(const JsonValue& document, const JsonValue& test_case) {
    const JsonValue& expect = *test_case.find("expect");
    const JsonValue* same_as = expect.find("same_as");
    if (same_as == nullptr) return expect;
    for (const JsonValue& other : document.find("cases")->items()) {
        if (other.find("id")->string() == same_as->string()) return *other.find("expect");
    }
    return expect;
}

void expect_initial_rows(const JsonValue& expect, const std::vector<TableRows>& got, txn::Datastore& store) {
    std::map<std::string, std::vector<std::string>> by_table;
    for (const TableRows& table : got) by_table[table.table_name] = rows_hex(table.rows);
    if (const JsonValue* tables = expect.find("tables")) {
        for (const sats::JsonMember& member : tables->members()) {
            auto type = store.find_table(member.key)->schema().row_type();
            EXPECT_EQ(by_table[member.key], rows_hex(member.value, type)) << member.key;
            by_table.erase(member.key);
        }
        for (const auto& [name, rows] : by_table) {
            EXPECT_TRUE(rows.empty()) << name;
        }
        return;
    }
    ASSERT_LE(got.size(), 1u);
    if (const JsonValue* rows = expect.find("rows")) {
        std::vector<std::string> wanted;
        if (!got.empty()) wanted = rows_hex(*rows, store.find_table(got[0].table_name)->schema().row_type());
        EXPECT_EQ(got.empty() ? std::vector<std::string>() : rows_hex(got[0].rows), wanted);
        EXPECT_EQ(got.empty() && !rows->items().empty(), false);
    }
    if (expect.find("rows_match")) {
        ASSERT_EQ(got.size(), 1u);
        EXPECT_EQ(got[0].rows.row_count, 1u);
    }
}

void run_subscribe(const JsonValue& document, const JsonValue& test_case, CaseStores& stores) {
    txn::Datastore& store = stores.store(test_case);
    auto registry = Registry::create(store);
    ClientId client = registry->add_client(stores.reader(test_case));
    std::string sql = query::case_sql(test_case);
    auto got = registry->subscribe(client, 1, {sql});
    const JsonValue& expect = expectation(document, test_case);
    if (!expect.find("error")) {
        ASSERT_TRUE(got.has_value()) << got.error().message;
        expect_initial_rows(expect, *got, store);
        return;
    }
    ASSERT_FALSE(got.has_value());
    std::string trimmed = sql.find_first_not_of(' ') == std::string::npos ? "" : sql;
    std::string suffix = ", executing: `" + trimmed + "`";
    if (const auto* text = expect.find("text")) {
        EXPECT_EQ(got.error().message, std::string(text->string()) + suffix);
    }
    if (const auto* prefix = expect.find("text_prefix")) {
        EXPECT_TRUE(got.error().message.starts_with(prefix->string())) << got.error().message;
        EXPECT_TRUE(got.error().message.ends_with(suffix)) << got.error().message;
    }
}

void run_delta(const JsonValue& test_case, CaseStores& stores) {
    auto store = stores.fresh(std::string(test_case.find("schema")->string()));
    auto registry = Registry::create(*store);
    ClientId client = registry->add_client(stores.reader(test_case));
    ASSERT_TRUE(registry->subscribe(client, 4, {test_case.find("sql")->string()}).has_value());
    txn::Transaction& tx = store->begin();
    Bytes generated;
    for (const JsonValue& step : test_case.find("tx")->items()) {
        const JsonValue* inserted = step.find("insert");
        const storage::Table& table = *store->find_table((inserted ? inserted : step.find("delete"))->string());
        Bytes row = query::encode_case_row(*step.find("row"), table.schema().row_type());
        bool deleted = false;
        auto status = inserted ? tx.insert(table.id(), row, generated) : tx.delete_row(table.id(), row, deleted);
        ASSERT_EQ(status, txn::TxStatus::Ok);
    }
    auto changes = registry->match(query::commit_case(*store).delta);
    const JsonValue& expect = *test_case.find("expect");
    if (expect.find("inserts")->items().empty() && expect.find("deletes")->items().empty()) {
        EXPECT_TRUE(changes.empty());
        return;
    }
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_EQ(changes[0].client, client);
    ASSERT_EQ(changes[0].query_sets.size(), 1u);
    EXPECT_EQ(changes[0].query_sets[0].query_set_id, 4u);
    ASSERT_EQ(changes[0].query_sets[0].tables.size(), 1u);
    const TableChange& table = changes[0].query_sets[0].tables[0];
    auto type = store->find_table(table.table_name)->schema().row_type();
    ASSERT_EQ(table.rows.size(), 1u);
    EXPECT_EQ(rows_hex(table.rows[0]->inserts), rows_hex(*expect.find("inserts"), type));
    EXPECT_EQ(table.rows[0]->is_event, store->find_table(table.table_name)->schema().is_event);
    if (table.rows[0]->is_event) return;
    EXPECT_EQ(rows_hex(table.rows[0]->deletes), rows_hex(*expect.find("deletes"), type));
}

}  // namespace

TEST(SubscriptionSqlCases, initial_rows_and_updates) {
    JsonValue document = query::load_case_file("sql_first_light.json");
    CaseStores stores(document);
    size_t count = 0;
    for (const JsonValue& test_case : document.find("cases")->items()) {
        std::string_view kind = test_case.find("kind")->string();
        SCOPED_TRACE(std::string(test_case.find("id")->string()));
        if (kind == "subscribe") run_subscribe(document, test_case, stores);
        if (kind == "delta") run_delta(test_case, stores);
        count += kind == "subscribe" || kind == "delta";
    }
    EXPECT_GT(count, 35u);
}

}  // namespace lightcone::subscription
