// SPDX-License-Identifier: Apache-2.0
#include "schema/module_source.h"

#include <utility>

namespace lightcone::schema {

namespace {

template <typename T>
void take_section(std::vector<raw::Section>& sections, T& out) {
    for (raw::Section& section : sections) {
        if (T* body = std::get_if<T>(&section.body)) {
            out = std::move(*body);
            return;
        }
    }
}

void take_explicit_names(const raw::ExplicitNames& names, ModuleSource& source) {
    for (const raw::ExplicitNameEntry& entry : names.entries) {
        const raw::NameMapping& mapping = std::visit([](const auto& m) -> const raw::NameMapping& { return m; }, entry);
        auto& names_of_kind = entry.index() == 0   ? source.table_names
                              : entry.index() == 1 ? source.function_names
                                                   : source.index_names;
        names_of_kind[mapping.source_name] = mapping.canonical_name;
    }
}

ModuleSource flatten_v10(raw::ModuleDefV10 raw) {
    ModuleSource source;
    std::vector<raw::Section>& sections = raw.sections;
    take_section(sections, source.typespace);
    take_section(sections, source.types);
    take_section(sections, source.tables);
    take_section(sections, source.reducers);
    take_section(sections, source.procedures);
    take_section(sections, source.views);
    take_section(sections, source.row_level_security);
    take_section(sections, source.case_policy);
    take_section(sections, source.http_handlers);
    take_section(sections, source.http_routes);
    take_section(sections, source.view_primary_keys);
    raw::ExplicitNames names;
    take_section(sections, names);
    take_explicit_names(names, source);
    std::vector<raw::ScheduleDef> schedules;
    take_section(sections, schedules);
    for (raw::ScheduleDef& schedule : schedules) {
        source.schedules.push_back({std::nullopt, std::move(schedule.table_name), schedule.schedule_at_col,
                                    std::move(schedule.function_name)});
    }
    std::vector<raw::LifeCycleReducer> lifecycles;
    take_section(sections, lifecycles);
    for (raw::LifeCycleReducer& entry : lifecycles) {
        source.lifecycles.push_back({entry.lifecycle_spec, std::move(entry.function_name), std::nullopt});
    }
    std::vector<raw::Submodule> submodules;
    take_section(sections, submodules);
    for (raw::Submodule& submodule : submodules) source.submodules.push_back(std::move(submodule.namespace_name));
    return source;
}

raw::TableDef lift_table(raw::TableDefV9 table, ModuleSource& source) {
    raw::TableDef lifted;
    lifted.source_name = std::move(table.name);
    lifted.product_type_ref = table.product_type_ref;
    lifted.primary_key = std::move(table.primary_key);
    lifted.table_type = table.table_type;
    lifted.table_access = table.table_access;
    for (raw::IndexDefV9& index : table.indexes) {
        lifted.indexes.push_back({std::move(index.name), std::move(index.accessor_name), std::move(index.algorithm)});
    }
    for (raw::ConstraintDefV9& constraint : table.constraints) {
        lifted.constraints.push_back({std::move(constraint.name), std::move(constraint.data)});
    }
    for (raw::SequenceDefV9& sequence : table.sequences) {
        lifted.sequences.push_back({std::move(sequence.name), sequence.column, sequence.start, sequence.min_value,
                                    sequence.max_value, sequence.increment});
    }
    if (table.schedule) {
        source.schedules.push_back({std::move(table.schedule->name), lifted.source_name,
                                    table.schedule->scheduled_at_column, std::move(table.schedule->reducer_name)});
    }
    return lifted;
}

void lift_export(raw::MiscExportV9 entry, ModuleSource& source) {
    if (auto* value = std::get_if<raw::ColumnDefaultValueV9>(&entry)) {
        source.table_defaults.push_back({std::move(value->table), {value->col_id, std::move(value->value)}});
    } else if (auto* procedure = std::get_if<raw::ProcedureDefV9>(&entry)) {
        source.procedures.push_back({std::move(procedure->name), std::move(procedure->params),
                                     std::move(procedure->return_type), FunctionVisibility::ClientCallable});
    } else if (auto* view = std::get_if<raw::ViewDefV9>(&entry)) {
        source.views.push_back({std::move(view->name), view->index, view->is_public, view->is_anonymous,
                                std::move(view->params), std::move(view->return_type)});
    }
}

ModuleSource flatten_v9(raw::ModuleDefV9 raw) {
    ModuleSource source;
    source.version = DefVersion::V9;
    source.case_policy = raw::CaseConversionPolicy::None;
    source.typespace = std::move(raw.typespace);
    for (raw::TypeDefV9& type : raw.types) {
        source.types.push_back(
            {{std::move(type.name.scope), std::move(type.name.name)}, type.ty, type.custom_ordering});
    }
    for (raw::TableDefV9& table : raw.tables) source.tables.push_back(lift_table(std::move(table), source));
    for (raw::ReducerDefV9& reducer : raw.reducers) {
        if (reducer.lifecycle) {
            source.lifecycles.push_back({*reducer.lifecycle, reducer.name, source.reducers.size()});
        }
        raw::ReducerDef lifted;
        lifted.source_name = std::move(reducer.name);
        lifted.params = std::move(reducer.params);
        source.reducers.push_back(std::move(lifted));
    }
    for (raw::MiscExportV9& entry : raw.misc_exports) lift_export(std::move(entry), source);
    source.row_level_security = std::move(raw.row_level_security);
    return source;
}

}  // namespace

ModuleSource flatten(raw::RawModuleDef raw) {
    if (auto* v9 = std::get_if<raw::ModuleDefV9>(&raw)) return flatten_v9(std::move(*v9));
    return flatten_v10(std::move(std::get<raw::ModuleDefV10>(raw)));
}

}  // namespace lightcone::schema
