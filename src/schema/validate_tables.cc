// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <unordered_set>

#include "base/limits.h"
#include "sats/value_ops.h"
#include "schema/identifier.h"
#include "schema/memory_layout.h"
#include "schema/validate.h"

namespace lightcone::schema {

namespace {

constexpr std::string_view kSystemPrefix = "st_";

bool is_product(const sats::Typespace& typespace, uint32_t ref) {
    return ref < typespace.types.size() && typespace.types[ref].kind == sats::TypeKind::Product;
}

void validate_default(Validation& v, TableDef& table, const raw::ColumnDefaultValue& raw) {
    const TableSchema& schema = table.schema;
    if (raw.col_id >= schema.columns.size()) {
        v.errors.add(RuleKind::Defaults, "column `{}` referenced by def {} not found in table `{}`", raw.col_id,
                     schema.name, schema.name);
        return;
    }
    auto report = [&](const Error& error) {
        v.errors.add(RuleKind::Defaults, "Failed to deserialize default value for table {} column {}: {}", schema.name,
                     raw.col_id, error.message);
    };
    auto ops = sats::ValueOps::compile(schema.columns[raw.col_id].type);
    if (!ops) return report(ops.error());
    auto size = ops->validate(raw.value);
    if (!size) return report(size.error());
    Bytes value(raw.value.begin(), raw.value.begin() + static_cast<ptrdiff_t>(*size));
    table.defaults.push_back({ColumnId(raw.col_id), std::move(value)});
}

// V10: the last value of a column counts.
void validate_inline_defaults(Validation& v, TableDef& table, const std::vector<raw::ColumnDefaultValue>& values) {
    std::map<uint16_t, const raw::ColumnDefaultValue*> last;
    for (const raw::ColumnDefaultValue& value : values) last[value.col_id] = &value;
    for (const auto& [column, value] : last) validate_default(v, table, *value);
}

// V9: values name their table, and one column has one at most.
void validate_named_defaults(Validation& v) {
    std::map<std::pair<size_t, uint16_t>, const raw::ColumnDefaultValue*> by_column;
    for (const ModuleSource::TableDefault& entry : v.source.table_defaults) {
        auto at = v.tables_by_source_name.find(entry.table);
        if (at == v.tables_by_source_name.end()) {
            v.errors.add(RuleKind::Defaults, "Table {} not found", entry.table);
            continue;
        }
        if (!by_column.emplace(std::pair(at->second, entry.value.col_id), &entry.value).second) {
            v.errors.add(RuleKind::Defaults, "Multiple default values for table {} column {}", entry.table,
                         entry.value.col_id);
        }
    }
    for (const auto& [place, value] : by_column) validate_default(v, v.def.tables[place.first], *value);
}

void validate_row_size(Validation& v, const TableSchema& schema) {
    MemoryLayout layout = row_layout(schema.row_type());
    if (layout.size > kFixedRowBytesMax) {
        v.errors.add(RuleKind::Tables, "table `{}` has rows of {} fixed bytes, at most {} are possible", schema.name,
                     layout.size, kFixedRowBytesMax);
    }
}

Result<void> validate_table(Validation& v, const raw::TableDef& raw) {
    TableDef table;
    TableSchema& schema = table.schema;
    schema.accessor = raw.source_name;
    schema.name = v.naming.table(raw.source_name);
    schema.access = raw.table_access;
    schema.type = raw.table_type;
    schema.is_event = raw.is_event;
    table.product_type_ref = raw.product_type_ref;
    v.errors.add_identifier(RuleKind::Tables, identifier_error(schema.name));
    if (schema.accessor != schema.name) v.errors.add_identifier(RuleKind::Tables, identifier_error(schema.accessor));
    if (schema.type == TableType::User && schema.name.starts_with(kSystemPrefix)) {
        v.errors.add(RuleKind::Tables, "Table name is reserved for system use: {}", schema.name);
    }
    v.names.claim(schema.name, schema.accessor, RuleKind::Tables, v.errors);
    schema.columns = TRY(validate_columns(v, schema.name, raw.product_type_ref));
    if (is_product(v.source.typespace, raw.product_type_ref)) {
        validate_row_size(v, schema);
        validate_keys(v, raw, table);
        validate_inline_defaults(v, table, raw.default_values);
    }
    v.tables_by_source_name.emplace(raw.source_name, v.def.tables.size());
    v.def.tables.push_back(std::move(table));
    return {};
}

}  // namespace

Result<std::vector<ColumnSchema>> validate_columns(Validation& v, const std::string& owner, uint32_t product_ref) {
    std::vector<ColumnSchema> columns;
    if (!is_product(v.source.typespace, product_ref)) {
        v.errors.add(RuleKind::Tables, "Table {} has invalid product_type_ref &{}", owner, product_ref);
        return columns;
    }
    const auto& source_elements = v.source.typespace.types[product_ref].elements;
    const auto& canonical_elements = v.def.canonical_typespace.types[product_ref].elements;
    if (source_elements.size() > kColumnsMax) {
        return fail(ErrorCode::LimitExceeded, "table `{}` has {} columns, at most {} are possible", owner,
                    source_elements.size(), kColumnsMax);
    }
    std::unordered_set<std::string_view> taken;
    for (size_t i = 0; i < source_elements.size(); ++i) {
        ColumnSchema& column = columns.emplace_back();
        if (!source_elements[i].name) {
            v.errors.add(RuleKind::Tables, "table `{}` has unnamed column `{}`, which is forbidden.", owner, i);
            continue;
        }
        column.accessor = *source_elements[i].name;
        // The product itself may be of a special shape, whose names stay; a column's canonical name never does.
        column.name = v.naming.element(column.accessor);
        v.errors.add_identifier(RuleKind::Tables, identifier_error(column.accessor));
        if (column.name != column.accessor) v.errors.add_identifier(RuleKind::Tables, identifier_error(column.name));
        if (auto error = v.types.use_error(source_elements[i].type)) {
            v.errors.add(RuleKind::Tables, "error at typespace ref `&{}`: table `{}` column `{}`: {}", product_ref,
                         owner, column.name, *error);
            continue;
        }
        auto resolved = v.types.resolve(canonical_elements[i].type);
        if (!resolved && resolved.error().code == ErrorCode::LimitExceeded) {
            return std::unexpected(std::move(resolved).error());
        }
        if (!resolved) {
            v.errors.add(RuleKind::Tables, "table `{}` column `{}` has a type that cannot be stored: {}", owner,
                         column.name, resolved.error().message);
            continue;
        }
        column.type = std::move(*resolved);
    }
    for (const ColumnSchema& column : columns) {
        if (!column.name.empty() && !taken.insert(column.name).second) {
            v.errors.add(RuleKind::Tables, "table `{}` has several columns called `{}`", owner, column.name);
        }
    }
    return columns;
}

Result<void> validate_tables(Validation& v) {
    for (const raw::TableDef& raw : v.source.tables) {
        TRY_VOID(validate_table(v, raw));
    }
    validate_named_defaults(v);
    return {};
}

}  // namespace lightcone::schema
