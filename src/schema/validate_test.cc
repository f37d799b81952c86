// SPDX-License-Identifier: Apache-2.0
#include "schema/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/limits.h"
#include "sats/json_value.h"
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

// Two tables and two reducers that keep every rule.
DefinitionBuilder sound() {
    DefinitionBuilder b;
    auto& person = b.table("Person", "Person", {{"id", u64()}, {"fullName", text()}, {"age", scalar(TypeKind::U8)}});
    set_primary_key(person, 0, "id");
    person.sequences.push_back({std::nullopt, 0, {}, {}, {}, 1});
    person.table_access = TableAccess::Public;
    person.default_values.push_back({2, {12}});
    b.table("log_line", "LogLine", {{"text", text()}});
    b.reducer("addPerson", {{"fullName", text()}});
    b.reducer("init");
    b.lifecycles.push_back({Lifecycle::Init, "init"});
    return b;
}

TEST(Validate, names_and_ids_of_a_sound_definition) {
    auto def = sound().validated();
    ASSERT_TRUE(def) << def.error().message;
    EXPECT_EQ(def->version, DefVersion::V10);
    ASSERT_EQ(def->tables.size(), 2u);
    EXPECT_EQ(def->tables[0].schema.name, "log_line");
    const TableSchema& person = def->tables[1].schema;
    EXPECT_EQ(person.name, "person");
    EXPECT_EQ(person.accessor, "Person");
    EXPECT_EQ(person.access, TableAccess::Public);
    EXPECT_EQ(person.primary_key, ColumnId(0));
    EXPECT_EQ(person.columns[1].name, "full_name");
    EXPECT_EQ(person.columns[1].accessor, "fullName");
    EXPECT_EQ(person.find_column("fullName"), ColumnId(1));
    EXPECT_EQ(person.find_column("full_name"), ColumnId(1));
    EXPECT_EQ(person.find_column("FULL_NAME"), std::nullopt);
    ASSERT_EQ(person.indexes.size(), 1u);
    EXPECT_EQ(person.indexes[0].name, "person_id_idx_btree");
    EXPECT_EQ(person.indexes[0].alias, "Person_id_idx_btree");
    EXPECT_EQ(person.indexes[0].accessor, "id");
    EXPECT_TRUE(person.indexes[0].unique);
    EXPECT_EQ(person.constraints[0].name, "person_id_key");
    EXPECT_EQ(person.sequences[0].name, "person_id_seq");
    EXPECT_EQ(person.sequences[0].start, 1);
    EXPECT_EQ(def->tables[1].defaults, (std::vector<ColumnDefault>{{ColumnId(2), {12}}}));
    EXPECT_EQ(person.row_type(), product({{"id", u64()}, {"full_name", text()}, {"age", scalar(TypeKind::U8)}}));

    EXPECT_EQ(def->find_reducer("add_person"), &def->reducers[0]);
    EXPECT_EQ(def->find_reducer("addPerson"), &def->reducers[0]);
    EXPECT_EQ(def->find_reducer("nobody"), nullptr);
    EXPECT_EQ(def->reducers[0].params, product({{"fullName", text()}}));
    EXPECT_EQ(def->reducers[0].canonical_params, product({{"full_name", text()}}));
    EXPECT_EQ(def->reducers[0].visibility, FunctionVisibility::ClientCallable);
    EXPECT_EQ(def->lifecycle_reducer(Lifecycle::Init), ReducerId(1));
    EXPECT_EQ(def->lifecycle_reducer(Lifecycle::OnConnect), std::nullopt);
    EXPECT_EQ(def->reducers[1].visibility, FunctionVisibility::Private);
}

TEST(Validate, case_policy_none_and_explicit_names) {
    DefinitionBuilder b = sound();
    b.case_policy = raw::CaseConversionPolicy::None;
    b.names.entries.emplace_back(std::in_place_index<0>, raw::NameMapping{"Person", "people"});
    b.names.entries.emplace_back(std::in_place_index<1>, raw::NameMapping{"addPerson", "Old"});
    b.names.entries.emplace_back(std::in_place_index<1>, raw::NameMapping{"addPerson", "Create"});
    b.names.entries.emplace_back(std::in_place_index<2>, raw::NameMapping{"Person_id_idx_btree", "people_by_id"});
    b.names.entries.emplace_back(std::in_place_index<0>, raw::NameMapping{"unknown", "whatever"});
    auto def = b.validated();
    ASSERT_TRUE(def) << def.error().message;
    const TableDef* people = def->find_table("people");
    ASSERT_NE(people, nullptr);
    EXPECT_EQ(people->schema.columns[1].name, "fullName");
    EXPECT_EQ(people->schema.indexes[0].name, "people_by_id");
    EXPECT_EQ(people->schema.constraints[0].name, "people_id_key");
    EXPECT_EQ(def->reducers[0].name, "Create");

    b.names.entries.emplace_back(std::in_place_index<0>, raw::NameMapping{"Person", "not a name"});
    EXPECT_THAT(error_of(b), HasSubstr("module contains invalid identifier: Identifier `not a name`"));
}

TEST(Validate, errors_are_collected_sorted_and_unique) {
    DefinitionBuilder b;
    b.table("st_users", "Row", {{"id", u64()}});
    b.table("person", 7);
    b.table("person", 7);
    EXPECT_EQ(error_of(b),
              "Errors occurred:\n"
              "Table name is reserved for system use: st_users\n\n"
              "Table person has invalid product_type_ref &7\n\n"
              "name `person` is used for multiple entities\n\n");
}

TEST(Validate, errors_are_bounded) {
    DefinitionBuilder b;
    for (size_t i = 0; i < kErrorsMax + 5; ++i) b.table("t" + std::to_string(i), 7);
    EXPECT_THAT(error_of(b), HasSubstr("and 5 more errors"));
    b.tables.resize(kErrorsMax);
    EXPECT_THAT(error_of(b), ::testing::Not(HasSubstr("more errors")));
}

TEST(Validate, system_tables_may_use_the_prefix) {
    DefinitionBuilder b;
    b.table("st_users", "Row", {{"id", u64()}}).table_type = TableType::System;
    EXPECT_TRUE(b.validated());
}

TEST(Validate, declared_types) {
    DefinitionBuilder b;
    b.types.push_back({{{"outer"}, "lost"}, 9, true});
    b.declare("Number", u64());
    b.declare("unnamed", AlgebraicType::product({{std::nullopt, u64()}}));
    b.declare("BadField", product({{"a b", u64()}}));
    b.declare("Inline", product({{"point", product({{"x", u64()}})}}));
    b.declare("Twice", product({}));
    b.declare("twice", product({}));
    b.types.push_back({{{}, "Ordered"}, b.add_type(product({{"b", u64()}, {"a", u64()}})), false});
    std::string text = error_of(b);
    EXPECT_THAT(text, HasSubstr("Type \"Outer\"::\"Lost\" has invalid ref: &9"));
    EXPECT_THAT(text, HasSubstr("error at typespace ref `&0`: internal codegen error: type U64 is not valid for "
                                "generating a definition"));
    EXPECT_THAT(text, HasSubstr("`&1`: internal codegen error: all type elements require names: (0: U64)"));
    EXPECT_THAT(text, HasSubstr("`&2`: type (a b: U64) contains identifier error Identifier `a b`"));
    EXPECT_THAT(text, HasSubstr("`&3`: internal codegen error: non-special product or sum type (x: U64) cannot be used "
                                "to generate a client type use"));
    EXPECT_THAT(text, HasSubstr("name `Twice` is used for multiple types"));
    EXPECT_THAT(text, HasSubstr("type `\"Ordered\"` is not annotated with a custom ordering, but uses one: "
                                "(b: U64, a: U64)"));
}

TEST(Validate, default_order_is_accepted_without_annotation) {
    DefinitionBuilder b;
    b.types.push_back({{{}, "Sorted"}, b.add_type(product({{"a", u64()}, {"b", u64()}})), false});
    EXPECT_EQ(error_of(b), "no error");
}

TEST(Validate, uses_of_undeclared_entries) {
    DefinitionBuilder b;
    uint32_t alias = b.add_type(AlgebraicType::array_of(text()));
    uint32_t cycle = b.add_type(AlgebraicType::array_of(ref(1)));
    b.table("good", "Good", {{"list", ref(alias)}});
    EXPECT_EQ(error_of(b), "no error");
    b.table("bad", "Bad", {{"list", ref(cycle)}});
    EXPECT_THAT(error_of(b), HasSubstr("internal codegen error: invalid AlgebraicTypeRef"));
    DefinitionBuilder out_of_range;
    out_of_range.table("bad", "Bad", {{"list", ref(99)}});
    EXPECT_THAT(error_of(out_of_range), HasSubstr("invalid AlgebraicTypeRef"));
}

TEST(Validate, long_chains_of_refs_are_refused_without_a_deep_stack) {
    auto chain = [](uint32_t length) {
        DefinitionBuilder b;
        for (uint32_t i = 0; i + 1 < length; ++i) b.add_type(ref(i + 1));
        b.add_type(u64());
        b.table("t", "Row", {{"a", ref(0)}});
        return error_of(b);
    };
    EXPECT_EQ(chain(kTypeDepthMax / 2), "no error");
    EXPECT_THAT(chain(100'000), HasSubstr("nests deeper"));
}

TEST(Validate, columns) {
    DefinitionBuilder b;
    b.table("unnamed", b.declare("A", AlgebraicType::product({{std::nullopt, u64()}})));
    b.table("twice", "B", {{"userId", u64()}, {"user_id", u64()}});
    uint32_t node = static_cast<uint32_t>(b.typespace.types.size());
    b.declare("Node", product({{"next", AlgebraicType::option_of(ref(node))}}));
    b.table("recursive", "C", {{"head", ref(node)}});
    std::string text = error_of(b);
    EXPECT_THAT(text, HasSubstr("table `unnamed` has unnamed column `0`, which is forbidden."));
    EXPECT_THAT(text, HasSubstr("table `twice` has several columns called `user_id`"));
    EXPECT_THAT(text, HasSubstr("table `recursive` column `head` has a type that cannot be stored: Found recursive "
                                "type reference &2"));
}

TEST(Validate, recursive_types_may_be_parameters) {
    DefinitionBuilder b;
    b.declare("Node", product({{"next", AlgebraicType::option_of(ref(0))}}));
    b.reducer("visit", {{"node", ref(0)}});
    EXPECT_EQ(error_of(b), "no error");
}

TEST(Validate, functions) {
    DefinitionBuilder b;
    b.reducer("doIt", {{"good", u64()}, {"bad name", u64()}, {"point", product({{"x", u64()}})}});
    b.reducers[0].params.type.elements.push_back({std::nullopt, u64()});
    b.reducer("do_it");
    b.reducer("_");
    b.reducer("returns").ok_return_type = u64();
    b.procedures.push_back({"fetch", {}, product({{"x", u64()}}), FunctionVisibility::ClientCallable});
    std::string text = error_of(b);
    EXPECT_THAT(text, HasSubstr("error at reducer `do_it` argument 1 (`bad name`)"));
    EXPECT_THAT(text, HasSubstr("error at reducer `do_it` argument 2 (`point`): internal codegen error: non-special"));
    EXPECT_THAT(text, HasSubstr("error at reducer `do_it` argument 3: internal codegen error: all reducer parameters "
                                "require names"));
    EXPECT_THAT(text, HasSubstr("Name do_it is used for multiple reducers, procedures and/or views"));
    EXPECT_THAT(text, HasSubstr("Empty identifiers are forbidden."));
    EXPECT_THAT(text, HasSubstr("reducer returns has invalid return type: found Result<U64, String>"));
    EXPECT_THAT(text, HasSubstr("error at procedure `fetch` return value: "));
}

TEST(Validate, lifecycles) {
    DefinitionBuilder b;
    b.reducer("a");
    b.reducer("b");
    b.reducer("c", {{"x", u64()}});
    b.lifecycles = {{Lifecycle::Init, "a"},
                    {Lifecycle::Init, "b"},
                    {Lifecycle::OnConnect, "a"},
                    {Lifecycle::OnConnect, "missing"},
                    {Lifecycle::OnDisconnect, "c"}};
    std::string text = error_of(b);
    EXPECT_THAT(text, HasSubstr("Multiple reducers defined for lifecycle event Init"));
    EXPECT_THAT(text, HasSubstr("Multiple reducers defined for lifecycle event OnConnect"));
    EXPECT_THAT(text, HasSubstr("lifecycle event OnConnect without reducer (`missing` is none)"));
    EXPECT_THAT(text, HasSubstr("reducer c handles lifecycle event OnDisconnect and must not take arguments"));
}

TEST(Validate, schedules) {
    auto at = sats::make_special(sats::SpecialType::ScheduleAt);
    DefinitionBuilder b;
    auto& job = b.table("Job", "Job", {{"id", u64()}, {"when", at}});
    set_primary_key(job, 0, "id");
    b.reducer("runJob", {{"job", ref(0)}});
    b.schedules.push_back({std::nullopt, "Job", 1, "runJob"});
    auto def = b.validated();
    ASSERT_TRUE(def) << def.error().message;
    const ScheduleSchema& schedule = *def->tables[0].schema.schedule;
    EXPECT_EQ(schedule.name, "job_sched");
    EXPECT_EQ(schedule.function_name, "run_job");
    EXPECT_EQ(schedule.at_column, ColumnId(1));
    EXPECT_EQ(def->reducers[0].visibility, FunctionVisibility::Private);

    b.schedules.push_back({std::nullopt, "Job", 1, "runJob"});
    b.schedules.push_back({std::nullopt, "Nowhere", 1, "runJob"});
    b.table("plain", "Plain", {{"id", u64()}});
    b.schedules.push_back({std::nullopt, "plain", 0, "missing"});
    b.table("event", "Event", {{"id", u64()}, {"when", at}}).is_event = true;
    b.schedules.push_back({std::nullopt, "event", 1, "runJob"});
    std::string text = error_of(b);
    EXPECT_THAT(text, HasSubstr("table job is assigned in multiple schedules"));
    EXPECT_THAT(text, HasSubstr("Table Nowhere not found"));
    EXPECT_THAT(text, HasSubstr("but table `plain` has columns (id: U64)"));
    EXPECT_THAT(text, HasSubstr("Schedule plain_sched refers to a scheduled reducer or procedure missing that does not "
                                "exist"));
    EXPECT_THAT(text, HasSubstr("scheduled table event must not be an event table"));
    EXPECT_THAT(text, HasSubstr("Scheduled reducer run_job expected to have type (0: &2), but has type (job: &0)"));
}

TEST(Validate, views) {
    DefinitionBuilder b;
    auto& person = b.table("person", "Person", {{"id", u64()}, {"fullName", text()}});
    set_primary_key(person, 0, "id");
    b.views.push_back({"everyone", 0, true, true, {}, AlgebraicType::array_of(ref(0))});
    b.views.push_back({"me", 0, true, false, {}, AlgebraicType::option_of(ref(0))});
    b.views.push_back({"byQuery", 1, true, true, {}, product({{"__query__", ref(0)}})});
    b.view_keys = {{"me", {"fullName"}}, {"everyone", {}}};
    auto def = b.validated();
    ASSERT_TRUE(def) << def.error().message;
    EXPECT_EQ(def->views[0].returns, ViewReturn::Rows);
    EXPECT_EQ(def->views[0].primary_key, std::nullopt);
    EXPECT_EQ(def->views[1].returns, ViewReturn::OptionalRow);
    EXPECT_EQ(def->views[1].primary_key, ColumnId(1));
    EXPECT_EQ(def->views[2].name, "by_query");
    EXPECT_EQ(def->views[2].returns, ViewReturn::Query);
    EXPECT_EQ(def->views[2].primary_key, ColumnId(0));
    EXPECT_EQ(def->views[2].columns[1].name, "full_name");

    b.views.push_back({"person", 2, true, true, {}, u64()});
    b.views.push_back(
        {"floaty", 3, true, true, {product({{"x", scalar(TypeKind::F32)}})}, AlgebraicType::array_of(ref(0))});
    b.view_keys = {{"me", {"a", "b"}}, {"me", {"id"}}, {"nobody", {"id"}}, {"everyone", {"zip"}}, {"floaty", {"id"}}};
    std::string text = error_of(b);
    EXPECT_THAT(text, HasSubstr("View person has invalid return type U64"));
    EXPECT_THAT(text, HasSubstr("name `person` is used for multiple entities"));
    EXPECT_THAT(text, HasSubstr("View floaty has a float parameter `x`, which views can't take yet"));
    EXPECT_THAT(text, HasSubstr("View floaty has parameters and cannot have a primary key"));
    EXPECT_THAT(text, HasSubstr("View me has multiple primary key columns: [a, b]"));
    EXPECT_THAT(text, HasSubstr("View me has multiple primary key definitions"));
    EXPECT_THAT(text, HasSubstr("View nobody referenced by primary key definition not found"));
    EXPECT_THAT(text, HasSubstr("Primary key column zip for view everyone not found"));
}

TEST(Validate, http_routes) {
    DefinitionBuilder b;
    auto method = [](size_t kind) {
        raw::HttpMethod m;
        if (kind == 2) m.emplace<2>();
        return raw::MethodOrAny(std::in_place_index<1>, std::move(m));
    };
    b.handlers = {{"onHook"}};
    b.routes = {{"onHook", method(0), "/a"}, {"onHook", method(2), "/a"}, {"onHook", {}, ""}};
    auto def = b.validated();
    ASSERT_TRUE(def) << def.error().message;
    EXPECT_EQ(def->http_handlers[0].name, "on_hook");
    EXPECT_EQ(def->http_routes[0].method, "Get");
    EXPECT_EQ(def->http_routes[1].method, "Post");
    EXPECT_EQ(def->http_routes[2].method, "Any");

    b.handlers.push_back({"on_hook"});
    b.routes.push_back({"onHook", {}, "/a"});
    b.routes.push_back({"missing", {}, "/b"});
    b.routes.push_back({"onHook", {}, "/Upper"});
    b.routes.push_back({"onHook", {}, "relative"});
    std::string text = error_of(b);
    EXPECT_THAT(text, HasSubstr("HTTP handler name on_hook is used for multiple HTTP handlers"));
    EXPECT_THAT(text, HasSubstr("HTTP route duplicates method Any for path /a"));
    EXPECT_THAT(text, HasSubstr("HTTP route refers to unknown HTTP handler `missing`"));
    EXPECT_THAT(text, HasSubstr("HTTP route path `/Upper` is invalid"));
    EXPECT_THAT(text, HasSubstr("HTTP route path `relative` is invalid"));
}

TEST(Validate, version_9_keeps_names_and_places) {
    raw::ModuleDefV9 v9;
    v9.typespace.types = {product({{"userId", u64()}, {"age", scalar(TypeKind::U8)}})};
    v9.types = {{{{}, "user_row"}, 0, true}};
    raw::TableDefV9 table;
    table.name = "UserTable";
    table.primary_key = {0};
    table.indexes = {{"my_index", "userId", raw::IndexAlgorithmBody(std::in_place_index<0>, raw::Columns{0})},
                     {std::nullopt, std::nullopt, raw::IndexAlgorithmBody(std::in_place_index<1>, raw::Columns{1})}};
    table.constraints = {{"my_constraint", raw::UniqueConstraint{{0}}}};
    v9.tables = {table};
    v9.reducers = {{"Start", {}, Lifecycle::Init}};
    v9.misc_exports = {raw::ColumnDefaultValueV9{"UserTable", 1, {7}}};
    auto def = decode_module_def(raw::encode_bsatn(v9));
    ASSERT_TRUE(def) << def.error().message;
    const TableSchema& schema = def->tables[0].schema;
    EXPECT_EQ(schema.name, "UserTable");
    EXPECT_EQ(schema.columns[0].name, "userId");
    EXPECT_EQ(schema.indexes[0].name, "UserTable_age_idx_hash");
    EXPECT_EQ(schema.indexes[0].algorithm, IndexAlgorithm::Hash);
    EXPECT_EQ(schema.indexes[1].name, "my_index");
    EXPECT_EQ(schema.constraints[0].name, "my_constraint");
    EXPECT_EQ(def->types[0].name, "user_row");
    EXPECT_EQ(def->reducers[0].visibility, FunctionVisibility::ClientCallable);
    EXPECT_EQ(def->lifecycle_reducer(Lifecycle::Init), ReducerId(0));
    EXPECT_EQ(def->tables[0].defaults, (std::vector<ColumnDefault>{{ColumnId(1), {7}}}));

    v9.misc_exports.push_back(raw::ColumnDefaultValueV9{"UserTable", 1, {8}});
    v9.misc_exports.push_back(raw::ColumnDefaultValueV9{"Lost", 1, {8}});
    auto refused = decode_module_def(raw::encode_bsatn(v9));
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("Multiple default values for table UserTable column 1"));
    EXPECT_THAT(refused.error().message, HasSubstr("Table Lost not found"));
}

Bytes vector_named(std::string_view name) {
    std::ifstream file(LIGHTCONE_SOURCE_DIR "/tests/data/bsatn.json");
    std::stringstream text;
    text << file.rdbuf();
    auto document = sats::JsonValue::parse(text.str());
    if (!document) return {};
    for (const sats::JsonValue& entry : document->find("raw_module_defs")->items()) {
        if (entry.find("name")->string() == name) return from_hex(entry.find("bsatn_hex")->string()).value();
    }
    return {};
}

TEST(Validate, vectors_that_keep_the_rules) {
    EXPECT_TRUE(decode_module_def(vector_named("v10_empty")));
    auto v10 = decode_module_def(vector_named("v10_one_table"));
    ASSERT_TRUE(v10) << v10.error().message;
    const TableSchema& person = v10->tables[0].schema;
    EXPECT_EQ(person.name, "Person");
    EXPECT_EQ(person.accessor, "person");
    EXPECT_EQ(person.columns[1].name, "full_name");
    EXPECT_EQ(person.indexes[0].name, "Person_id_idx_btree");
    EXPECT_EQ(person.indexes[0].alias, "person_id_idx_btree");
    EXPECT_EQ(person.sequences[0].name, "Person_id_seq");
    EXPECT_EQ(v10->tables[0].defaults, (std::vector<ColumnDefault>{{ColumnId(2), {0x12}}}));
    EXPECT_EQ(v10->lifecycle_reducer(Lifecycle::Init), ReducerId(1));

    auto v9 = decode_module_def(vector_named("v9_one_table"));
    ASSERT_TRUE(v9) << v9.error().message;
    EXPECT_EQ(v9->tables[0].schema.columns[1].name, "fullName");
    EXPECT_EQ(v9->tables[0].schema.indexes[0].name, "person_id_idx_btree");
    EXPECT_EQ(v9->procedures[0].name, "p");
    EXPECT_EQ(v9->views[0].name, "v");
}

TEST(Validate, the_vector_with_all_sections_is_no_sound_module) {
    auto def = decode_module_def(vector_named("v10_all_sections"));
    ASSERT_FALSE(def);
    EXPECT_EQ(def.error().message,
              "Errors occurred:\n"
              "lifecycle event OnConnect without reducer (`c` is none)\n\n"
              "lifecycle event OnDisconnect without reducer (`d` is none)\n\n"
              "scheduled table job must not be an event table\n\n");
}

}  // namespace
}  // namespace lightcone::schema
