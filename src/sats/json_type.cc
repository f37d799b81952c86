// SPDX-License-Identifier: Apache-2.0
// Types as JSON, both ways. A type is itself a value of a sum type, so its input follows the same rules as values.
#include "base/limits.h"
#include "sats/json_codec.h"
#include "sats/json_number.h"
#include "sats/json_writer.h"

namespace lightcone::sats {

namespace {

void write_type(const AlgebraicType& type, JsonWriter& json);

void write_elements(const AlgebraicType& type, JsonWriter& json) {
    json.begin_object().key(type.kind == TypeKind::Sum ? "variants" : "elements").begin_array();
    for (const TypeElement& element : type.elements) {
        json.begin_object().key("name").begin_object();
        if (element.name) {
            json.key("some").string(*element.name);
        } else {
            json.key("none").begin_array().end_array();
        }
        json.end_object().key("algebraic_type");
        write_type(element.type, json);
        json.end_object();
    }
    json.end_array().end_object();
}

void write_type(const AlgebraicType& type, JsonWriter& json) {
    json.begin_object().key(type_kind_name(type.kind));
    switch (type.kind) {
        case TypeKind::Ref: json.u64(type.ref); break;
        case TypeKind::Array: write_type(type.elements[0].type, json); break;
        case TypeKind::Sum:
        case TypeKind::Product: write_elements(type, json); break;
        default: json.begin_array().end_array(); break;
    }
    json.end_object();
}

// The fields of a built-in product, given by name or by position.
template <size_t N>
Result<std::array<const JsonValue*, N>> read_fields(const JsonValue& json, const std::array<const char*, N>& names) {
    std::array<const JsonValue*, N> fields{};
    if (json.is_array()) {
        if (json.items().size() != N) {
            return fail(ErrorCode::InvalidArgument, "invalid length {}, expected product type with {} elements",
                        json.items().size(), N);
        }
        for (size_t i = 0; i < N; ++i) fields[i] = &json.items()[i];
        return fields;
    }
    for (const JsonMember& member : TRY(json.as_object())) {
        size_t i = 0;
        while (i < N && member.key != names[i]) ++i;
        if (i == N) return fail(ErrorCode::InvalidArgument, "unknown field `{}`", member.key);
        if (fields[i] != nullptr) return fail(ErrorCode::InvalidArgument, "duplicate field `{}`", member.key);
        fields[i] = &member.value;
    }
    for (size_t i = 0; i < N; ++i) {
        if (fields[i] == nullptr) return fail(ErrorCode::InvalidArgument, "missing field `{}`", names[i]);
    }
    return fields;
}

Result<void> expect_unit(const JsonValue& json) {
    bool empty = json.is_array() ? json.items().empty() : json.is_object() && json.members().empty();
    if (!empty) return json.unexpected_type("unit as [] or {}");
    return {};
}

Result<std::optional<std::string>> read_name(const JsonValue& json) {
    if (json.is_null()) return std::optional<std::string>();
    JsonVariant variant = TRY(read_json_variant(json));
    bool is_some = variant.tag ? *variant.tag == 0 : variant.name == "some";
    bool is_none = variant.tag ? *variant.tag == 1 : variant.name == "none";
    if (is_some) return std::optional<std::string>(TRY(variant.payload->as_string()));
    if (!is_none) return json.unexpected_type("an optional name, `some` or `none`");
    TRY_VOID(expect_unit(*variant.payload));
    return std::optional<std::string>();
}

Result<AlgebraicType> read_type(const JsonValue& json, uint32_t depth);

Result<void> read_elements(const JsonValue& json, AlgebraicType& type, uint32_t depth) {
    auto [list] = TRY(read_fields<1>(json, {type.kind == TypeKind::Sum ? "variants" : "elements"}));
    std::span<const JsonValue> items = TRY(list->as_array());
    if (type.kind == TypeKind::Sum && items.size() > kSumVariantsMax) {
        return fail(ErrorCode::InvalidArgument, "sum type has {} variants, at most {} are possible", items.size(),
                    kSumVariantsMax);
    }
    type.elements.reserve(items.size());
    for (const JsonValue& item : items) {
        auto [name, inner] = TRY(read_fields<2>(item, {"name", "algebraic_type"}));
        TypeElement element;
        element.name = TRY(read_name(*name));
        element.type = TRY(read_type(*inner, depth + 1));
        type.elements.push_back(std::move(element));
    }
    return {};
}

Result<AlgebraicType> read_type(const JsonValue& json, uint32_t depth) {
    if (depth > kTypeDepthMax) {
        return fail(ErrorCode::InvalidArgument, "type nests deeper than {} levels", kTypeDepthMax);
    }
    JsonVariant variant = TRY(read_json_variant(json));
    std::optional<TypeKind> kind = type_kind_of_name(variant.name);
    if (variant.tag) {
        kind = *variant.tag <= static_cast<uint8_t>(TypeKind::F64) ? std::optional(static_cast<TypeKind>(*variant.tag))
                                                                   : std::nullopt;
    }
    if (!kind) {
        return fail(ErrorCode::InvalidArgument, "unknown variant `{}` of AlgebraicType",
                    variant.tag ? std::to_string(*variant.tag) : variant.name);
    }
    AlgebraicType type(*kind);
    switch (*kind) {
        case TypeKind::Ref: {
            if (!is_integer_text(variant.payload->number_text())) return variant.payload->unexpected_type("u32");
            type.ref = TRY(parse_unsigned<uint32_t>(variant.payload->number_text(), "u32"));
            break;
        }
        case TypeKind::Array: {
            AlgebraicType element = TRY(read_type(*variant.payload, depth + 1));
            type.elements.push_back({std::nullopt, std::move(element)});
            break;
        }
        case TypeKind::Sum:
        case TypeKind::Product: TRY_VOID(read_elements(*variant.payload, type, depth)); break;
        default: TRY_VOID(expect_unit(*variant.payload)); break;
    }
    return type;
}

}  // namespace

void type_to_json(const AlgebraicType& type, std::string& out) {
    JsonWriter json(out);
    write_type(type, json);
}

void product_type_to_json(const AlgebraicType& product, std::string& out) {
    JsonWriter json(out);
    write_elements(product, json);
}

void typespace_to_json(const Typespace& typespace, std::string& out) {
    JsonWriter json(out);
    json.begin_object().key("types").begin_array();
    for (const AlgebraicType& type : typespace.types) write_type(type, json);
    json.end_array().end_object();
}

Result<AlgebraicType> type_from_json(const JsonValue& json) {
    return read_type(json, 0);
}

Result<Typespace> typespace_from_json(const JsonValue& json) {
    auto [list] = TRY(read_fields<1>(json, {"types"}));
    Typespace typespace;
    for (const JsonValue& item : TRY(list->as_array())) typespace.types.push_back(TRY(read_type(item, 0)));
    return typespace;
}

}  // namespace lightcone::sats
