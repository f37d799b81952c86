// SPDX-License-Identifier: Apache-2.0
#include "codegen/typescript_tables.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "codegen/typescript_text.h"

namespace lightcone::codegen {

namespace {

// Members of the client library's table cache. It stores each index as a property of that name beside them, so an index
// of one of these names would break the table.
const std::initializer_list<std::string_view> kCacheMembers = {
    "applyOperations", "count",    "emitter",        "hasPrimaryKey",  "insert",         "iter", "onDelete",
    "onInsert",        "onUpdate", "removeOnDelete", "removeOnInsert", "removeOnUpdate", "rows", "tableDef",
    "update"};

bool is_cache_member(const std::string& name) {
    return std::find(kCacheMembers.begin(), kCacheMembers.end(), name) != kCacheMembers.end();
}

// Columns with a unique constraint of their own.
std::set<size_t> unique_columns(const RowSource& source) {
    std::set<size_t> columns;
    if (source.table == nullptr) return columns;
    for (const schema::UniqueConstraintSchema& constraint : source.table->schema.constraints) {
        if (constraint.columns.size() == 1) columns.insert(constraint.columns[0].value);
    }
    return columns;
}

template <typename T>
std::vector<const T*> sorted_by_name(const std::vector<T>& items) {
    std::vector<const T*> sorted;
    for (const T& item : items) sorted.push_back(&item);
    std::sort(sorted.begin(), sorted.end(), [](const T* a, const T* b) { return a->name < b->name; });
    return sorted;
}

std::string list_block(const char* option, const std::vector<std::string>& items) {
    if (items.empty()) return fmt::format("    {}: [],\n", option);
    return fmt::format("    {}: [\n      {},\n    ],\n", option, fmt::join(items, ",\n      "));
}

// Text after the type builder, in the order in which the library's types keep what was said before.
std::string modifiers(const std::optional<std::string>& name, bool key, bool unique) {
    std::string text;
    if (name) text += fmt::format(".name({})", string_literal(*name));
    if (key) text += ".primaryKey()";
    if (unique) text += ".unique()";
    return text;
}

// For types whose builders lack the methods.
std::string wrapped(const std::string& builder, const std::optional<std::string>& name, bool key) {
    std::vector<std::string> metadata;
    if (name) metadata.push_back(fmt::format("name: {}", string_literal(*name)));
    if (key) metadata.push_back("isPrimaryKey: true");
    return fmt::format("new sdk.ColumnBuilder({}, {{ {} }} as const)", builder, fmt::join(metadata, ", "));
}

}  // namespace

TableWriter::Column TableWriter::make_column(const BuilderText& type, const std::string& key,
                                             const std::string& canonical, ColumnRole role) {
    std::optional<std::string> name;
    if (canonical != key) name = canonical;
    bool is_key = role == ColumnRole::PrimaryKey;
    // Without the mark the library offers filter() instead of find(): right for types that it cannot look up.
    bool unique = role == ColumnRole::Unique && type.ability == ColumnAbility::All && !is_cache_member(key);
    bool can_name = type.ability != ColumnAbility::None;
    bool can_key = type.ability == ColumnAbility::All || type.ability == ColumnAbility::NameAndKey;
    bool wrap = (name && !can_name) || (is_key && !can_key);
    return {.key = key,
            .builder = wrap ? wrapped(type.text, name, is_key) : type.text + modifiers(name, is_key, unique),
            .needs_library = wrap,
            .single_unique = is_key || unique};
}

Result<TableWriter::Row> TableWriter::row_of(const RowSource& source) {
    const auto& entries = def_.source_typespace.types;
    const sats::AlgebraicType* type =
        source.product_type_ref < entries.size() ? &entries[source.product_type_ref] : nullptr;
    if (type == nullptr || type->kind != sats::TypeKind::Product || type->elements.size() != source.columns->size()) {
        return fail(ErrorCode::InvalidArgument, "`{}` has no row type: &{} is no product of its {} columns",
                    source.wire_name, source.product_type_ref, source.columns->size());
    }
    NameSet taken;
    std::vector<std::string> keys;
    for (const schema::ColumnSchema& column : *source.columns) keys.push_back(taken.claim(camel_name(column.accessor)));
    std::set<size_t> unique = unique_columns(source);
    Row row;
    for (size_t i = 0; i < keys.size(); ++i) {
        bool is_key = source.primary_key && source.primary_key->value == i;
        // The library always makes an index of a primary key, under the column's key.
        if (is_key && is_cache_member(keys[i])) keys[i] = taken.claim(keys[i] + '_');
        ColumnRole role = is_key ? ColumnRole::PrimaryKey : unique.contains(i) ? ColumnRole::Unique : ColumnRole::Plain;
        BuilderText builder = TRY(types_.builder(type->elements[i].type));
        row.type_names.merge(builder.type_names);
        row.columns.push_back(make_column(builder, keys[i], (*source.columns)[i].name, role));
    }
    return row;
}

Result<std::string> TableWriter::row_file(const RowSource& source) {
    Row row = TRY(row_of(source));
    std::string body;
    bool needs_library = false;
    for (const Column& column : row.columns) {
        body += fmt::format("  {}: {},\n", column.key, column.builder);
        needs_library = needs_library || column.needs_library;
    }
    std::string file = file_head();
    if (needs_library) file += "import * as sdk from \"spacetimedb\";\n";
    file += "import { t } from \"spacetimedb\";\n";
    file += import_line(row.type_names, "./types");
    file += fmt::format("\nexport default t.row({{{}{}}});\n", body.empty() ? "" : "\n", body);
    TRY_VOID(types_.spend(file.size()));
    return file;
}

std::vector<std::string> TableWriter::index_entries(const schema::TableSchema& table, const Row& row) {
    NameSet taken(kCacheMembers);
    std::map<std::string, std::vector<std::string>> columns_by_accessor;
    for (const Column& column : row.columns) {
        if (!column.single_unique) continue;
        columns_by_accessor[taken.claim(column.key)] = {string_literal(column.key)};
    }
    std::set<std::string> written;
    std::vector<std::string> entries;
    for (const schema::IndexSchema* index : sorted_by_name(table.indexes)) {
        if (index->accessor.empty() || index->columns.empty()) continue;
        std::vector<std::string> columns;
        bool all_unique = true;
        for (ColumnId column : index->columns) {
            columns.push_back(string_literal(row.columns[column.value].key));
            all_unique = all_unique && row.columns[column.value].single_unique;
        }
        // The library's types would promise find() where its code has filter().
        if (all_unique && columns.size() > 1) continue;
        auto known = columns_by_accessor.find(index->accessor);
        bool same = known != columns_by_accessor.end() && known->second == columns;
        std::string accessor = same ? index->accessor : taken.claim(index->accessor);
        if (!written.insert(accessor).second) continue;
        columns_by_accessor[accessor] = columns;
        // The library's client cache knows no other algorithm, whatever the server uses.
        entries.push_back(fmt::format("{{ accessor: {}, name: {}, algorithm: \"btree\", columns: [{}] }}",
                                      string_literal(accessor), string_literal(index->name), fmt::join(columns, ", ")));
    }
    return entries;
}

// Constraints of several columns are left out: the library's types know none.
std::vector<std::string> TableWriter::constraint_entries(const schema::TableSchema& table, const Row& row) {
    std::vector<std::string> entries;
    for (const schema::UniqueConstraintSchema* constraint : sorted_by_name(table.constraints)) {
        if (constraint->columns.size() != 1) continue;
        const Column& column = row.columns[constraint->columns[0].value];
        if (!column.single_unique) continue;
        entries.push_back(fmt::format("{{ name: {}, constraint: \"unique\", columns: [{}] }}",
                                      string_literal(constraint->name), string_literal(column.key)));
    }
    return entries;
}

Result<std::string> TableWriter::schema_entry(const RowSource& source) {
    Row row = TRY(row_of(source));
    std::vector<std::string> indexes;
    std::vector<std::string> constraints;
    bool is_event = false;
    if (source.table != nullptr) {
        indexes = index_entries(source.table->schema, row);
        constraints = constraint_entries(source.table->schema, row);
        is_event = source.table->schema.is_event;
    }
    std::string entry =
        fmt::format("  {}: sdk.table({{\n    name: {},\n", source.key, string_literal(source.wire_name));
    entry += list_block("indexes", indexes) + list_block("constraints", constraints);
    if (is_event) entry += "    event: true,\n";
    entry += fmt::format("  }}, {}),\n", source.symbol);
    TRY_VOID(types_.spend(entry.size()));
    return entry;
}

}  // namespace lightcone::codegen
