// SPDX-License-Identifier: Apache-2.0
#include "schema/module_def.h"

#include <algorithm>

#include "schema/module_source.h"
#include "schema/raw_codec.h"
#include "schema/validate.h"

namespace lightcone::schema {

const ReducerDef* ModuleDef::find_reducer(std::string_view canonical_or_source_name) const {
    for (const ReducerDef& reducer : reducers) {
        if (reducer.name == canonical_or_source_name) return &reducer;
    }
    for (const ReducerDef& reducer : reducers) {
        if (reducer.source_name == canonical_or_source_name) return &reducer;
    }
    return nullptr;
}

std::optional<ReducerId> ModuleDef::lifecycle_reducer(Lifecycle kind) const {
    for (size_t i = 0; i < reducers.size(); ++i) {
        if (reducers[i].lifecycle == kind) return ReducerId(static_cast<uint32_t>(i));
    }
    return std::nullopt;
}

const TableDef* ModuleDef::find_table(std::string_view canonical_name) const {
    auto at = std::lower_bound(tables.begin(), tables.end(), canonical_name,
                               [](const TableDef& table, std::string_view name) { return table.schema.name < name; });
    return at != tables.end() && at->schema.name == canonical_name ? &*at : nullptr;
}

const TypeDef* ModuleDef::find_type(uint32_t ref) const {
    for (const TypeDef& type : types) {
        if (type.ref == ref) return &type;
    }
    return nullptr;
}

Result<ModuleDef> decode_module_def(ByteView bsatn) {
    raw::RawModuleDef raw = TRY(raw::decode_bsatn(bsatn));
    return validate(flatten(std::move(raw)));
}

Result<ModuleDef> decode_module_def_json(std::string_view json) {
    raw::RawModuleDef raw = TRY(raw::decode_json(json));
    return validate(flatten(std::move(raw)));
}

}  // namespace lightcone::schema
