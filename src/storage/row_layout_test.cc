// SPDX-License-Identifier: Apache-2.0
#include "storage/row_layout.h"

#include <gtest/gtest.h>

#include "storage/random_values.h"

namespace lightcone::storage {
namespace {

using namespace testing;

std::vector<schema::ColumnSchema> columns(std::vector<AlgebraicType> types) {
    std::vector<schema::ColumnSchema> result;
    for (AlgebraicType& type : types) result.push_back({"c" + std::to_string(result.size()), "", std::move(type)});
    return result;
}

TEST(RowLayout, constant_offsets_up_to_the_first_variable_column) {
    auto layout = *RowLayout::compile(
        columns({AlgebraicType(TypeKind::U32), AlgebraicType(TypeKind::String), AlgebraicType(TypeKind::U64)}));
    EXPECT_FALSE(layout.is_fixed());
    EXPECT_EQ(layout.constant_offset(ColumnId(0)), 0u);
    EXPECT_EQ(layout.constant_offset(ColumnId(1)), 4u);
    EXPECT_EQ(layout.constant_offset(ColumnId(2)), std::nullopt);
    Bytes row;
    ByteWriter out(row);
    out.u32(7);
    out.length_prefixed("abc");
    out.u64(9);
    EXPECT_TRUE(layout.is_valid(row));
    EXPECT_EQ(layout.row_bytes(row.data()), row.size());
    EXPECT_EQ(layout.column(row.data(), ColumnId(1)).size(), 7u);
    EXPECT_EQ(load_le<uint64_t>(layout.column_data(row.data(), ColumnId(2))), 9u);
}

TEST(RowLayout, rejects_short_long_and_bad_rows) {
    auto fixed = *RowLayout::compile(columns({AlgebraicType(TypeKind::U32), AlgebraicType(TypeKind::I64)}));
    EXPECT_TRUE(fixed.is_valid(Bytes(12)));
    EXPECT_FALSE(fixed.is_valid(Bytes(11)));
    EXPECT_FALSE(fixed.is_valid(Bytes(13)));
    EXPECT_FALSE(fixed.check(Bytes(13)));

    auto with_bool = *RowLayout::compile(columns({AlgebraicType(TypeKind::Bool)}));
    EXPECT_TRUE(with_bool.is_valid(Bytes{1}));
    EXPECT_FALSE(with_bool.is_valid(Bytes{2}));

    auto with_text = *RowLayout::compile(columns({AlgebraicType(TypeKind::String)}));
    EXPECT_TRUE(with_text.is_valid(Bytes{1, 0, 0, 0, 'a'}));
    EXPECT_FALSE(with_text.is_valid(Bytes{1, 0, 0, 0, 0xFF}));
    EXPECT_FALSE(with_text.is_valid(Bytes{2, 0, 0, 0, 'a'}));
    EXPECT_FALSE(with_text.is_valid(Bytes{0, 0, 0, 0, 'a'}));
    EXPECT_FALSE(with_text.is_valid(Bytes{1, 0, 0}));
    EXPECT_FALSE(with_text.is_valid(Bytes{0xFF, 0xFF, 0xFF, 0xFF, 'a'}));
}

TEST(RowLayout, no_columns_make_one_empty_row) {
    auto layout = *RowLayout::compile({});
    EXPECT_TRUE(layout.is_fixed());
    EXPECT_TRUE(layout.is_valid({}));
    EXPECT_FALSE(layout.is_valid(Bytes(1)));
}

TEST(RowLayout, agrees_with_encoding_column_by_column) {
    SeededRandom random(11);
    for (int round = 0; round < 300; ++round) {
        std::vector<AlgebraicType> types;
        for (uint64_t i = 0, count = 1 + random.below(6); i < count; ++i) types.push_back(random_type(random));
        auto layout = *RowLayout::compile(columns(types));
        Bytes row;
        std::vector<ByteView> parts;
        std::vector<size_t> starts;
        for (const AlgebraicType& type : types) {
            starts.push_back(row.size());
            append_random_value(type, random, row);
        }
        starts.push_back(row.size());
        ASSERT_TRUE(layout.is_valid(row));
        EXPECT_EQ(layout.measure(row), row.size());
        EXPECT_EQ(layout.row_bytes(row.data()), row.size());
        for (uint16_t i = 0; i < types.size(); ++i) {
            ByteView column = layout.column(row.data(), ColumnId(i));
            EXPECT_EQ(column.data(), row.data() + starts[i]);
            EXPECT_EQ(column.size(), starts[i + 1] - starts[i]);
        }
        if (!row.empty()) {
            EXPECT_FALSE(layout.is_valid(ByteView(row).first(row.size() - 1)));
        }
    }
}

}  // namespace
}  // namespace lightcone::storage
