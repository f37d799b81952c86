// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "sats/json_codec.h"
#include "sats/json_writer.h"
#include "schema/raw_codec.h"

namespace lightcone::schema::raw {

namespace {

class Writer {
  public:
    explicit Writer(std::string& out) : out_(out) {}

    void write(bool value) { out_ += value ? "true" : "false"; }
    void write(uint16_t value) { out_ += fmt::to_string(value); }
    void write(uint32_t value) { out_ += fmt::to_string(value); }
    void write(__int128 value) { out_ += fmt::format("{}", value); }
    void write(const std::string& value) { sats::append_json_string(value, out_); }
    void write(const Bytes& value) { sats::append_json_string(to_hex(value), out_); }
    void write(const Unit&) { out_ += "[]"; }
    void write(const sats::AlgebraicType& type) { sats::type_to_json(type, out_); }
    void write(const sats::Typespace& typespace) { sats::typespace_to_json(typespace, out_); }
    void write(const ProductType& product) { sats::product_type_to_json(product.type, out_); }
    void write(const Section& section) { write(section.body); }

    template <typename T>
    void write(const std::optional<T>& value) {
        if (!value) {
            out_ += "{\"none\":[]}";
            return;
        }
        out_ += "{\"some\":";
        write(*value);
        out_ += '}';
    }
    template <typename T>
    void write(const std::vector<T>& values) {
        out_ += '[';
        for (size_t i = 0; i < values.size(); ++i) {
            if (i > 0) out_ += ',';
            write(values[i]);
        }
        out_ += ']';
    }
    template <typename E>
        requires std::is_enum_v<E>
    void write(E value) {
        variant(SumText<E>::kVariants[static_cast<size_t>(value)], [this] { out_ += "[]"; });
    }
    template <typename... Ts>
    void write(const std::variant<Ts...>& value) {
        variant(SumText<std::variant<Ts...>>::kVariants[value.index()],
                [&] { std::visit([&](const auto& alternative) { write(alternative); }, value); });
    }
    template <typename S>
        requires requires { S::kFields; }
    void write(const S& value) {
        char separator = '{';
        auto one = [&](const auto& field) {
            out_ += separator;
            separator = ',';
            sats::append_json_string(field.name, out_);
            out_ += ':';
            write(value.*(field.member));
        };
        std::apply([&](const auto&... field) { (one(field), ...); }, S::kFields);
        out_ += '}';
    }

  private:
    template <typename Payload>
    void variant(std::string_view name, Payload payload) {
        out_ += '{';
        sats::append_json_string(name, out_);
        out_ += ':';
        payload();
        out_ += '}';
    }

    std::string& out_;
};

}  // namespace

std::string encode_json(const ModuleDefV9& definition) {
    std::string text;
    Writer(text).write(definition);
    return text;
}

std::string encode_json(const ModuleDefV10& definition) {
    std::string text;
    Writer(text).write(definition);
    return text;
}

}  // namespace lightcone::schema::raw
