// SPDX-License-Identifier: Apache-2.0
// The tables and indexes of one database by id and by name. Thread: the holder of the database's turn.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "storage/table.h"
#include "txn/id_map.h"
#include "txn/sequence.h"

namespace lightcone::txn {

inline constexpr uint32_t kFirstUserId = 4096;
inline constexpr uint32_t kNoOp = UINT32_MAX;

// A table with what the transaction layer keeps beside it.
struct TableSlot {
    std::unique_ptr<storage::Table> table;
    std::vector<Sequence> sequences;  // ascending by column
    bool is_system = false;
    bool is_event = false;
    // The chain of this table's operations in the open transaction (TxLog).
    uint32_t first_op = kNoOp;
    uint32_t last_op = kNoOp;
    uint32_t op_count = 0;
};

struct IndexSlot {
    TableSlot* table = nullptr;
    storage::Index* index = nullptr;
};

class Catalog {
  public:
    // Builds the table. `sequences` in any order. Errors: InvalidArgument; AlreadyExists (id or canonical name).
    Result<TableSlot*> add(schema::TableSchemaPtr schema, std::vector<Sequence> sequences);
    void remove(TableId id);

    TableSlot* table(TableId id) const { return by_id_.get(id.value); }
    IndexSlot index(IndexId id) const { return indexes_.get(id.value); }
    // Canonical names first, then aliases. Null if there is none.
    TableSlot* find_table(std::string_view name) const;
    std::optional<IndexId> find_index(std::string_view name) const;
    // Ascending by id.
    template <typename Visit>
    void for_each(Visit&& visit) const {
        for (const auto& [id, slot] : slots_) visit(*slot);
    }

  private:
    struct TextHash {
        using is_transparent = void;
        size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    template <typename T>
    using ByName = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

    std::map<uint32_t, std::unique_ptr<TableSlot>> slots_;
    IdMap<TableSlot*> by_id_;
    IdMap<IndexSlot> indexes_;
    ByName<TableSlot*> tables_by_name_;
    ByName<TableSlot*> tables_by_alias_;
    ByName<IndexId> indexes_by_name_;
    ByName<IndexId> indexes_by_alias_;
};

}  // namespace lightcone::txn
