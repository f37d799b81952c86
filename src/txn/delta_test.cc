// SPDX-License-Identifier: Apache-2.0
// The net delta: what cancels, what pairs, what an event table leaves.
#include <gtest/gtest.h>

#include "txn/test_store.h"

namespace lightcone::txn {
namespace {

using namespace testing;

Bytes pair(uint32_t a, uint32_t b) {
    return row_of(a, b);
}

struct DeltaTest : ::testing::Test {
    TestStore store;
    TableId keyed = create("keyed", true);
    TableId bag = create("bag", false);
    IndexId by_a = store.index("keyed_a_idx_btree");
    bool deleted = false;

    TableId create(const char* name, bool unique) {
        schema::TableSchema table = make_table(name, {{"a", type(TypeKind::U32)}, {"b", type(TypeKind::U32)}});
        add_index(table, {0}, unique);
        return store.create(table);
    }
    void remove(TableId table, const Bytes& row) {
        ASSERT_EQ(store.transaction().delete_row(table, row, deleted), TxStatus::Ok);
        ASSERT_TRUE(deleted);
    }
    void expect_nothing() {
        CommittedTx done = store.commit();
        EXPECT_FALSE(done.consumed_offset);
        EXPECT_TRUE(done.delta.empty());
    }
    void expect_one(TableId table, const std::set<Bytes>& deletes, const std::set<Bytes>& inserts,
                    bool truncated = false) {
        CommittedTx done = store.commit();
        ASSERT_EQ(done.delta.size(), 1u);
        EXPECT_EQ(done.delta[0].id, table);
        EXPECT_EQ(done.delta[0].table, store->table(table));
        EXPECT_EQ(set_of(done.delta[0].deletes), deletes);
        EXPECT_EQ(set_of(done.delta[0].inserts), inserts);
        EXPECT_EQ(done.delta[0].truncated, truncated);
        EXPECT_EQ(content_of(*store.replayed()), content_of(*store));
    }
};

TEST_F(DeltaTest, insert_and_delete_cancel) {
    store.insert(keyed, pair(1, 1));
    remove(keyed, pair(1, 1));
    expect_nothing();
}

TEST_F(DeltaTest, delete_and_insert_of_the_same_row_cancel_at_any_row_number) {
    store.insert(bag, pair(1, 1));
    store.insert(bag, pair(2, 2));
    store.insert(bag, pair(3, 3));
    store.commit();
    remove(bag, pair(1, 1));
    remove(bag, pair(2, 2));
    store.insert(bag, pair(2, 2));
    store.insert(bag, pair(1, 1));
    expect_nothing();
    EXPECT_EQ(store.rows(bag).size(), 3u);
}

TEST_F(DeltaTest, many_rows_that_change_places_cancel) {
    for (uint32_t i = 0; i < 500; ++i) store.insert(bag, pair(i, i));
    store.commit();
    for (uint32_t i = 0; i < 400; ++i) remove(bag, pair(i, i));
    for (uint32_t i = 399; i >= 2; --i) store.insert(bag, pair(i, i));
    store.insert(bag, pair(1000, 0));
    expect_one(bag, {pair(0, 0), pair(1, 1)}, {pair(1000, 0)});
}

TEST_F(DeltaTest, updates_collapse_to_first_and_last) {
    store.insert(keyed, pair(1, 1));
    store.commit();
    for (uint32_t i = 2; i < 40; ++i) EXPECT_EQ(store.update(keyed, by_a, pair(1, i)), TxStatus::Ok);
    expect_one(keyed, {pair(1, 1)}, {pair(1, 39)});
    store.update(keyed, by_a, pair(1, 7));
    store.update(keyed, by_a, pair(1, 39));
    expect_nothing();
}

TEST_F(DeltaTest, update_of_a_row_of_this_transaction_shows_only_the_last) {
    store.insert(keyed, pair(1, 1));
    store.update(keyed, by_a, pair(1, 2));
    expect_one(keyed, {}, {pair(1, 2)});
}

TEST_F(DeltaTest, equal_update_is_nothing) {
    store.insert(keyed, pair(1, 1));
    store.commit();
    EXPECT_EQ(store.update(keyed, by_a, pair(1, 1)), TxStatus::Ok);
    expect_nothing();
}

TEST_F(DeltaTest, rows_that_swap_their_keys) {
    store.insert(keyed, pair(1, 10));
    store.insert(keyed, pair(2, 20));
    store.commit();
    remove(keyed, pair(1, 10));
    remove(keyed, pair(2, 20));
    store.insert(keyed, pair(2, 10));
    store.insert(keyed, pair(1, 20));
    expect_one(keyed, {pair(1, 10), pair(2, 20)}, {pair(2, 10), pair(1, 20)});
}

TEST_F(DeltaTest, emptied_table_is_truncated) {
    for (uint32_t i = 0; i < 3; ++i) store.insert(keyed, pair(i, i));
    store.commit();
    uint64_t count = 0;
    store.insert(keyed, pair(9, 9));
    EXPECT_EQ(store.transaction().clear(keyed, count), TxStatus::Ok);
    EXPECT_EQ(count, 4u);
    size_t payloads = store.payloads().size();
    expect_one(keyed, {pair(0, 0), pair(1, 1), pair(2, 2)}, {}, true);
    EXPECT_LT(store.payloads()[payloads].size(), 8u) << "no rows are logged";
}

TEST_F(DeltaTest, tables_come_in_order_of_their_ids) {
    store.insert(bag, pair(1, 1));
    store.insert(keyed, pair(1, 1));
    store.insert(bag, pair(2, 1));
    CommittedTx done = store.commit();
    ASSERT_EQ(done.delta.size(), 2u);
    EXPECT_EQ(done.delta[0].id, keyed);
    EXPECT_EQ(done.delta[1].id, bag);
    EXPECT_EQ(done.delta[1].inserts.size(), 2u);
}

TEST_F(DeltaTest, event_rows_are_reported_logged_and_gone) {
    schema::TableSchema schema =
        make_table("happening", {{"a", type(TypeKind::U32)}, {"text", type(TypeKind::String)}});
    schema.is_event = true;
    add_index(schema, {0}, true);
    TableId event = store.create(schema);
    IndexId by_id = store.index("happening_a_idx_btree");
    store.insert(event, row_of(1u, "one"));
    EXPECT_EQ(store.insert(event, row_of(1u, "two")), TxStatus::UniqueAlreadyExists);
    store.insert(event, row_of(2u, "two"));
    store.insert(event, row_of(3u, "three"));
    store.update(event, by_id, row_of(2u, "final"));
    remove(event, row_of(3u, "three"));
    CommittedTx done = store.commit();
    EXPECT_TRUE(done.consumed_offset);
    ASSERT_EQ(done.delta.size(), 1u);
    EXPECT_EQ(set_of(done.delta[0].inserts), (std::set<Bytes>{row_of(1u, "one"), row_of(2u, "final")}));
    EXPECT_TRUE(done.delta[0].deletes.empty());
    EXPECT_FALSE(done.delta[0].truncated);
    EXPECT_EQ(store->table(event)->row_count(), 0u);
    EXPECT_EQ(store.insert(event, row_of(1u, "again")), TxStatus::Ok);
    store->rollback();
    EXPECT_EQ(store->table(event)->row_count(), 0u);
    EXPECT_EQ(content_of(*store.replayed()), content_of(*store));
}

}  // namespace
}  // namespace lightcone::txn
