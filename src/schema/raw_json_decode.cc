// SPDX-License-Identifier: Apache-2.0
// Numbers arrive as text (a sequence's bounds have 128 bits); the type at hand decides what a text means.
#include <charconv>

#include "base/limits.h"
#include "sats/json_codec.h"
#include "schema/raw_codec.h"

namespace lightcone::schema::raw {

namespace {

using Json = sats::JsonValue;

template <typename... Args>
std::unexpected<Error> bad(fmt::format_string<Args...> format, Args&&... args) {
    return fail(ErrorCode::InvalidArgument, format, std::forward<Args>(args)...);
}

Result<__int128> parse_i128(std::string_view digits) {
    bool negative = digits.starts_with('-');
    if (negative) digits.remove_prefix(1);
    constexpr auto kMax = ~static_cast<unsigned __int128>(0) >> 1;
    unsigned __int128 limit = negative ? kMax + 1 : kMax;
    unsigned __int128 magnitude = 0;
    if (digits.empty()) return bad("expected an integer");
    for (char c : digits) {
        if (c < '0' || c > '9') return bad("expected an integer, got `{}`", digits);
        auto digit = static_cast<unsigned>(c - '0');
        if (magnitude > (limit - digit) / 10) return bad("integer `{}` does not fit 128 bits", digits);
        magnitude = magnitude * 10 + digit;
    }
    return static_cast<__int128>(negative ? -magnitude : magnitude);
}

// The one member of an object that stands for a sum.
Result<const sats::JsonMember*> only_member(const Json& json, std::string_view sum) {
    if (json.members().size() != 1) return bad("expected an object with one key for {}, got {}", sum, json.describe());
    return json.members().data();
}

class Reader {
  public:
    Result<void> read(const Json& json, bool& out) {
        out = TRY(json.as_bool());
        return {};
    }
    Result<void> read(const Json& json, uint16_t& out) { return read_unsigned(json, out); }
    Result<void> read(const Json& json, uint32_t& out) { return read_unsigned(json, out); }
    Result<void> read(const Json& json, __int128& out) {
        if (!json.is_number()) return json.unexpected_type("i128");
        out = TRY(parse_i128(json.number_text()));
        return {};
    }
    Result<void> read(const Json& json, std::string& out) {
        out = TRY(json.as_string());
        return {};
    }
    Result<void> read(const Json& json, Bytes& out) {
        std::string_view digits = TRY(json.as_string());
        out = TRY(from_hex(digits));
        return {};
    }
    Result<void> read(const Json& json, Unit&) {
        bool is_composite = json.is_array() || json.is_object();
        if (!is_composite || !json.items().empty() || !json.members().empty()) return json.unexpected_type("unit");
        return {};
    }
    Result<void> read(const Json& json, sats::AlgebraicType& out) {
        out = TRY(sats::type_from_json(json));
        return {};
    }
    Result<void> read(const Json& json, sats::Typespace& out) {
        out = TRY(sats::typespace_from_json(json));
        return {};
    }
    Result<void> read(const Json& json, ProductType& out) {
        const Json* elements = TRY(json.require("elements"));
        for (const Json& element : TRY(elements->as_array())) {
            sats::TypeElement& decoded = out.type.elements.emplace_back();
            TRY_VOID(read_field(element, "name", decoded.name));
            TRY_VOID(read_field(element, "algebraic_type", decoded.type));
        }
        return {};
    }
    Result<void> read(const Json& json, Section& out) { return read(json, out.body); }

    template <typename T>
    Result<void> read(const Json& json, std::optional<T>& out) {
        const sats::JsonMember* member = TRY(only_member(json, "Option"));
        if (member->key == "none") {
            out.reset();
            return {};
        }
        if (member->key != "some") return bad("unknown variant `{}` of Option", member->key);
        return read(member->value, out.emplace());
    }
    template <typename T>
    Result<void> read(const Json& json, std::vector<T>& out) {
        for (const Json& element : TRY(json.as_array())) {
            TRY_VOID(read(element, out.emplace_back()));
        }
        return {};
    }
    template <typename E>
        requires std::is_enum_v<E>
    Result<void> read(const Json& json, E& out) {
        const sats::JsonMember* member = TRY(only_member(json, SumText<E>::kName));
        out = static_cast<E>(TRY(variant_index<E>(member->key)));
        Unit unit;
        return read(member->value, unit);
    }
    template <typename... Ts>
    Result<void> read(const Json& json, std::variant<Ts...>& out) {
        using Sum = std::variant<Ts...>;
        const sats::JsonMember* member = TRY(only_member(json, SumText<Sum>::kName));
        size_t index = TRY(variant_index<Sum>(member->key));
        return read_alternative(member->value, out, index);
    }
    template <typename S>
        requires requires { S::kFields; }
    Result<void> read(const Json& json, S& out) {
        Result<void> result;
        std::apply(
            [&](const auto&... field) {
                (void)((result = read_field(json, field.name, out.*(field.member))).has_value() && ...);
            },
            S::kFields);
        return result;
    }

  private:
    template <typename T>
    Result<void> read_unsigned(const Json& json, T& out) {
        if (!json.is_number()) return json.unexpected_type(sizeof(T) == 2 ? "u16" : "u32");
        std::string_view digits = json.number_text();
        auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
        if (error != std::errc() || end != digits.data() + digits.size()) {
            return bad("expected an integer of {} bits, got `{}`", 8 * sizeof(T), digits);
        }
        return {};
    }
    template <typename Sum>
    Result<size_t> variant_index(std::string_view name) {
        const auto& variants = SumText<Sum>::kVariants;
        for (size_t i = 0; i < variants.size(); ++i) {
            if (variants[i] == name) return i;
        }
        return fail(ErrorCode::Unsupported, "unknown variant `{}` of {}", name, SumText<Sum>::kName);
    }
    template <size_t I = 0, typename V>
    Result<void> read_alternative(const Json& json, V& out, size_t index) {
        if constexpr (I < std::variant_size_v<V>) {
            if (index == I) return read(json, out.template emplace<I>());
            return read_alternative<I + 1>(json, out, index);
        } else {
            return bad("unknown variant {} of {}", index, SumText<V>::kName);
        }
    }
    template <typename T>
    Result<void> read_field(const Json& json, std::string_view name, T& out) {
        const Json* member = TRY(json.require(name));
        auto result = read(*member, out);
        if (!result) result.error().message.insert(0, fmt::format("{}: ", name));
        return result;
    }
};

Result<RawModuleDef> decode_document(const Json& json) {
    Reader reader;
    const Json* v10 = json.find("V10");
    if (v10 != nullptr || json.find("sections") != nullptr) {
        ModuleDefV10 definition;
        TRY_VOID(reader.read(v10 != nullptr ? *v10 : json, definition));
        return RawModuleDef(std::move(definition));
    }
    const Json* v9 = json.find("V9");
    if (v9 != nullptr || json.find("typespace") != nullptr) {
        ModuleDefV9 definition;
        TRY_VOID(reader.read(v9 != nullptr ? *v9 : json, definition));
        return RawModuleDef(std::move(definition));
    }
    return fail(ErrorCode::Unsupported, "expected a definition of version 9 or 10: {{\"V10\":…}} or {{\"V9\":…}}");
}

}  // namespace

Result<RawModuleDef> decode_json(std::string_view text) {
    if (text.size() > kModuleDefBytesMax) {
        return fail(ErrorCode::LimitExceeded, "module definition has {} bytes, at most {} are allowed", text.size(),
                    kModuleDefBytesMax);
    }
    Json document = TRY(Json::parse(text));
    auto decoded = decode_document(document);
    if (!decoded) decoded.error().message.insert(0, "error decoding module definition: ");
    return decoded;
}

}  // namespace lightcone::schema::raw
