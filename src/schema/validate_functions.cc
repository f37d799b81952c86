// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <unordered_set>

#include "schema/identifier.h"
#include "schema/validate.h"

namespace lightcone::schema {

namespace {

const char* lifecycle_name(Lifecycle kind) {
    static constexpr const char* kNames[] = {"Init", "OnConnect", "OnDisconnect"};
    return kNames[static_cast<size_t>(kind)];
}

// Source and canonical name of one function; the canonical one must be free among all functions.
std::string validate_name(Validation& v, const std::string& source_name, std::unordered_set<std::string>& taken) {
    std::string name = v.naming.function(source_name);
    v.errors.add_identifier(RuleKind::Functions, identifier_error(source_name));
    if (name != source_name) v.errors.add_identifier(RuleKind::Functions, identifier_error(name));
    if (!taken.insert(name).second) {
        v.errors.add(RuleKind::Functions, "Name {} is used for multiple reducers, procedures and/or views", name);
    }
    return name;
}

void validate_params(Validation& v, const char* kind, const std::string& name, const sats::AlgebraicType& params) {
    for (size_t i = 0; i < params.elements.size(); ++i) {
        const sats::TypeElement& param = params.elements[i];
        if (!param.name) {
            v.errors.add(RuleKind::Functions,
                         "error at {} `{}` argument {}: internal codegen error: all {} parameters require names", kind,
                         name, i, kind);
            continue;
        }
        if (auto error = identifier_error(*param.name)) {
            v.errors.add(RuleKind::Functions,
                         "error at {} `{}` argument {} (`{}`): module contains invalid identifier: {}", kind, name, i,
                         *param.name, *error);
        }
        if (auto error = v.types.use_error(param.type)) {
            v.errors.add(RuleKind::Functions, "error at {} `{}` argument {} (`{}`): {}", kind, name, i, *param.name,
                         *error);
        }
    }
}

void validate_reducer(Validation& v, const raw::ReducerDef& raw, std::unordered_set<std::string>& taken) {
    ReducerDef reducer;
    reducer.source_name = raw.source_name;
    reducer.name = validate_name(v, raw.source_name, taken);
    reducer.params = raw.params.type;
    reducer.canonical_params = v.naming.parameters(reducer.params);
    reducer.visibility = raw.visibility;
    reducer.ok_return_type = raw.ok_return_type;
    reducer.err_return_type = raw.err_return_type;
    validate_params(v, "reducer", reducer.name, reducer.params);
    if (!reducer.ok_return_type.is_unit() || reducer.err_return_type.kind != sats::TypeKind::String) {
        v.errors.add(RuleKind::Functions, "reducer {} has invalid return type: found Result<{}, {}>", reducer.name,
                     short_type_text(reducer.ok_return_type), short_type_text(reducer.err_return_type));
    }
    v.reducers_by_source_name.emplace(raw.source_name, v.def.reducers.size());
    v.def.reducers.push_back(std::move(reducer));
}

void validate_procedure(Validation& v, const raw::ProcedureDef& raw, std::unordered_set<std::string>& taken) {
    ProcedureDef procedure;
    procedure.source_name = raw.source_name;
    procedure.name = validate_name(v, raw.source_name, taken);
    procedure.params = raw.params.type;
    procedure.canonical_params = v.naming.parameters(procedure.params);
    procedure.return_type = raw.return_type;
    procedure.visibility = raw.visibility;
    validate_params(v, "procedure", procedure.name, procedure.params);
    if (auto error = v.types.use_error(procedure.return_type)) {
        v.errors.add(RuleKind::Functions, "error at procedure `{}` return value: {}", procedure.name, *error);
    }
    v.procedures_by_source_name.emplace(raw.source_name, v.def.procedures.size());
    v.def.procedures.push_back(std::move(procedure));
}

// The reducer that an entry names; nothing (reported) when there is none.
ReducerDef* lifecycle_target(Validation& v, const ModuleSource::LifecycleEntry& entry) {
    if (entry.reducer) return &v.def.reducers[*entry.reducer];
    auto at = v.reducers_by_source_name.find(entry.function_name);
    if (at != v.reducers_by_source_name.end()) return &v.def.reducers[at->second];
    v.errors.add(RuleKind::Functions, "lifecycle event {} without reducer (`{}` is none)", lifecycle_name(entry.kind),
                 entry.function_name);
    return nullptr;
}

void validate_lifecycles(Validation& v) {
    std::array<bool, 3> assigned{};
    for (const ModuleSource::LifecycleEntry& entry : v.source.lifecycles) {
        ReducerDef* reducer = lifecycle_target(v, entry);
        if (reducer == nullptr) continue;
        bool& taken = assigned[static_cast<size_t>(entry.kind)];
        if (taken || reducer->lifecycle) {
            v.errors.add(RuleKind::Functions, "Multiple reducers defined for lifecycle event {}",
                         lifecycle_name(entry.kind));
            continue;
        }
        if (!reducer->params.elements.empty()) {
            v.errors.add(RuleKind::Functions,
                         "reducer {} handles lifecycle event {} and must not take arguments, but takes {}",
                         reducer->name, lifecycle_name(entry.kind), reducer->params.elements.size());
        }
        taken = true;
        reducer->lifecycle = entry.kind;
        if (v.source.version == DefVersion::V10) reducer->visibility = FunctionVisibility::Private;
    }
}

void validate_view_function(Validation& v, const raw::ViewDef& raw, std::unordered_set<std::string>& taken) {
    ViewDef view;
    view.source_name = raw.source_name;
    view.name = validate_name(v, raw.source_name, taken);
    view.index = raw.index;
    view.is_public = raw.is_public;
    view.is_anonymous = raw.is_anonymous;
    view.params = raw.params.type;
    view.canonical_params = v.naming.parameters(view.params);
    view.return_type = raw.return_type;
    validate_params(v, "view", view.name, view.params);
    v.names.claim(view.name, RuleKind::Functions, v.errors);
    v.def.views.push_back(std::move(view));
}

}  // namespace

void validate_functions(Validation& v) {
    std::unordered_set<std::string> taken;
    for (const raw::ReducerDef& raw : v.source.reducers) validate_reducer(v, raw, taken);
    for (const raw::ProcedureDef& raw : v.source.procedures) validate_procedure(v, raw, taken);
    for (const raw::ViewDef& raw : v.source.views) validate_view_function(v, raw, taken);
    validate_lifecycles(v);
}

}  // namespace lightcone::schema
