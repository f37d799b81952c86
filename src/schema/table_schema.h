// SPDX-License-Identifier: Apache-2.0
// A table as the engine stores it: resolved column types, canonical names, ids. Values; immutable once shared.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "sats/algebraic_type.h"

namespace lightcone::schema {

enum class TableAccess : uint8_t { Public = 0, Private = 1 };
enum class TableType : uint8_t { System = 0, User = 1 };
enum class IndexAlgorithm : uint8_t { BTree = 0, Hash = 1, Direct = 2 };

struct ColumnSchema {
    std::string name;          // canonical
    std::string accessor;      // as written in the module; SQL tries it first
    sats::AlgebraicType type;  // resolved: no Ref inside

    bool operator==(const ColumnSchema&) const = default;
};

struct IndexSchema {
    IndexId id;
    std::string name;      // canonical
    std::string alias;     // the name the module looks it up by; may equal `name`
    std::string accessor;  // name in generated code; may be empty
    IndexAlgorithm algorithm = IndexAlgorithm::BTree;
    std::vector<ColumnId> columns;  // in index order
    bool unique = false;            // a unique constraint has the same set of columns

    bool operator==(const IndexSchema&) const = default;
};

struct UniqueConstraintSchema {
    ConstraintId id;
    std::string name;
    std::vector<ColumnId> columns;

    bool operator==(const UniqueConstraintSchema&) const = default;
};

struct SequenceSchema {
    SequenceId id;
    std::string name;
    ColumnId column;
    __int128 start = 1;
    __int128 min_value = 1;
    __int128 max_value = (static_cast<__int128>(1) << 126) - 1 + (static_cast<__int128>(1) << 126);
    __int128 increment = 1;

    bool operator==(const SequenceSchema&) const = default;
};

struct ScheduleSchema {
    ScheduleId id;
    std::string name;
    std::string function_name;  // canonical
    ColumnId at_column;

    bool operator==(const ScheduleSchema&) const = default;
};

struct TableSchema {
    TableId id;
    std::string name;      // canonical
    std::string accessor;  // alias; may equal `name`
    TableAccess access = TableAccess::Private;
    TableType type = TableType::User;
    bool is_event = false;
    std::vector<ColumnSchema> columns;
    std::optional<ColumnId> primary_key;
    std::vector<IndexSchema> indexes;
    std::vector<UniqueConstraintSchema> constraints;
    std::vector<SequenceSchema> sequences;
    std::optional<ScheduleSchema> schedule;

    bool operator==(const TableSchema&) const = default;

    // The row type: a product of the columns under their canonical names.
    sats::AlgebraicType row_type() const;
    // Alias first, then canonical name.
    std::optional<ColumnId> find_column(std::string_view name) const;
};

using TableSchemaPtr = std::shared_ptr<const TableSchema>;

}  // namespace lightcone::schema
