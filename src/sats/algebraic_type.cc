// SPDX-License-Identifier: Apache-2.0
#include "sats/algebraic_type.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/assert.h"
#include "base/limits.h"

namespace lightcone::sats {

namespace {

constexpr std::array<const char*, 20> kKindNames = {
    "Ref", "Sum", "Product", "Array", "String", "Bool", "I8",   "U8",   "I16", "U16",
    "I32", "U32", "I64",     "U64",   "I128",   "U128", "I256", "U256", "F32", "F64",
};

std::unexpected<Error> ref_out_of_range(uint32_t index, const Typespace& typespace) {
    return fail(ErrorCode::InvalidArgument, "type reference &{} is out of range: the typespace has {} types", index,
                typespace.types.size());
}

// Inlines refs depth first; `open_` holds the refs on the path from the root, at most two per level of nesting.
class Resolver {
  public:
    explicit Resolver(const Typespace& typespace) : typespace_(typespace) {}

    Result<AlgebraicType> run(const AlgebraicType& type, uint32_t depth) {
        if (depth > kTypeDepthMax) {
            return fail(ErrorCode::InvalidArgument, "type nests deeper than {} levels", kTypeDepthMax);
        }
        if (type.kind == TypeKind::Ref) return follow(type.ref, depth);
        if (++nodes_ > kTypeNodesMax) {
            return fail(ErrorCode::InvalidArgument, "type has more than {} parts once its references are replaced",
                        kTypeNodesMax);
        }
        AlgebraicType copy(type.kind);
        copy.elements.reserve(type.elements.size());
        for (const TypeElement& element : type.elements) {
            AlgebraicType inner = TRY(run(element.type, depth + 1));
            copy.elements.push_back({element.name, std::move(inner)});
        }
        return copy;
    }

  private:
    Result<AlgebraicType> follow(uint32_t index, uint32_t depth) {
        if (index >= typespace_.types.size()) return ref_out_of_range(index, typespace_);
        if (std::find(open_.begin(), open_.end(), index) != open_.end()) {
            return fail(ErrorCode::InvalidArgument, "Found recursive type reference &{}", index);
        }
        open_.push_back(index);
        // A ref that names another ref counts as a level, so that a long chain of them cannot exhaust the stack.
        const AlgebraicType& target = typespace_.types[index];
        auto resolved = run(target, target.kind == TypeKind::Ref ? depth + 1 : depth);
        open_.pop_back();
        return resolved;
    }

    const Typespace& typespace_;
    std::vector<uint32_t> open_;
    uint32_t nodes_ = 0;
};

void append_type_text(const AlgebraicType& type, std::string& out) {
    switch (type.kind) {
        case TypeKind::Ref: out += fmt::format("&{}", type.ref); return;
        case TypeKind::Array:
            out += "Array<";
            append_type_text(type.elements[0].type, out);
            out += '>';
            return;
        case TypeKind::Product:
            out += '(';
            for (size_t i = 0; i < type.elements.size(); ++i) {
                if (i > 0) out += ", ";
                out += type.elements[i].name ? *type.elements[i].name : std::to_string(i);
                out += ": ";
                append_type_text(type.elements[i].type, out);
            }
            out += ')';
            return;
        case TypeKind::Sum:
            out += '(';
            if (type.elements.empty()) out += '|';
            for (size_t i = 0; i < type.elements.size(); ++i) {
                if (i > 0) out += " | ";
                if (type.elements[i].name) out += *type.elements[i].name + ": ";
                append_type_text(type.elements[i].type, out);
            }
            out += ')';
            return;
        default: out += type_kind_name(type.kind); return;
    }
}

bool is_named(const TypeElement& element, std::string_view name) {
    return element.name && *element.name == name;
}

struct Wrapper {
    std::string_view field;
    TypeKind inner;
    SpecialType special;
};

// The special types that are products of one scalar.
constexpr Wrapper kWrappers[] = {
    {"__identity__", TypeKind::U256, SpecialType::Identity},
    {"__connection_id__", TypeKind::U128, SpecialType::ConnectionId},
    {"__timestamp_micros_since_unix_epoch__", TypeKind::I64, SpecialType::Timestamp},
    {"__time_duration_micros__", TypeKind::I64, SpecialType::TimeDuration},
    {"__uuid__", TypeKind::U128, SpecialType::Uuid},
};

SpecialType special_product(const AlgebraicType& type) {
    if (type.elements.empty()) return SpecialType::Unit;
    if (type.elements.size() != 1) return SpecialType::None;
    const TypeElement& only = type.elements[0];
    for (const Wrapper& wrapper : kWrappers) {
        if (only.type.kind == wrapper.inner && is_named(only, wrapper.field)) return wrapper.special;
    }
    return SpecialType::None;
}

SpecialType special_sum(const AlgebraicType& type) {
    if (type.elements.empty()) return SpecialType::Never;
    if (type.elements.size() != 2) return SpecialType::None;
    const TypeElement& first = type.elements[0];
    const TypeElement& second = type.elements[1];
    if (is_named(first, "some") && is_named(second, "none") && second.type.is_unit()) return SpecialType::Option;
    if (is_named(first, "ok") && is_named(second, "err")) return SpecialType::Result;
    if (is_named(first, "Interval") && special_type(first.type) == SpecialType::TimeDuration &&
        is_named(second, "Time") && special_type(second.type) == SpecialType::Timestamp) {
        return SpecialType::ScheduleAt;
    }
    return SpecialType::None;
}

}  // namespace

bool AlgebraicType::operator==(const AlgebraicType&) const = default;

AlgebraicType AlgebraicType::make_ref(uint32_t index) {
    AlgebraicType type(TypeKind::Ref);
    type.ref = index;
    return type;
}

AlgebraicType AlgebraicType::array_of(AlgebraicType element) {
    AlgebraicType type(TypeKind::Array);
    type.elements.push_back({std::nullopt, std::move(element)});
    return type;
}

AlgebraicType AlgebraicType::option_of(AlgebraicType some) {
    AlgebraicType type(TypeKind::Sum);
    type.elements.push_back({"some", std::move(some)});
    type.elements.push_back({"none", unit()});
    return type;
}

AlgebraicType AlgebraicType::product(std::vector<TypeElement> elements) {
    AlgebraicType type(TypeKind::Product);
    type.elements = std::move(elements);
    return type;
}

AlgebraicType AlgebraicType::sum(std::vector<TypeElement> variants) {
    AlgebraicType type(TypeKind::Sum);
    type.elements = std::move(variants);
    return type;
}

std::optional<uint32_t> scalar_bytes(TypeKind kind) {
    switch (kind) {
        case TypeKind::Bool:
        case TypeKind::I8:
        case TypeKind::U8: return 1;
        case TypeKind::I16:
        case TypeKind::U16: return 2;
        case TypeKind::I32:
        case TypeKind::U32:
        case TypeKind::F32: return 4;
        case TypeKind::I64:
        case TypeKind::U64:
        case TypeKind::F64: return 8;
        case TypeKind::I128:
        case TypeKind::U128: return 16;
        case TypeKind::I256:
        case TypeKind::U256: return 32;
        case TypeKind::Ref:
        case TypeKind::Sum:
        case TypeKind::Product:
        case TypeKind::Array:
        case TypeKind::String: break;
    }
    return std::nullopt;
}

Result<AlgebraicType> resolve(const AlgebraicType& type, const Typespace& typespace) {
    return Resolver(typespace).run(type, 0);
}

Result<const AlgebraicType*> dereference(const AlgebraicType& type, const Typespace& typespace) {
    const AlgebraicType* at = &type;
    for (uint32_t hops = 0; at->kind == TypeKind::Ref; ++hops) {
        if (at->ref >= typespace.types.size()) return ref_out_of_range(at->ref, typespace);
        if (hops >= kTypeDepthMax) {
            return fail(ErrorCode::InvalidArgument, "type reference &{} leads through more than {} references",
                        type.ref, kTypeDepthMax);
        }
        at = &typespace.types[at->ref];
    }
    return at;
}

const char* type_kind_name(TypeKind kind) {
    return kKindNames[static_cast<size_t>(kind)];
}

std::optional<TypeKind> type_kind_of_name(std::string_view name) {
    for (size_t i = 0; i < kKindNames.size(); ++i) {
        if (name == kKindNames[i]) return static_cast<TypeKind>(i);
    }
    return std::nullopt;
}

std::string type_text(const AlgebraicType& type) {
    std::string text;
    append_type_text(type, text);
    return text;
}

SpecialType special_type(const AlgebraicType& type) {
    switch (type.kind) {
        case TypeKind::Product: return special_product(type);
        case TypeKind::Sum: return special_sum(type);
        case TypeKind::Array:
            return type.elements[0].type.kind == TypeKind::U8 ? SpecialType::Bytes : SpecialType::None;
        default: return SpecialType::None;
    }
}

AlgebraicType make_special(SpecialType special) {
    for (const Wrapper& wrapper : kWrappers) {
        if (wrapper.special != special) continue;
        return AlgebraicType::product({{std::string(wrapper.field), AlgebraicType(wrapper.inner)}});
    }
    switch (special) {
        case SpecialType::Unit: return AlgebraicType::unit();
        case SpecialType::Never: return AlgebraicType::sum({});
        case SpecialType::Bytes: return AlgebraicType::array_of(AlgebraicType(TypeKind::U8));
        case SpecialType::ScheduleAt:
            return AlgebraicType::sum({{"Interval", make_special(SpecialType::TimeDuration)},
                                       {"Time", make_special(SpecialType::Timestamp)}});
        default: ASSERT(false, "special type {} has parameters", static_cast<int>(special));
    }
    return {};
}

bool is_simple_enum(const AlgebraicType& type) {
    if (type.kind != TypeKind::Sum) return false;
    for (const TypeElement& variant : type.elements) {
        if (!variant.type.is_unit()) return false;
    }
    return true;
}

}  // namespace lightcone::sats
