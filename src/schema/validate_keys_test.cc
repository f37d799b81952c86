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

TEST(ValidateKeys, index_rules) {
    DefinitionBuilder b;
    auto& t = b.table("t", "T", {{"a", u64()}, {"b", text()}});
    t.indexes.push_back(btree("t_missing", {5}));
    t.indexes.push_back(btree("t_twice", {0, 0}));
    t.indexes.push_back(btree("t_accessor", {1}, "not an accessor"));
    raw::IndexDef direct;
    direct.source_name = "t_direct";
    direct.algorithm.emplace<2>(uint16_t{1});
    t.indexes.push_back(direct);
    raw::IndexDef nameless = direct;
    nameless.source_name.reset();
    t.indexes.push_back(nameless);
    t.indexes.push_back(btree("t_again", {1}));
    std::string text = error_of(b);
    EXPECT_THAT(text, HasSubstr("column `5` referenced by def t_col_5_idx_btree not found in table `t`"));
    EXPECT_THAT(text, HasSubstr("def `t_a_a_idx_btree` has duplicate columns: [0, 0]"));
    EXPECT_THAT(text, HasSubstr("Identifier `not an accessor`"));
    EXPECT_THAT(text, HasSubstr("Direct index does not support type `String` in column `b` in index "
                                "`t_b_idx_direct` of table `t`"));
    EXPECT_THAT(text, HasSubstr("index `t_b_idx_direct` of table `t` has no source name"));
    EXPECT_THAT(text, HasSubstr("name `t_b_idx_btree` is used for multiple entities"));
}

TEST(ValidateKeys, direct_index_on_a_simple_enum) {
    DefinitionBuilder b;
    uint32_t rank = b.declare("Rank", sum({{"Low", product({})}, {"High", product({})}}));
    auto& t = b.table("t", "T", {{"rank", ref(rank)}});
    raw::IndexDef direct;
    direct.source_name = "t_rank_idx_direct";
    direct.algorithm.emplace<2>(uint16_t{0});
    t.indexes.push_back(direct);
    auto def = b.validated();
    ASSERT_TRUE(def) << def.error().message;
    EXPECT_EQ(def->tables[0].schema.indexes[0].algorithm, IndexAlgorithm::Direct);
    EXPECT_FALSE(def->tables[0].schema.indexes[0].unique);
}

TEST(ValidateKeys, constraint_and_primary_key_rules) {
    DefinitionBuilder b;
    auto& t = b.table("t", "T", {{"a", u64()}, {"b", u64()}});
    t.constraints.push_back(unique({0}));
    t.primary_key = {1};
    auto& u = b.table("u", "U", {{"a", u64()}, {"b", u64()}});
    u.primary_key = {0, 1};
    // Index on (b, a) supports the constraint on {a, b}.
    u.indexes.push_back(btree("u_b_a_idx_btree", {1, 0}));
    u.constraints.push_back(unique({0, 1}));
    std::string text = error_of(b);
    EXPECT_THAT(text,
                HasSubstr("No index found to support unique constraint `t_a_key` for columns `[0]` of table `t`"));
    EXPECT_THAT(text, HasSubstr("table `t` column `b` is primary key but has no unique constraint"));
    EXPECT_THAT(text, HasSubstr("table `u` has multiple primary key annotations"));
    EXPECT_THAT(text, ::testing::Not(HasSubstr("u_a_b_key")));
}

TEST(ValidateKeys, sequence_rules) {
    DefinitionBuilder b;
    auto& t = b.table("t", "T", {{"a", u64()}, {"b", text()}, {"c", u64()}});
    t.sequences.push_back({std::nullopt, 1, {}, {}, {}, 1});
    t.sequences.push_back({"first", 0, {}, {}, {}, 1});
    t.sequences.push_back({"second", 0, {}, {}, {}, 1});
    t.sequences.push_back({"range", 2, 5, 6, 7, 1});
    t.sequences.push_back({"far", 9, {}, {}, {}, 0});
    std::string text = error_of(b);
    EXPECT_THAT(text, HasSubstr("invalid sequence column type: table `t` column `b` with type `String` in sequence "
                                "`t_b_seq`"));
    EXPECT_THAT(text, HasSubstr("Attempt to define table `t` column `a` with more than 1 auto_inc sequence"));
    EXPECT_THAT(text, HasSubstr("expected 6 <= 5 <= 7 in sequence `range`"));
    EXPECT_THAT(text, HasSubstr("column `9` referenced by def far not found in table `t`"));
}

TEST(ValidateKeys, default_values) {
    DefinitionBuilder b;
    auto& t = b.table("t", "T", {{"a", scalar(TypeKind::U16)}, {"flag", scalar(TypeKind::Bool)}});
    t.default_values = {{0, {1}}, {0, {1, 0}}, {1, {1}}};
    auto def = b.validated();
    ASSERT_TRUE(def) << def.error().message;
    EXPECT_EQ(def->tables[0].defaults, (std::vector<ColumnDefault>{{ColumnId(0), {1, 0}}, {ColumnId(1), {1}}}));
    b.tables[0].default_values = {{1, {2}}, {7, {}}};
    std::string text = error_of(b);
    EXPECT_THAT(text, HasSubstr("Failed to deserialize default value for table t column 1: "));
    EXPECT_THAT(text, HasSubstr("column `7` referenced by def t not found in table `t`"));
}

}  // namespace
}  // namespace lightcone::schema
