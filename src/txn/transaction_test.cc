// SPDX-License-Identifier: Apache-2.0
// What each operation answers, and what a rollback leaves behind.
#include <gtest/gtest.h>

#include "txn/system_rows.h"
#include "txn/test_store.h"

namespace lightcone::txn {
namespace {

using namespace testing;

constexpr TableId kNoTable{9'999'999};
constexpr IndexId kNoIndex{9'999'999};

Bytes account(uint32_t id, int64_t balance) {
    return row_of(id, balance);
}
Bytes key(uint32_t id) {
    return row_of(id);
}

struct TransactionTest : ::testing::Test {
    TestStore store;
    TableId accounts = store.create(accounts_table());
    IndexId by_id = store.index("accounts_id_idx_btree");
    TableId people = create_people();
    IndexId by_name = store.index("people_name_idx_btree");
    IndexId by_email = store.index("people_email_idx_btree");
    IndexId by_age = store.index("people_age_idx_btree");
    IndexId by_hash = store.index("people_age_name_idx_btree");
    RowBuffer out;

    TableId create_people() {
        schema::TableSchema table = make_table(
            "people",
            {{"name", type(TypeKind::String)}, {"email", type(TypeKind::String)}, {"age", type(TypeKind::U8)}});
        add_index(table, {0}, true);
        add_index(table, {1}, true);
        add_index(table, {2}, false);
        add_index(table, {2, 0}, false, schema::IndexAlgorithm::Hash);
        return store.create(table);
    }
    static Bytes person(std::string_view name, std::string_view email, uint8_t age) { return row_of(name, email, age); }
};

TEST_F(TransactionTest, insert_statuses) {
    EXPECT_EQ(store.insert(accounts, account(1, 5)), TxStatus::Ok);
    EXPECT_EQ(store.insert(accounts, account(1, 5)), TxStatus::Ok);
    EXPECT_EQ(store.insert(accounts, account(1, 6)), TxStatus::UniqueAlreadyExists);
    EXPECT_EQ(store.insert(kNoTable, account(1, 6)), TxStatus::NoSuchTable);
    EXPECT_EQ(store.insert(accounts, Bytes(11)), TxStatus::BadRow);
    EXPECT_EQ(store.insert(accounts, Bytes(13)), TxStatus::BadRow);
    EXPECT_EQ(store.insert(accounts, Bytes()), TxStatus::BadRow);
    EXPECT_EQ(store.insert(people, {1, 0, 0, 0, 0xFF, 0, 0, 0, 0, 1}), TxStatus::BadRow);
    EXPECT_EQ(store.insert(kStClient, Bytes(48)), TxStatus::SystemTable);
    EXPECT_EQ(store.rows(accounts), std::set<Bytes>{account(1, 5)});
    EXPECT_EQ(store.rows(people).size(), 0u);
}

TEST_F(TransactionTest, a_second_unique_index_is_checked_too) {
    EXPECT_EQ(store.insert(people, person("ann", "a@x", 30)), TxStatus::Ok);
    EXPECT_EQ(store.insert(people, person("bob", "a@x", 31)), TxStatus::UniqueAlreadyExists);
    EXPECT_EQ(store.insert(people, person("ann", "b@x", 31)), TxStatus::UniqueAlreadyExists);
    EXPECT_EQ(store.insert(people, person("bob", "b@x", 30)), TxStatus::Ok);
    EXPECT_EQ(store.update(people, by_name, person("bob", "a@x", 30)), TxStatus::UniqueAlreadyExists);
    EXPECT_EQ(store.update(people, by_name, person("cid", "a@x", 30)), TxStatus::UniqueAlreadyExists);
    EXPECT_EQ(store.update(people, by_name, person("cid", "c@x", 30)), TxStatus::NoSuchRow);
    EXPECT_EQ(store.update(people, by_email, person("bert", "b@x", 32)), TxStatus::Ok);
    EXPECT_EQ(store.rows(people), (std::set<Bytes>{person("ann", "a@x", 30), person("bert", "b@x", 32)}));
}

TEST_F(TransactionTest, update_statuses) {
    store.insert(accounts, account(1, 5));
    EXPECT_EQ(store.update(kNoTable, by_id, account(1, 6)), TxStatus::NoSuchTable);
    EXPECT_EQ(store.update(accounts, by_id, Bytes(11)), TxStatus::BadRow);
    EXPECT_EQ(store.update(accounts, kNoIndex, account(1, 6)), TxStatus::NoSuchIndex);
    EXPECT_EQ(store.update(accounts, by_name, account(1, 6)), TxStatus::NoSuchIndex);
    EXPECT_EQ(store.update(people, by_age, person("a", "b", 1)), TxStatus::IndexNotUnique);
    EXPECT_EQ(store.update(accounts, by_id, account(2, 6)), TxStatus::NoSuchRow);
    EXPECT_EQ(store.update(kStClient, IndexId(7), Bytes(48)), TxStatus::SystemTable);
    EXPECT_EQ(store.update(accounts, by_id, account(1, 6)), TxStatus::Ok);
    EXPECT_EQ(store.rows(accounts), std::set<Bytes>{account(1, 6)});
}

TEST_F(TransactionTest, point_scans) {
    for (uint8_t i = 0; i < 9; ++i)
        store.insert(people, person(std::string(1, static_cast<char>('a' + i)), std::string(i, 'e'), i % 3));
    EXPECT_EQ(store.transaction().index_point(by_age, Bytes{1}, out), TxStatus::Ok);
    EXPECT_EQ(rows_of(out),
              (std::vector<Bytes>{person("b", "e", 1), person("e", "eeee", 1), person("h", "eeeeeee", 1)}));
    EXPECT_EQ(store.transaction().index_point(by_age, Bytes{7}, out), TxStatus::Ok);
    EXPECT_EQ(out.row_count(), 3u) << "appends";
    out.clear();
    EXPECT_EQ(store.transaction().index_point(by_hash, row_of(uint8_t{1}, "e"), out), TxStatus::Ok);
    EXPECT_EQ(rows_of(out), std::vector<Bytes>{person("e", "eeee", 1)});
    EXPECT_EQ(store.transaction().index_point(kNoIndex, Bytes{1}, out), TxStatus::NoSuchIndex);
    EXPECT_EQ(store.transaction().index_point(by_age, Bytes{}, out), TxStatus::BsatnDecodeError);
    EXPECT_EQ(store.transaction().index_point(by_age, Bytes{1, 2}, out), TxStatus::BsatnDecodeError);
    EXPECT_EQ(store.transaction().index_point(by_name, Bytes{1, 0, 0, 0, 0xFF}, out), TxStatus::BsatnDecodeError);
}

TEST_F(TransactionTest, range_scans) {
    for (uint8_t i = 0; i < 9; ++i)
        store.insert(people, person(std::string(1, static_cast<char>('a' + i)), std::string(i, 'e'), i % 3));
    Bytes open{2};
    Transaction& tx = store.transaction();
    EXPECT_EQ(tx.index_range(by_name, {}, 0, row_of(uint8_t{1}, "b"), row_of(uint8_t{0}, "d"), out), TxStatus::Ok);
    EXPECT_EQ(rows_of(out), (std::vector<Bytes>{person("c", "ee", 2), person("d", "eee", 0)}));
    out.clear();
    EXPECT_EQ(tx.index_range(by_age, {}, 0, Bytes{0, 1}, open, out), TxStatus::Ok);
    EXPECT_EQ(out.row_count(), 6u);
    EXPECT_EQ(tx.index_range(by_age, {}, 0, Bytes{0, 2}, Bytes{1, 1}, out), TxStatus::Ok);
    EXPECT_EQ(out.row_count(), 6u) << "an empty range";
    EXPECT_EQ(tx.index_range(by_hash, {}, 0, open, open, out), TxStatus::WrongIndexAlgorithm);
    EXPECT_EQ(tx.index_range(by_age, Bytes{1}, 1, open, open, out), TxStatus::BsatnDecodeError);
    EXPECT_EQ(tx.index_range(by_age, {}, 0, Bytes{3}, open, out), TxStatus::BsatnDecodeError);
    EXPECT_EQ(tx.index_range(by_age, {}, 0, open, Bytes{}, out), TxStatus::BsatnDecodeError);
    EXPECT_EQ(tx.index_range(kNoIndex, {}, 0, open, open, out), TxStatus::NoSuchIndex);
}

TEST_F(TransactionTest, scan_and_count) {
    uint64_t count = 7;
    EXPECT_EQ(store.transaction().row_count(kNoTable, count), TxStatus::NoSuchTable);
    EXPECT_EQ(store.transaction().scan(kNoTable, out), TxStatus::NoSuchTable);
    for (uint32_t i = 0; i < 5; ++i) store.insert(accounts, account(i, i));
    EXPECT_EQ(store.transaction().row_count(accounts, count), TxStatus::Ok);
    EXPECT_EQ(count, 5u);
    EXPECT_EQ(store.transaction().scan(accounts, out), TxStatus::Ok);
    EXPECT_EQ(out.row_count(), 5u);
    EXPECT_EQ(store.transaction().scan(kStTable, out), TxStatus::Ok) << "modules may read system tables";
    EXPECT_EQ(out.row_count(), 5u + 22u);
}

TEST_F(TransactionTest, deletes) {
    Transaction& tx = store.transaction();
    for (uint8_t i = 0; i < 9; ++i)
        store.insert(people, person(std::string(1, static_cast<char>('a' + i)), std::string(i, 'e'), i % 3));
    uint32_t count = 9;
    EXPECT_EQ(tx.delete_point(kNoIndex, Bytes{1}, count), TxStatus::NoSuchIndex);
    EXPECT_EQ(tx.delete_point(by_age, Bytes{}, count), TxStatus::BsatnDecodeError);
    EXPECT_EQ(tx.delete_point(IndexId(1), key(4096), count), TxStatus::SystemTable);
    EXPECT_EQ(tx.delete_point(by_age, Bytes{1}, count), TxStatus::Ok);
    EXPECT_EQ(count, 3u);
    EXPECT_EQ(tx.delete_point(by_age, Bytes{1}, count), TxStatus::Ok);
    EXPECT_EQ(count, 0u);
    EXPECT_EQ(tx.delete_range(by_hash, {}, 0, Bytes{2}, Bytes{2}, count), TxStatus::WrongIndexAlgorithm);
    EXPECT_EQ(tx.delete_range(by_age, {}, 0, Bytes{0}, Bytes{2}, count), TxStatus::BsatnDecodeError);
    EXPECT_EQ(tx.delete_range(by_age, {}, 0, Bytes{1, 0}, Bytes{2}, count), TxStatus::Ok);
    EXPECT_EQ(count, 3u);
    bool deleted = true;
    EXPECT_EQ(tx.delete_row(people, person("nobody", "", 0), deleted), TxStatus::Ok);
    EXPECT_FALSE(deleted);
    EXPECT_EQ(tx.delete_row(people, Bytes(3), deleted), TxStatus::BadRow);
    EXPECT_EQ(tx.delete_row(people, person("a", "", 0), deleted), TxStatus::Ok);
    EXPECT_TRUE(deleted);
    uint64_t cleared = 0;
    EXPECT_EQ(tx.clear(people, cleared), TxStatus::Ok);
    EXPECT_EQ(cleared, 2u);
    EXPECT_EQ(tx.clear(kNoTable, cleared), TxStatus::NoSuchTable);
    EXPECT_EQ(tx.clear(kStTable, cleared), TxStatus::SystemTable);
}

TEST_F(TransactionTest, delete_all_by_eq_checks_everything_first) {
    Transaction& tx = store.transaction();
    for (uint32_t i = 0; i < 5; ++i) store.insert(accounts, account(i, i));
    auto relation = [](uint32_t count, std::vector<Bytes> rows) {
        Bytes bytes = row_of(count);
        for (const Bytes& row : rows) bytes.insert(bytes.end(), row.begin(), row.end());
        return bytes;
    };
    uint32_t count = 9;
    EXPECT_EQ(tx.delete_all_by_eq(kNoTable, relation(0, {}), count), TxStatus::NoSuchTable);
    EXPECT_EQ(tx.delete_all_by_eq(kStTable, relation(0, {}), count), TxStatus::SystemTable);
    EXPECT_EQ(tx.delete_all_by_eq(accounts, Bytes(3), count), TxStatus::BsatnDecodeError);
    EXPECT_EQ(tx.delete_all_by_eq(accounts, relation(2, {account(1, 1)}), count), TxStatus::BsatnDecodeError);
    EXPECT_EQ(tx.delete_all_by_eq(accounts, relation(1, {account(1, 1), account(2, 2)}), count),
              TxStatus::BsatnDecodeError);
    EXPECT_EQ(store.rows(accounts).size(), 5u);
    EXPECT_EQ(
        tx.delete_all_by_eq(accounts, relation(4, {account(1, 1), account(2, 7), account(3, 3), account(3, 3)}), count),
        TxStatus::Ok);
    EXPECT_EQ(count, 2u);
    EXPECT_EQ(store.rows(accounts), (std::set<Bytes>{account(0, 0), account(2, 2), account(4, 4)}));
}

TEST_F(TransactionTest, delete_all_by_eq_of_rows_without_bytes) {
    TableId empty = store.create(make_table("empty", {}));
    EXPECT_EQ(store.insert(empty, {}), TxStatus::Ok);
    uint32_t count = 9;
    EXPECT_EQ(store.transaction().delete_all_by_eq(empty, row_of(UINT32_MAX), count), TxStatus::Ok);
    EXPECT_EQ(count, 1u);
    CommittedTx done = store.commit();
    EXPECT_FALSE(done.consumed_offset);
}

TEST_F(TransactionTest, rollback_undoes_everything) {
    for (uint32_t i = 0; i < 50; ++i) store.insert(accounts, account(i, i));
    store.commit();
    Content before = content_of(*store);
    for (uint32_t i = 0; i < 50; i += 2) store.update(accounts, by_id, account(i, 1000 + i));
    uint32_t count = 0;
    for (uint32_t i = 10; i < 30; ++i) store.transaction().delete_point(by_id, key(i), count);
    for (uint32_t i = 20; i < 80; ++i) store.insert(accounts, account(i, -5));
    uint64_t cleared = 0;
    store.transaction().clear(accounts, cleared);
    store.insert(accounts, account(3, 3));
    store->rollback();
    EXPECT_EQ(content_of(*store), before);
    for (uint32_t i = 0; i < 50; ++i) {
        out.clear();
        store.transaction().index_point(by_id, key(i), out);
        EXPECT_EQ(rows_of(out), std::vector<Bytes>{account(i, i)});
    }
}

TEST_F(TransactionTest, rollback_of_create_table) {
    Content before = content_of(*store);
    uint64_t version = store->schema_version();
    schema::TableSchema extra = make_table("extra", {{"id", type(TypeKind::U64)}});
    add_index(extra, {0}, true);
    add_sequence(extra, 0);
    TableId id = *store.transaction().create_table(extra);
    EXPECT_GT(store->schema_version(), version);
    version = store->schema_version();
    EXPECT_EQ(store.insert(id, row_of(uint64_t{0})), TxStatus::Ok);
    EXPECT_NE(store->find_table("extra"), nullptr);
    store->rollback();
    EXPECT_GT(store->schema_version(), version);
    EXPECT_EQ(store->find_table("extra"), nullptr);
    EXPECT_EQ(store->table(id), nullptr);
    EXPECT_FALSE(store->find_index("extra_id_idx_btree"));
    EXPECT_EQ(content_of(*store), before);
    TableId again = *store.transaction().create_table(extra);
    EXPECT_GT(again, id) << "ids are not reused";
    store.commit();
    EXPECT_EQ(content_of(*store.replayed()), content_of(*store));
}

TEST_F(TransactionTest, offsets_are_consumed_by_changes) {
    uint64_t next = store->next_offset().value;
    store->begin();
    CommittedTx nothing = store.commit();
    EXPECT_FALSE(nothing.consumed_offset);
    EXPECT_EQ(nothing.offset.value, next - 1);
    EXPECT_TRUE(nothing.delta.empty());
    store.insert(accounts, account(1, 1));
    CommittedTx something = store.commit();
    EXPECT_TRUE(something.consumed_offset);
    EXPECT_EQ(something.offset.value, next);
    store->begin();
    CommittedTx forced = store->commit({}, true);
    EXPECT_TRUE(forced.consumed_offset);
    EXPECT_EQ(forced.offset.value, next + 1);
    EXPECT_TRUE(forced.delta.empty());
    EXPECT_EQ(store->next_offset().value, next + 2);
}

TEST_F(TransactionTest, float_keys_go_by_value_and_rows_by_bytes) {
    schema::TableSchema table = make_table("floats", {{"x", type(TypeKind::F64)}, {"y", type(TypeKind::U8)}});
    add_index(table, {0}, true);
    TableId floats = store.create(table);
    IndexId by_x = store.index("floats_x_idx_btree");
    EXPECT_EQ(store.insert(floats, row_of(0.0, uint8_t{1})), TxStatus::Ok);
    EXPECT_EQ(store.insert(floats, row_of(-0.0, uint8_t{1})), TxStatus::UniqueAlreadyExists);
    EXPECT_EQ(store.transaction().index_point(by_x, row_of(-0.0), out), TxStatus::Ok);
    EXPECT_EQ(rows_of(out), std::vector<Bytes>{row_of(0.0, uint8_t{1})});
    store.commit();
    EXPECT_EQ(store.update(floats, by_x, row_of(-0.0, uint8_t{1})), TxStatus::Ok);
    CommittedTx done = store.commit();
    ASSERT_EQ(done.delta.size(), 1u);
    EXPECT_EQ(set_of(done.delta[0].deletes), std::set<Bytes>{row_of(0.0, uint8_t{1})});
    EXPECT_EQ(set_of(done.delta[0].inserts), std::set<Bytes>{row_of(-0.0, uint8_t{1})});
    EXPECT_EQ(content_of(*store.replayed()), content_of(*store));
}

TEST_F(TransactionTest, every_status_has_a_name) {
    for (int i = 0; i < 256; ++i) EXPECT_NE(tx_status_name(static_cast<TxStatus>(i)), nullptr);
    EXPECT_STREQ(tx_status_name(TxStatus::NoSuchRow), "no such row");
}

}  // namespace
}  // namespace lightcone::txn
