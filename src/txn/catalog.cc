// SPDX-License-Identifier: Apache-2.0
#include "txn/catalog.h"

#include <algorithm>

namespace lightcone::txn {

namespace {

// Removes the name only if it still means this thing (names of indexes may be shared: the first one holds it).
template <typename Map, typename Value>
void erase_name(Map& map, const std::string& name, const Value& value) {
    auto found = map.find(name);
    if (found != map.end() && found->second == value) map.erase(found);
}

}  // namespace

Result<TableSlot*> Catalog::add(schema::TableSchemaPtr schema, std::vector<Sequence> sequences) {
    TableId id = schema->id;
    if (by_id_.get(id.value) != nullptr) return fail(ErrorCode::AlreadyExists, "table id {} is taken", id);
    if (tables_by_name_.contains(schema->name)) {
        return fail(ErrorCode::AlreadyExists, "a table named `{}` already exists", schema->name);
    }
    auto slot = std::make_unique<TableSlot>();
    slot->table = TRY(storage::Table::create(schema));
    slot->sequences = std::move(sequences);
    std::ranges::sort(slot->sequences, {}, [](const Sequence& sequence) { return sequence.schema().column; });
    slot->is_system = schema->type == schema::TableType::System;
    slot->is_event = schema->is_event;
    TableSlot* added = slot.get();
    for (const auto& index : added->table->indexes()) {
        const schema::IndexSchema& index_schema = index->schema();
        indexes_.set(index_schema.id.value, {added, index.get()});
        indexes_by_name_.try_emplace(index_schema.name, index_schema.id);
        if (!index_schema.alias.empty()) indexes_by_alias_.try_emplace(index_schema.alias, index_schema.id);
    }
    tables_by_name_.emplace(schema->name, added);
    if (!schema->accessor.empty()) tables_by_alias_.try_emplace(schema->accessor, added);
    by_id_.set(id.value, added);
    slots_.emplace(id.value, std::move(slot));
    return added;
}

void Catalog::remove(TableId id) {
    auto found = slots_.find(id.value);
    ASSERT(found != slots_.end(), "table {} is not in the catalog", id);
    TableSlot* slot = found->second.get();
    const schema::TableSchema& schema = slot->table->schema();
    for (const schema::IndexSchema& index : schema.indexes) {
        indexes_.erase(index.id.value);
        erase_name(indexes_by_name_, index.name, index.id);
        erase_name(indexes_by_alias_, index.alias, index.id);
    }
    erase_name(tables_by_name_, schema.name, slot);
    erase_name(tables_by_alias_, schema.accessor, slot);
    by_id_.erase(id.value);
    slots_.erase(found);
}

TableSlot* Catalog::find_table(std::string_view name) const {
    if (auto found = tables_by_name_.find(name); found != tables_by_name_.end()) return found->second;
    auto found = tables_by_alias_.find(name);
    return found == tables_by_alias_.end() ? nullptr : found->second;
}

std::optional<IndexId> Catalog::find_index(std::string_view name) const {
    if (auto found = indexes_by_name_.find(name); found != indexes_by_name_.end()) return found->second;
    auto found = indexes_by_alias_.find(name);
    if (found == indexes_by_alias_.end()) return std::nullopt;
    return found->second;
}

}  // namespace lightcone::txn
