// SPDX-License-Identifier: Apache-2.0
// BSATN of types: a tag byte, then for Ref a u32, for Array the element type, for Sum and Product a u32 count of
// elements, each an optional name (00 + string, or 01) and a type.
#include <algorithm>

#include "base/limits.h"
#include "sats/algebraic_type.h"
#include "sats/utf8.h"

namespace lightcone::sats {

namespace {

constexpr uint8_t kNamed = 0;
constexpr uint8_t kUnnamed = 1;

class TypeDecoder {
  public:
    explicit TypeDecoder(ByteReader& in) : in_(in) {}

    Result<AlgebraicType> type(uint32_t depth) {
        if (depth > kTypeDepthMax) {
            return fail(ErrorCode::InvalidArgument, "type nests deeper than {} levels", kTypeDepthMax);
        }
        if (++nodes_ > kTypeNodesMax) {
            return fail(ErrorCode::InvalidArgument, "type has more than {} parts", kTypeNodesMax);
        }
        uint8_t tag = TRY(in_.u8());
        if (tag > static_cast<uint8_t>(TypeKind::F64)) {
            return fail(ErrorCode::InvalidArgument, "unknown tag {:#x} for sum type AlgebraicType", tag);
        }
        AlgebraicType type(static_cast<TypeKind>(tag));
        switch (type.kind) {
            case TypeKind::Ref: type.ref = TRY(in_.u32()); break;
            case TypeKind::Array: {
                AlgebraicType element = TRY(this->type(depth + 1));
                type.elements.push_back({std::nullopt, std::move(element)});
                break;
            }
            case TypeKind::Sum:
            case TypeKind::Product: TRY_VOID(elements(type, depth)); break;
            default: break;
        }
        return type;
    }

  private:
    Result<void> elements(AlgebraicType& type, uint32_t depth) {
        uint32_t count = TRY(in_.u32());
        if (type.kind == TypeKind::Sum && count > kSumVariantsMax) {
            return fail(ErrorCode::InvalidArgument, "sum type has {} variants, at most {} are possible", count,
                        kSumVariantsMax);
        }
        // An element takes two bytes at least, so that a false count reserves no more than its input could hold.
        type.elements.reserve(std::min<size_t>({count, kReserveElementsMax, in_.remaining() / 2}));
        for (uint32_t i = 0; i < count; ++i) {
            TypeElement element;
            element.name = TRY(name());
            element.type = TRY(this->type(depth + 1));
            type.elements.push_back(std::move(element));
        }
        return {};
    }

    Result<std::optional<std::string>> name() {
        uint8_t tag = TRY(in_.u8());
        if (tag == kUnnamed) return std::optional<std::string>();
        if (tag != kNamed) return fail(ErrorCode::InvalidArgument, "unknown tag {:#x} for sum type <unknown>", tag);
        ByteView text = TRY(in_.length_prefixed());
        if (!is_valid_utf8(text)) return fail(ErrorCode::InvalidArgument, "invalid utf8");
        return std::optional<std::string>(as_text(text));
    }

    ByteReader& in_;
    uint32_t nodes_ = 0;
};

}  // namespace

Result<AlgebraicType> decode_type(ByteReader& in) {
    return TypeDecoder(in).type(0);
}

Result<Typespace> decode_typespace(ByteReader& in) {
    uint32_t count = TRY(in.u32());
    Typespace typespace;
    typespace.types.reserve(std::min<size_t>({count, kReserveElementsMax, in.remaining()}));
    TypeDecoder decoder(in);
    for (uint32_t i = 0; i < count; ++i) typespace.types.push_back(TRY(decoder.type(0)));
    return typespace;
}

void encode_type(const AlgebraicType& type, Bytes& out) {
    ByteWriter writer(out);
    writer.u8(static_cast<uint8_t>(type.kind));
    switch (type.kind) {
        case TypeKind::Ref: writer.u32(type.ref); break;
        case TypeKind::Array: encode_type(type.elements[0].type, out); break;
        case TypeKind::Sum:
        case TypeKind::Product:
            writer.u32(static_cast<uint32_t>(type.elements.size()));
            for (const TypeElement& element : type.elements) {
                writer.u8(element.name ? kNamed : kUnnamed);
                if (element.name) writer.length_prefixed(*element.name);
                encode_type(element.type, out);
            }
            break;
        default: break;
    }
}

void encode_typespace(const Typespace& typespace, Bytes& out) {
    ByteWriter(out).u32(static_cast<uint32_t>(typespace.types.size()));
    for (const AlgebraicType& type : typespace.types) encode_type(type, out);
}

}  // namespace lightcone::sats
