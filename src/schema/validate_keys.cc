// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "schema/identifier.h"
#include "schema/validate.h"

namespace lightcone::schema {

namespace {

std::vector<ColumnId> column_ids(const raw::Columns& positions) {
    std::vector<ColumnId> ids;
    for (uint16_t position : positions) ids.emplace_back(position);
    return ids;
}

std::vector<ColumnId> as_set(std::vector<ColumnId> columns) {
    std::sort(columns.begin(), columns.end());
    columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
    return columns;
}

// [0, 2]
std::string columns_text(const std::vector<ColumnId>& columns) {
    std::string text = "[";
    for (size_t i = 0; i < columns.size(); ++i) text += fmt::format("{}{}", i > 0 ? ", " : "", columns[i].value);
    return text + "]";
}

// One table's keys; `v_` collects the problems.
class KeyValidator {
  public:
    KeyValidator(Validation& v, TableDef& table) : v_(v), schema_(table.schema) {}

    void index(const raw::IndexDef& raw) {
        IndexSchema index;
        index.algorithm = static_cast<IndexAlgorithm>(raw.algorithm.index());
        if (const uint16_t* direct = std::get_if<2>(&raw.algorithm)) {
            index.columns = column_ids({*direct});
        } else {
            index.columns =
                column_ids(raw.algorithm.index() == 0 ? std::get<0>(raw.algorithm) : std::get<1>(raw.algorithm));
        }
        index.accessor = raw.accessor_name.value_or("");
        if (!name_index(raw, index)) return;
        if (raw.accessor_name) v_.errors.add_identifier(RuleKind::Indexes, identifier_error(index.accessor));
        if (!columns_are_valid(RuleKind::Indexes, index.name, index.columns)) return;
        if (index.algorithm == IndexAlgorithm::Direct) check_direct(index);
        indexed_sets_.insert(as_set(index.columns));
        schema_.indexes.push_back(std::move(index));
    }

    void constraint(const raw::ConstraintDef& raw) {
        UniqueConstraintSchema constraint;
        std::vector<ColumnId> listed = column_ids(std::get<raw::UniqueConstraint>(raw.data).columns);
        constraint.columns = as_set(listed);
        bool given = v_.source.version == DefVersion::V9 && raw.source_name;
        constraint.name = given ? *raw.source_name : generated_constraint_name(schema_, listed);
        v_.names.claim(constraint.name, RuleKind::Constraints, v_.errors);
        if (!columns_are_valid(RuleKind::Constraints, constraint.name, listed)) return;
        if (!indexed_sets_.contains(constraint.columns)) {
            v_.errors.add(RuleKind::Constraints,
                          "No index found to support unique constraint `{}` for columns `{}` of table `{}`",
                          constraint.name, columns_text(constraint.columns), schema_.name);
        }
        unique_sets_.insert(constraint.columns);
        schema_.constraints.push_back(std::move(constraint));
    }

    void primary_key(const raw::Columns& columns) {
        if (columns.empty()) return;
        if (columns.size() > 1) {
            v_.errors.add(RuleKind::Constraints, "table `{}` has multiple primary key annotations", schema_.name);
            return;
        }
        if (!columns_are_valid(RuleKind::Constraints, schema_.name, column_ids(columns))) return;
        ColumnId column(columns[0]);
        if (!unique_sets_.contains({column})) {
            v_.errors.add(RuleKind::Constraints, "table `{}` column `{}` is primary key but has no unique constraint",
                          schema_.name, schema_.columns[column.value].name);
        }
        schema_.primary_key = column;
    }

    void sequence(const raw::SequenceDef& raw) {
        SequenceSchema sequence;
        sequence.column = ColumnId(raw.column);
        sequence.name = raw.source_name ? *raw.source_name : generated_sequence_name(schema_, sequence.column);
        v_.names.claim(sequence.name, RuleKind::Sequences, v_.errors);
        if (!columns_are_valid(RuleKind::Sequences, sequence.name, {sequence.column})) return;
        const ColumnSchema& column = schema_.columns[raw.column];
        if (column.type.kind < sats::TypeKind::I8 || column.type.kind > sats::TypeKind::U256) {
            v_.errors.add(RuleKind::Sequences,
                          "invalid sequence column type: table `{}` column `{}` with type `{}` in sequence `{}`",
                          schema_.name, column.name, short_type_text(column.type), sequence.name);
        }
        if (!sequenced_.insert(sequence.column).second) {
            v_.errors.add(RuleKind::Sequences,
                          "Attempt to define table `{}` column `{}` with more than 1 auto_inc sequence", schema_.name,
                          column.name);
        }
        check_range(raw, sequence.name);
        sequence.start = raw.start.value_or(sequence.start);
        sequence.min_value = raw.min_value.value_or(sequence.min_value);
        sequence.max_value = raw.max_value.value_or(sequence.max_value);
        sequence.increment = raw.increment;
        schema_.sequences.push_back(std::move(sequence));
    }

    void mark_unique_indexes() {
        for (IndexSchema& index : schema_.indexes) index.unique = unique_sets_.contains(as_set(index.columns));
    }

  private:
    bool name_index(const raw::IndexDef& raw, IndexSchema& index) {
        if (v_.source.version == DefVersion::V9) {
            index.name =
                raw.source_name ? *raw.source_name : generated_index_name(schema_, index.algorithm, index.columns);
            index.alias = index.name;
            v_.names.claim(index.name, RuleKind::Indexes, v_.errors);
            return true;
        }
        std::string generated = generated_index_name(schema_, index.algorithm, index.columns);
        if (!raw.source_name) {
            v_.errors.add(RuleKind::Indexes, "index `{}` of table `{}` has no source name", generated, schema_.name);
            return false;
        }
        index.alias = *raw.source_name;
        auto explicit_name = v_.source.index_names.find(index.alias);
        index.name = explicit_name != v_.source.index_names.end() ? explicit_name->second : generated;
        v_.errors.add_identifier(RuleKind::Indexes, identifier_error(index.name));
        v_.names.claim(index.name, index.alias, RuleKind::Indexes, v_.errors);
        return true;
    }

    bool columns_are_valid(RuleKind kind, const std::string& owner, const std::vector<ColumnId>& columns) {
        bool valid = true;
        for (ColumnId column : columns) {
            if (column.value < schema_.columns.size()) continue;
            v_.errors.add(kind, "column `{}` referenced by def {} not found in table `{}`", column.value, owner,
                          schema_.name);
            valid = false;
        }
        if (as_set(columns).size() != columns.size()) {
            v_.errors.add(kind, "def `{}` has duplicate columns: {}", owner, columns_text(columns));
            valid = false;
        }
        return valid;
    }

    void check_direct(const IndexSchema& index) {
        const ColumnSchema& column = schema_.columns[index.columns[0].value];
        bool is_unsigned = column.type.kind == sats::TypeKind::U8 || column.type.kind == sats::TypeKind::U16 ||
                           column.type.kind == sats::TypeKind::U32 || column.type.kind == sats::TypeKind::U64;
        if (is_unsigned || sats::is_simple_enum(column.type)) return;
        v_.errors.add(RuleKind::Indexes,
                      "Direct index does not support type `{}` in column `{}` in index `{}` of table `{}`",
                      short_type_text(column.type), column.name, index.name, schema_.name);
    }

    void check_range(const raw::SequenceDef& raw, const std::string& name) {
        auto ascending = [](const auto& low, const auto& high) { return !low || !high || *low <= *high; };
        if (!ascending(raw.min_value, raw.start) || !ascending(raw.start, raw.max_value) ||
            !ascending(raw.min_value, raw.max_value)) {
            auto text = [](const std::optional<__int128>& value) { return value ? fmt::format("{}", *value) : "None"; };
            v_.errors.add(RuleKind::Sequences,
                          "invalid sequence range information: expected {} <= {} <= {} in sequence `{}`",
                          text(raw.min_value), text(raw.start), text(raw.max_value), name);
        }
        if (raw.increment == 0) {
            v_.errors.add(RuleKind::Sequences,
                          "sequence definition `{}` specifies unsupported option `increment` with value 0, should be 1",
                          name);
        }
    }

    Validation& v_;
    TableSchema& schema_;
    std::set<std::vector<ColumnId>> indexed_sets_;
    std::set<std::vector<ColumnId>> unique_sets_;
    std::set<ColumnId> sequenced_;
};

}  // namespace

void validate_keys(Validation& v, const raw::TableDef& raw, TableDef& table) {
    KeyValidator keys(v, table);
    for (const raw::IndexDef& index : raw.indexes) keys.index(index);
    for (const raw::ConstraintDef& constraint : raw.constraints) keys.constraint(constraint);
    keys.primary_key(raw.primary_key);
    for (const raw::SequenceDef& sequence : raw.sequences) keys.sequence(sequence);
    keys.mark_unique_indexes();
}

}  // namespace lightcone::schema
