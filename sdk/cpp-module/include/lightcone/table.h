// SPDX-License-Identifier: Apache-2.0
// Table: declares a table and, once per instance, remembers its ids.
//     struct Account { uint32_t id; int64_t balance; };
//     lightcone::Table<Account, Public, PrimaryKey<&Account::id>> accounts("accounts");
// Declare tables as global variables (`inline` in a header). Their rows are reached through ctx.db[accounts].
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "codec_named.h"
#include "host.h"
#include "options.h"
#include "rows.h"

namespace lightcone {
namespace detail {

struct TableSections;

// What is known about a table without its row type; all tables of the module form a list.
class TableBase {
  public:
    using Describe = void (*)(const TableBase& table, Typespace& types, TableSections& out);

    [[gnu::noinline]] TableBase(const char* name, Describe description) : name_(name), describe_(description) {
        *last_ = this;
        last_ = &next_;
    }
    TableBase(const TableBase&) = delete;
    TableBase& operator=(const TableBase&) = delete;

    const char* name() const { return name_; }
    void describe(Typespace& types, TableSections& out) const { describe_(*this, types, out); }

    static const TableBase* first() { return first_; }
    const TableBase* next() const { return next_; }

    std::uint32_t id() {
        if (id_ == 0) [[unlikely]]
            find_id();
        return id_;
    }

  private:
    [[gnu::noinline]] void find_id() {
        const auto length = static_cast<std::uint32_t>(std::strlen(name_));
        if (const auto error = host::table_id_from_name(name_, length, &id_))
            stop_on_host_error("opening table", name_, error);
    }

    static inline constinit TableBase* first_ = nullptr;
    static inline constinit TableBase** last_ = &first_;

    const char* name_;
    Describe describe_;
    TableBase* next_ = nullptr;
    std::uint32_t id_ = 0;
};

constexpr std::string_view algorithm_name(IndexAlgorithm algorithm) {
    switch (algorithm) {
        case IndexAlgorithm::Hash: return "hash";
        case IndexAlgorithm::Direct: return "direct";
        case IndexAlgorithm::BTree: break;
    }
    return "btree";
}

using ColumnNames = const std::string_view*;

// owner_day for the columns (owner, day).
inline std::string joined_columns(const ColumnList& columns, ColumnNames names) {
    std::string joined;
    for (std::size_t i = 0; i < columns.count; ++i) {
        if (i > 0) joined += '_';
        joined += names[columns.columns[i]];
    }
    return joined;
}

// The name under which a module and its database know an index.
inline std::string index_name(std::string_view table, const Index& index, ColumnNames names) {
    std::string name(table);
    name += '_';
    name += joined_columns(index.columns, names);
    name += "_idx_";
    name += algorithm_name(index.algorithm);
    return name;
}

[[gnu::noinline]] inline std::uint32_t find_index_id(const char* table, const Index& index, ColumnNames names) {
    const std::string name = index_name(table, index, names);
    std::uint32_t id = 0;
    const auto error = host::index_id_from_name(name.data(), static_cast<std::uint32_t>(name.size()), &id);
    if (error != host::kOk) stop_on_host_error("opening index", name.c_str(), error);
    return id;
}

template <class Row>
inline constexpr auto column_names = []<std::size_t... Index>(std::index_sequence<Index...>) {
    return std::array<std::string_view, sizeof...(Index)>{field_name<Row, Index>()...};
}(std::make_index_sequence<field_count<Row>>{});

template <class Row, class... Options>
struct TableDescription;

}  // namespace detail

template <class RowType, class... Options>
class Table : public detail::TableBase {
  public:
    using Row = RowType;
    static_assert(detail::PlainStruct<Row>, "rows are plain structs");
    static_assert(detail::field_count<Row> > 0, "a row needs at least one column");

    static constexpr detail::TableSpec kSpec = detail::table_spec<Row, Options...>();

    explicit Table(const char* name) : TableBase(name, &detail::TableDescription<Row, Options...>::describe) {}

    template <std::size_t Number>
    std::uint32_t index_id() {
        std::uint32_t& id = index_ids_[Number];
        if (id == 0) [[unlikely]] {
            id = detail::find_index_id(name(), kSpec.indexes[Number], detail::column_names<Row>.data());
        }
        return id;
    }

  private:
    std::uint32_t index_ids_[kSpec.index_count == 0 ? 1 : kSpec.index_count] = {};
};

}  // namespace lightcone
