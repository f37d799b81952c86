// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <unordered_set>

#include "schema/identifier.h"
#include "schema/validate.h"

namespace lightcone::schema {

namespace {

// "scope"::"Name"
std::string quoted_name(const TypeDef& type) {
    std::string text;
    for (const std::string& segment : type.canonical_scope) text += fmt::format("\"{}\"::", segment);
    return text + fmt::format("\"{}\"", type.name);
}

std::string scoped_name(const TypeDef& type) {
    std::string text;
    for (const std::string& segment : type.canonical_scope) text += segment + "::";
    return text + type.name;
}

// Unnamed elements first, then names ascending; equal names are allowed.
bool is_default_order(const sats::AlgebraicType& canonical) {
    return std::is_sorted(canonical.elements.begin(), canonical.elements.end(),
                          [](const sats::TypeElement& a, const sats::TypeElement& b) { return a.name < b.name; });
}

TypeDef named(const raw::TypeDef& raw, Validation& v) {
    TypeDef type;
    type.scope = raw.source_name.scope;
    type.source_name = raw.source_name.source_name;
    type.name = v.naming.type(type.source_name);
    type.ref = raw.ty;
    type.custom_ordering = raw.custom_ordering;
    v.errors.add_identifier(RuleKind::Types, identifier_error(type.name));
    for (const std::string& segment : type.scope) {
        type.canonical_scope.push_back(v.naming.type(segment));
        v.errors.add_identifier(RuleKind::Types, identifier_error(type.canonical_scope.back()));
    }
    return type;
}

}  // namespace

void validate_types(Validation& v) {
    std::unordered_set<std::string> taken;
    std::vector<bool> checked(v.source.typespace.types.size());
    for (const raw::TypeDef& raw : v.source.types) {
        TypeDef type = named(raw, v);
        if (!taken.insert(scoped_name(type)).second) {
            v.errors.add(RuleKind::Types, "name `{}` is used for multiple types", scoped_name(type));
        }
        if (type.ref >= checked.size()) {
            v.errors.add(RuleKind::Types, "Type {} has invalid ref: &{}", quoted_name(type), type.ref);
            continue;
        }
        // Several names for one entry: its content is walked once.
        if (!checked[type.ref]) {
            checked[type.ref] = true;
            if (auto error = v.types.definition_error(type.ref)) {
                v.errors.add(RuleKind::Types, "error at typespace ref `&{}`: {}", type.ref, *error);
            }
            const sats::AlgebraicType& canonical = v.def.canonical_typespace.types[type.ref];
            if (!type.custom_ordering && !is_default_order(canonical)) {
                v.errors.add(RuleKind::Types, "type `{}` is not annotated with a custom ordering, but uses one: {}",
                             quoted_name(type), short_type_text(canonical));
            }
        }
        v.def.types.push_back(std::move(type));
    }
}

}  // namespace lightcone::schema
