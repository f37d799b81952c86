// SPDX-License-Identifier: Apache-2.0
#include "query/table_plan.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "query/parser.h"
#include "query/sql_case_store.h"

namespace lightcone::query {

namespace {

// id U32 (unique), a U32 (indexed), a+b (indexed together), c F64 (indexed), d String.
std::unique_ptr<txn::Datastore> make_store(uint32_t rows) {
    auto described = sats::JsonValue::parse(R"({"name": "t", "access": "public", "primary_key": "id",
        "columns": [{"name": "id", "type": "U32"}, {"name": "a", "type": "U32"}, {"name": "b", "type": "U32"},
                    {"name": "c", "type": "F64"}, {"name": "d", "type": "String"}],
        "indexes": [{"columns": ["a"]}, {"columns": ["a", "b"]}, {"columns": ["c"]}]})");
    auto store = txn::Datastore::create().value();
    txn::Transaction& tx = store->begin();
    TableId table = tx.create_table(case_table(*described)).value();
    Bytes row, generated;
    for (uint32_t i = 0; i < rows; ++i) {
        row.clear();
        ByteWriter out(row);
        double c = i;
        out.u32(i);
        out.u32(i % 10);
        out.u32(i % 7);
        out.raw({reinterpret_cast<const uint8_t*>(&c), sizeof c});
        out.length_prefixed(i % 2 == 0 ? std::string_view("even") : std::string_view("odd"));
        EXPECT_EQ(tx.insert(table, row, generated), txn::TxStatus::Ok);
    }
    commit_case(*store);
    return store;
}

TablePlan plan_of(const std::string& where, txn::Datastore& store) {
    Statement statement = parse("SELECT * FROM t WHERE " + where).value();
    Catalogue catalogue = [&](std::string_view name) { return &store.find_table(name)->schema(); };
    BoundSelect select = bind_select(statement, catalogue, Reader()).value();
    return TablePlan::compile(select, *store.find_table("t")).value();
}

std::vector<uint32_t> ids(const TablePlan& plan, txn::Datastore& store) {
    std::vector<uint32_t> out;
    plan.run(store, [&](ByteView row) {
        out.push_back(load_le<uint32_t>(row.data()));
        return true;
    });
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace

TEST(TablePlan, chooses_an_index) {
    auto store = make_store(TablePlan::kRangeIndexRowsMin);
    const storage::Table& table = *store->find_table("t");
    auto access = [&](const std::string& where) { return plan_of(where, *store).describe(table); };
    EXPECT_EQ(access("d = 'x'"), "scan");
    EXPECT_EQ(access("id = 1"), "point t_id_idx_btree");
    EXPECT_EQ(access("a = 1 AND d = 'x'"), "point t_a_idx_btree");
    EXPECT_EQ(access("d = 'x' AND b = 2 AND 1 = a"), "point t_a_b_idx_btree");
    EXPECT_EQ(access("a = 1 AND b = 2 AND id = 3"), "point t_id_idx_btree");
    EXPECT_EQ(access("b = 2"), "scan");
    EXPECT_EQ(access("id = 1 OR id = 2"), "scan");
    EXPECT_EQ(access("id <> 1"), "scan");
    EXPECT_EQ(access("id > 1"), "range t_id_idx_btree");
    EXPECT_EQ(access("c <= 1.5 AND d = 'x'"), "range t_c_idx_btree");
    EXPECT_EQ(access("FALSE AND id = 1"), "nothing");
    auto small = make_store(TablePlan::kRangeIndexRowsMin - 1);
    EXPECT_EQ(plan_of("id > 1", *small).describe(*small->find_table("t")), "scan");
    EXPECT_EQ(plan_of("id = 1", *small).describe(*small->find_table("t")), "point t_id_idx_btree");
}

TEST(TablePlan, every_access_finds_what_a_scan_finds) {
    uint32_t rows = TablePlan::kRangeIndexRowsMin + 100;
    auto store = make_store(rows);
    auto expect = [&](const std::string& where, auto holds) {
        std::vector<uint32_t> wanted;
        for (uint32_t i = 0; i < rows; ++i) {
            if (holds(i)) wanted.push_back(i);
        }
        EXPECT_EQ(ids(plan_of(where, *store), *store), wanted) << where;
    };
    expect("id = 17", [](uint32_t i) { return i == 17; });
    expect("id = 4294967295", [](uint32_t) { return false; });
    expect("a = 3 AND d = 'even'", [](uint32_t i) { return i % 10 == 3 && i % 2 == 0; });
    expect("a = 3 AND d = 'odd'", [](uint32_t i) { return i % 10 == 3 && i % 2 == 1; });
    expect("b = 4 AND a = 3", [](uint32_t i) { return i % 7 == 4 && i % 10 == 3; });
    expect("a = 3 AND a = 4", [](uint32_t) { return false; });
    expect("id >= 10 AND id < 20", [](uint32_t i) { return i >= 10 && i < 20; });
    expect("10 < id AND id < 4000 AND id <= 12", [](uint32_t i) { return i > 10 && i <= 12; });
    expect("c > 4190.5", [](uint32_t i) { return i > 4190; });
    expect("c = -0.0", [](uint32_t i) { return i == 0; });
    expect("id > 20 AND id < 10", [](uint32_t) { return false; });
    expect("id < 3 OR id > 4190", [](uint32_t i) { return i < 3 || i > 4190; });
}

TEST(TablePlan, the_visitor_stops_the_run) {
    auto store = make_store(TablePlan::kRangeIndexRowsMin);
    for (std::string where : {"TRUE", "a = 3", "id > 5"}) {
        int visited = 0;
        plan_of(where, *store).run(*store, [&](ByteView) { return ++visited < 3; });
        EXPECT_EQ(visited, 3) << where;
    }
}

}  // namespace lightcone::query
