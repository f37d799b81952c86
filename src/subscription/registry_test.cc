// SPDX-License-Identifier: Apache-2.0
#include "subscription/registry.h"

#include <gtest/gtest.h>

#include "query/sql_case_store.h"
#include "subscription/client_cache.h"

namespace lightcone::subscription {

namespace {

class RegistryTest : public testing::Test {
  protected:
    RegistryTest() : document_(query::load_case_file("sql_first_light.json")), stores_(document_) {
        store_ = stores_.fresh("basic");
        registry_ = Registry::create(*store_);
        client_ = registry_->add_client({});
    }

    std::string subscribe_error(uint32_t set, const std::vector<std::string_view>& queries) {
        auto rows = registry_->subscribe(client_, set, queries);
        return rows ? "" : rows.error().message;
    }

    std::span<const ClientChange> insert_t(uint32_t id, int64_t n) {
        Bytes row, generated;
        ByteWriter out(row);
        out.u32(id);
        out.length_prefixed(std::string_view("new"));
        out.u8(1);
        out.i64(n);
        txn::Transaction& tx = store_->begin();
        EXPECT_EQ(tx.insert(store_->find_table("t")->id(), row, generated), txn::TxStatus::Ok);
        return registry_->match(query::commit_case(*store_).delta);
    }

    sats::JsonValue document_;
    query::CaseStores stores_;
    std::unique_ptr<txn::Datastore> store_;
    std::unique_ptr<Registry> registry_;
    ClientId client_ = 0;
};

}  // namespace

TEST_F(RegistryTest, one_bad_query_fails_the_whole_set) {
    EXPECT_EQ(subscribe_error(1, {"SELECT * FROM t", " SELECT * FROM nope "}),
              "no such table: `nope`. If the table exists, it may be marked private., executing: `SELECT * FROM nope`");
    EXPECT_EQ(subscribe_error(1, {"  "}), "SubscriptionError: Empty string, executing: ``");
    EXPECT_TRUE(insert_t(50, 1).empty());
    EXPECT_EQ(subscribe_error(1, {"SELECT * FROM t"}), "");
}

TEST_F(RegistryTest, ids_in_use_and_unknown_ids) {
    EXPECT_EQ(subscribe_error(1, {"SELECT * FROM t"}), "");
    EXPECT_TRUE(subscribe_error(1, {"SELECT * FROM s"}).starts_with("Subscription with id 1"));
    auto unknown = registry_->unsubscribe(client_, 2, true);
    ASSERT_FALSE(unknown.has_value());
    EXPECT_TRUE(unknown.error().message.starts_with("Subscription not found"));
    EXPECT_EQ(registry_->unsubscribe(client_, 1, true).value().size(), 1u);
    EXPECT_EQ(subscribe_error(1, {"SELECT * FROM s"}), "");
    EXPECT_TRUE(registry_->unsubscribe(client_, 1, false).value().empty());
}

TEST_F(RegistryTest, initial_rows_one_entry_per_distinct_query_of_a_table_with_rows) {
    auto rows = registry_->subscribe(client_, 1,
                                     {"SELECT * FROM s", "SELECT * FROM empty", "SELECT * FROM t WHERE id = 99",
                                      " SELECT * FROM s", "select * from s"});
    ASSERT_TRUE(rows.has_value());
    ASSERT_EQ(rows->size(), 3u);
    EXPECT_EQ((*rows)[0].table_name, "s");
    EXPECT_EQ((*rows)[1].table_name, "t");
    EXPECT_EQ((*rows)[1].rows.row_count, 0u);
    EXPECT_EQ((*rows)[2].table_name, "s");
}

TEST_F(RegistryTest, changes_are_shared_and_grouped) {
    ClientId other = registry_->add_client({});
    ASSERT_EQ(subscribe_error(9, {"SELECT * FROM t", "SELECT * FROM t WHERE n = 7"}), "");
    ASSERT_EQ(subscribe_error(3, {"SELECT * FROM t WHERE n = 8"}), "");
    ASSERT_TRUE(registry_->subscribe(other, 1, {"SELECT * FROM t"}).has_value());
    auto changes = insert_t(60, 7);
    ASSERT_EQ(changes.size(), 2u);
    ASSERT_EQ(changes[0].query_sets.size(), 1u);
    EXPECT_EQ(changes[0].query_sets[0].query_set_id, 9u);
    ASSERT_EQ(changes[0].query_sets[0].tables.size(), 1u);
    const TableChange& table = changes[0].query_sets[0].tables[0];
    EXPECT_EQ(table.table_name, "t");
    EXPECT_EQ(table.rows.size(), 2u);
    EXPECT_EQ(changes[1].client, other);
    EXPECT_EQ(changes[1].query_sets[0].tables[0].rows[0], table.rows[0]);
}

TEST_F(RegistryTest, removed_clients_hear_nothing_and_their_ids_return) {
    ASSERT_EQ(subscribe_error(1, {"SELECT * FROM t"}), "");
    registry_->remove_client(client_);
    EXPECT_TRUE(insert_t(70, 1).empty());
    EXPECT_EQ(registry_->add_client({}), client_);
    EXPECT_TRUE(insert_t(71, 1).empty());
    EXPECT_EQ(subscribe_error(1, {"SELECT * FROM t"}), "");
    EXPECT_EQ(insert_t(72, 1).size(), 1u);
}

TEST_F(RegistryTest, one_off_answers_one_entry_and_keeps_nothing) {
    auto rows = registry_->one_off(client_, "SELECT * FROM empty");
    ASSERT_TRUE(rows.has_value());
    EXPECT_EQ(rows->rows.row_count, 0u);
    EXPECT_EQ(registry_->one_off(client_, "SELECT * FROM t WHERE id = 1")->rows.row_count, 1u);
    EXPECT_EQ(registry_->one_off(client_, "SELECT * FROM *").error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(registry_->one_off(client_, "SELECT id FROM nope").error().message,
              "no such table: `nope`. If the table exists, it may be marked private.");
    EXPECT_TRUE(insert_t(80, 1).empty());
}

TEST_F(RegistryTest, rebind_keeps_sets_and_drops_what_no_longer_compiles) {
    ASSERT_EQ(subscribe_error(1, {"SELECT * FROM t WHERE n = 7", "SELECT * FROM *"}), "");
    txn::Transaction& tx = store_->begin();
    schema::TableSchema added;
    added.name = added.accessor = "later";
    added.access = schema::TableAccess::Public;
    added.columns = {{"id", "id", query::case_type("U32")}};
    ASSERT_TRUE(tx.create_table(added).has_value());
    query::commit_case(*store_);
    EXPECT_TRUE(registry_->rebind().empty());
    auto changes = insert_t(90, 7);
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_EQ(changes[0].query_sets[0].tables[0].rows.size(), 2u);
}

}  // namespace lightcone::subscription
