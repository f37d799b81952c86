// SPDX-License-Identifier: Apache-2.0
// Payload bytes as documented, and replay of good and damaged ones.
#include <gtest/gtest.h>

#include <fstream>

#include "txn/test_store.h"

namespace lightcone::txn {
namespace {

using namespace testing;

// The hex lines between ```hex fences of the format page, comments after # dropped.
std::vector<Bytes> documented_examples() {
    std::ifstream page(std::string(LIGHTCONE_SOURCE_DIR) + "/docs/formats/commit-payload.md");
    std::vector<Bytes> examples;
    std::string line;
    bool inside = false;
    while (std::getline(page, line)) {
        if (line.starts_with("```")) {
            inside = line == "```hex";
            if (inside) examples.emplace_back();
            continue;
        }
        if (!inside) continue;
        line = line.substr(0, line.find('#'));
        std::erase(line, ' ');
        Bytes bytes = *from_hex(line);
        examples.back().insert(examples.back().end(), bytes.begin(), bytes.end());
    }
    return examples;
}

struct ReplayTest : ::testing::Test {
    TestStore store;
    TableId accounts = store.create(accounts_table());
    IndexId by_id = store.index("accounts_id_idx_btree");

    Result<void> replay_last(const Bytes& payload) {
        auto copy = store.replayed();
        return copy->replayer().on_record({copy->next_offset(), {}, payload});
    }
    void expect_corrupt(const Bytes& payload, std::string_view part, ErrorCode code = ErrorCode::Corruption) {
        Result<void> result = replay_last(payload);
        ASSERT_FALSE(result) << part;
        EXPECT_EQ(result.error().code, code);
        EXPECT_NE(result.error().message.find(part), std::string::npos) << result.error().message;
    }
};

TEST_F(ReplayTest, documented_examples_are_what_is_written) {
    std::vector<Bytes> examples = documented_examples();
    ASSERT_EQ(examples.size(), 3u);
    store.insert(accounts, row_of(1u, int64_t{100}));
    store.insert(accounts, row_of(2u, int64_t{50}));
    store.commit();
    EXPECT_EQ(to_hex(store.payloads().back()), to_hex(examples[0]));
    store.update(accounts, by_id, row_of(1u, int64_t{93}));
    store.update(accounts, by_id, row_of(2u, int64_t{57}));
    store.commit();
    EXPECT_EQ(to_hex(store.payloads().back()), to_hex(examples[1]));
    schema::TableSchema names = make_table("names", {{"name", type(TypeKind::String)}});
    TableId texts = store.create(names);
    store.insert(texts, row_of("ann"));
    store.commit();
    bool deleted = false;
    store.transaction().delete_row(texts, row_of("ann"), deleted);
    store.insert(texts, row_of("bob"));
    uint64_t cleared = 0;
    store.transaction().clear(accounts, cleared);
    store.commit();
    EXPECT_EQ(to_hex(store.payloads().back()), to_hex(examples[2]));
    EXPECT_EQ(content_of(*store.replayed()), content_of(*store));
}

TEST_F(ReplayTest, empty_payloads_change_nothing) {
    EXPECT_TRUE(replay_last({}));
    EXPECT_TRUE(replay_last({1}));
}

TEST_F(ReplayTest, payloads_that_do_not_fit) {
    store.insert(accounts, row_of(1u, int64_t{100}));
    store.commit();
    Bytes row = row_of(1u, int64_t{100});
    auto group = [&](Bytes head, std::vector<Bytes> rows) {
        Bytes payload{1};
        payload.insert(payload.end(), head.begin(), head.end());
        for (const Bytes& each : rows) payload.insert(payload.end(), each.begin(), each.end());
        return payload;
    };
    expect_corrupt({2}, "version 2", ErrorCode::Unsupported);
    expect_corrupt({1, 0x80}, "ends inside");
    expect_corrupt({1, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F, 4}, "ends inside");
    expect_corrupt({1, 0x80, 0x20, 0}, "flags 0");
    expect_corrupt({1, 0x80, 0x20, 16}, "flags 16");
    expect_corrupt(group({0x80, 0x20, 10, 1}, {row}), "flags 10");
    expect_corrupt(group({0x81, 0x20, 4, 1}, {row}), "no table 4097");
    expect_corrupt(group({0x80, 0x20, 4, 1}, {row}), "is there already");
    expect_corrupt(group({0x80, 0x20, 4, 1}, {row_of(2u, 3)}), "not a value");
    expect_corrupt(group({0x80, 0x20, 2, 1}, {row_of(2u, int64_t{0})}), "is not there");
    expect_corrupt(group({0x80, 0x20, 1, 1}, {row_of(1u, int64_t{7}), row}), "is not there");
    expect_corrupt(group({0x80, 0x20, 1, 1}, {row, row_of(2u, int64_t{7})}), "is not there");
    expect_corrupt(group({0x80, 0x20, 4, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F}, {row_of(2u, int64_t{0})}), "not a value");
    expect_corrupt(group({1, 2, 1, 5}, {Bytes(5)}), "drops a table", ErrorCode::Unsupported);
    Bytes twice = group({0x80, 0x20, 4, 1}, {row_of(2u, int64_t{0})});
    Bytes again = group({0x80, 0x20, 4, 1}, {row_of(3u, int64_t{0})});
    twice.insert(twice.end(), again.begin() + 1, again.end());
    expect_corrupt(twice, "follows");
    EXPECT_TRUE(replay_last(group({0x80, 0x20, 1, 1}, {row, row_of(1u, int64_t{7})})));
}

TEST_F(ReplayTest, offsets_must_follow) {
    auto copy = store.replayed();
    auto result = copy->replayer().on_record({TxOffset(5), {}, Bytes{1}});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::Corruption);
}

TEST_F(ReplayTest, keys_that_change_places_between_updated_rows) {
    schema::TableSchema table = make_table("seats", {{"id", type(TypeKind::U32)}, {"seat", type(TypeKind::U32)}});
    add_index(table, {0}, true);
    add_index(table, {1}, true);
    TableId seats = store.create(table);
    IndexId by_seat_owner = store.index("seats_id_idx_btree");
    for (uint32_t i = 0; i < 4; ++i) store.insert(seats, row_of(i, i));
    store.commit();
    store.update(seats, by_seat_owner, row_of(0u, 99u));
    store.update(seats, by_seat_owner, row_of(1u, 0u));
    store.update(seats, by_seat_owner, row_of(0u, 1u));
    bool deleted = false;
    store.transaction().delete_row(seats, row_of(3u, 3u), deleted);
    store.update(seats, by_seat_owner, row_of(2u, 3u));
    store.insert(seats, row_of(7u, 2u));
    store.commit();
    EXPECT_EQ(store.rows(seats), (std::set<Bytes>{row_of(0u, 1u), row_of(1u, 0u), row_of(2u, 3u), row_of(7u, 2u)}));
    EXPECT_EQ(content_of(*store.replayed()), content_of(*store));
}

TEST_F(ReplayTest, a_record_may_create_tables_and_fill_them) {
    schema::TableSchema table = make_table("fresh", {{"id", type(TypeKind::U32)}});
    TableId fresh = *store.transaction().create_table(table);
    store.insert(fresh, row_of(5u));
    store.insert(accounts, row_of(5u, int64_t{5}));
    store.commit();
    auto copy = store.replayed();
    EXPECT_EQ(content_of(*copy), content_of(*store));
    EXPECT_GT(copy->schema_version(), 0u);
}

// Every truncation and every changed byte of real payloads either applies or is an error.
TEST_F(ReplayTest, damaged_payloads_never_crash) {
    schema::TableSchema table = make_table("mixed", {{"id", type(TypeKind::U32)}, {"text", type(TypeKind::String)}});
    add_index(table, {0}, true);
    add_sequence(table, 0);
    Transaction& tx = store.transaction();
    TableId mixed = *tx.create_table(table);
    store.insert(mixed, row_of(0u, "hello"));
    store.insert(accounts, row_of(5u, int64_t{5}));
    store.commit();
    Bytes payload = store.payloads().back();
    TestStore before;
    before.create(accounts_table());
    auto apply = [&](ByteView bytes) {
        auto copy = before.replayed();
        if (copy->replayer().on_record({copy->next_offset(), {}, bytes})) {
            Transaction& open = copy->begin();
            Bytes generated;
            open.insert(mixed, row_of(0u, "more"), generated);
            copy->commit({});
        }
    };
    for (size_t size = 0; size < payload.size(); size += 3) apply(ByteView(payload).first(size));
    for (size_t at = 0; at < payload.size(); ++at) {
        Bytes damaged = payload;
        damaged[at] ^= static_cast<uint8_t>(1u << (at % 8));
        apply(damaged);
    }
}

}  // namespace
}  // namespace lightcone::txn
