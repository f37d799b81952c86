// SPDX-License-Identifier: Apache-2.0
#include "codegen/typescript_types.h"

#include <algorithm>
#include <tuple>

#include "base/limits.h"
#include "codegen/typescript_text.h"

namespace lightcone::codegen {

namespace {

using sats::SpecialType;
using sats::TypeKind;

struct Leaf {
    const char* builder;
    const char* value_type;  // `sdk` is the client library
    ColumnAbility ability;
};

Leaf scalar_leaf(TypeKind kind) {
    switch (kind) {
        case TypeKind::Bool: return {"t.bool()", "boolean", ColumnAbility::All};
        case TypeKind::I8: return {"t.i8()", "number", ColumnAbility::All};
        case TypeKind::U8: return {"t.u8()", "number", ColumnAbility::All};
        case TypeKind::I16: return {"t.i16()", "number", ColumnAbility::All};
        case TypeKind::U16: return {"t.u16()", "number", ColumnAbility::All};
        case TypeKind::I32: return {"t.i32()", "number", ColumnAbility::All};
        case TypeKind::U32: return {"t.u32()", "number", ColumnAbility::All};
        case TypeKind::I64: return {"t.i64()", "bigint", ColumnAbility::All};
        case TypeKind::U64: return {"t.u64()", "bigint", ColumnAbility::All};
        case TypeKind::I128: return {"t.i128()", "bigint", ColumnAbility::All};
        case TypeKind::U128: return {"t.u128()", "bigint", ColumnAbility::All};
        case TypeKind::I256: return {"t.i256()", "bigint", ColumnAbility::All};
        case TypeKind::U256: return {"t.u256()", "bigint", ColumnAbility::All};
        case TypeKind::F32: return {"t.f32()", "number", ColumnAbility::Name};
        case TypeKind::F64: return {"t.f64()", "number", ColumnAbility::Name};
        case TypeKind::String: return {"t.string()", "string", ColumnAbility::All};
        default: return {};
    }
}

// Special types without parameters.
Leaf special_leaf(SpecialType special) {
    switch (special) {
        case SpecialType::Unit: return {"t.unit()", "{}", ColumnAbility::None};
        // The library has no builder for the type without values; an enum without variants is one.
        case SpecialType::Never: return {"t.enum(\"Never\", {})", "never", ColumnAbility::NameAndKey};
        case SpecialType::Bytes: return {"t.byteArray()", "globalThis.Uint8Array", ColumnAbility::Name};
        case SpecialType::Identity: return {"t.identity()", "sdk.Identity", ColumnAbility::All};
        case SpecialType::ConnectionId: return {"t.connectionId()", "sdk.ConnectionId", ColumnAbility::All};
        case SpecialType::Timestamp: return {"t.timestamp()", "sdk.Timestamp", ColumnAbility::All};
        case SpecialType::TimeDuration: return {"t.timeDuration()", "sdk.TimeDuration", ColumnAbility::All};
        case SpecialType::Uuid: return {"t.uuid()", "sdk.Uuid", ColumnAbility::All};
        case SpecialType::ScheduleAt: return {"t.scheduleAt()", "sdk.ScheduleAt", ColumnAbility::Name};
        default: return {};
    }
}

Leaf leaf_of(const sats::AlgebraicType& type) {
    Leaf special = special_leaf(sats::special_type(type));
    return special.builder != nullptr ? special : scalar_leaf(type.kind);
}

// A declared type that has a builder of its own: values are the library's classes wherever the type is used.
Leaf library_definition(const sats::AlgebraicType& type) {
    SpecialType special = sats::special_type(type);
    bool plain = special == SpecialType::Unit || special == SpecialType::Never || special == SpecialType::Bytes;
    return plain ? Leaf{} : special_leaf(special);
}

ColumnAbility definition_ability(const sats::AlgebraicType& type) {
    Leaf library = library_definition(type);
    if (library.builder != nullptr) return library.ability;
    return type.kind == TypeKind::Sum ? ColumnAbility::NameAndKey : ColumnAbility::Name;
}

Result<void> check_depth(uint32_t depth) {
    if (depth <= kTypeDepthMax) return {};
    return fail(ErrorCode::InvalidArgument, "a type nests deeper than {} levels", kTypeDepthMax);
}

std::unexpected<Error> no_client_type(const sats::AlgebraicType& type) {
    return fail(ErrorCode::InvalidArgument, "no client type stands for {}; give it a name in the module",
                sats::type_text(type));
}

Result<void> check_ref(uint32_t ref, size_t entry_count) {
    if (ref < entry_count) return {};
    return fail(ErrorCode::InvalidArgument, "type reference &{} is out of range: the module has {} types", ref,
                entry_count);
}

bool is_unit_variant(const sats::AlgebraicType& sum, size_t i) {
    return sum.kind == TypeKind::Sum && sum.elements[i].type.is_unit();
}

}  // namespace

std::vector<std::string> member_keys(const sats::AlgebraicType& type) {
    NameSet taken;
    std::vector<std::string> keys;
    for (const sats::TypeElement& element : type.elements) {
        std::string name = element.name.value_or("");
        keys.push_back(taken.claim(type.kind == TypeKind::Sum ? pascal_name(name) : camel_name(name)));
    }
    return keys;
}

TypeWriter::TypeWriter(const schema::ModuleDef& def)
    : def_(def), graph_(def.source_typespace), names_by_ref_(def.source_typespace.types.size()) {
    for (const schema::TypeDef& type : def.types) named_.push_back({&type, ""});
    std::sort(named_.begin(), named_.end(), [](const NamedType& a, const NamedType& b) {
        return std::tie(a.def->scope, a.def->source_name) < std::tie(b.def->scope, b.def->source_name);
    });
    NameSet taken;
    for (NamedType& named : named_) {
        std::string name;
        for (const std::string& segment : named.def->scope) name += pascal_name(segment);
        named.name = taken.claim(name + pascal_name(named.def->source_name));
        if (named.def->ref >= names_by_ref_.size()) continue;
        std::string& by_ref = names_by_ref_[named.def->ref];
        if (by_ref.empty()) by_ref = named.name;
    }
}

Result<void> TypeWriter::spend(size_t text_bytes) {
    if (text_bytes > bytes_left_) {
        return fail(ErrorCode::LimitExceeded,
                    "the bindings of this module would be larger than {} bytes; declare its nested types by name",
                    kGeneratedBytesMax);
    }
    bytes_left_ -= text_bytes;
    return {};
}

Result<BuilderText> TypeWriter::builder(const sats::AlgebraicType& type) {
    BuilderText out;
    TRY_VOID(append_builder(type, 0, out));
    return out;
}

Result<void> TypeWriter::append_builder(const sats::AlgebraicType& type, uint32_t depth, BuilderText& out) {
    TRY_VOID(check_depth(depth));
    size_t before = out.text.size();
    if (Leaf leaf = leaf_of(type); leaf.builder != nullptr) {
        out.text += leaf.builder;
        out.ability = leaf.ability;
        return spend(out.text.size() - before);
    }
    switch (sats::special_type(type)) {
        case SpecialType::Option: return append_call("t.option(", type.elements[0].type, depth, out);
        case SpecialType::Result:
            out.text += "t.result(";
            TRY_VOID(append_builder(type.elements[0].type, depth + 1, out));
            out.text += ", ";
            TRY_VOID(append_builder(type.elements[1].type, depth + 1, out));
            out.text += ')';
            out.ability = ColumnAbility::None;
            return spend(12);
        default: break;
    }
    if (type.kind == TypeKind::Array) return append_call("t.array(", type.elements[0].type, depth, out);
    if (type.kind != TypeKind::Ref) return no_client_type(type);
    TRY_VOID(check_ref(type.ref, names_by_ref_.size()));
    const sats::AlgebraicType& target = def_.source_typespace.types[type.ref];
    const std::string& name = names_by_ref_[type.ref];
    if (name.empty()) return append_builder(target, depth + 1, out);
    out.text += name;
    out.type_names.insert(name);
    out.refs.insert(type.ref);
    out.ability = definition_ability(target);
    return spend(name.size());
}

Result<void> TypeWriter::append_call(const char* function, const sats::AlgebraicType& type, uint32_t depth,
                                     BuilderText& out) {
    out.text += function;
    TRY_VOID(append_builder(type, depth + 1, out));
    out.text += ')';
    out.ability = ColumnAbility::Name;
    return spend(std::char_traits<char>::length(function) + 1);
}

Result<void> TypeWriter::append_value_type(const sats::AlgebraicType& type, uint32_t depth, std::string& out) {
    TRY_VOID(check_depth(depth));
    TRY_VOID(spend(4));
    if (Leaf leaf = leaf_of(type); leaf.builder != nullptr) {
        out += leaf.value_type;
        return {};
    }
    SpecialType special = sats::special_type(type);
    if (special == SpecialType::Option || special == SpecialType::Result) {
        TRY_VOID(append_value_type(type.elements[0].type, depth + 1, out));
        out += " | ";
        if (special == SpecialType::Option) {
            out += "undefined";
        } else {
            TRY_VOID(append_value_type(type.elements[1].type, depth + 1, out));
        }
        return {};
    }
    if (type.kind == TypeKind::Array) {
        std::string element;
        TRY_VOID(append_value_type(type.elements[0].type, depth + 1, element));
        bool is_union = element.find('|') != std::string::npos;
        out += is_union ? "(" + element + ")[]" : element + "[]";
        return {};
    }
    if (type.kind != TypeKind::Ref) return no_client_type(type);
    TRY_VOID(check_ref(type.ref, names_by_ref_.size()));
    const std::string& name = names_by_ref_[type.ref];
    if (name.empty()) return append_value_type(def_.source_typespace.types[type.ref], depth + 1, out);
    out += name;
    return spend(name.size());
}

Result<void> TypeWriter::append_members(const NamedType& named, const std::vector<std::string>& keys,
                                        std::string& file) {
    const sats::AlgebraicType& type = def_.source_typespace.types[named.def->ref];
    for (size_t i = 0; i < keys.size(); ++i) {
        BuilderText member = TRY(builder(type.elements[i].type));
        bool recursive = std::any_of(member.refs.begin(), member.refs.end(),
                                     [&](uint32_t ref) { return graph_.contain_each_other(ref, named.def->ref); });
        if (member.refs.empty()) {
            file += fmt::format("  {}: {},\n", keys[i], member.text);
        } else if (!recursive) {
            file += fmt::format("  get {}() {{ return {}; }},\n", keys[i], member.text);
        } else {
            std::string value_type;
            TRY_VOID(append_value_type(type.elements[i].type, 0, value_type));
            file += fmt::format("  get {}(): sdk.TypeBuilder<{}, sdk.AlgebraicType> {{ return {}; }},\n", keys[i],
                                value_type, member.text);
        }
    }
    return {};
}

// A type that contains itself cannot be inferred from its builder, so it is written down.
Result<void> TypeWriter::append_recursive_value_type(const NamedType& named, const std::vector<std::string>& keys,
                                                     std::string& file) {
    const sats::AlgebraicType& type = def_.source_typespace.types[named.def->ref];
    bool is_sum = type.kind == TypeKind::Sum;
    file += fmt::format("export type {} ={}\n", named.name, is_sum ? "" : " {");
    for (size_t i = 0; i < keys.size(); ++i) {
        std::string value_type;
        TRY_VOID(append_value_type(type.elements[i].type, 0, value_type));
        if (!is_sum) {
            file += fmt::format("  {}: {};\n", keys[i], value_type);
        } else if (is_unit_variant(type, i)) {
            file += fmt::format("  | {{ tag: {} }}\n", string_literal(keys[i]));
        } else {
            file += fmt::format("  | {{ tag: {}; value: {} }}\n", string_literal(keys[i]), value_type);
        }
    }
    if (is_sum) {
        file.insert(file.size() - 1, ";");
    } else {
        file += "};\n";
    }
    return {};
}

Result<void> TypeWriter::append_definition(const NamedType& named, std::string& file) {
    TRY_VOID(check_ref(named.def->ref, names_by_ref_.size()));
    const sats::AlgebraicType& type = def_.source_typespace.types[named.def->ref];
    if (type.kind != TypeKind::Product && type.kind != TypeKind::Sum) return no_client_type(type);
    if (Leaf library = library_definition(type); library.builder != nullptr) {
        file += fmt::format("\nexport const {0} = {1};\nexport type {0} = {2};\n", named.name, library.builder,
                            library.value_type);
        return {};
    }
    std::vector<std::string> keys = member_keys(type);
    file += fmt::format("\nexport const {} = t.{}({}, {{", named.name, type.kind == TypeKind::Sum ? "enum" : "object",
                        string_literal(named.name));
    if (!keys.empty()) file += '\n';
    TRY_VOID(append_members(named, keys, file));
    file += "});\n";
    if (graph_.is_recursive(named.def->ref)) return append_recursive_value_type(named, keys, file);
    file += fmt::format("export type {0} = sdk.Infer<typeof {0}>;\n", named.name);
    return {};
}

Result<std::string> TypeWriter::types_file() {
    std::string file = file_head();
    if (named_.empty()) return file + "export {};\n";
    file += "import type * as sdk from \"spacetimedb\";\nimport { t } from \"spacetimedb\";\n";
    for (const NamedType& named : named_) {
        size_t before = file.size();
        TRY_VOID(append_definition(named, file));
        TRY_VOID(spend(file.size() - before));
    }
    return file;
}

}  // namespace lightcone::codegen
