// SPDX-License-Identifier: Apache-2.0
#include "schema/naming.h"

#include "schema/case_conversion.h"

namespace lightcone::schema {

namespace {

std::string joined_columns(const TableSchema& table, const std::vector<ColumnId>& columns) {
    std::string joined;
    for (ColumnId column : columns) {
        if (!joined.empty()) joined += '_';
        bool known = column.value < table.columns.size();
        joined += known ? table.columns[column.value].name : fmt::format("col_{}", column.value);
    }
    return joined;
}

}  // namespace

std::string Naming::table(const std::string& source_name) const {
    auto explicit_name = source_.table_names.find(source_name);
    if (explicit_name != source_.table_names.end()) return explicit_name->second;
    return converts() ? to_snake_case(source_name) : source_name;
}

std::string Naming::function(const std::string& source_name) const {
    auto explicit_name = source_.function_names.find(source_name);
    if (explicit_name != source_.function_names.end()) return explicit_name->second;
    return converts() ? to_snake_case(source_name) : source_name;
}

std::string Naming::element(const std::string& source_name) const {
    return converts() ? to_snake_case(source_name) : source_name;
}

std::string Naming::type(const std::string& source_name) const {
    return converts() ? to_pascal_case(source_name) : source_name;
}

sats::AlgebraicType Naming::type_names(const sats::AlgebraicType& type) const {
    return converts() ? to_canonical_names(type) : type;
}

sats::AlgebraicType Naming::parameters(const sats::AlgebraicType& params) const {
    sats::AlgebraicType converted;
    for (const sats::TypeElement& param : params.elements) {
        std::optional<std::string> name;
        if (param.name) name = unless_broken(*param.name, element(*param.name));
        converted.elements.push_back({std::move(name), type_names(param.type)});
    }
    return converted;
}

std::string generated_index_name(const TableSchema& table, IndexAlgorithm algorithm,
                                 const std::vector<ColumnId>& columns) {
    const char* suffix = algorithm == IndexAlgorithm::BTree  ? "btree"
                         : algorithm == IndexAlgorithm::Hash ? "hash"
                                                             : "direct";
    return fmt::format("{}_{}_idx_{}", table.name, joined_columns(table, columns), suffix);
}

std::string generated_constraint_name(const TableSchema& table, const std::vector<ColumnId>& columns) {
    return fmt::format("{}_{}_key", table.name, joined_columns(table, columns));
}

std::string generated_sequence_name(const TableSchema& table, ColumnId column) {
    return fmt::format("{}_{}_seq", table.name, joined_columns(table, {column}));
}

std::string generated_schedule_name(const TableSchema& table) {
    return table.name + "_sched";
}

void NameRegistry::claim(const std::string& name, RuleKind kind, ErrorList& errors) {
    if (!taken_.insert(name).second) errors.add(kind, "name `{}` is used for multiple entities", name);
}

void NameRegistry::claim(const std::string& name, const std::string& alias, RuleKind kind, ErrorList& errors) {
    claim(name, kind, errors);
    if (alias != name) claim(alias, kind, errors);
}

}  // namespace lightcone::schema
