// SPDX-License-Identifier: Apache-2.0
// BSATN to JSON text, and the same walk without the text.
#include <bit>

#include "base/limits.h"
#include "sats/json_codec.h"
#include "sats/json_number.h"
#include "sats/json_writer.h"
#include "sats/utf8.h"

namespace lightcone::sats {

namespace {

// Parts of a value (elements, payloads) that one conversion may visit: types can make values of few or no bytes have
// very many, so a number for free, then in proportion to the bytes.
constexpr uint64_t kFreePartsMax = 1u << 17;
constexpr uint64_t kPartsPerByteMax = 128;

class Encoder {
  public:
    // `out` may be null: the value is only walked.
    Encoder(ByteReader& in, const Typespace& typespace, std::string* out)
        : in_(in), typespace_(typespace), out_(out), parts_left_(kFreePartsMax + kPartsPerByteMax * in.remaining()) {}

    Result<void> value(const AlgebraicType& declared, JsonForm form, uint32_t depth) {
        if (depth > kJsonDepthMax) {
            return fail(ErrorCode::LimitExceeded, "value nests deeper than {} levels", kJsonDepthMax);
        }
        if (parts_left_-- == 0) return fail(ErrorCode::LimitExceeded, "value has too many parts for its size");
        const AlgebraicType& type = *TRY(dereference(declared, typespace_));
        switch (type.kind) {
            case TypeKind::Product: return product(type, form, depth);
            case TypeKind::Sum: return sum(type, form, depth);
            case TypeKind::Array: return array(type.elements[0].type, form, depth);
            case TypeKind::String: return string();
            case TypeKind::Bool: return boolean();
            default: return number(type.kind);
        }
    }

  private:
    void put(std::string_view text) {
        if (out_ != nullptr) *out_ += text;
    }

    Result<void> product(const AlgebraicType& type, JsonForm form, uint32_t depth) {
        bool named = form != JsonForm::Positional;
        put(named ? "{" : "[");
        bool first = true;
        for (const TypeElement& element : type.elements) {
            if (!first) put(",");
            first = false;
            if (named && out_ != nullptr) {
                if (!element.name) return fail(ErrorCode::InvalidArgument, "tuple element has no name");
                append_json_string(*element.name, *out_);
                put(":");
            }
            TRY_VOID(value(element.type, form, depth + 1));
        }
        put(named ? "}" : "]");
        return {};
    }

    Result<void> sum(const AlgebraicType& type, JsonForm form, uint32_t depth) {
        uint8_t tag = TRY(in_.u8());
        if (tag >= type.elements.size()) {
            return fail(ErrorCode::InvalidArgument, "unknown tag {:#x} for sum type <unknown>", tag);
        }
        const TypeElement& variant = type.elements[tag];
        bool named = form == JsonForm::Named && variant.name;
        if (out_ != nullptr) {
            *out_ += named ? "{" : "[";
            if (named) {
                append_json_string(*variant.name, *out_);
            } else {
                *out_ += std::to_string(tag);
            }
            *out_ += named ? ":" : ",";
        }
        TRY_VOID(value(variant.type, form, depth + 1));
        put(named ? "}" : "]");
        return {};
    }

    Result<void> array(const AlgebraicType& declared_element, JsonForm form, uint32_t depth) {
        const AlgebraicType& element = *TRY(dereference(declared_element, typespace_));
        if (element.kind == TypeKind::U8) return bytes();
        uint32_t count = TRY(in_.u32());
        JsonForm inner = form == JsonForm::Hybrid ? JsonForm::Positional : form;
        put("[");
        for (uint32_t i = 0; i < count; ++i) {
            if (i > 0) put(",");
            size_t before = in_.position();
            TRY_VOID(value(element, inner, depth + 1));
            // Elements without bytes differ in nothing: walking one of them is enough.
            if (out_ == nullptr && in_.position() == before) break;
        }
        put("]");
        return {};
    }

    Result<void> bytes() {
        ByteView content = TRY(in_.length_prefixed());
        if (out_ == nullptr) return {};
        *out_ += '"';
        *out_ += to_hex(content);
        *out_ += '"';
        return {};
    }

    Result<void> string() {
        ByteView text = TRY(in_.length_prefixed());
        if (!is_valid_utf8(text)) return fail(ErrorCode::InvalidArgument, "invalid utf8");
        if (out_ != nullptr) append_json_string(as_text(text), *out_);
        return {};
    }

    Result<void> boolean() {
        uint8_t byte = TRY(in_.u8());
        if (byte > 1) return fail(ErrorCode::InvalidArgument, "byte {} not valid as `bool` (must be 0 or 1)", byte);
        put(byte == 1 ? "true" : "false");
        return {};
    }

    template <typename Signed>
    void put_signed(const uint8_t* at) {
        Signed number;
        std::memcpy(&number, at, sizeof number);
        Int128 wide = number;
        append_decimal(wide < 0 ? Uint128{0} - static_cast<Uint128>(wide) : static_cast<Uint128>(wide), wide < 0,
                       *out_);
    }

    template <typename Unsigned>
    void put_unsigned(const uint8_t* at) {
        Unsigned number;
        std::memcpy(&number, at, sizeof number);
        append_decimal(number, false, *out_);
    }

    Result<void> number(TypeKind kind) {
        const uint8_t* at = TRY(in_.take(*scalar_bytes(kind), type_kind_name(kind))).data();
        if (out_ == nullptr) return {};
        switch (kind) {
            case TypeKind::I8: put_signed<int8_t>(at); break;
            case TypeKind::U8: put_unsigned<uint8_t>(at); break;
            case TypeKind::I16: put_signed<int16_t>(at); break;
            case TypeKind::U16: put_unsigned<uint16_t>(at); break;
            case TypeKind::I32: put_signed<int32_t>(at); break;
            case TypeKind::U32: put_unsigned<uint32_t>(at); break;
            case TypeKind::I64: put_signed<int64_t>(at); break;
            case TypeKind::U64: put_unsigned<uint64_t>(at); break;
            case TypeKind::I128: put_signed<Int128>(at); break;
            case TypeKind::U128: put_unsigned<Uint128>(at); break;
            case TypeKind::I256: quoted_hex256(at, true); break;
            case TypeKind::U256: quoted_hex256(at, false); break;
            case TypeKind::F32: append_float(std::bit_cast<float>(load_le<uint32_t>(at)), *out_); break;
            default: append_float(std::bit_cast<double>(load_le<uint64_t>(at)), *out_); break;
        }
        return {};
    }

    void quoted_hex256(const uint8_t* at, bool is_signed) {
        *out_ += '"';
        append_hex256(at, is_signed, *out_);
        *out_ += '"';
    }

    ByteReader& in_;
    const Typespace& typespace_;
    std::string* out_;
    uint64_t parts_left_;
};

}  // namespace

Result<void> bsatn_to_json(ByteReader& in, const AlgebraicType& type, const Typespace& typespace, JsonForm form,
                           std::string& out) {
    size_t before = out.size();
    auto result = Encoder(in, typespace, &out).value(type, form, 0);
    if (!result) out.resize(before);
    return result;
}

Result<ByteView> read_value(ByteReader& in, const AlgebraicType& type, const Typespace& typespace) {
    ByteView rest = in.rest();
    TRY_VOID(Encoder(in, typespace, nullptr).value(type, JsonForm::Positional, 0));
    return rest.first(rest.size() - in.remaining());
}

}  // namespace lightcone::sats
