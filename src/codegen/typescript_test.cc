// SPDX-License-Identifier: Apache-2.0
#include "codegen/typescript.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"

namespace lightcone::codegen {
namespace {

using sats::AlgebraicType;
using sats::TypeKind;
using testing::HasSubstr;
using testing::Not;

const AlgebraicType kU32{TypeKind::U32};

std::string content_of(const Result<std::vector<GeneratedFile>>& files, const std::string& path) {
    if (!files) {
        ADD_FAILURE() << files.error().message;
        return {};
    }
    for (const GeneratedFile& file : *files) {
        if (file.path == path) return file.content;
    }
    ADD_FAILURE() << path << " was not generated";
    return {};
}

bool has_file(const Result<std::vector<GeneratedFile>>& files, const std::string& path) {
    for (const GeneratedFile& file : files.value()) {
        if (file.path == path) return true;
    }
    return false;
}

schema::ReducerDef reducer(const std::string& name, std::vector<sats::TypeElement> params = {}) {
    schema::ReducerDef def;
    def.source_name = name;
    def.name = name;
    def.params = AlgebraicType::product(std::move(params));
    return def;
}

// One reducer `r` with one parameter `x` of this type.
schema::ModuleDef taking(AlgebraicType type) {
    schema::ModuleDef def;
    def.reducers.push_back(reducer("r", {{"x", std::move(type)}}));
    return def;
}

std::string parameter(const AlgebraicType& type) {
    std::string file = content_of(generate_typescript(taking(type), {}), "r_reducer.ts");
    size_t start = file.find("  x: ");
    return start == std::string::npos ? file : file.substr(start + 5, file.rfind(",\n};") - start - 5);
}

TEST(Typescript, every_type_has_its_builder) {
    EXPECT_EQ(parameter(AlgebraicType(TypeKind::Bool)), "t.bool()");
    EXPECT_EQ(parameter(AlgebraicType(TypeKind::I8)), "t.i8()");
    EXPECT_EQ(parameter(AlgebraicType(TypeKind::U8)), "t.u8()");
    EXPECT_EQ(parameter(AlgebraicType(TypeKind::I16)), "t.i16()");
    EXPECT_EQ(parameter(AlgebraicType(TypeKind::U16)), "t.u16()");
    EXPECT_EQ(parameter(AlgebraicType(TypeKind::I32)), "t.i32()");
    EXPECT_EQ(parameter(AlgebraicType(TypeKind::U32)), "t.u32()");
    EXPECT_EQ(parameter(AlgebraicType(TypeKind::I64)), "t.i64()");
    EXPECT_EQ(parameter(AlgebraicType(TypeKind::U64)), "t.u64()");
    EXPECT_EQ(parameter(AlgebraicType(TypeKind::I128)), "t.i128()");
    EXPECT_EQ(parameter(AlgebraicType(TypeKind::U128)), "t.u128()");
    EXPECT_EQ(parameter(AlgebraicType(TypeKind::I256)), "t.i256()");
    EXPECT_EQ(parameter(AlgebraicType(TypeKind::U256)), "t.u256()");
    EXPECT_EQ(parameter(AlgebraicType(TypeKind::F32)), "t.f32()");
    EXPECT_EQ(parameter(AlgebraicType(TypeKind::F64)), "t.f64()");
    EXPECT_EQ(parameter(AlgebraicType(TypeKind::String)), "t.string()");
    EXPECT_EQ(parameter(AlgebraicType::array_of(AlgebraicType(TypeKind::U8))), "t.byteArray()");
    EXPECT_EQ(parameter(AlgebraicType::array_of(kU32)), "t.array(t.u32())");
    EXPECT_EQ(parameter(AlgebraicType::option_of(AlgebraicType::array_of(kU32))), "t.option(t.array(t.u32()))");
    EXPECT_EQ(parameter(AlgebraicType::sum({{"ok", kU32}, {"err", AlgebraicType(TypeKind::String)}})),
              "t.result(t.u32(), t.string())");
}

TEST(Typescript, special_types_have_the_builders_of_the_library) {
    using sats::make_special;
    EXPECT_EQ(parameter(make_special(sats::SpecialType::Unit)), "t.unit()");
    EXPECT_EQ(parameter(make_special(sats::SpecialType::Never)), "t.enum(\"Never\", {})");
    EXPECT_EQ(parameter(make_special(sats::SpecialType::Identity)), "t.identity()");
    EXPECT_EQ(parameter(make_special(sats::SpecialType::ConnectionId)), "t.connectionId()");
    EXPECT_EQ(parameter(make_special(sats::SpecialType::Timestamp)), "t.timestamp()");
    EXPECT_EQ(parameter(make_special(sats::SpecialType::TimeDuration)), "t.timeDuration()");
    EXPECT_EQ(parameter(make_special(sats::SpecialType::Uuid)), "t.uuid()");
    EXPECT_EQ(parameter(make_special(sats::SpecialType::ScheduleAt)), "t.scheduleAt()");
}

TEST(Typescript, unnamed_products_and_sums_are_refused) {
    auto files = generate_typescript(taking(AlgebraicType::product({{"a", kU32}, {"b", kU32}})), {});
    ASSERT_FALSE(files);
    EXPECT_EQ(files.error().code, ErrorCode::InvalidArgument);
    EXPECT_THAT(files.error().message, HasSubstr("(a: U32, b: U32)"));
    EXPECT_FALSE(generate_typescript(taking(AlgebraicType::sum({{"A", kU32}})), {}));
}

TEST(Typescript, refs_out_of_range_are_refused) {
    auto files = generate_typescript(taking(AlgebraicType::make_ref(0)), {});
    ASSERT_FALSE(files);
    EXPECT_THAT(files.error().message, HasSubstr("&0 is out of range"));

    schema::ModuleDef def;
    def.types.push_back({.scope = {}, .source_name = "A", .canonical_scope = {}, .name = "A", .ref = 7});
    EXPECT_FALSE(generate_typescript(def, {}));
}

TEST(Typescript, a_table_whose_row_type_does_not_fit_is_refused) {
    schema::ModuleDef def;
    schema::TableDef& table = def.tables.emplace_back();
    table.schema.name = table.schema.accessor = "player";
    table.schema.access = schema::TableAccess::Public;
    table.schema.columns.push_back({.name = "id", .accessor = "id", .type = kU32});
    auto files = generate_typescript(def, {});
    ASSERT_FALSE(files);
    EXPECT_THAT(files.error().message, HasSubstr("`player` has no row type"));

    def.source_typespace.types.push_back(AlgebraicType::product({}));
    EXPECT_FALSE(generate_typescript(def, {}));
    def.source_typespace.types[0] = AlgebraicType::product({{"id", kU32}});
    EXPECT_TRUE(generate_typescript(def, {}));
}

TEST(Typescript, types_nest_to_the_limit_and_no_further) {
    AlgebraicType type = kU32;
    for (uint32_t depth = 0; depth < kTypeDepthMax; ++depth) type = AlgebraicType::array_of(std::move(type));
    EXPECT_TRUE(generate_typescript(taking(type), {}));
    auto files = generate_typescript(taking(AlgebraicType::array_of(std::move(type))), {});
    ASSERT_FALSE(files);
    EXPECT_THAT(files.error().message, HasSubstr("nests deeper than 128 levels"));
}

// Thirty entries, each the one before twice: a definition of a few hundred bytes that stands for a billion leaves.
TEST(Typescript, types_that_grow_exponentially_meet_a_limit) {
    schema::ModuleDef def = taking(AlgebraicType::make_ref(29));
    def.source_typespace.types.push_back(kU32);
    for (uint32_t i = 0; i < 29; ++i) {
        AlgebraicType before = AlgebraicType::make_ref(i);
        def.source_typespace.types.push_back(AlgebraicType::sum({{"ok", before}, {"err", before}}));
    }
    auto files = generate_typescript(def, {});
    ASSERT_FALSE(files);
    EXPECT_EQ(files.error().code, ErrorCode::LimitExceeded);
    EXPECT_THAT(files.error().message, HasSubstr("16777216 bytes"));
}

TEST(Typescript, a_cycle_of_undeclared_types_ends) {
    schema::ModuleDef def = taking(AlgebraicType::make_ref(0));
    def.source_typespace.types.push_back(AlgebraicType::option_of(AlgebraicType::make_ref(0)));
    EXPECT_FALSE(generate_typescript(def, {}));
}

TEST(Typescript, submodules_are_refused_by_name) {
    schema::ModuleDef def;
    def.submodules = {"lib"};
    auto files = generate_typescript(def, {});
    ASSERT_FALSE(files);
    EXPECT_EQ(files.error().code, ErrorCode::Unsupported);
    EXPECT_THAT(files.error().message, HasSubstr("`lib`"));
}

TEST(Typescript, private_and_lifecycle_reducers) {
    schema::ModuleDef def;
    def.reducers = {reducer("init"), reducer("arrived"), reducer("internal"), reducer("open")};
    def.reducers[0].lifecycle = schema::Lifecycle::Init;
    def.reducers[1].lifecycle = schema::Lifecycle::OnConnect;
    for (size_t i = 0; i < 3; ++i) def.reducers[i].visibility = schema::FunctionVisibility::Private;
    auto files = generate_typescript(def, {});
    EXPECT_TRUE(has_file(files, "open_reducer.ts"));
    for (const char* path : {"init_reducer.ts", "arrived_reducer.ts", "internal_reducer.ts"}) {
        EXPECT_FALSE(has_file(files, path)) << path;
    }
    auto all = generate_typescript(def, {.include_private = true});
    EXPECT_FALSE(has_file(all, "init_reducer.ts"));
    EXPECT_TRUE(has_file(all, "arrived_reducer.ts"));
    std::string index = content_of(all, "index.ts");
    EXPECT_THAT(index, HasSubstr("\"internal\""));
    EXPECT_THAT(index, Not(HasSubstr("arrived")));
    EXPECT_THAT(content_of(all, "types/reducers.ts"), HasSubstr("ArrivedParams"));
}

}  // namespace
}  // namespace lightcone::codegen
