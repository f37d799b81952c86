// SPDX-License-Identifier: Apache-2.0
#include "cli/definition_view.h"

#include "sats/json_codec.h"

namespace lightcone::cli {

namespace {

// Types in Rust spelling, as signatures print them.
std::string rust_type(const sats::AlgebraicType& type) {
    using sats::TypeKind;
    switch (sats::special_type(type)) {
        case sats::SpecialType::Identity: return "Identity";
        case sats::SpecialType::ConnectionId: return "ConnectionId";
        case sats::SpecialType::Timestamp: return "Timestamp";
        case sats::SpecialType::TimeDuration: return "TimeDuration";
        case sats::SpecialType::ScheduleAt: return "ScheduleAt";
        case sats::SpecialType::Uuid: return "Uuid";
        case sats::SpecialType::Option: return "Option<" + rust_type(type.elements[0].type) + ">";
        case sats::SpecialType::Unit: return "()";
        default: break;
    }
    switch (type.kind) {
        case TypeKind::Array: return "Vec<" + rust_type(type.elements[0].type) + ">";
        case TypeKind::Product:
        case TypeKind::Sum: {
            std::string text = type.kind == TypeKind::Sum ? "enum { " : "{ ";
            for (size_t i = 0; i < type.elements.size(); ++i) {
                text += fmt::format("{}{}: {}", i > 0 ? ", " : "", type.elements[i].name.value_or(std::to_string(i)),
                                    rust_type(type.elements[i].type));
            }
            return text + " }";
        }
        case TypeKind::String: return "String";
        default: break;
    }
    std::string text = sats::type_text(type);
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

}  // namespace

std::string ReducerView::signature() const {
    std::string text = name + "(";
    for (size_t i = 0; i < params.elements.size(); ++i) {
        text += fmt::format("{}{}: {}", i > 0 ? ", " : "", params.elements[i].name.value_or(std::to_string(i)),
                            rust_type(params.elements[i].type));
    }
    return text + ")";
}

const sats::JsonValue* DefinitionView::section(std::string_view name) const {
    const sats::JsonValue* sections = root_.find("sections");
    if (sections == nullptr) return nullptr;
    for (const sats::JsonValue& item : sections->items()) {
        if (const sats::JsonValue* found = item.find(name)) return found;
    }
    return nullptr;
}

std::string DefinitionView::canonical_name(std::string_view kind, std::string_view source_name) const {
    if (const sats::JsonValue* names = section("ExplicitNames")) {
        const sats::JsonValue* entries = names->find("entries");
        for (const sats::JsonValue& entry :
             entries != nullptr ? entries->items() : std::span<const sats::JsonValue>()) {
            const sats::JsonValue* mapping = entry.find(kind);
            if (mapping == nullptr) continue;
            const sats::JsonValue* source = mapping->find("source_name");
            const sats::JsonValue* canonical = mapping->find("canonical_name");
            if (source != nullptr && canonical != nullptr && source->string() == source_name) {
                return std::string(canonical->string());
            }
        }
    }
    return std::string(source_name);
}

Result<DefinitionView> DefinitionView::parse(std::string_view json) {
    DefinitionView view;
    view.root_ = TRY(sats::JsonValue::parse(json));
    if (view.root_.find("sections") == nullptr) {
        return fail(ErrorCode::InvalidArgument, "the server's schema is no module definition of version 10");
    }
    if (const sats::JsonValue* typespace = view.section("Typespace")) {
        view.typespace_ = TRY(sats::typespace_from_json(*typespace));
    }
    TRY_VOID(view.read_reducers());
    TRY_VOID(view.read_tables());
    return view;
}

Result<void> DefinitionView::read_reducers() {
    const sats::JsonValue* list = section("Reducers");
    if (list == nullptr) return {};
    for (const sats::JsonValue& item : list->items()) {
        ReducerView reducer;
        reducer.source_name = TRY(TRY(item.require("source_name"))->as_string());
        reducer.name = canonical_name("Function", reducer.source_name);
        // The parameters are a bare product type: {"elements":[…]}.
        const sats::JsonValue& elements = *TRY(TRY(item.require("params"))->require("elements"));
        for (const sats::JsonValue& element : elements.items()) {
            sats::AlgebraicType type = TRY(sats::type_from_json(*TRY(element.require("algebraic_type"))));
            const sats::JsonValue* name = TRY(element.require("name"))->find("some");
            auto resolved = sats::resolve(type, typespace_);
            reducer.params.elements.push_back(
                {name != nullptr ? std::optional(std::string(name->string())) : std::nullopt,
                 resolved ? std::move(*resolved) : std::move(type)});
        }
        reducers_.push_back(std::move(reducer));
    }
    const sats::JsonValue* lifecycle = section("LifeCycleReducers");
    for (const sats::JsonValue& item : lifecycle != nullptr ? lifecycle->items() : std::span<const sats::JsonValue>()) {
        const sats::JsonValue* name = item.find("function_name");
        for (ReducerView& reducer : reducers_) {
            if (name != nullptr && (name->string() == reducer.name || name->string() == reducer.source_name)) {
                reducer.is_lifecycle = true;
            }
        }
    }
    return {};
}

Result<void> DefinitionView::read_tables() {
    const sats::JsonValue* list = section("Tables");
    if (list == nullptr) return {};
    for (const sats::JsonValue& item : list->items()) {
        TableView table;
        table.source_name = TRY(TRY(item.require("source_name"))->as_string());
        table.name = canonical_name("Table", table.source_name);
        uint64_t ref = TRY(TRY(item.require("product_type_ref"))->as_u64());
        table.row_type = TRY(sats::resolve(sats::AlgebraicType::make_ref(static_cast<uint32_t>(ref)), typespace_));
        tables_.push_back(std::move(table));
    }
    return {};
}

const ReducerView* DefinitionView::find_reducer(std::string_view name) const {
    for (const ReducerView& reducer : reducers_) {
        if (reducer.name == name) return &reducer;
    }
    return nullptr;
}

const TableView* DefinitionView::find_table(std::string_view name) const {
    for (const TableView& table : tables_) {
        if (table.name == name || table.source_name == name) return &table;
    }
    return nullptr;
}

std::vector<std::string> DefinitionView::callable_reducers() const {
    std::vector<std::string> names;
    for (const ReducerView& reducer : reducers_) {
        if (!reducer.is_lifecycle) names.push_back(reducer.name);
    }
    return names;
}

}  // namespace lightcone::cli
