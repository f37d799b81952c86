// SPDX-License-Identifier: Apache-2.0
#include "schema/type_checker.h"

#include "base/limits.h"
#include "schema/error_list.h"
#include "schema/identifier.h"

namespace lightcone::schema {

namespace {

constexpr const char* kInvalidRef = "internal codegen error: invalid AlgebraicTypeRef";
// A type whose resolution fails may have cost the limit of one resolution; this many of them use up the definition's.
constexpr uint32_t kFailedResolutionsMax = 64;

uint32_t count_nodes(const sats::AlgebraicType& type) {
    uint32_t count = 1;
    for (const sats::TypeElement& element : type.elements) count += count_nodes(element.type);
    return count;
}

std::string invalid_use(const sats::AlgebraicType& type) {
    return fmt::format(
        "internal codegen error: non-special product or sum type {} cannot be used to generate a client type use",
        short_type_text(type));
}

}  // namespace

TypeChecker::TypeChecker(const ModuleSource& source, const sats::Typespace& canonical)
    : source_types_(source.typespace),
      canonical_types_(canonical),
      declared_(source.typespace.types.size()),
      ref_states_(source.typespace.types.size(), RefState::Unknown) {
    for (const raw::TypeDef& type : source.types) {
        if (type.ty < declared_.size()) declared_[type.ty] = true;
    }
}

std::optional<std::string> TypeChecker::use_error(const sats::AlgebraicType& type, uint32_t depth) {
    if (depth > kTypeDepthMax) return fmt::format("type nests deeper than {} levels", kTypeDepthMax);
    switch (sats::special_type(type)) {
        case sats::SpecialType::None: break;
        case sats::SpecialType::Option: return use_error(type.elements[0].type, depth + 1);
        case sats::SpecialType::Result: {
            auto ok = use_error(type.elements[0].type, depth + 1);
            return ok ? ok : use_error(type.elements[1].type, depth + 1);
        }
        default: return std::nullopt;
    }
    switch (type.kind) {
        case sats::TypeKind::Ref: return ref_error(type.ref, depth);
        case sats::TypeKind::Array: return use_error(type.elements[0].type, depth + 1);
        case sats::TypeKind::Product:
        case sats::TypeKind::Sum: return invalid_use(type);
        default: return std::nullopt;
    }
}

std::optional<std::string> TypeChecker::ref_error(uint32_t ref, uint32_t depth) {
    if (ref >= declared_.size()) return kInvalidRef;
    if (declared_[ref]) return std::nullopt;
    switch (ref_states_[ref]) {
        case RefState::Valid: return std::nullopt;
        case RefState::Open: return kInvalidRef;
        // The reason was given where the entry was met first.
        case RefState::Invalid: return kInvalidRef;
        case RefState::Unknown: break;
    }
    ref_states_[ref] = RefState::Open;
    auto error = use_error(source_types_.types[ref], depth + 1);
    ref_states_[ref] = error ? RefState::Invalid : RefState::Valid;
    return error;
}

std::optional<std::string> TypeChecker::definition_error(uint32_t ref) {
    const sats::AlgebraicType& type = source_types_.types[ref];
    if (type.kind != sats::TypeKind::Product && type.kind != sats::TypeKind::Sum) {
        return fmt::format("internal codegen error: type {} is not valid for generating a definition",
                           short_type_text(type));
    }
    for (const sats::TypeElement& element : type.elements) {
        if (!element.name) {
            return fmt::format("internal codegen error: all type elements require names: {}", short_type_text(type));
        }
        if (auto error = identifier_error(*element.name)) {
            return fmt::format("type {} contains identifier error {}", short_type_text(type), *error);
        }
        if (auto error = use_error(element.type)) return error;
    }
    return std::nullopt;
}

Result<sats::AlgebraicType> TypeChecker::resolve(const sats::AlgebraicType& canonical_type) {
    if (resolved_nodes_ >= kResolvedTypeNodesMax) {
        return fail(ErrorCode::LimitExceeded,
                    "the column types of this module have more than {} parts once references are replaced",
                    kResolvedTypeNodesMax);
    }
    auto resolved = sats::resolve(canonical_type, canonical_types_);
    resolved_nodes_ += resolved ? count_nodes(*resolved) : kResolvedTypeNodesMax / kFailedResolutionsMax;
    return resolved;
}

}  // namespace lightcone::schema
