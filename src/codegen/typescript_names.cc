// SPDX-License-Identifier: Apache-2.0
#include "codegen/typescript_names.h"

#include <algorithm>
#include <tuple>

#include "codegen/typescript_text.h"

namespace lightcone::codegen {

namespace {

bool is_ascii_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_ascii_word(char c) {
    return is_ascii_letter(c) || (c >= '0' && c <= '9');
}

char ascii_upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

char ascii_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// The key that the client library makes of a function's wire name when it runs.
std::string library_accessor(const std::string& wire_name) {
    std::string out;
    for (size_t i = 0; i < wire_name.size(); ++i) {
        bool separator = wire_name[i] == '_';
        if (separator && i + 1 < wire_name.size() && wire_name[i + 1] == '_') continue;
        if (separator && i + 1 < wire_name.size() && is_ascii_word(wire_name[i + 1])) {
            out += ascii_upper(wire_name[++i]);
        } else {
            out += wire_name[i];
        }
    }
    if (!out.empty()) out[0] = ascii_lower(out[0]);
    return out;
}

// Whether the library's types derive another key than its code: they drop every separator, and capitalise any letter.
bool library_disagrees(const std::string& wire_name) {
    if (wire_name.ends_with('_')) return true;
    for (size_t i = 0; i + 1 < wire_name.size(); ++i) {
        if (wire_name[i] == '_' && static_cast<unsigned char>(wire_name[i + 1]) >= 0x80) return true;
    }
    return false;
}

std::vector<RowSource> select_row_sources(const schema::ModuleDef& def, const TypescriptOptions& options) {
    std::vector<RowSource> sources;
    for (const schema::TableDef& table : def.tables) {
        const schema::TableSchema& schema = table.schema;
        if (schema.access == schema::TableAccess::Private && !options.include_private) continue;
        RowSource& source = sources.emplace_back();
        source.wire_name = schema.name;
        source.accessor = schema.accessor;
        source.product_type_ref = table.product_type_ref;
        source.columns = &schema.columns;
        source.primary_key = schema.primary_key;
        source.table = &table;
    }
    for (const schema::ViewDef& view : def.views) {
        RowSource& source = sources.emplace_back();
        source.wire_name = view.name;
        source.accessor = view.source_name;
        source.product_type_ref = view.product_type_ref;
        source.columns = &view.columns;
        source.primary_key = view.primary_key;
    }
    std::sort(sources.begin(), sources.end(), [](const RowSource& a, const RowSource& b) {
        return std::tie(a.accessor, a.wire_name) < std::tie(b.accessor, b.wire_name);
    });
    NameSet files;
    NameSet symbols;
    NameSet keys;
    for (RowSource& source : sources) {
        source.file = files.claim(snake_name(source.accessor) + "_table");
        source.symbol = symbols.claim(pascal_name(source.accessor) + "Row");
        source.key = keys.claim(camel_name(source.accessor));
    }
    return sources;
}

void name_functions(std::vector<FunctionSource>& functions, const std::vector<std::string>& source_names,
                    const std::string& file_suffix, const std::string& symbol_suffix) {
    NameSet files;
    NameSet pascals;
    NameSet accessors;
    for (size_t i = 0; i < functions.size(); ++i) {
        FunctionSource& function = functions[i];
        function.file = files.claim(snake_name(source_names[i]) + file_suffix);
        function.pascal = pascals.claim(pascal_name(source_names[i]));
        function.symbol = function.pascal + symbol_suffix;
        if (!function.callable) continue;
        std::string derived = library_accessor(function.wire_name);
        std::string accessor = accessors.claim(derived);
        if (accessor != derived || library_disagrees(function.wire_name)) function.accessor_override = accessor;
    }
}

bool is_selected(const schema::ReducerDef& reducer, const TypescriptOptions& options) {
    if (reducer.lifecycle == schema::Lifecycle::Init) return false;
    return options.include_private || reducer.visibility == schema::FunctionVisibility::ClientCallable;
}

std::vector<FunctionSource> select_reducers(const schema::ModuleDef& def, const TypescriptOptions& options) {
    std::vector<FunctionSource> functions;
    std::vector<std::string> source_names;
    for (const schema::ReducerDef& reducer : def.reducers) {
        if (!is_selected(reducer, options)) continue;
        FunctionSource& function = functions.emplace_back();
        function.wire_name = reducer.name;
        function.params = &reducer.params;
        function.callable = !reducer.lifecycle;
        source_names.push_back(reducer.source_name);
    }
    name_functions(functions, source_names, "_reducer", "Reducer");
    return functions;
}

std::vector<FunctionSource> select_procedures(const schema::ModuleDef& def, const TypescriptOptions& options) {
    std::vector<const schema::ProcedureDef*> selected;
    for (const schema::ProcedureDef& procedure : def.procedures) {
        bool visible = procedure.visibility == schema::FunctionVisibility::ClientCallable;
        if (visible || options.include_private) selected.push_back(&procedure);
    }
    std::sort(selected.begin(), selected.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
    std::vector<FunctionSource> functions;
    std::vector<std::string> source_names;
    for (const schema::ProcedureDef* procedure : selected) {
        FunctionSource& function = functions.emplace_back();
        function.wire_name = procedure->name;
        function.params = &procedure->params;
        function.return_type = &procedure->return_type;
        source_names.push_back(procedure->source_name);
    }
    name_functions(functions, source_names, "_procedure", "Procedure");
    return functions;
}

}  // namespace

Selection select_items(const schema::ModuleDef& def, const TypescriptOptions& options) {
    return {.row_sources = select_row_sources(def, options),
            .reducers = select_reducers(def, options),
            .procedures = select_procedures(def, options)};
}

}  // namespace lightcone::codegen
