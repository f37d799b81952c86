// SPDX-License-Identifier: Apache-2.0
#include "subscription/change_grouping.h"

#include <gtest/gtest.h>

namespace lightcone::subscription {

namespace {

std::string text_of(std::span<const ClientChange> changes) {
    std::string out;
    for (const ClientChange& client : changes) {
        out += fmt::format("client {}:", client.client);
        for (const QuerySetChange& set : client.query_sets) {
            out += fmt::format(" set {}", set.query_set_id);
            for (const TableChange& table : set.tables) {
                out += fmt::format(" {}#{}[", table.table_name, table.table_id);
                for (const RowsChangePtr& rows : table.rows) out += fmt::format("{},", rows->inserts.row_count);
                out += "]";
            }
        }
        out += "; ";
    }
    return out;
}

// Told apart by its row count.
RowsChangePtr change(uint32_t number) {
    auto made = std::make_shared<RowsChange>();
    made->inserts.row_count = number;
    return made;
}

void fill(ChangeGrouping& grouping) {
    std::vector<Subscriber> first = {{1, 7, 1}, {3, 1, 0}, {3, 2, 0}};
    std::vector<Subscriber> second = {{0, 5, 0}, {1, 7, 0}, {3, 2, 1}};
    std::vector<Subscriber> third = {{1, 7, 2}, {1, 8, 0}};
    grouping.add("zebra", 10, change(1), first);
    grouping.add("zebra", 10, change(2), second);
    grouping.add("apple", 11, change(3), third);
}

constexpr const char* kFilled =
    "client 0: set 5 zebra#10[2,]; client 1: set 7 apple#11[3,] zebra#10[2,1,] set 8 apple#11[3,]; "
    "client 3: set 1 zebra#10[1,] set 2 zebra#10[1,2,]; ";

}  // namespace

TEST(ChangeGrouping, orders_by_client_set_table_and_position) {
    ChangeGrouping grouping;
    fill(grouping);
    EXPECT_EQ(text_of(grouping.finish()), kFilled);
}

TEST(ChangeGrouping, starts_empty_after_clear) {
    ChangeGrouping grouping;
    EXPECT_EQ(text_of(grouping.finish()), "");
    for (int round = 0; round < 3; ++round) {
        grouping.clear();
        fill(grouping);
        EXPECT_EQ(text_of(grouping.finish()), kFilled);
    }
    grouping.clear();
    std::vector<Subscriber> only = {{2, 2, 0}};
    grouping.add("t", 1, change(4), only);
    EXPECT_EQ(text_of(grouping.finish()), "client 2: set 2 t#1[4,]; ");
}

}  // namespace lightcone::subscription
