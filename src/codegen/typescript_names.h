// SPDX-License-Identifier: Apache-2.0
// What is generated for a definition, and under which names: the selection by visibility, the order, and file names,
// symbols and keys that differ from each other.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "codegen/typescript.h"

namespace lightcone::codegen {

// A table or a view, as clients see it. Borrows from the definition.
struct RowSource {
    std::string wire_name;
    std::string accessor;  // as in the module
    uint32_t product_type_ref = 0;
    const std::vector<schema::ColumnSchema>* columns = nullptr;
    std::optional<ColumnId> primary_key;
    const schema::TableDef* table = nullptr;  // nothing for a view

    std::string file;    // player_table
    std::string symbol;  // PlayerRow
    std::string key;     // player
};

struct FunctionSource {
    std::string wire_name;
    const sats::AlgebraicType* params = nullptr;
    const sats::AlgebraicType* return_type = nullptr;  // procedures only
    bool callable = true;                              // lifecycle reducers have types only

    std::string file;    // create_player_reducer
    std::string symbol;  // CreatePlayerReducer
    std::string pascal;  // CreatePlayer: of the types in types/
    // The key in `conn.reducers`, where it has to be written because the library would derive another one, or one that
    // is taken.
    std::optional<std::string> accessor_override;
};

struct Selection {
    std::vector<RowSource> row_sources;      // ascending by accessor
    std::vector<FunctionSource> reducers;    // definition order
    std::vector<FunctionSource> procedures;  // ascending by wire name
};

Selection select_items(const schema::ModuleDef& def, const TypescriptOptions& options);

}  // namespace lightcone::codegen
