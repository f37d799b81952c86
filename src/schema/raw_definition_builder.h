// SPDX-License-Identifier: Apache-2.0
// Raw V10 definitions for tests, built in a few words:
//
//   DefinitionBuilder b;
//   uint32_t row = b.declare("Person", product({{"id", u64()}, {"fullName", text()}}));
//   b.table("person", row).primary_key = {0};
//   Result<ModuleDef> def = b.validated();
#pragma once

#include <utility>

#include "schema/raw_codec.h"

namespace lightcone::schema::testing {

inline sats::AlgebraicType scalar(sats::TypeKind kind) {
    return sats::AlgebraicType(kind);
}
inline sats::AlgebraicType u64() {
    return scalar(sats::TypeKind::U64);
}
inline sats::AlgebraicType text() {
    return scalar(sats::TypeKind::String);
}
inline sats::AlgebraicType ref(uint32_t index) {
    return sats::AlgebraicType::make_ref(index);
}
using Elements = std::vector<std::pair<std::string, sats::AlgebraicType>>;
inline std::vector<sats::TypeElement> elements(const Elements& named) {
    std::vector<sats::TypeElement> out;
    for (const auto& [name, type] : named) out.push_back({name, type});
    return out;
}
inline sats::AlgebraicType product(const Elements& named) {
    return sats::AlgebraicType::product(elements(named));
}
inline sats::AlgebraicType sum(const Elements& named) {
    return sats::AlgebraicType::sum(elements(named));
}

struct DefinitionBuilder {
    sats::Typespace typespace;
    std::vector<raw::TypeDef> types;
    std::vector<raw::TableDef> tables;
    std::vector<raw::ReducerDef> reducers;
    std::vector<raw::ProcedureDef> procedures;
    std::vector<raw::ViewDef> views;
    std::vector<raw::ScheduleDef> schedules;
    std::vector<raw::LifeCycleReducer> lifecycles;
    std::vector<raw::RowLevelSecurity> row_level_security;
    std::optional<raw::CaseConversionPolicy> case_policy;
    raw::ExplicitNames names;
    std::vector<raw::HttpHandler> handlers;
    std::vector<raw::HttpRoute> routes;
    std::vector<raw::ViewPrimaryKey> view_keys;
    std::vector<raw::Submodule> submodules;

    // A typespace entry without a name.
    uint32_t add_type(sats::AlgebraicType type) {
        typespace.types.push_back(std::move(type));
        return static_cast<uint32_t>(typespace.types.size() - 1);
    }
    uint32_t declare(std::string name, sats::AlgebraicType type) {
        uint32_t index = add_type(std::move(type));
        types.push_back({{{}, std::move(name)}, index, true});
        return index;
    }
    raw::TableDef& table(std::string name, uint32_t row) {
        raw::TableDef& def = tables.emplace_back();
        def.source_name = std::move(name);
        def.product_type_ref = row;
        return def;
    }
    // A table whose row type is declared under the table's own name in Pascal case or whatever `type_name` says.
    raw::TableDef& table(std::string name, std::string type_name, const Elements& columns) {
        return table(std::move(name), declare(std::move(type_name), product(columns)));
    }
    raw::ReducerDef& reducer(std::string name, const Elements& params = {}) {
        raw::ReducerDef& def = reducers.emplace_back();
        def.source_name = std::move(name);
        def.params.type = product(params);
        return def;
    }

    raw::ModuleDefV10 raw_v10() const {
        raw::ModuleDefV10 out;
        auto add = [&](raw::SectionBody body) { out.sections.push_back({std::move(body)}); };
        add(typespace);
        add(types);
        add(tables);
        add(reducers);
        add(procedures);
        add(views);
        add(schedules);
        add(lifecycles);
        add(row_level_security);
        if (case_policy) add(*case_policy);
        add(names);
        add(handlers);
        add(routes);
        add(view_keys);
        add(submodules);
        return out;
    }
    Bytes bsatn() const { return raw::encode_bsatn(raw_v10()); }
    Result<ModuleDef> validated() const { return decode_module_def(bsatn()); }
};

inline raw::IndexDef btree(std::string source_name, raw::Columns columns, std::string accessor = {}) {
    raw::IndexDef index;
    index.source_name = std::move(source_name);
    if (!accessor.empty()) index.accessor_name = std::move(accessor);
    index.algorithm.emplace<0>(std::move(columns));
    return index;
}
inline raw::ConstraintDef unique(raw::Columns columns) {
    return {std::nullopt, raw::UniqueConstraint{std::move(columns)}};
}
// Primary key on `column` with the index and constraint that it needs.
inline void set_primary_key(raw::TableDef& table, uint16_t column, const std::string& column_name) {
    table.primary_key = {column};
    table.indexes.push_back(btree(table.source_name + "_" + column_name + "_idx_btree", {column}, column_name));
    table.constraints.push_back(unique({column}));
}

}  // namespace lightcone::schema::testing
