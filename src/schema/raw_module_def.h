// SPDX-License-Identifier: Apache-2.0
// The raw module definition as it stands in BSATN and in SATS-JSON, before any rule is checked: V9 and V10, field by
// field in encoding order (docs/formats: module definition). Plain values. Each structure lists its fields once
// (`kFields`), each sum its variant names (`SumText`); the codecs of raw_bsatn.h and raw_json.h walk those lists.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "schema/module_def.h"

namespace lightcone::schema::raw {

template <typename Struct, typename Member>
struct Field {
    std::string_view name;
    Member Struct::* member;
};
template <typename Struct, typename Member>
Field(const char*, Member Struct::*) -> Field<Struct, Member>;

struct Unit {
    bool operator==(const Unit&) const = default;
};

// A product type without the tag that an AlgebraicType carries: its elements only.
struct ProductType {
    sats::AlgebraicType type;
    bool operator==(const ProductType&) const = default;
};

using Columns = std::vector<uint16_t>;
// BTree(columns) | Hash(columns) | Direct(column)
using IndexAlgorithmBody = std::variant<Columns, Columns, uint16_t>;

struct UniqueConstraint {
    Columns columns;
    static constexpr auto kFields = std::tuple(Field{"columns", &UniqueConstraint::columns});
    bool operator==(const UniqueConstraint&) const = default;
};
using ConstraintData = std::variant<UniqueConstraint>;

struct RowLevelSecurity {
    std::string sql;
    static constexpr auto kFields = std::tuple(Field{"sql", &RowLevelSecurity::sql});
    bool operator==(const RowLevelSecurity&) const = default;
};

struct NameMapping {
    std::string source_name;
    std::string canonical_name;
    static constexpr auto kFields = std::tuple(Field{"source_name", &NameMapping::source_name},
                                               Field{"canonical_name", &NameMapping::canonical_name});
    bool operator==(const NameMapping&) const = default;
};
// Table | Function | Index
using ExplicitNameEntry = std::variant<NameMapping, NameMapping, NameMapping>;
struct ExplicitNames {
    std::vector<ExplicitNameEntry> entries;
    static constexpr auto kFields = std::tuple(Field{"entries", &ExplicitNames::entries});
    bool operator==(const ExplicitNames&) const = default;
};

enum class CaseConversionPolicy : uint8_t { None = 0, SnakeCase = 1 };

// Get … Patch carry nothing, Extension carries the method's text.
using HttpMethod = std::variant<Unit, Unit, Unit, Unit, Unit, Unit, Unit, Unit, Unit, std::string>;
using MethodOrAny = std::variant<Unit, HttpMethod>;

struct ScopedTypeName {
    std::vector<std::string> scope;
    std::string source_name;
    static constexpr auto kFields =
        std::tuple(Field{"scope", &ScopedTypeName::scope}, Field{"source_name", &ScopedTypeName::source_name});
    bool operator==(const ScopedTypeName&) const = default;
};
struct TypeDef {
    ScopedTypeName source_name;
    uint32_t ty = 0;
    bool custom_ordering = true;
    static constexpr auto kFields = std::tuple(Field{"source_name", &TypeDef::source_name}, Field{"ty", &TypeDef::ty},
                                               Field{"custom_ordering", &TypeDef::custom_ordering});
    bool operator==(const TypeDef&) const = default;
};
struct IndexDef {
    std::optional<std::string> source_name;
    std::optional<std::string> accessor_name;
    IndexAlgorithmBody algorithm;
    static constexpr auto kFields =
        std::tuple(Field{"source_name", &IndexDef::source_name}, Field{"accessor_name", &IndexDef::accessor_name},
                   Field{"algorithm", &IndexDef::algorithm});
    bool operator==(const IndexDef&) const = default;
};
struct ConstraintDef {
    std::optional<std::string> source_name;
    ConstraintData data;
    static constexpr auto kFields =
        std::tuple(Field{"source_name", &ConstraintDef::source_name}, Field{"data", &ConstraintDef::data});
    bool operator==(const ConstraintDef&) const = default;
};
struct SequenceDef {
    std::optional<std::string> source_name;
    uint16_t column = 0;
    std::optional<__int128> start;
    std::optional<__int128> min_value;
    std::optional<__int128> max_value;
    __int128 increment = 1;
    static constexpr auto kFields =
        std::tuple(Field{"source_name", &SequenceDef::source_name}, Field{"column", &SequenceDef::column},
                   Field{"start", &SequenceDef::start}, Field{"min_value", &SequenceDef::min_value},
                   Field{"max_value", &SequenceDef::max_value}, Field{"increment", &SequenceDef::increment});
    bool operator==(const SequenceDef&) const = default;
};
struct ColumnDefaultValue {
    uint16_t col_id = 0;
    Bytes value;
    static constexpr auto kFields =
        std::tuple(Field{"col_id", &ColumnDefaultValue::col_id}, Field{"value", &ColumnDefaultValue::value});
    bool operator==(const ColumnDefaultValue&) const = default;
};
struct TableDef {
    std::string source_name;
    uint32_t product_type_ref = 0;
    Columns primary_key;
    std::vector<IndexDef> indexes;
    std::vector<ConstraintDef> constraints;
    std::vector<SequenceDef> sequences;
    TableType table_type = TableType::User;
    TableAccess table_access = TableAccess::Private;
    std::vector<ColumnDefaultValue> default_values;
    bool is_event = false;
    static constexpr auto kFields =
        std::tuple(Field{"source_name", &TableDef::source_name}, Field{"product_type_ref", &TableDef::product_type_ref},
                   Field{"primary_key", &TableDef::primary_key}, Field{"indexes", &TableDef::indexes},
                   Field{"constraints", &TableDef::constraints}, Field{"sequences", &TableDef::sequences},
                   Field{"table_type", &TableDef::table_type}, Field{"table_access", &TableDef::table_access},
                   Field{"default_values", &TableDef::default_values}, Field{"is_event", &TableDef::is_event});
    bool operator==(const TableDef&) const = default;
};
struct ReducerDef {
    std::string source_name;
    ProductType params;
    FunctionVisibility visibility = FunctionVisibility::ClientCallable;
    sats::AlgebraicType ok_return_type;
    sats::AlgebraicType err_return_type{sats::TypeKind::String};
    static constexpr auto kFields =
        std::tuple(Field{"source_name", &ReducerDef::source_name}, Field{"params", &ReducerDef::params},
                   Field{"visibility", &ReducerDef::visibility}, Field{"ok_return_type", &ReducerDef::ok_return_type},
                   Field{"err_return_type", &ReducerDef::err_return_type});
    bool operator==(const ReducerDef&) const = default;
};
struct ProcedureDef {
    std::string source_name;
    ProductType params;
    sats::AlgebraicType return_type;
    FunctionVisibility visibility = FunctionVisibility::ClientCallable;
    static constexpr auto kFields =
        std::tuple(Field{"source_name", &ProcedureDef::source_name}, Field{"params", &ProcedureDef::params},
                   Field{"return_type", &ProcedureDef::return_type}, Field{"visibility", &ProcedureDef::visibility});
    bool operator==(const ProcedureDef&) const = default;
};
struct ViewDef {
    std::string source_name;
    uint32_t index = 0;
    bool is_public = true;
    bool is_anonymous = false;
    ProductType params;
    sats::AlgebraicType return_type;
    static constexpr auto kFields =
        std::tuple(Field{"source_name", &ViewDef::source_name}, Field{"index", &ViewDef::index},
                   Field{"is_public", &ViewDef::is_public}, Field{"is_anonymous", &ViewDef::is_anonymous},
                   Field{"params", &ViewDef::params}, Field{"return_type", &ViewDef::return_type});
    bool operator==(const ViewDef&) const = default;
};
struct ScheduleDef {
    std::optional<std::string> source_name;
    std::string table_name;
    uint16_t schedule_at_col = 0;
    std::string function_name;
    static constexpr auto kFields = std::tuple(
        Field{"source_name", &ScheduleDef::source_name}, Field{"table_name", &ScheduleDef::table_name},
        Field{"schedule_at_col", &ScheduleDef::schedule_at_col}, Field{"function_name", &ScheduleDef::function_name});
    bool operator==(const ScheduleDef&) const = default;
};
struct LifeCycleReducer {
    Lifecycle lifecycle_spec = Lifecycle::Init;
    std::string function_name;
    static constexpr auto kFields = std::tuple(Field{"lifecycle_spec", &LifeCycleReducer::lifecycle_spec},
                                               Field{"function_name", &LifeCycleReducer::function_name});
    bool operator==(const LifeCycleReducer&) const = default;
};
struct HttpHandler {
    std::string source_name;
    static constexpr auto kFields = std::tuple(Field{"source_name", &HttpHandler::source_name});
    bool operator==(const HttpHandler&) const = default;
};
struct HttpRoute {
    std::string handler_function;
    MethodOrAny method;
    std::string path;
    static constexpr auto kFields = std::tuple(Field{"handler_function", &HttpRoute::handler_function},
                                               Field{"method", &HttpRoute::method}, Field{"path", &HttpRoute::path});
    bool operator==(const HttpRoute&) const = default;
};
struct ViewPrimaryKey {
    std::string view_source_name;
    std::vector<std::string> columns;
    static constexpr auto kFields = std::tuple(Field{"view_source_name", &ViewPrimaryKey::view_source_name},
                                               Field{"columns", &ViewPrimaryKey::columns});
    bool operator==(const ViewPrimaryKey&) const = default;
};

struct Section;
struct ModuleDefV10 {
    std::vector<Section> sections;
    static const std::tuple<Field<ModuleDefV10, std::vector<Section>>> kFields;
    bool operator==(const ModuleDefV10&) const;
};
inline constexpr std::tuple<Field<ModuleDefV10, std::vector<Section>>> ModuleDefV10::kFields{
    Field<ModuleDefV10, std::vector<Section>>{"sections", &ModuleDefV10::sections}};

struct Submodule {
    std::string namespace_name;
    ModuleDefV10 module;
    static constexpr auto kFields =
        std::tuple(Field{"namespace", &Submodule::namespace_name}, Field{"module", &Submodule::module});
    bool operator==(const Submodule&) const = default;
};

// The alternative's position is the section's tag.
using SectionBody =
    std::variant<sats::Typespace, std::vector<TypeDef>, std::vector<TableDef>, std::vector<ReducerDef>,
                 std::vector<ProcedureDef>, std::vector<ViewDef>, std::vector<ScheduleDef>,
                 std::vector<LifeCycleReducer>, std::vector<RowLevelSecurity>, CaseConversionPolicy, ExplicitNames,
                 std::vector<HttpHandler>, std::vector<HttpRoute>, std::vector<ViewPrimaryKey>, std::vector<Submodule>>;
struct Section {
    SectionBody body;
    bool operator==(const Section&) const = default;
};
inline bool ModuleDefV10::operator==(const ModuleDefV10& other) const {
    return sections == other.sections;
}

// Names of a sum's variants in tag order, and of the sum itself in messages.
template <typename Sum>
struct SumText;
template <>
struct SumText<TableType> {
    static constexpr std::string_view kName = "TableType";
    static constexpr std::array<std::string_view, 2> kVariants{"System", "User"};
};
template <>
struct SumText<TableAccess> {
    static constexpr std::string_view kName = "TableAccess";
    static constexpr std::array<std::string_view, 2> kVariants{"Public", "Private"};
};
template <>
struct SumText<Lifecycle> {
    static constexpr std::string_view kName = "Lifecycle";
    static constexpr std::array<std::string_view, 3> kVariants{"Init", "OnConnect", "OnDisconnect"};
};
template <>
struct SumText<FunctionVisibility> {
    static constexpr std::string_view kName = "FunctionVisibility";
    static constexpr std::array<std::string_view, 2> kVariants{"Private", "ClientCallable"};
};
template <>
struct SumText<CaseConversionPolicy> {
    static constexpr std::string_view kName = "CaseConversionPolicy";
    static constexpr std::array<std::string_view, 2> kVariants{"None", "SnakeCase"};
};
template <>
struct SumText<IndexAlgorithmBody> {
    static constexpr std::string_view kName = "RawIndexAlgorithm";
    static constexpr std::array<std::string_view, 3> kVariants{"BTree", "Hash", "Direct"};
};
template <>
struct SumText<ConstraintData> {
    static constexpr std::string_view kName = "RawConstraintDataV9";
    static constexpr std::array<std::string_view, 1> kVariants{"Unique"};
};
template <>
struct SumText<ExplicitNameEntry> {
    static constexpr std::string_view kName = "ExplicitNameEntry";
    static constexpr std::array<std::string_view, 3> kVariants{"Table", "Function", "Index"};
};
template <>
struct SumText<HttpMethod> {
    static constexpr std::string_view kName = "HttpMethod";
    static constexpr std::array<std::string_view, 10> kVariants{"Get",     "Head",    "Post",  "Put",   "Delete",
                                                                "Connect", "Options", "Trace", "Patch", "Extension"};
};
template <>
struct SumText<MethodOrAny> {
    static constexpr std::string_view kName = "MethodOrAny";
    static constexpr std::array<std::string_view, 2> kVariants{"Any", "Method"};
};
template <>
struct SumText<SectionBody> {
    static constexpr std::string_view kName = "RawModuleDefV10Section";
    static constexpr std::array<std::string_view, 15> kVariants{"Typespace",        "Types",
                                                                "Tables",           "Reducers",
                                                                "Procedures",       "Views",
                                                                "Schedules",        "LifeCycleReducers",
                                                                "RowLevelSecurity", "CaseConversionPolicy",
                                                                "ExplicitNames",    "HttpHandlers",
                                                                "HttpRoutes",       "ViewPrimaryKeys",
                                                                "Submodules"};
};

}  // namespace lightcone::schema::raw
