// SPDX-License-Identifier: Apache-2.0
// What can be said about a table, each as one template argument after its row type:
//     lightcone::Table<Account, Public, PrimaryKey<&Account::id>, AutoInc<&Account::id>,
//                      BTreeIndex<&Account::owner, &Account::opened>> accounts("accounts");
// Columns are named by pointer to member, so a wrong name or a column of another table does not compile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "codec_named.h"
#include "reflect.h"

namespace lightcone {

// Every client may read the table; without it only the module and the database's owner do.
struct Public {};
// The default, for those who like to say it.
struct Private {};
// Rows exist only within the transaction that inserts them and are delivered to its subscribers.
struct EventTable {};

// The column that tells rows apart: unique, indexed, and what find, update and erase use when no column is named.
template <auto Column>
struct PrimaryKey {};

// At most one row for each value (of one column, or of several together). Brings an index.
template <auto... Columns>
struct Unique {};

// An inserted 0 is replaced by the next number of a sequence. Integer columns only.
template <auto Column>
struct AutoInc {};

// Ordered: exact values, ranges, and prefixes of its columns.
template <auto... Columns>
struct BTreeIndex {};

// Exact values of all its columns only.
template <auto... Columns>
struct HashIndex {};

// Like BTreeIndex, for small unsigned numbers and enums that are dense.
template <auto Column>
struct DirectIndex {};

// What existing rows get in a column that a newer version of the module adds at the end.
template <auto Column, auto Value>
struct Default {};

// The rows are timers: Reducer(ctx, row) is called at the time in Column. The primary key must be a uint64_t.
template <auto Reducer, auto Column>
struct Scheduled {};

// The name stored in the database, taken as it is instead of the snake_case form of the table's name.
template <FixedString Name>
struct StoredAs {};

namespace detail {

enum class IndexAlgorithm : std::uint8_t { BTree = 0, Hash = 1, Direct = 2 };

inline constexpr std::size_t kIndexColumnsMax = 8;
inline constexpr std::size_t kNoIndex = static_cast<std::size_t>(-1);

struct ColumnList {
    std::uint16_t columns[kIndexColumnsMax] = {};
    std::size_t count = 0;

    constexpr bool contains(std::uint16_t column) const {
        for (std::size_t i = 0; i < count; ++i) {
            if (columns[i] == column) return true;
        }
        return false;
    }
    constexpr bool same_set(const ColumnList& other) const {
        if (count != other.count) return false;
        for (std::size_t i = 0; i < count; ++i) {
            if (!other.contains(columns[i])) return false;
        }
        return true;
    }
    constexpr bool begins_with(const ColumnList& other) const {
        if (count < other.count) return false;
        for (std::size_t i = 0; i < other.count; ++i) {
            if (columns[i] != other.columns[i]) return false;
        }
        return true;
    }
};

template <class Row, auto... Columns>
constexpr ColumnList column_list() {
    static_assert(sizeof...(Columns) > 0 && sizeof...(Columns) <= kIndexColumnsMax, "an index has 1 to 8 columns");
    static_assert((std::is_same_v<typename MemberPointer<decltype(Columns)>::Class, Row> && ...),
                  "the column belongs to another struct than the table's rows");
    ColumnList list;
    ((list.columns[list.count++] = field_index<Columns>()), ...);
    return list;
}

struct Index {
    IndexAlgorithm algorithm = IndexAlgorithm::BTree;
    ColumnList columns;
    bool unique = false;
};

// Everything that options say about a table, as constants.
struct TableSpec {
    bool is_public = false;
    bool is_event = false;
    std::size_t primary_key = kNoIndex;  // column
    Index indexes[16] = {};
    std::size_t index_count = 0;
    ColumnList uniques[16] = {};
    std::size_t unique_count = 0;
    std::uint16_t auto_inc[16] = {};
    std::size_t auto_inc_count = 0;
};

template <class Row, class Option>
struct ApplyOption;

template <class Row>
struct ApplyOption<Row, Public> {
    static constexpr void apply(TableSpec& spec) { spec.is_public = true; }
};
template <class Row>
struct ApplyOption<Row, Private> {
    static constexpr void apply(TableSpec&) {}
};
template <class Row>
struct ApplyOption<Row, EventTable> {
    static constexpr void apply(TableSpec& spec) { spec.is_event = true; }
};
template <class Row, auto... Columns>
struct ApplyOption<Row, Unique<Columns...>> {
    static constexpr void apply(TableSpec& spec) { spec.uniques[spec.unique_count++] = column_list<Row, Columns...>(); }
};
template <class Row, auto Column>
struct ApplyOption<Row, PrimaryKey<Column>> {
    static constexpr void apply(TableSpec& spec) {
        spec.primary_key = column_list<Row, Column>().columns[0];
        ApplyOption<Row, Unique<Column>>::apply(spec);
    }
};
template <class Row, auto Column>
struct ApplyOption<Row, AutoInc<Column>> {
    static_assert(WideInteger<typename MemberPointer<decltype(Column)>::Value>,
                  "only a column of an integer type can be AutoInc");
    static constexpr void apply(TableSpec& spec) {
        spec.auto_inc[spec.auto_inc_count++] = column_list<Row, Column>().columns[0];
    }
};
template <class Row, auto... Columns>
struct ApplyOption<Row, BTreeIndex<Columns...>> {
    static constexpr void apply(TableSpec& spec) {
        spec.indexes[spec.index_count++] = {IndexAlgorithm::BTree, column_list<Row, Columns...>(), false};
    }
};
template <class Row, auto... Columns>
struct ApplyOption<Row, HashIndex<Columns...>> {
    static constexpr void apply(TableSpec& spec) {
        spec.indexes[spec.index_count++] = {IndexAlgorithm::Hash, column_list<Row, Columns...>(), false};
    }
};
template <class Row, auto Column>
struct ApplyOption<Row, DirectIndex<Column>> {
    static constexpr void apply(TableSpec& spec) {
        spec.indexes[spec.index_count++] = {IndexAlgorithm::Direct, column_list<Row, Column>(), false};
    }
};
template <class Row, auto Column, auto Value>
struct ApplyOption<Row, Default<Column, Value>> {
    static constexpr void apply(TableSpec&) { (void)column_list<Row, Column>(); }
};
template <class Row, auto Reducer, auto Column>
struct ApplyOption<Row, Scheduled<Reducer, Column>> {
    static_assert(std::is_same_v<typename MemberPointer<decltype(Column)>::Value, ScheduleAt>,
                  "the column of Scheduled must be a ScheduleAt");
    static constexpr void apply(TableSpec&) { (void)column_list<Row, Column>(); }
};
template <class Row, FixedString Name>
struct ApplyOption<Row, StoredAs<Name>> {
    static constexpr void apply(TableSpec&) {}
};

template <class Row, class... Options>
constexpr TableSpec table_spec() {
    TableSpec spec;
    (ApplyOption<Row, Options>::apply(spec), ...);
    for (std::size_t u = 0; u < spec.unique_count; ++u) {
        bool indexed = false;
        for (std::size_t i = 0; i < spec.index_count; ++i) {
            if (spec.indexes[i].columns.same_set(spec.uniques[u])) {
                spec.indexes[i].unique = true;
                indexed = true;
            }
        }
        if (!indexed) spec.indexes[spec.index_count++] = {IndexAlgorithm::BTree, spec.uniques[u], true};
    }
    return spec;
}

// The index for a look-up by `columns`: one with exactly these, else an ordered one that begins with them.
// `exact`: all values are given, no range. kNoIndex when there is none.
constexpr std::size_t choose_index(const TableSpec& spec, const ColumnList& columns, bool exact) {
    for (std::size_t i = 0; i < spec.index_count; ++i) {
        const Index& index = spec.indexes[i];
        const bool usable = exact || index.algorithm != IndexAlgorithm::Hash;
        if (usable && index.columns.count == columns.count && index.columns.begins_with(columns)) return i;
    }
    for (std::size_t i = 0; i < spec.index_count; ++i) {
        const Index& index = spec.indexes[i];
        if (index.algorithm == IndexAlgorithm::BTree && index.columns.begins_with(columns)) return i;
    }
    return kNoIndex;
}

}  // namespace detail
}  // namespace lightcone
