// SPDX-License-Identifier: Apache-2.0
// Tables and views in TypeScript: the row file of each, and its entry in the schema of index.ts.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "codegen/typescript_names.h"
#include "codegen/typescript_types.h"

namespace lightcone::codegen {

// Borrows the definition and the writer; one thread.
class TableWriter {
  public:
    TableWriter(const schema::ModuleDef& def, TypeWriter& types) : def_(def), types_(types) {}

    // <name>_table.ts. Errors: those of TypeWriter::builder(), InvalidArgument (no row type).
    Result<std::string> row_file(const RowSource& source);
    // `  player: sdk.table({ … }, PlayerRow),` with a line end.
    Result<std::string> schema_entry(const RowSource& source);

  private:
    struct Column {
        std::string key;
        std::string builder;
        bool needs_library = false;  // the builder mentions `sdk`
        bool single_unique = false;  // the client cache finds rows by it
    };
    struct Row {
        std::vector<Column> columns;
        std::set<std::string> type_names;
    };

    enum class ColumnRole : uint8_t { Plain, Unique, PrimaryKey };

    Result<Row> row_of(const RowSource& source);
    static Column make_column(const BuilderText& type, const std::string& key, const std::string& canonical,
                              ColumnRole role);
    static std::vector<std::string> index_entries(const schema::TableSchema& table, const Row& row);
    static std::vector<std::string> constraint_entries(const schema::TableSchema& table, const Row& row);

    const schema::ModuleDef& def_;
    TypeWriter& types_;
};

}  // namespace lightcone::codegen
