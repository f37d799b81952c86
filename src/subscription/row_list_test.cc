// SPDX-License-Identifier: Apache-2.0
#include "subscription/row_list.h"

#include <gtest/gtest.h>

namespace lightcone::subscription {

namespace {

std::string list_hex(const std::vector<Bytes>& rows) {
    std::vector<ByteView> views(rows.begin(), rows.end());
    RowList list = encode_rows(views).value();
    EXPECT_EQ(list.row_count, rows.size());
    return to_hex(list.encoded.view());
}

}  // namespace

TEST(RowList, no_rows) {
    EXPECT_EQ(list_hex({}), "010000000000000000");
}

TEST(RowList, rows_of_one_size) {
    EXPECT_EQ(list_hex({{1, 2}, {3, 4}}),
              "000200"
              "04000000"
              "01020304");
    EXPECT_EQ(list_hex({{7}}),
              "000100"
              "01000000"
              "07");
}

TEST(RowList, rows_of_several_sizes) {
    EXPECT_EQ(list_hex({{1, 2}, {3}}),
              "0102000000"
              "0000000000000000"
              "0200000000000000"
              "03000000"
              "010203");
    EXPECT_EQ(list_hex({{}, {}}),
              "0102000000"
              "0000000000000000"
              "0000000000000000"
              "00000000");
}

TEST(RowList, size_hint_at_its_limit) {
    EXPECT_TRUE(list_hex({Bytes(65534, 1)})
                    .starts_with("00feff"
                                 "feff0000"));
    EXPECT_TRUE(list_hex({Bytes(65535, 1)})
                    .starts_with("00ffff"
                                 "ffff0000"));
    EXPECT_TRUE(list_hex({Bytes(65536, 1)})
                    .starts_with("0101000000"
                                 "0000000000000000"
                                 "00000100"));
}

TEST(RowList, a_change_is_one_buffer) {
    Bytes inserted = {2, 0, 0, 0, 5, 0, 0, 0, 'b', 'o', 'r', 'i', 's'};
    Bytes deleted = {2, 0, 0, 0, 3, 0, 0, 0, 'b', 'o', 'b'};
    std::vector<ByteView> inserts = {inserted}, deletes = {deleted};
    RowsChangePtr change = encode_change(inserts, deletes, false);
    EXPECT_EQ(to_hex(change->v2.view()),
              "00"
              "000d00"
              "0d000000"
              "0200000005000000626f726973"
              "000b00"
              "0b000000"
              "0200000003000000626f62");
    EXPECT_EQ(to_hex(change->inserts.encoded.view()),
              "000d00"
              "0d000000"
              "0200000005000000626f726973");
    EXPECT_EQ(to_hex(change->deletes.encoded.view()),
              "000b00"
              "0b000000"
              "0200000003000000626f62");
    EXPECT_EQ(change->inserts.encoded.view().data(), change->v2.view().data() + 1);
    EXPECT_FALSE(change->is_event);
}

TEST(RowList, events_have_no_deletes) {
    Bytes event = {9};
    std::vector<ByteView> events = {event};
    RowsChangePtr change = encode_change(events, {}, true);
    EXPECT_EQ(to_hex(change->v2.view()),
              "01"
              "000100"
              "01000000"
              "09");
    EXPECT_EQ(change->inserts.row_count, 1u);
    EXPECT_EQ(change->deletes.row_count, 0u);
    EXPECT_TRUE(change->is_event);
}

}  // namespace lightcone::subscription
