// SPDX-License-Identifier: Apache-2.0
// JSON trees to BSATN.
#include <fmt/format.h>

#include <charconv>
#include <unordered_map>

#include "sats/json_codec.h"
#include "sats/json_number.h"

namespace lightcone::sats {

namespace {

// Products up to this many elements are searched by name one by one.
constexpr size_t kLinearSearchMax = 16;
constexpr size_t kListedNamesMax = 16;

using Elements = std::vector<TypeElement>;

// "expected `a`", "expected `a` or `b`", "expected one of `a`, `b`, `c`"
std::string expected_names(const Elements& elements, std::string_view noun) {
    std::string list;
    size_t named = 0;
    for (const TypeElement& element : elements) {
        if (!element.name) continue;
        if (++named > kListedNamesMax) {
            list += ", …";
            break;
        }
        if (named > 1) list += elements.size() == 2 ? " or " : ", ";
        list += fmt::format("`{}`", *element.name);
    }
    if (named == 0) return fmt::format("there are no {}s", noun);
    return (named > 2 ? "expected one of " : "expected ") + list;
}

// Finds elements by name; keys given in declaration order cost one comparison each.
class NameIndex {
  public:
    explicit NameIndex(const Elements& elements) : elements_(elements) {}

    // elements.size() if there is none. `hint`: where the name probably is.
    size_t find(std::string_view name, size_t hint) {
        if (hint < elements_.size() && matches(hint, name)) return hint;
        if (elements_.size() <= kLinearSearchMax) {
            size_t i = 0;
            while (i < elements_.size() && !matches(i, name)) ++i;
            return i;
        }
        if (by_name_.empty()) {
            for (size_t i = 0; i < elements_.size(); ++i) {
                if (elements_[i].name) by_name_.try_emplace(*elements_[i].name, i);
            }
        }
        auto found = by_name_.find(name);
        return found == by_name_.end() ? elements_.size() : found->second;
    }

  private:
    bool matches(size_t i, std::string_view name) const { return elements_[i].name && *elements_[i].name == name; }

    const Elements& elements_;
    std::unordered_map<std::string_view, size_t> by_name_;
};

class Decoder {
  public:
    Decoder(const Typespace& typespace, Bytes& out) : typespace_(typespace), writer_(out) {}

    // `owner` is set for the product that holds a call's arguments.
    Result<void> product(const JsonValue& json, const AlgebraicType& type, const JsonArgsOwner* owner) {
        if (json.is_array()) return product_by_position(json.items(), type, owner);
        if (json.is_object()) return product_by_name(json.members(), type, owner);
        return json.unexpected_type(product_text(type, owner));
    }

    Result<void> value(const JsonValue& json, const AlgebraicType& declared) {
        const AlgebraicType& type = *TRY(dereference(declared, typespace_));
        switch (type.kind) {
            case TypeKind::Product: return product(json, type, nullptr);
            case TypeKind::Sum: return sum(json, type);
            case TypeKind::Array: return array(json, type.elements[0].type);
            case TypeKind::String: return string(json);
            case TypeKind::Bool:
                if (!json.is_bool()) return json.unexpected_type("a boolean");
                writer_.u8(json.boolean() ? 1 : 0);
                return {};
            case TypeKind::I256: return hex256(json, true);
            case TypeKind::U256: return hex256(json, false);
            case TypeKind::F32: return real<float>(json, "f32");
            case TypeKind::F64: return real<double>(json, "f64");
            default: return integer(json, type.kind);
        }
    }

    // Adds where in the whole value an error happened.
    Result<void> located(Result<void> result) const {
        if (!result && !path_.empty()) result.error().message += fmt::format(" at `{}`", path_);
        return result;
    }

  private:
    static std::string product_text(const AlgebraicType& type, const JsonArgsOwner* owner) {
        size_t count = type.elements.size();
        if (owner != nullptr) return fmt::format("{} args for {} with {} elements", owner->kind, owner->name, count);
        return fmt::format("product type <product> with {} elements", count);
    }

    Result<void> product_by_position(std::span<const JsonValue> items, const AlgebraicType& type,
                                     const JsonArgsOwner* owner) {
        if (items.size() != type.elements.size()) {
            return fail(ErrorCode::InvalidArgument, "invalid length {}, expected {}", items.size(),
                        product_text(type, owner));
        }
        for (size_t i = 0; i < items.size(); ++i) TRY_VOID(element(items[i], type, i));
        return {};
    }

    Result<void> product_by_name(std::span<const JsonMember> members, const AlgebraicType& type,
                                 const JsonArgsOwner* owner) {
        NameIndex names(type.elements);
        std::vector<const JsonValue*> given(type.elements.size(), nullptr);
        for (size_t i = 0; i < members.size(); ++i) {
            const std::string& key = members[i].key;
            size_t index = names.find(key, i);
            if (index == given.size()) {
                std::string what = owner != nullptr ? fmt::format("{} argument", owner->kind) : "field";
                return fail(ErrorCode::InvalidArgument, "unknown {} `{}`, {}", what, key,
                            expected_names(type.elements, what));
            }
            if (given[index] != nullptr) return fail(ErrorCode::InvalidArgument, "duplicate field `{}`", key);
            given[index] = &members[i].value;
        }
        for (size_t i = 0; i < given.size(); ++i) {
            if (given[i] == nullptr) {
                return fail(ErrorCode::InvalidArgument, "missing field `{}`", element_name(type, i));
            }
            TRY_VOID(element(*given[i], type, i));
        }
        return {};
    }

    static std::string element_name(const AlgebraicType& type, size_t i) {
        const TypeElement& element = type.elements[i];
        return element.name ? *element.name : std::to_string(i);
    }

    Result<void> element(const JsonValue& json, const AlgebraicType& product, size_t i) {
        auto result = value(json, product.elements[i].type);
        if (!result) path_ = fmt::format(".{}{}", element_name(product, i), path_);
        return result;
    }

    Result<void> sum(const JsonValue& json, const AlgebraicType& type) {
        constexpr uint8_t kNoneTag = 1;
        if (json.is_null() && special_type(type) == SpecialType::Option) {
            writer_.u8(kNoneTag);
            return {};
        }
        JsonVariant variant = TRY(read_json_variant(json));
        size_t tag = variant.tag ? *variant.tag : NameIndex(type.elements).find(variant.name, SIZE_MAX);
        if (tag >= type.elements.size()) {
            return fail(ErrorCode::InvalidArgument, "unknown variant `{}`, {}",
                        variant.tag ? std::to_string(tag) : variant.name, expected_names(type.elements, "variant"));
        }
        writer_.u8(static_cast<uint8_t>(tag));
        return element(*variant.payload, type, tag);
    }

    Result<void> array(const JsonValue& json, const AlgebraicType& declared_element) {
        const AlgebraicType& element_type = *TRY(dereference(declared_element, typespace_));
        if (json.is_string() && element_type.kind == TypeKind::U8) {
            auto bytes = from_hex(json.string());
            if (!bytes) {
                return fail(ErrorCode::InvalidArgument, "invalid value: {}, expected bytes as hex digits: {}",
                            json.describe(), bytes.error().message);
            }
            writer_.length_prefixed(*bytes);
            return {};
        }
        if (!json.is_array()) {
            return json.unexpected_type(element_type.kind == TypeKind::U8 ? "a hex string or a sequence"
                                                                          : "a sequence");
        }
        std::span<const JsonValue> items = json.items();
        writer_.u32(static_cast<uint32_t>(items.size()));
        for (size_t i = 0; i < items.size(); ++i) {
            auto result = value(items[i], element_type);
            if (result) continue;
            path_ = fmt::format("[{}]{}", i, path_);
            return result;
        }
        return {};
    }

    Result<void> string(const JsonValue& json) {
        if (!json.is_string()) return json.unexpected_type("a string");
        if (json.string().size() > UINT32_MAX) return fail(ErrorCode::InvalidArgument, "len too long");
        writer_.length_prefixed(json.string());
        return {};
    }

    Result<void> hex256(const JsonValue& json, bool is_signed) {
        if (!json.is_string()) return json.unexpected_type(is_signed ? "i256 as a 0x string" : "u256 as a 0x string");
        writer_.raw(TRY(parse_hex256(json.string(), is_signed)));
        return {};
    }

    template <typename T>
    Result<void> real(const JsonValue& json, const char* type_name) {
        if (!json.is_number()) return json.unexpected_type(type_name);
        T number = TRY(parse_float<T>(json.number_text(), type_name));
        put(number);
        return {};
    }

    template <typename T>
    void put(T number) {
        writer_.raw({reinterpret_cast<const uint8_t*>(&number), sizeof number});
    }

    template <typename T>
    Result<void> put_unsigned(const JsonValue& json, const char* type_name) {
        if (!is_integer_text(json.number_text())) return json.unexpected_type(type_name);
        T number = TRY(parse_unsigned<T>(json.number_text(), type_name));
        put(number);
        return {};
    }

    template <typename T>
    Result<void> put_signed(const JsonValue& json, const char* type_name) {
        if (!is_integer_text(json.number_text())) return json.unexpected_type(type_name);
        T number = TRY(parse_signed<T>(json.number_text(), type_name));
        put(number);
        return {};
    }

    Result<void> integer(const JsonValue& json, TypeKind kind) {
        switch (kind) {
            case TypeKind::I8: return put_signed<int8_t>(json, "i8");
            case TypeKind::U8: return put_unsigned<uint8_t>(json, "u8");
            case TypeKind::I16: return put_signed<int16_t>(json, "i16");
            case TypeKind::U16: return put_unsigned<uint16_t>(json, "u16");
            case TypeKind::I32: return put_signed<int32_t>(json, "i32");
            case TypeKind::U32: return put_unsigned<uint32_t>(json, "u32");
            case TypeKind::I64: return put_signed<int64_t>(json, "i64");
            case TypeKind::U64: return put_unsigned<uint64_t>(json, "u64");
            case TypeKind::I128: return put_signed<Int128>(json, "i128");
            default: return put_unsigned<Uint128>(json, "u128");
        }
    }

    const Typespace& typespace_;
    ByteWriter writer_;
    // Where the error that is being passed up happened; grows from the inside out.
    std::string path_;
};

// A decimal u8, as the key of a sum's object or the first item of its array may be.
std::optional<uint8_t> tag_text(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    uint8_t tag = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), tag);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return tag;
}

}  // namespace

Result<JsonVariant> read_json_variant(const JsonValue& json) {
    if (json.is_object()) {
        if (json.members().size() != 1) {
            return fail(ErrorCode::InvalidArgument, "expected map representing sum type to have exactly one field");
        }
        const JsonMember& only = json.members()[0];
        return JsonVariant{tag_text(only.key), only.key, &only.value};
    }
    if (json.is_array()) {
        auto items = json.items();
        if (items.size() != 2) {
            return fail(ErrorCode::InvalidArgument, "invalid length {}, expected sum type as [tag, payload]",
                        items.size());
        }
        if (items[0].is_string()) return JsonVariant{tag_text(items[0].string()), items[0].string(), &items[1]};
        if (!items[0].is_number() || !is_integer_text(items[0].number_text())) {
            return items[0].unexpected_type("a variant's tag or name");
        }
        return JsonVariant{TRY(parse_unsigned<uint8_t>(items[0].number_text(), "u8")), {}, &items[1]};
    }
    return json.unexpected_type("sum type");
}

Result<void> json_to_bsatn(const JsonValue& json, const AlgebraicType& type, const Typespace& typespace, Bytes& out) {
    size_t before = out.size();
    Decoder decoder(typespace, out);
    auto result = decoder.located(decoder.value(json, type));
    if (!result) out.resize(before);
    return result;
}

Result<void> json_args_to_bsatn(const JsonValue& json, JsonArgsOwner owner, const AlgebraicType& parameters,
                                const Typespace& typespace, Bytes& out) {
    size_t before = out.size();
    Decoder decoder(typespace, out);
    auto result = decoder.located(decoder.product(json, parameters, &owner));
    if (!result) out.resize(before);
    return result;
}

}  // namespace lightcone::sats
