// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/limits.h"
#include "sats/utf8.h"
#include "schema/raw_codec.h"

namespace lightcone::schema::raw {

namespace {

constexpr std::string_view kPrefix = "error getting module description: error decoding module description: ";

std::unexpected<Error> unknown_tag(uint32_t tag, std::string_view sum) {
    return fail(ErrorCode::InvalidArgument, "unknown tag {:#x} for sum type {}", tag, sum);
}

std::unexpected<Error> unsupported_section(uint32_t tag) {
    if (tag == 15) {
        return fail(ErrorCode::Unsupported,
                    "module declares environment variables (section 15); this server does not support them");
    }
    if (tag == 16) {
        return fail(ErrorCode::Unsupported,
                    "module declares outbox tables (section 16); this server does not support them");
    }
    return fail(ErrorCode::Unsupported, "module definition has section {}; this server knows sections 0 to 14", tag);
}

class Reader {
  public:
    explicit Reader(ByteView bytes) : in_(bytes) {}

    Result<uint8_t> tag() { return in_.u8(); }

    Result<void> read(bool& out) {
        uint8_t byte = TRY(in_.u8());
        if (byte > 1) return fail(ErrorCode::InvalidArgument, "byte {} not valid as `bool` (must be 0 or 1)", byte);
        out = byte == 1;
        return {};
    }
    Result<void> read(uint16_t& out) {
        out = TRY(in_.u16());
        return {};
    }
    Result<void> read(uint32_t& out) {
        out = TRY(in_.u32());
        return {};
    }
    Result<void> read(__int128& out) {
        uint64_t low = TRY(in_.u64());
        uint64_t high = TRY(in_.u64());
        out = static_cast<__int128>((static_cast<unsigned __int128>(high) << 64) | low);
        return {};
    }
    Result<void> read(std::string& out) {
        ByteView text = TRY(in_.length_prefixed());
        if (!sats::is_valid_utf8(text)) return fail(ErrorCode::InvalidArgument, "invalid utf8");
        out.assign(as_text(text));
        return {};
    }
    Result<void> read(Bytes& out) {
        ByteView bytes = TRY(in_.length_prefixed());
        out.assign(bytes.begin(), bytes.end());
        return {};
    }
    Result<void> read(Unit&) { return {}; }
    Result<void> read(sats::AlgebraicType& out) {
        out = TRY(sats::decode_type(in_));
        return {};
    }
    Result<void> read(sats::Typespace& out) {
        out = TRY(sats::decode_typespace(in_));
        return {};
    }
    Result<void> read(ProductType& out) {
        uint32_t count = TRY(in_.u32());
        for (uint32_t i = 0; i < count; ++i) {
            sats::TypeElement element;
            TRY_VOID(read(element.name));
            TRY_VOID(read(element.type));
            out.type.elements.push_back(std::move(element));
        }
        return {};
    }
    Result<void> read(Section& out) {
        uint8_t tag = TRY(in_.u8());
        if (tag >= std::variant_size_v<SectionBody>) return unsupported_section(tag);
        return read_alternative(out.body, tag);
    }
    Result<void> read(ExplicitNameEntry& out) {
        uint8_t tag = TRY(in_.u8());
        if (tag == 3) {
            return fail(ErrorCode::Unsupported,
                        "module declares explicit submodule namespaces (explicit name entry 3); this server does not "
                        "support them");
        }
        if (tag >= std::variant_size_v<ExplicitNameEntry>) return unknown_tag(tag, SumText<ExplicitNameEntry>::kName);
        return read_alternative(out, tag);
    }
    Result<void> read(ModuleDefV10& out) {
        if (++submodule_depth_ > kSubmoduleDepthMax) {
            return fail(ErrorCode::LimitExceeded, "submodules nest deeper than {} levels", kSubmoduleDepthMax);
        }
        TRY_VOID(read(out.sections));
        --submodule_depth_;
        return {};
    }

    template <typename T>
    Result<void> read(std::optional<T>& out) {
        uint8_t tag = TRY(in_.u8());
        if (tag > 1) return unknown_tag(tag, "<unknown>");
        if (tag == 1) {
            out.reset();
            return {};
        }
        return read(out.emplace());
    }
    template <typename T>
    Result<void> read(std::vector<T>& out) {
        uint32_t count = TRY(in_.u32());
        // Every element takes a byte at least.
        out.reserve(std::min<size_t>({count, in_.remaining(), 64}));
        for (uint32_t i = 0; i < count; ++i) {
            TRY_VOID(read(out.emplace_back()));
        }
        return {};
    }
    template <typename E>
        requires std::is_enum_v<E>
    Result<void> read(E& out) {
        uint8_t tag = TRY(in_.u8());
        if (tag >= SumText<E>::kVariants.size()) return unknown_tag(tag, SumText<E>::kName);
        out = static_cast<E>(tag);
        return {};
    }
    template <typename... Ts>
    Result<void> read(std::variant<Ts...>& out) {
        uint8_t tag = TRY(in_.u8());
        if (tag >= sizeof...(Ts)) return unknown_tag(tag, SumText<std::variant<Ts...>>::kName);
        return read_alternative(out, tag);
    }
    template <typename S>
        requires requires { S::kFields; }
    Result<void> read(S& out) {
        Result<void> result;
        std::apply([&](const auto&... field) { (void)((result = read(out.*(field.member))).has_value() && ...); },
                   S::kFields);
        return result;
    }

  private:
    template <size_t I = 0, typename V>
    Result<void> read_alternative(V& out, size_t tag) {
        if constexpr (I < std::variant_size_v<V>) {
            if (tag == I) return read(out.template emplace<I>());
            return read_alternative<I + 1>(out, tag);
        } else {
            return unknown_tag(static_cast<uint32_t>(tag), SumText<V>::kName);
        }
    }

    ByteReader in_;
    uint32_t submodule_depth_ = 0;
};

class Writer {
  public:
    explicit Writer(Bytes& out) : bytes_(out), out_(out) {}

    void tag(size_t value) { out_.u8(static_cast<uint8_t>(value)); }
    void write(bool value) { out_.u8(value ? 1 : 0); }
    void write(uint16_t value) { out_.u16(value); }
    void write(uint32_t value) { out_.u32(value); }
    void write(__int128 value) {
        auto bits = static_cast<unsigned __int128>(value);
        out_.u64(static_cast<uint64_t>(bits));
        out_.u64(static_cast<uint64_t>(bits >> 64));
    }
    void write(const std::string& value) { out_.length_prefixed(value); }
    void write(const Bytes& value) { out_.length_prefixed(ByteView(value)); }
    void write(const Unit&) {}
    void write(const sats::AlgebraicType& type) { sats::encode_type(type, bytes_); }
    void write(const sats::Typespace& typespace) { write(typespace.types); }
    void write(const ProductType& product) {
        out_.u32(static_cast<uint32_t>(product.type.elements.size()));
        for (const sats::TypeElement& element : product.type.elements) {
            write(element.name);
            write(element.type);
        }
    }
    void write(const Section& section) { write(section.body); }

    template <typename T>
    void write(const std::optional<T>& value) {
        tag(value ? 0 : 1);
        if (value) write(*value);
    }
    template <typename T>
    void write(const std::vector<T>& values) {
        out_.u32(static_cast<uint32_t>(values.size()));
        for (const T& value : values) write(value);
    }
    template <typename E>
        requires std::is_enum_v<E>
    void write(E value) {
        tag(static_cast<size_t>(value));
    }
    template <typename... Ts>
    void write(const std::variant<Ts...>& value) {
        tag(value.index());
        std::visit([&](const auto& alternative) { write(alternative); }, value);
    }
    template <typename S>
        requires requires { S::kFields; }
    void write(const S& value) {
        std::apply([&](const auto&... field) { (write(value.*(field.member)), ...); }, S::kFields);
    }

  private:
    Bytes& bytes_;
    ByteWriter out_;
};

Result<RawModuleDef> decode_envelope(ByteView bytes) {
    Reader reader(bytes);
    uint8_t version = TRY(reader.tag());
    switch (version) {
        case 0:
            return fail(ErrorCode::Unsupported,
                        "module definition has version 8 (a library from before 1.0); this server reads versions 9 and "
                        "10: build the module with a newer library");
        case 1: {
            ModuleDefV9 definition;
            TRY_VOID(reader.read(definition));
            return RawModuleDef(std::move(definition));
        }
        case 2: {
            ModuleDefV10 definition;
            TRY_VOID(reader.read(definition));
            return RawModuleDef(std::move(definition));
        }
        default: return unknown_tag(version, "RawModuleDef");
    }
}

}  // namespace

Result<RawModuleDef> decode_bsatn(ByteView bytes) {
    if (bytes.size() > kModuleDefBytesMax) {
        return fail(ErrorCode::LimitExceeded, "module definition has {} bytes, at most {} are allowed", bytes.size(),
                    kModuleDefBytesMax);
    }
    auto decoded = decode_envelope(bytes);
    if (!decoded && decoded.error().code == ErrorCode::InvalidArgument) {
        decoded.error().message.insert(0, kPrefix);
    }
    return decoded;
}

Bytes encode_bsatn(const RawModuleDef& definition) {
    Bytes bytes;
    Writer writer(bytes);
    writer.tag(definition.index() + 1);
    std::visit([&](const auto& body) { writer.write(body); }, definition);
    return bytes;
}

}  // namespace lightcone::schema::raw
