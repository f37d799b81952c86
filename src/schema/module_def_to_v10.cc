// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "schema/module_def_raw.h"
#include "schema/naming.h"

namespace lightcone::schema::raw {

namespace {

template <typename T>
void add(ModuleDefV10& raw, T body) {
    raw.sections.push_back(Section{SectionBody(std::move(body))});
}
template <typename T>
void add_unless_empty(ModuleDefV10& raw, std::vector<T> body) {
    if (!body.empty()) add(raw, std::move(body));
}

TableDef table_to_v10(const schema::TableDef& table) {
    const TableSchema& schema = table.schema;
    TableDef raw;
    raw.source_name = schema.accessor;
    raw.product_type_ref = table.product_type_ref;
    raw.primary_key = primary_key_of(schema);
    raw.table_type = schema.type;
    raw.table_access = schema.access;
    raw.is_event = schema.is_event;
    for (const IndexSchema& index : schema.indexes) {
        raw.indexes.push_back({index.alias, accessor_option(index), algorithm_body(index)});
    }
    for (const UniqueConstraintSchema& constraint : schema.constraints) {
        raw.constraints.push_back({constraint.name, UniqueConstraint{positions(constraint.columns)}});
    }
    for (const SequenceSchema& sequence : schema.sequences) {
        raw.sequences.push_back({sequence.name, sequence.column.value, start_option(sequence), min_option(sequence),
                                 max_option(sequence), sequence.increment});
    }
    for (const ColumnDefault& value : table.defaults) {
        raw.default_values.push_back({value.column.value, value.value});
    }
    return raw;
}

// The method without text at a position of SumText<HttpMethod>.
template <size_t I = 0>
HttpMethod plain_method(size_t index) {
    if constexpr (I + 1 < std::variant_size_v<HttpMethod>) {
        return index == I ? HttpMethod(std::in_place_index<I>) : plain_method<I + 1>(index);
    } else {
        return {};
    }
}

HttpRoute route_to_v10(const HttpRouteDef& route, const ModuleDef& def) {
    HttpRoute raw;
    raw.handler_function = def.http_handlers[route.handler].source_name;
    raw.path = route.path;
    if (route.is_extension) {
        raw.method.emplace<1>(std::in_place_index<9>, route.method);
        return raw;
    }
    const auto& names = SumText<HttpMethod>::kVariants;
    auto name = std::find(names.begin(), names.end(), route.method);
    if (name != names.end()) raw.method.emplace<1>(plain_method(static_cast<size_t>(name - names.begin())));
    return raw;
}

void add_functions(const ModuleDef& def, ModuleDefV10& raw) {
    std::vector<ReducerDef> reducers;
    for (const schema::ReducerDef& reducer : def.reducers) {
        reducers.push_back({reducer.source_name,
                            {reducer.canonical_params},
                            reducer.visibility,
                            reducer.ok_return_type,
                            reducer.err_return_type});
    }
    add_unless_empty(raw, std::move(reducers));
    std::vector<ProcedureDef> procedures;
    for (const schema::ProcedureDef& procedure : def.procedures) {
        procedures.push_back(
            {procedure.source_name, {procedure.canonical_params}, procedure.return_type, procedure.visibility});
    }
    add_unless_empty(raw, std::move(procedures));
    std::vector<HttpHandler> handlers;
    for (const HttpHandlerDef& handler : def.http_handlers) handlers.push_back({handler.source_name});
    add_unless_empty(raw, std::move(handlers));
    std::vector<HttpRoute> routes;
    for (const HttpRouteDef& route : def.http_routes) routes.push_back(route_to_v10(route, def));
    add_unless_empty(raw, std::move(routes));
}

void add_views(const ModuleDef& def, ModuleDefV10& raw) {
    std::vector<ViewDef> views;
    std::vector<ViewPrimaryKey> keys;
    for (const schema::ViewDef& view : def.views) {
        views.push_back({view.source_name,
                         view.index,
                         view.is_public,
                         view.is_anonymous,
                         {view.canonical_params},
                         view.return_type});
        if (view.primary_key && view.returns != ViewReturn::Query) {
            keys.push_back({view.source_name, {view.columns[view.primary_key->value].name}});
        }
    }
    add_unless_empty(raw, std::move(views));
    add_unless_empty(raw, std::move(keys));
}

// Schedules and life cycles name functions by the names that the sections above gave them.
void add_schedules_and_lifecycles(const ModuleDef& def, ModuleDefV10& raw) {
    std::vector<ScheduleDef> schedules;
    for (const schema::TableDef& table : def.tables) {
        if (!table.schema.schedule) continue;
        const ScheduleSchema& schedule = *table.schema.schedule;
        const schema::ReducerDef* reducer = def.find_reducer(schedule.function_name);
        std::string function = reducer ? reducer->source_name : schedule.function_name;
        for (const schema::ProcedureDef& procedure : def.procedures) {
            if (procedure.name == schedule.function_name) function = procedure.source_name;
        }
        schedules.push_back({schedule.name, table.schema.accessor, schedule.at_column.value, std::move(function)});
    }
    add_unless_empty(raw, std::move(schedules));
    std::vector<LifeCycleReducer> lifecycles;
    for (const schema::ReducerDef& reducer : def.reducers) {
        if (reducer.lifecycle) lifecycles.push_back({*reducer.lifecycle, reducer.source_name});
    }
    add_unless_empty(raw, std::move(lifecycles));
}

ExplicitNames explicit_names(const ModuleDef& def) {
    ExplicitNames names;
    auto function = [&](const auto& item) {
        names.entries.emplace_back(std::in_place_index<1>, NameMapping{item.source_name, item.name});
    };
    for (const schema::TableDef& table : def.tables) {
        names.entries.emplace_back(std::in_place_index<0>, NameMapping{table.schema.accessor, table.schema.name});
    }
    for (const schema::TableDef& table : def.tables) {
        for (const IndexSchema& index : table.schema.indexes) {
            if (index.name == generated_index_name(table.schema, index.algorithm, index.columns)) continue;
            names.entries.emplace_back(std::in_place_index<2>, NameMapping{index.alias, index.name});
        }
    }
    for (const auto& reducer : def.reducers) function(reducer);
    for (const auto& procedure : def.procedures) function(procedure);
    for (const auto& view : def.views) function(view);
    for (const auto& handler : def.http_handlers) function(handler);
    return names;
}

}  // namespace

ModuleDefV10 to_v10(const ModuleDef& def) {
    ModuleDefV10 raw;
    add(raw, CaseConversionPolicy::None);
    add(raw, def.canonical_typespace);
    std::vector<TypeDef> types;
    for (const schema::TypeDef& type : def.types) {
        types.push_back({{type.canonical_scope, type.name}, type.ref, type.custom_ordering});
    }
    add_unless_empty(raw, std::move(types));
    std::vector<TableDef> tables;
    for (const schema::TableDef& table : def.tables) tables.push_back(table_to_v10(table));
    add_unless_empty(raw, std::move(tables));
    add_functions(def, raw);
    add_views(def, raw);
    add_schedules_and_lifecycles(def, raw);
    std::vector<RowLevelSecurity> rules;
    for (const std::string& sql : def.row_level_security) rules.push_back({sql});
    add_unless_empty(raw, std::move(rules));
    add(raw, explicit_names(def));
    return raw;
}

}  // namespace lightcone::schema::raw
