// SPDX-License-Identifier: Apache-2.0
// What commands need of a module definition that a server gave out as JSON (version 10): reducers and table row types.
#pragma once

#include <string>
#include <vector>

#include "sats/algebraic_type.h"
#include "sats/json_value.h"

namespace lightcone::cli {

struct ReducerView {
    std::string name;  // canonical
    std::string source_name;
    sats::AlgebraicType params;
    bool is_lifecycle = false;

    // name(a: u64, b: String)
    std::string signature() const;
};

struct TableView {
    std::string name;  // canonical
    std::string source_name;
    sats::AlgebraicType row_type;  // resolved
};

class DefinitionView {
  public:
    // Errors: InvalidArgument (not a definition of version 10).
    static Result<DefinitionView> parse(std::string_view json);

    const ReducerView* find_reducer(std::string_view name) const;
    const TableView* find_table(std::string_view name) const;
    // Names of reducers that are no lifecycle reducers.
    std::vector<std::string> callable_reducers() const;

    // Content of a section ("Tables"); null when it is absent.
    const sats::JsonValue* section(std::string_view name) const;
    const sats::Typespace& typespace() const { return typespace_; }

  private:
    std::string canonical_name(std::string_view kind, std::string_view source_name) const;
    Result<void> read_reducers();
    Result<void> read_tables();

    sats::JsonValue root_;
    sats::Typespace typespace_;
    std::vector<ReducerView> reducers_;
    std::vector<TableView> tables_;
};

}  // namespace lightcone::cli
