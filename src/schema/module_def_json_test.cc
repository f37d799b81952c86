// SPDX-License-Identifier: Apache-2.0
#include "schema/module_def_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "schema/raw_definition_builder.h"
#include "schema/unsupported.h"

namespace lightcone::schema {
namespace {

using namespace testing;
using sats::AlgebraicType;
using sats::TypeKind;
using ::testing::HasSubstr;

// One of everything that a definition may hold today.
DefinitionBuilder everything() {
    DefinitionBuilder b;
    auto& person = b.table("Person", "Person", {{"id", u64()}, {"fullName", text()}, {"fruit", ref(1)}});
    b.declare("fruitKind", sum({{"RedApple", product({})}, {"Pear", u64()}}));
    set_primary_key(person, 0, "id");
    person.indexes.push_back(btree("Person_by_name", {1}));
    b.names.entries.emplace_back(std::in_place_index<2>, raw::NameMapping{"Person_by_name", "people_by_name"});
    person.sequences.push_back({std::nullopt, 0, 10, {}, 1000, 2});
    person.default_values.push_back({0, Bytes(8, 3)});
    b.reducer("AddPerson", {{"fullName", text()}});
    b.names.entries.emplace_back(std::in_place_index<1>, raw::NameMapping{"AddPerson", "CreatePerson"});
    b.reducer("onConnect");
    b.lifecycles.push_back({Lifecycle::OnConnect, "onConnect"});
    b.procedures.push_back({"fetchAll", {}, AlgebraicType::array_of(text()), FunctionVisibility::Private});
    b.views.push_back({"allPeople", 0, true, true, {}, AlgebraicType::array_of(ref(0))});
    b.view_keys.push_back({"allPeople", {"fullName"}});
    auto& job = b.table("Job", "Job", {{"id", u64()}, {"at", sats::make_special(sats::SpecialType::ScheduleAt)}});
    set_primary_key(job, 0, "id");
    b.reducer("runJob", {{"job", ref(2)}});
    b.schedules.push_back({std::nullopt, "Job", 1, "runJob"});
    b.row_level_security = {{"SELECT * FROM person"}, {"SELECT * FROM person"}};
    b.handlers.push_back({"onHook"});
    raw::HttpMethod purge(std::in_place_index<9>, "PURGE");
    b.routes.push_back({"onHook", raw::MethodOrAny(std::in_place_index<1>, purge), "/x"});
    raw::HttpMethod patch(std::in_place_index<8>);
    b.routes.push_back({"onHook", raw::MethodOrAny(std::in_place_index<1>, patch), "/x"});
    b.routes.push_back({"onHook", {}, "/y"});
    return b;
}

TEST(ModuleDefJson, v10_reads_back_as_the_same_canonical_definition) {
    ModuleDef def = everything().validated().value();
    auto again = decode_module_def_json(module_def_to_json(def, DefVersion::V10));
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->canonical_typespace, def.canonical_typespace);
    ASSERT_EQ(again->tables.size(), def.tables.size());
    for (size_t i = 0; i < def.tables.size(); ++i) {
        // Columns have no accessor names in this form.
        TableSchema expected = def.tables[i].schema;
        for (ColumnSchema& column : expected.columns) column.accessor = column.name;
        EXPECT_EQ(again->tables[i].schema, expected) << expected.name;
        EXPECT_EQ(again->tables[i].defaults, def.tables[i].defaults);
    }
    ASSERT_EQ(again->reducers.size(), def.reducers.size());
    for (size_t i = 0; i < def.reducers.size(); ++i) {
        EXPECT_EQ(again->reducers[i].name, def.reducers[i].name);
        EXPECT_EQ(again->reducers[i].source_name, def.reducers[i].source_name);
        EXPECT_EQ(again->reducers[i].lifecycle, def.reducers[i].lifecycle);
        EXPECT_EQ(again->reducers[i].visibility, def.reducers[i].visibility);
        EXPECT_EQ(again->reducers[i].params, def.reducers[i].canonical_params);
    }
    EXPECT_EQ(again->views[0].name, "all_people");
    EXPECT_EQ(again->views[0].primary_key, def.views[0].primary_key);
    EXPECT_EQ(again->procedures[0].name, "fetch_all");
    EXPECT_EQ(again->http_routes, def.http_routes);
    EXPECT_EQ(again->http_handlers, def.http_handlers);
    EXPECT_EQ(again->row_level_security, def.row_level_security);
    EXPECT_EQ(module_def_to_json(*again, DefVersion::V10), module_def_to_json(def, DefVersion::V10));
    auto from_bsatn = decode_module_def(module_def_to_bsatn(def, DefVersion::V10));
    ASSERT_TRUE(from_bsatn);
    EXPECT_EQ(*from_bsatn, *again);
}

TEST(ModuleDefJson, v9_reads_back_with_tables_and_functions) {
    ModuleDef def = everything().validated().value();
    auto again = decode_module_def_json(module_def_to_json(def, DefVersion::V9));
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->version, DefVersion::V9);
    EXPECT_EQ(again->canonical_typespace, def.canonical_typespace);
    const TableSchema& person = again->find_table("person")->schema;
    EXPECT_EQ(person.columns[1].name, "full_name");
    EXPECT_EQ(person.sequences, def.find_table("person")->schema.sequences);
    EXPECT_EQ(person.indexes[0].name, "people_by_name");
    EXPECT_EQ(again->find_table("job")->schema.schedule, def.find_table("job")->schema.schedule);
    EXPECT_EQ(again->reducers[0].name, "CreatePerson");
    EXPECT_EQ(again->lifecycle_reducer(Lifecycle::OnConnect), ReducerId(1));
    EXPECT_EQ(again->views[0].name, "all_people");
    EXPECT_EQ(again->procedures[0].name, "fetch_all");
    EXPECT_TRUE(again->http_routes.empty());
}

TEST(ModuleDefJson, text_of_a_small_definition) {
    DefinitionBuilder b;
    auto& person = b.table("Person", "person", {{"userId", u64()}});
    person.table_access = TableAccess::Public;
    b.reducer("addOne", {{"userId", u64()}});
    ModuleDef def = b.validated().value();
    EXPECT_EQ(
        module_def_to_json(def, DefVersion::V10),
        R"({"sections":[{"CaseConversionPolicy":{"None":[]}},{"Typespace":{"types":[{"Product":{"elements":[)"
        R"({"name":{"some":"user_id"},"algebraic_type":{"U64":[]}}]}}]}},)"
        R"({"Types":[{"source_name":{"scope":[],"source_name":"Person"},"ty":0,"custom_ordering":true}]},)"
        R"({"Tables":[{"source_name":"Person","product_type_ref":0,"primary_key":[],"indexes":[],"constraints":[],)"
        R"("sequences":[],"table_type":{"User":[]},"table_access":{"Public":[]},"default_values":[],"is_event":false}]},)"
        R"({"Reducers":[{"source_name":"addOne","params":{"elements":[{"name":{"some":"user_id"},)"
        R"("algebraic_type":{"U64":[]}}]},"visibility":{"ClientCallable":[]},)"
        R"("ok_return_type":{"Product":{"elements":[]}},"err_return_type":{"String":[]}}]},)"
        R"({"ExplicitNames":{"entries":[{"Table":{"source_name":"Person","canonical_name":"person"}},)"
        R"({"Function":{"source_name":"addOne","canonical_name":"add_one"}}]}}]})");
    EXPECT_EQ(module_def_to_json(def, DefVersion::V9),
              R"({"typespace":{"types":[{"Product":{"elements":[{"name":{"some":"user_id"},"algebraic_type":)"
              R"({"U64":[]}}]}}]},"tables":[{"name":"person","product_type_ref":0,"primary_key":[],"indexes":[],)"
              R"("constraints":[],"sequences":[],"schedule":{"none":[]},"table_type":{"User":[]},)"
              R"("table_access":{"Public":[]}}],"reducers":[{"name":"add_one","params":{"elements":[{"name":)"
              R"({"some":"userId"},"algebraic_type":{"U64":[]}}]},"lifecycle":{"none":[]}}],"types":[{"name":)"
              R"({"scope":[],"name":"Person"},"ty":0,"custom_ordering":true}],"misc_exports":[],)"
              R"("row_level_security":[]})");
}

TEST(Unsupported, everything_is_named) {
    DefinitionBuilder b = everything();
    b.table("shout", "Shout", {{"text", text()}}).is_event = true;
    b.views.push_back({"near", 1, true, true, {product({{"x", u64()}})}, AlgebraicType::array_of(ref(0))});
    b.submodules.push_back({"lib", {}});
    ModuleDef def = b.validated().value();
    EXPECT_THAT(
        unsupported_features(def),
        ::testing::ElementsAre(
            "module declares scheduled table `job`; this server does not support scheduled tables",
            "module declares procedure `fetch_all`; this server does not support procedures",
            "module declares view `all_people`; this server does not support views",
            "module declares view `near`; this server does not support views",
            "module declares view with parameters `near`; this server does not support views that take parameters",
            "module declares HTTP handler `on_hook`; this server does not support HTTP handlers",
            "module declares row-level security rule `SELECT * FROM person`; this server does not support "
            "row-level security",
            "module declares submodule `lib`; this server does not support submodules"));
    auto checked = check_supported(def);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, ErrorCode::Unsupported);
}

TEST(Unsupported, long_lists_are_cut) {
    auto with_procedures = [](size_t count) {
        DefinitionBuilder b;
        for (size_t i = 0; i < count; ++i) {
            b.procedures.push_back({"p" + std::to_string(i), {}, u64(), FunctionVisibility::ClientCallable});
        }
        return unsupported_features(b.validated().value());
    };
    EXPECT_EQ(with_procedures(kUnsupportedListedMax).size(), kUnsupportedListedMax);
    auto cut = with_procedures(kUnsupportedListedMax + 2);
    ASSERT_EQ(cut.size(), kUnsupportedListedMax + 1);
    EXPECT_EQ(cut.back(), "and 2 more of this kind: procedure");
}

TEST(Unsupported, a_plain_module_passes) {
    DefinitionBuilder b;
    b.table("t", "T", {{"a", u64()}});
    b.reducer("r");
    EXPECT_TRUE(check_supported(b.validated().value()));
}

}  // namespace
}  // namespace lightcone::schema
