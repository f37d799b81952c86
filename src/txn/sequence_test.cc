// SPDX-License-Identifier: Apache-2.0
#include "txn/sequence.h"

#include <gtest/gtest.h>

#include "txn/system_codec.h"
#include "txn/test_store.h"

namespace lightcone::txn {
namespace {

using namespace testing;

schema::SequenceSchema bounded(__int128 start, __int128 min, __int128 max, __int128 increment) {
    schema::SequenceSchema schema;
    schema.start = start;
    schema.min_value = min;
    schema.max_value = max;
    schema.increment = increment;
    return schema;
}

std::vector<int> draw(Sequence& sequence, int count) {
    std::vector<int> values;
    for (int i = 0; i < count; ++i) {
        if (sequence.is_exhausted()) sequence.allocate();
        values.push_back(static_cast<int>(sequence.next()));
    }
    return values;
}

TEST(Sequence, counts_and_wraps) {
    Sequence up(bounded(4, 1, 5, 2), 4);
    EXPECT_EQ(draw(up, 7), (std::vector<int>{4, 1, 3, 5, 2, 4, 1}));
    Sequence down(bounded(2, 1, 5, -2), 2);
    EXPECT_EQ(draw(down, 7), (std::vector<int>{2, 5, 3, 1, 4, 2, 5}));
    Sequence negative(bounded(-1, -2, 2, 3), -1);
    EXPECT_EQ(draw(negative, 4), (std::vector<int>{-1, 2, 0, -2}));
}

TEST(Sequence, allocates_a_batch_and_stops_where_it_started) {
    Sequence plain(bounded(1, 1, 1'000'000, 1), 1);
    EXPECT_TRUE(plain.is_exhausted());
    plain.allocate();
    EXPECT_EQ(static_cast<int>(plain.allocated()), 4097);
    Sequence small(bounded(1, 1, 5, 1), 1);
    small.allocate();
    EXPECT_EQ(static_cast<int>(small.allocated()), 5);
}

TEST(Sequence, extremes_do_not_overflow) {
    const __int128 kMax = schema::SequenceSchema{}.max_value;
    Sequence at_top(bounded(kMax, -kMax - 1, kMax, 1), kMax);
    at_top.allocate();
    EXPECT_TRUE(at_top.next() == kMax);
    EXPECT_TRUE(at_top.next() == -kMax - 1);
    Sequence big_steps(bounded(0, -kMax - 1, kMax, kMax), 0);
    big_steps.allocate();
    EXPECT_TRUE(big_steps.next() == 0);
    EXPECT_TRUE(big_steps.next() == kMax);
    EXPECT_TRUE(big_steps.next() == -2);
}

TEST(Sequence, a_mark_outside_the_range_starts_anew) {
    Sequence legacy(bounded(5, 1, 100, 1), 0);
    EXPECT_EQ(draw(legacy, 1), std::vector<int>{5});
}

TEST(Sequence, checks) {
    EXPECT_TRUE(Sequence::check(bounded(1, 1, 10, 1)));
    EXPECT_FALSE(Sequence::check(bounded(1, 1, 10, 0)));
    EXPECT_FALSE(Sequence::check(bounded(0, 1, 10, 1)));
    EXPECT_FALSE(Sequence::check(bounded(11, 1, 10, 1)));
    EXPECT_FALSE(Sequence::check(bounded(1, 1, 1, 1)));
    EXPECT_FALSE(Sequence::check(bounded(1, 1, 10, 9)));
    EXPECT_TRUE(Sequence::check(bounded(1, 1, 10, -8)));
    EXPECT_FALSE(Sequence::check(bounded(1, 1, 10, -9)));
}

struct AutoIncTest : ::testing::Test {
    TestStore store;

    TableId create(TypeKind kind, const char* name = "numbered") {
        schema::TableSchema table = make_table(name, {{"text", type(TypeKind::String)}, {"id", type(kind)}});
        add_index(table, {1}, true);
        add_sequence(table, 1);
        return store.create(table);
    }
    uint64_t next(TableId table) {
        EXPECT_EQ(store.insert(table, row_of("x", uint64_t{0})), TxStatus::Ok);
        EXPECT_EQ(store.generated.size(), 8u);
        return load_le<uint64_t>(store.generated.data());
    }
    __int128 mark(const Content& content, const char* sequence) {
        for (const Bytes& row : content.at("st_sequence")) {
            SequenceRow decoded = *decode_sequence_row(row);
            if (decoded.sequence.name == sequence) return decoded.allocated;
        }
        return -1;
    }
    int mark(const char* sequence) { return static_cast<int>(mark(content_of(*store), sequence)); }
};

TEST_F(AutoIncTest, zero_draws_and_other_values_stay) {
    TableId table = create(TypeKind::U64);
    EXPECT_EQ(mark("numbered_id_seq"), 1);
    EXPECT_EQ(next(table), 1u);
    EXPECT_EQ(next(table), 2u);
    EXPECT_EQ(mark("numbered_id_seq"), 4097);
    EXPECT_EQ(store.insert(table, row_of("y", uint64_t{3})), TxStatus::Ok);
    EXPECT_TRUE(store.generated.empty());
    EXPECT_EQ(store.insert(table, row_of("x", uint64_t{0})), TxStatus::UniqueAlreadyExists) << "3 is taken";
    EXPECT_EQ(next(table), 4u);
    IndexId by_id = store.index("numbered_id_idx_btree");
    EXPECT_EQ(store.update(table, by_id, row_of("z", uint64_t{0})), TxStatus::NoSuchRow) << "drew 5";
    EXPECT_EQ(next(table), 6u);
}

TEST_F(AutoIncTest, narrow_columns_wrap) {
    TableId table = create(TypeKind::I8);
    uint64_t cleared;
    for (int i = 1; i <= 300; ++i) {
        ASSERT_EQ(store.insert(table, row_of("x", int8_t{0})), TxStatus::Ok);
        ASSERT_EQ(static_cast<int8_t>(store.generated[0]), static_cast<int8_t>(i));
        store.transaction().clear(table, cleared);
    }
}

TEST_F(AutoIncTest, wide_columns_are_filled_whole) {
    TableId table = create(TypeKind::I256);
    EXPECT_EQ(store.insert(table,
                           [] {
                               Bytes row = row_of("x");
                               row.resize(row.size() + 32);
                               return row;
                           }()),
              TxStatus::Ok);
    Bytes one(32);
    one[0] = 1;
    EXPECT_EQ(store.generated, one);
}

TEST_F(AutoIncTest, values_survive_rollback_and_restart) {
    TableId table = create(TypeKind::U64);
    EXPECT_EQ(next(table), 1u);
    store->rollback();
    EXPECT_EQ(mark("numbered_id_seq"), 1) << "the row was rolled back";
    EXPECT_EQ(next(table), 2u);
    store.commit();
    EXPECT_EQ(mark("numbered_id_seq"), 4097) << "the commit wrote the mark again";
    auto restarted = store.replayed();
    EXPECT_TRUE(mark(content_of(*restarted), "numbered_id_seq") == 4097);
    Transaction& tx = restarted->begin();
    Bytes generated;
    EXPECT_EQ(tx.insert(table, row_of("x", uint64_t{0}), generated), TxStatus::Ok);
    EXPECT_EQ(load_le<uint64_t>(generated.data()), 4097u);
    restarted->commit({});
    EXPECT_TRUE(mark(content_of(*restarted), "numbered_id_seq") == 8193);
}

TEST_F(AutoIncTest, a_rolled_back_mark_waits_for_a_commit_with_changes) {
    TableId table = create(TypeKind::U64);
    next(table);
    store->rollback();
    store->begin();
    EXPECT_FALSE(store.commit().consumed_offset);
    EXPECT_EQ(mark("numbered_id_seq"), 1);
    TableId other = create(TypeKind::U64, "other");
    EXPECT_EQ(mark("numbered_id_seq"), 4097);
    next(other);
    store.commit();
    EXPECT_EQ(content_of(*store.replayed()), content_of(*store));
}

TEST_F(AutoIncTest, batches_of_4096) {
    TableId table = create(TypeKind::U64);
    for (uint64_t i = 1; i <= 4096; ++i) ASSERT_EQ(next(table), i);
    EXPECT_EQ(mark("numbered_id_seq"), 4097);
    EXPECT_EQ(next(table), 4097u);
    EXPECT_EQ(mark("numbered_id_seq"), 8193);
}

}  // namespace
}  // namespace lightcone::txn
