// SPDX-License-Identifier: Apache-2.0
// A validated module definition: what a module declares, under source and canonical names.
// decode_module_def() takes the BSATN that a module's __describe_module__ writes (V9 and V10; V8 is refused until it is
// upgraded, see docs/compatibility.md). Values; immutable once shared.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "schema/table_schema.h"

namespace lightcone::schema {

enum class Lifecycle : uint8_t { Init = 0, OnConnect = 1, OnDisconnect = 2 };
enum class FunctionVisibility : uint8_t { Private = 0, ClientCallable = 1 };
enum class DefVersion : uint8_t { V9 = 1, V10 = 2 };

struct TypeDef {
    std::vector<std::string> scope;  // as in the module
    std::string source_name;
    std::vector<std::string> canonical_scope;
    std::string name;  // canonical (PascalCase)
    uint32_t ref = 0;
    bool custom_ordering = true;

    bool operator==(const TypeDef&) const = default;
};

struct ReducerDef {
    std::string source_name;
    std::string name;                      // canonical
    sats::AlgebraicType params;            // product; may hold refs into the module's typespace; names as in the module
    sats::AlgebraicType canonical_params;  // the same product under canonical names; JSON arguments may use either
    std::optional<Lifecycle> lifecycle;
    // Scheduled and life-cycle functions of V10 definitions are Private whatever the module says.
    FunctionVisibility visibility = FunctionVisibility::ClientCallable;
    sats::AlgebraicType ok_return_type;
    sats::AlgebraicType err_return_type{sats::TypeKind::String};

    bool operator==(const ReducerDef&) const = default;
};

struct ProcedureDef {
    std::string source_name;
    std::string name;  // canonical
    sats::AlgebraicType params;
    sats::AlgebraicType canonical_params;
    sats::AlgebraicType return_type;
    FunctionVisibility visibility = FunctionVisibility::ClientCallable;

    bool operator==(const ProcedureDef&) const = default;
};

// How a view answers: at most one row, rows, or the text of a query.
enum class ViewReturn : uint8_t { OptionalRow, Rows, Query };

struct ViewDef {
    std::string source_name;
    std::string name;    // canonical
    uint32_t index = 0;  // position among the module's anonymous, or sender-dependent, views
    bool is_public = true;
    bool is_anonymous = false;
    sats::AlgebraicType params;
    sats::AlgebraicType canonical_params;
    sats::AlgebraicType return_type;  // names as in the module
    ViewReturn returns = ViewReturn::Rows;
    uint32_t product_type_ref = 0;
    std::vector<ColumnSchema> columns;  // of the returned rows
    std::optional<ColumnId> primary_key;

    bool operator==(const ViewDef&) const = default;
};

struct HttpHandlerDef {
    std::string source_name;
    std::string name;  // canonical

    bool operator==(const HttpHandlerDef&) const = default;
};

struct HttpRouteDef {
    uint32_t handler = 0;  // position in ModuleDef::http_handlers
    std::string method;    // "Get", … "Patch", "Any", or the text of an extension method
    bool is_extension = false;
    std::string path;

    bool operator==(const HttpRouteDef&) const = default;
};

struct ColumnDefault {
    ColumnId column;
    Bytes value;  // BSATN at the column's type

    bool operator==(const ColumnDefault&) const = default;
};

// A table's schema with everything but ids (all ids are 0), plus what only code generation and migration need.
struct TableDef {
    TableSchema schema;
    uint32_t product_type_ref = 0;
    std::vector<ColumnDefault> defaults;  // ascending by column

    bool operator==(const TableDef&) const = default;
};

struct ModuleDef {
    DefVersion version = DefVersion::V10;
    sats::Typespace source_typespace;      // names as in the module: code generation, parameter names
    sats::Typespace canonical_typespace;   // converted names: stored column types, schema endpoint
    std::vector<TypeDef> types;            // definition order
    std::vector<TableDef> tables;          // ascending by canonical name
    std::vector<ReducerDef> reducers;      // definition order: position is the ReducerId
    std::vector<ProcedureDef> procedures;  // definition order: position is the procedure's id
    std::vector<ViewDef> views;            // definition order
    std::vector<HttpHandlerDef> http_handlers;
    std::vector<HttpRouteDef> http_routes;        // first match wins
    std::vector<std::string> row_level_security;  // SQL texts, each once
    // Namespaces of mounted submodules. Their contents are not decoded: unsupported_features() names them.
    std::vector<std::string> submodules;

    bool operator==(const ModuleDef&) const = default;

    // Linear searches: for tools and messages, not for the per-call path.
    const ReducerDef* find_reducer(std::string_view canonical_or_source_name) const;
    std::optional<ReducerId> lifecycle_reducer(Lifecycle kind) const;
    const TableDef* find_table(std::string_view canonical_name) const;
    // The declared type of a typespace entry.
    const TypeDef* find_type(uint32_t ref) const;
};

// Decodes and validates. Errors: InvalidArgument with every problem found ("Errors occurred:\n…"), Unsupported with the
// name of a feature that this server does not know, LimitExceeded (kModuleDefBytesMax and others).
Result<ModuleDef> decode_module_def(ByteView bsatn);

// The same from SATS-JSON: {"V10":{"sections":[…]}}, {"V9":{…}}, or an answer of the schema endpoint.
Result<ModuleDef> decode_module_def_json(std::string_view json);

}  // namespace lightcone::schema
