// SPDX-License-Identifier: Apache-2.0
#include "schema/memory_layout.h"

#include <gtest/gtest.h>

#include "schema/raw_definition_builder.h"

namespace lightcone::schema {
namespace {

using namespace testing;
using sats::AlgebraicType;
using sats::TypeKind;

TEST(MemoryLayout, scalars_and_composites) {
    EXPECT_EQ(memory_layout(scalar(TypeKind::Bool)), (MemoryLayout{1, 1, true}));
    EXPECT_EQ(memory_layout(scalar(TypeKind::U256)), (MemoryLayout{32, 32, true}));
    EXPECT_EQ(memory_layout(text()), (MemoryLayout{4, 2, false}));
    EXPECT_EQ(memory_layout(product({})), (MemoryLayout{0, 1, true}));
    EXPECT_EQ(memory_layout(product({{"a", scalar(TypeKind::U8)}, {"b", u64()}, {"c", scalar(TypeKind::U16)}})),
              (MemoryLayout{24, 8, true}));
    EXPECT_EQ(memory_layout(product({{"a", scalar(TypeKind::U8)}, {"s", text()}})), (MemoryLayout{6, 2, false}));
    EXPECT_EQ(memory_layout(sum({{"a", product({})}, {"b", product({})}})), (MemoryLayout{1, 1, true}));
    EXPECT_EQ(memory_layout(AlgebraicType::option_of(u64())), (MemoryLayout{16, 8, true}));
    EXPECT_EQ(memory_layout(sum({{"a", scalar(TypeKind::U8)}, {"b", scalar(TypeKind::U32)}})),
              (MemoryLayout{8, 4, true}));
    EXPECT_EQ(memory_layout(AlgebraicType::option_of(text())), (MemoryLayout{6, 2, false}));
}

TEST(MemoryLayout, rows_are_even_and_at_least_two_bytes) {
    EXPECT_EQ(row_layout(product({})).size, 2u);
    EXPECT_EQ(row_layout(product({{"a", scalar(TypeKind::U8)}})).size, 2u);
    Elements three{{"a", scalar(TypeKind::U8)}, {"b", scalar(TypeKind::U8)}, {"c", scalar(TypeKind::U8)}};
    EXPECT_EQ(row_layout(product(three)).size, 4u);
}

}  // namespace
}  // namespace lightcone::schema
