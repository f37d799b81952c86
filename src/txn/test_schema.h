// SPDX-License-Identifier: Apache-2.0
// For tests and benchmarks: table schemas and row bytes in few words.
#pragma once

#include <algorithm>
#include <string>

#include "base/bytes.h"
#include "schema/table_schema.h"

namespace lightcone::txn::testing {

using sats::AlgebraicType;
using sats::TypeKind;

struct ColumnSpec {
    const char* name;
    AlgebraicType type;
};

inline AlgebraicType type(TypeKind kind) {
    return AlgebraicType(kind);
}

inline schema::TableSchema make_table(std::string name, std::vector<ColumnSpec> columns) {
    schema::TableSchema table;
    table.name = std::move(name);
    table.accessor = table.name;
    table.access = schema::TableAccess::Public;
    for (ColumnSpec& column : columns) table.columns.push_back({column.name, column.name, std::move(column.type)});
    return table;
}

inline void add_index(schema::TableSchema& table, std::vector<uint16_t> columns, bool unique,
                      schema::IndexAlgorithm algorithm = schema::IndexAlgorithm::BTree) {
    std::string name = table.name;
    std::vector<ColumnId> ids;
    for (uint16_t column : columns) {
        name += "_" + table.columns[column].name;
        ids.push_back(ColumnId(column));
    }
    schema::IndexSchema index;
    index.name = name + "_idx_btree";
    index.alias = index.name;
    index.algorithm = algorithm;
    index.columns = ids;
    index.unique = unique;
    table.indexes.push_back(index);
    if (!unique) return;
    std::vector<ColumnId> sorted = ids;
    std::sort(sorted.begin(), sorted.end());
    table.constraints.push_back({ConstraintId(0), name + "_key", sorted});
}

inline void add_sequence(schema::TableSchema& table, uint16_t column) {
    schema::SequenceSchema sequence;
    sequence.name = table.name + "_" + table.columns[column].name + "_seq";
    sequence.column = ColumnId(column);
    table.sequences.push_back(sequence);
}

// accounts(id u32 primary key, balance i64)
inline schema::TableSchema accounts_table() {
    schema::TableSchema table = make_table("accounts", {{"id", type(TypeKind::U32)}, {"balance", type(TypeKind::I64)}});
    table.primary_key = ColumnId(0);
    add_index(table, {0}, true);
    return table;
}

// Appends BSATN of integers, floats and strings one after another.
template <typename T>
void append_value(Bytes& out, const T& value) {
    if constexpr (std::is_convertible_v<T, std::string_view>) {
        ByteWriter(out).length_prefixed(std::string_view(value));
    } else {
        const auto* bytes = reinterpret_cast<const uint8_t*>(&value);
        out.insert(out.end(), bytes, bytes + sizeof value);
    }
}
template <typename... Values>
Bytes row_of(const Values&... values) {
    Bytes out;
    (append_value(out, values), ...);
    return out;
}

}  // namespace lightcone::txn::testing
