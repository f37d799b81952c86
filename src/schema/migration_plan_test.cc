// SPDX-License-Identifier: Apache-2.0
#include "schema/migration_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "schema/raw_definition_builder.h"

namespace lightcone::schema {
namespace {

using namespace testing;
using sats::AlgebraicType;
using sats::TypeKind;
using ::testing::HasSubstr;

DefinitionBuilder base() {
    DefinitionBuilder b;
    auto& person = b.table("person", "Person", {{"id", u64()}, {"name", text()}});
    set_primary_key(person, 0, "id");
    person.sequences.push_back({std::nullopt, 0, {}, {}, {}, 1});
    b.table("log", "Log", {{"line", text()}});
    b.reducer("add", {{"name", text()}});
    return b;
}

ModuleDef valid(const DefinitionBuilder& b) {
    auto def = b.validated();
    EXPECT_TRUE(def) << def.error().message;
    return def ? std::move(*def) : ModuleDef();
}

std::string refusal(const DefinitionBuilder& next) {
    auto plan = plan_republish(valid(base()), valid(next));
    if (plan) return "no error";
    EXPECT_EQ(plan.error().code, ErrorCode::InvalidArgument);
    return plan.error().message;
}

TEST(MigrationPlan, an_equal_definition_needs_no_step) {
    auto plan = plan_republish(valid(base()), valid(base()));
    ASSERT_TRUE(plan);
    EXPECT_TRUE(plan->steps.empty());
    EXPECT_FALSE(plan->breaks_clients);
}

TEST(MigrationPlan, functions_types_and_order_are_free) {
    DefinitionBuilder next;
    next.declare("Unrelated", product({{"x", u64()}}));
    next.table("log", "Log", {{"line", text()}});
    auto& person = next.table("person", "Person", {{"id", u64()}, {"name", text()}});
    set_primary_key(person, 0, "id");
    person.sequences.push_back({std::nullopt, 0, {}, {}, {}, 1});
    person.default_values.push_back({0, Bytes(8, 1)});
    next.reducer("remove");
    next.reducer("init");
    next.lifecycles.push_back({Lifecycle::Init, "init"});
    EXPECT_EQ(refusal(next), "no error");
}

TEST(MigrationPlan, added_tables_come_in_name_order) {
    DefinitionBuilder next = base();
    next.table("zebra", "Zebra", {{"id", u64()}});
    next.table("apple", "Apple", {{"id", u64()}});
    auto plan = plan_republish(valid(base()), valid(next));
    ASSERT_TRUE(plan) << plan.error().message;
    EXPECT_EQ(plan->steps, (std::vector<MigrationStep>{{StepKind::AddTable, "apple"}, {StepKind::AddTable, "zebra"}}));
}

TEST(MigrationPlan, all_refusals_are_listed) {
    DefinitionBuilder next = base();
    next.tables.pop_back();
    next.typespace.types[0] = product({{"name", u64()}, {"age", u64()}});
    std::string text = refusal(next);
    EXPECT_THAT(text, HasSubstr("Errors occurred:\n"));
    EXPECT_THAT(text, HasSubstr("removing table log is not supported yet"));
    EXPECT_THAT(text, HasSubstr("Removing a column id from table person requires a manual migration"));
    EXPECT_THAT(text, HasSubstr("Reordering table person requires a manual migration"));
    EXPECT_THAT(text, HasSubstr("Changing the type of column name in table person from String to U64 requires a manual "
                                "migration"));
    EXPECT_THAT(text, HasSubstr("adding a column age of table person is not supported yet"));
    EXPECT_THAT(text, HasSubstr("removing index person_id_idx_btree of table person is not supported yet"));
}

TEST(MigrationPlan, nested_types_count) {
    DefinitionBuilder before, after;
    before.table("t", "T", {{"p", ref(1)}});
    before.declare("Point", product({{"x", u64()}}));
    after.table("t", "T", {{"p", ref(1)}});
    after.declare("Point", product({{"x", scalar(TypeKind::U32)}}));
    auto plan = plan_republish(valid(before), valid(after));
    ASSERT_FALSE(plan);
    EXPECT_THAT(plan.error().message, HasSubstr("column p in table t from (x: U64) to (x: U32)"));
}

TEST(MigrationPlan, table_properties) {
    DefinitionBuilder next = base();
    next.tables[0].table_access = TableAccess::Public;
    next.tables[0].table_type = TableType::System;
    next.tables[1].is_event = true;
    next.tables[1].source_name = "Log";
    std::string text = refusal(next);
    EXPECT_THAT(text, HasSubstr("changing the access from private to public of table person is not supported yet"));
    EXPECT_THAT(text, HasSubstr("Changing the table type of table person from User to System requires"));
    EXPECT_THAT(text, HasSubstr("Changing the event flag of table log requires a manual migration"));
    EXPECT_THAT(text, HasSubstr("changing the accessor name from log to Log of table log"));
}

TEST(MigrationPlan, keys_and_sequences) {
    DefinitionBuilder next = base();
    auto& person = next.tables[0];
    person.primary_key.clear();
    person.indexes[0].accessor_name = "by_id";
    person.indexes.push_back(btree("person_name_idx_btree", {1}));
    person.constraints.push_back(unique({1}));
    person.sequences[0].start = 5;
    std::string text = refusal(next);
    EXPECT_THAT(text, HasSubstr("changing the primary key from column id to none of table person"));
    EXPECT_THAT(text, HasSubstr("Changing the accessor name on index person_id_idx_btree from Some(\"id\") to "
                                "Some(\"by_id\") requires a manual migration"));
    EXPECT_THAT(text, HasSubstr("adding index person_name_idx_btree of table person"));
    EXPECT_THAT(text, HasSubstr("adding unique constraint person_name_key of table person"));
    EXPECT_THAT(text, HasSubstr("changing sequence person_id_seq of table person"));
}

TEST(MigrationPlan, index_under_the_same_name) {
    DefinitionBuilder before, after;
    for (DefinitionBuilder* b : {&before, &after}) {
        auto& t = b->table("t", "T", {{"a", u64()}, {"b", u64()}});
        t.indexes.push_back(btree("custom", {static_cast<uint16_t>(b == &before ? 0 : 1)}));
        b->names.entries.emplace_back(std::in_place_index<2>, raw::NameMapping{"custom", "my_index"});
    }
    auto plan = plan_republish(valid(before), valid(after));
    ASSERT_FALSE(plan);
    EXPECT_THAT(plan.error().message, HasSubstr("changing algorithm or columns of index my_index of table t"));
}

}  // namespace
}  // namespace lightcone::schema
