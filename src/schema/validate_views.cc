// SPDX-License-Identifier: Apache-2.0
#include "schema/validate.h"

namespace lightcone::schema {

namespace {

// How the view answers and which typespace entry its rows are; nothing for any other return type.
std::optional<std::pair<ViewReturn, uint32_t>> row_of(const sats::AlgebraicType& type) {
    auto ref = [](const sats::AlgebraicType& inner,
                  ViewReturn returns) -> std::optional<std::pair<ViewReturn, uint32_t>> {
        if (inner.kind != sats::TypeKind::Ref) return std::nullopt;
        return std::pair(returns, inner.ref);
    };
    if (sats::special_type(type) == sats::SpecialType::Option) {
        return ref(type.elements[0].type, ViewReturn::OptionalRow);
    }
    if (type.kind == sats::TypeKind::Array) return ref(type.elements[0].type, ViewReturn::Rows);
    bool is_query =
        type.kind == sats::TypeKind::Product && type.elements.size() == 1 && type.elements[0].name == "__query__";
    return is_query ? ref(type.elements[0].type, ViewReturn::Query) : std::nullopt;
}

void refuse_float_params(Validation& v, const ViewDef& view) {
    for (size_t i = 0; i < view.params.elements.size(); ++i) {
        const sats::TypeElement& param = view.params.elements[i];
        if (param.type.kind != sats::TypeKind::F32 && param.type.kind != sats::TypeKind::F64) continue;
        v.errors.add(RuleKind::Views, "View {} has a float parameter `{}`, which views can't take yet", view.name,
                     param.name.value_or(fmt::format("{}", i)));
    }
}

// A query view takes the key column of the tables with its row type, when they agree on one.
void infer_primary_key(Validation& v, ViewDef& view) {
    if (view.returns != ViewReturn::Query || view.primary_key || !view.params.elements.empty()) return;
    std::optional<ColumnId> common;
    for (const TableDef& table : v.def.tables) {
        if (table.product_type_ref != view.product_type_ref || !table.schema.primary_key) continue;
        if (common && common != table.schema.primary_key) return;
        common = table.schema.primary_key;
    }
    view.primary_key = common;
}

void assign_primary_key(Validation& v, const raw::ViewPrimaryKey& raw, ViewDef& view) {
    if (raw.columns.empty()) return;
    if (raw.columns.size() > 1) {
        std::string columns;
        for (const std::string& column : raw.columns) columns += (columns.empty() ? "" : ", ") + column;
        v.errors.add(RuleKind::Views, "View {} has multiple primary key columns: [{}]", view.name, columns);
        return;
    }
    if (!view.params.elements.empty()) {
        v.errors.add(RuleKind::Views, "View {} has parameters and cannot have a primary key", view.name);
        return;
    }
    for (size_t i = 0; i < view.columns.size(); ++i) {
        if (view.columns[i].accessor == raw.columns[0]) {
            view.primary_key = ColumnId(static_cast<uint16_t>(i));
            return;
        }
    }
    v.errors.add(RuleKind::Views, "Primary key column {} for view {} not found", raw.columns[0], view.name);
}

void validate_primary_keys(Validation& v) {
    std::unordered_map<std::string_view, ViewDef*> by_source_name;
    for (ViewDef& view : v.def.views) by_source_name.emplace(view.source_name, &view);
    std::unordered_set<std::string_view> assigned;
    for (const raw::ViewPrimaryKey& raw : v.source.view_primary_keys) {
        auto at = by_source_name.find(raw.view_source_name);
        if (at == by_source_name.end()) {
            v.errors.add(RuleKind::Views, "View {} referenced by primary key definition not found",
                         raw.view_source_name);
        } else if (!assigned.insert(raw.view_source_name).second) {
            v.errors.add(RuleKind::Views, "View {} has multiple primary key definitions", at->second->name);
        } else {
            assign_primary_key(v, raw, *at->second);
        }
    }
    if (v.source.version != DefVersion::V10) return;
    for (ViewDef& view : v.def.views) infer_primary_key(v, view);
}

}  // namespace

Result<void> validate_views(Validation& v) {
    for (ViewDef& view : v.def.views) {
        auto row = row_of(view.return_type);
        if (!row) {
            v.errors.add(RuleKind::Views, "View {} has invalid return type {}", view.name,
                         short_type_text(view.return_type));
            continue;
        }
        view.returns = row->first;
        view.product_type_ref = row->second;
        view.columns = TRY(validate_columns(v, view.name, row->second));
        refuse_float_params(v, view);
    }
    validate_primary_keys(v);
    return {};
}

}  // namespace lightcone::schema
