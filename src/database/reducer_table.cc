// SPDX-License-Identifier: Apache-2.0
#include "database/reducer_table.h"

#include "sats/json_codec.h"

namespace lightcone::database {

Result<std::shared_ptr<const ReducerTable>> ReducerTable::build(std::shared_ptr<const schema::ModuleDef> definition) {
    auto table = std::make_shared<ReducerTable>();
    table->definition_ = std::move(definition);
    const schema::ModuleDef& def = *table->definition_;
    table->entries_.reserve(def.reducers.size());
    for (size_t i = 0; i < def.reducers.size(); ++i) {
        const schema::ReducerDef& reducer = def.reducers[i];
        std::optional<sats::ValueOps> args;
        if (auto params = sats::resolve(reducer.params, def.source_typespace)) {
            args = TRY(sats::ValueOps::compile(*params));
        }
        ReducerEntry entry{.id = ReducerId(static_cast<uint32_t>(i)),
                           .name = reducer.name,
                           .lifecycle = reducer.lifecycle,
                           .client_callable = reducer.visibility == schema::FunctionVisibility::ClientCallable,
                           .args = std::move(args)};
        table->entries_.push_back(std::move(entry));
    }
    for (uint32_t i = 0; i < def.reducers.size(); ++i) table->by_name_.emplace(table->entries_[i].name, i);
    for (uint32_t i = 0; i < def.reducers.size(); ++i) table->by_name_.emplace(def.reducers[i].source_name, i);
    return table;
}

const ReducerEntry* ReducerTable::find(std::string_view name) const {
    auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : &entries_[found->second];
}

Result<void> ReducerTable::check_args(const ReducerEntry& entry, ByteView args) const {
    if (entry.args) [[likely]] {
        auto size = entry.args->validate(args);
        return size ? Result<void>() : std::unexpected(std::move(size.error()));
    }
    ByteReader in(args);
    auto value = sats::read_value(in, definition_->reducers[entry.id.value].params, definition_->source_typespace);
    return value ? Result<void>() : std::unexpected(std::move(value.error()));
}

const ReducerEntry* ReducerTable::lifecycle(schema::Lifecycle kind) const {
    for (const ReducerEntry& entry : entries_) {
        if (entry.lifecycle == kind) return &entry;
    }
    return nullptr;
}

}  // namespace lightcone::database
