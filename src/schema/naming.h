// SPDX-License-Identifier: Apache-2.0
// Canonical names: what a source name becomes under the definition's case policy and explicit names, the generated
// names of indexes, constraints, sequences and schedules, and the one namespace all of them share.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "schema/error_list.h"
#include "schema/module_source.h"

namespace lightcone::schema {

// Borrows the source; one thread.
class Naming {
  public:
    explicit Naming(const ModuleSource& source) : source_(source) {}

    std::string table(const std::string& source_name) const;
    // Reducers, procedures, views, HTTP handlers.
    std::string function(const std::string& source_name) const;
    // Columns and parameters.
    std::string element(const std::string& source_name) const;
    // Type names and scope segments.
    std::string type(const std::string& source_name) const;
    sats::AlgebraicType type_names(const sats::AlgebraicType& type) const;
    // A product of parameters: its own element names, then the types inside.
    sats::AlgebraicType parameters(const sats::AlgebraicType& params) const;

  private:
    bool converts() const { return source_.case_policy == raw::CaseConversionPolicy::SnakeCase; }

    const ModuleSource& source_;
};

// `columns` in listed order; positions beyond the table's columns are called col_{position}.
std::string generated_index_name(const TableSchema& table, IndexAlgorithm algorithm,
                                 const std::vector<ColumnId>& columns);
std::string generated_constraint_name(const TableSchema& table, const std::vector<ColumnId>& columns);
std::string generated_sequence_name(const TableSchema& table, ColumnId column);
std::string generated_schedule_name(const TableSchema& table);

// Names of a module that must differ from each other.
class NameRegistry {
  public:
    // An error when the name is taken: "name `{n}` is used for multiple entities".
    void claim(const std::string& name, RuleKind kind, ErrorList& errors);
    // A canonical name and its alias; equal ones count once.
    void claim(const std::string& name, const std::string& alias, RuleKind kind, ErrorList& errors);

  private:
    std::unordered_set<std::string> taken_;
};

}  // namespace lightcone::schema
