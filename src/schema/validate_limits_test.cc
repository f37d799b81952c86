// SPDX-License-Identifier: Apache-2.0
#include "schema/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "schema/raw_definition_builder.h"

namespace lightcone::schema {
namespace {

using namespace testing;
using sats::AlgebraicType;
using sats::TypeKind;
using ::testing::HasSubstr;

std::string error_of(const DefinitionBuilder& b) {
    auto def = b.validated();
    return def ? "no error" : def.error().message;
}

TEST(ValidateLimits, types_that_explode_when_resolved_are_refused) {
    DefinitionBuilder b;
    for (uint32_t i = 0; i < 40; ++i)
        b.declare("T" + std::to_string(i), product({{"a", ref(i + 1)}, {"b", ref(i + 1)}}));
    b.declare("T40", product({{"a", u64()}}));
    b.table("bomb", 0);
    auto def = b.validated();
    ASSERT_FALSE(def);
    EXPECT_THAT(def.error().message, HasSubstr("parts"));
}

TEST(ValidateLimits, resolved_types_of_all_tables_are_bounded) {
    // Each column has 2^19 - 1 parts; the third one uses the limit up.
    auto with_columns = [](int count) {
        DefinitionBuilder b;
        for (uint32_t i = 0; i < 18; ++i) {
            b.declare("T" + std::to_string(i), product({{"a", ref(i + 1)}, {"b", ref(i + 1)}}));
        }
        b.declare("T18", product({}));
        for (int i = 0; i < count; ++i) {
            b.table("t" + std::to_string(i), "Row" + std::to_string(i), {{"wide", ref(0)}});
        }
        auto def = b.validated();
        return def ? std::nullopt : std::optional(def.error().code);
    };
    EXPECT_EQ(with_columns(3), std::nullopt);
    EXPECT_EQ(with_columns(4), ErrorCode::LimitExceeded);
}

TEST(ValidateLimits, fixed_row_size_is_bounded) {
    auto with_bytes = [](uint32_t bytes) {
        DefinitionBuilder b;
        Elements columns;
        for (uint32_t i = 0; i < bytes / 32; ++i) columns.push_back({"w" + std::to_string(i), scalar(TypeKind::U256)});
        for (uint32_t i = 0; i < bytes % 32; ++i) columns.push_back({"b" + std::to_string(i), scalar(TypeKind::U8)});
        b.table("t", "Row", columns);
        return error_of(b);
    };
    // The row is aligned to its widest column, 32 bytes.
    EXPECT_EQ(with_bytes(kFixedRowBytesMax - 1), "no error");
    EXPECT_EQ(with_bytes(kFixedRowBytesMax), "no error");
    EXPECT_THAT(with_bytes(kFixedRowBytesMax + 1), HasSubstr("table `t` has rows of 65504 fixed bytes, at most 65472"));
}

TEST(ValidateLimits, column_count_is_bounded) {
    auto with_columns = [](uint32_t count) {
        DefinitionBuilder b;
        Elements columns;
        for (uint32_t i = 0; i < count; ++i) columns.push_back({"c" + std::to_string(i), product({})});
        b.table("t", "Row", columns);
        return error_of(b);
    };
    EXPECT_EQ(with_columns(kColumnsMax - 1), "no error");
    EXPECT_EQ(with_columns(kColumnsMax), "no error");
    EXPECT_THAT(with_columns(kColumnsMax + 1), HasSubstr("has 65536 columns"));
}

}  // namespace
}  // namespace lightcone::schema
