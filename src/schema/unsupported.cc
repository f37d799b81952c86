// SPDX-License-Identifier: Apache-2.0
#include "schema/unsupported.h"

namespace lightcone::schema {

namespace {

// A feature and the uses of it in a definition, by name.
struct Feature {
    const char* declares;  // "module declares {declares} `{name}`"
    const char* feature;   // "this server does not support {feature}"
    std::vector<std::string> (*uses)(const ModuleDef&);
};

template <typename T>
std::vector<std::string> names_of(const std::vector<T>& items) {
    std::vector<std::string> names;
    for (const T& item : items) names.push_back(item.name);
    return names;
}

template <typename Predicate>
std::vector<std::string> tables_where(const ModuleDef& def, Predicate predicate) {
    std::vector<std::string> names;
    for (const TableDef& table : def.tables) {
        if (predicate(table.schema)) names.push_back(table.schema.name);
    }
    return names;
}

std::vector<std::string> views_with_parameters(const ModuleDef& def) {
    std::vector<std::string> names;
    for (const ViewDef& view : def.views) {
        if (!view.params.elements.empty()) names.push_back(view.name);
    }
    return names;
}

constexpr Feature kFeatures[] = {
    {"scheduled table", "scheduled tables",
     [](const ModuleDef& def) {
         return tables_where(def, [](const TableSchema& t) { return t.schedule.has_value(); });
     }},
    {"procedure", "procedures", [](const ModuleDef& def) { return names_of(def.procedures); }},
    {"view", "views", [](const ModuleDef& def) { return names_of(def.views); }},
    {"view with parameters", "views that take parameters", views_with_parameters},
    {"HTTP handler", "HTTP handlers", [](const ModuleDef& def) { return names_of(def.http_handlers); }},
    {"row-level security rule", "row-level security", [](const ModuleDef& def) { return def.row_level_security; }},
    {"submodule", "submodules", [](const ModuleDef& def) { return def.submodules; }},
};

}  // namespace

std::vector<std::string> unsupported_features(const ModuleDef& def) {
    std::vector<std::string> list;
    for (const Feature& feature : kFeatures) {
        std::vector<std::string> uses = feature.uses(def);
        for (size_t i = 0; i < uses.size() && i < kUnsupportedListedMax; ++i) {
            list.push_back(fmt::format("module declares {} `{}`; this server does not support {}", feature.declares,
                                       uses[i], feature.feature));
        }
        if (uses.size() > kUnsupportedListedMax) {
            list.push_back(
                fmt::format("and {} more of this kind: {}", uses.size() - kUnsupportedListedMax, feature.declares));
        }
    }
    return list;
}

Result<void> check_supported(const ModuleDef& def) {
    std::string text;
    for (const std::string& line : unsupported_features(def)) {
        if (!text.empty()) text += '\n';
        text += line;
    }
    if (text.empty()) return {};
    return fail_text(ErrorCode::Unsupported, std::move(text));
}

}  // namespace lightcone::schema
