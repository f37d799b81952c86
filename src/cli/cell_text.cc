// SPDX-License-Identifier: Apache-2.0
#include "cli/cell_text.h"

#include "sats/special.h"

namespace lightcone::cli {

namespace {

using sats::AlgebraicType;
using sats::JsonValue;
using sats::TypeKind;

std::unexpected<Error> mismatch(const JsonValue& value, const AlgebraicType& type) {
    return value.unexpected_type(sats::type_text(type));
}

std::string padded_hex(std::string_view digits, size_t count) {
    if (digits.starts_with("0x")) digits.remove_prefix(2);
    return "0x" + std::string(count > digits.size() ? count - digits.size() : 0, '0') + std::string(digits);
}

// 32 hex digits, most significant first, of a decimal number.
Result<std::string> decimal_to_hex128(std::string_view digits) {
    unsigned __int128 number = 0;
    for (char c : digits) {
        if (c < '0' || c > '9') return fail(ErrorCode::InvalidArgument, "`{}` is not a decimal number", digits);
        number = number * 10 + static_cast<unsigned>(c - '0');
    }
    return fmt::format("{:016x}{:016x}", static_cast<uint64_t>(number >> 64), static_cast<uint64_t>(number));
}

// The decimal text of what JSON gives as "0x…" or "-0x…": 256-bit integers.
Result<std::string> hex_to_decimal(std::string_view text) {
    bool negative = text.starts_with('-');
    std::string_view digits = text.substr(negative ? 1 : 0);
    if (!digits.starts_with("0x")) return fail(ErrorCode::InvalidArgument, "`{}` is not a hexadecimal number", text);
    std::string decimal = "0";  // least significant digit first
    for (char c : digits.substr(2)) {
        size_t carry = std::string_view("0123456789abcdef").find(c);
        if (carry == std::string_view::npos) {
            return fail(ErrorCode::InvalidArgument, "`{}` is not a hexadecimal number", text);
        }
        for (char& digit : decimal) {
            carry += static_cast<size_t>(digit - '0') * 16;
            digit = static_cast<char>('0' + carry % 10);
            carry /= 10;
        }
        for (; carry > 0; carry /= 10) decimal += static_cast<char>('0' + carry % 10);
    }
    if (negative) decimal += '-';
    return std::string(decimal.rbegin(), decimal.rend());
}

Result<std::string> special_text(const JsonValue& value, const AlgebraicType& type, sats::SpecialType special) {
    if (value.items().size() != 1) return mismatch(value, type);
    const JsonValue& inner = value.items()[0];
    switch (special) {
        case sats::SpecialType::Identity: return padded_hex(inner.string(), 64);
        case sats::SpecialType::ConnectionId: return "0x" + TRY(decimal_to_hex128(inner.number_text()));
        case sats::SpecialType::Uuid: {
            std::string hex = TRY(decimal_to_hex128(inner.number_text()));
            for (size_t at : {20u, 16u, 12u, 8u}) hex.insert(at, 1, '-');
            return '"' + hex + '"';
        }
        case sats::SpecialType::Timestamp: return sats::timestamp_text(TRY(inner.as_i64()));
        default: return sats::duration_text(TRY(inner.as_i64()));
    }
}

Result<std::string> product_text(const JsonValue& value, const AlgebraicType& type) {
    if (value.items().size() != type.elements.size()) return mismatch(value, type);
    std::string text = "(";
    for (size_t i = 0; i < type.elements.size(); ++i) {
        const sats::TypeElement& element = type.elements[i];
        text += fmt::format("{}{} = {}", i > 0 ? ", " : "", element.name.value_or(fmt::format("col_{}", i)),
                            TRY(cell_text(value.items()[i], element.type)));
    }
    return text + ")";
}

Result<std::string> sum_text(const JsonValue& value, const AlgebraicType& type) {
    if (value.items().size() != 2) return mismatch(value, type);
    uint64_t tag = TRY(value.items()[0].as_u64());
    if (tag >= type.elements.size()) return mismatch(value, type);
    const sats::TypeElement& variant = type.elements[tag];
    return fmt::format("({} = {})", variant.name.value_or(std::to_string(tag)),
                       TRY(cell_text(value.items()[1], variant.type)));
}

Result<std::string> array_text(const JsonValue& value, const AlgebraicType& type) {
    const AlgebraicType& element = type.elements[0].type;
    if (element.kind == TypeKind::U8) return "0x" + std::string(TRY(value.as_string()));
    std::string text = "[";
    for (const JsonValue& item : TRY(value.as_array())) {
        if (text.size() > 1) text += ", ";
        text += TRY(cell_text(item, element));
    }
    return text + "]";
}

// Terminal columns of a text: code points, which is right for all but wide scripts.
size_t display_width(std::string_view text) {
    size_t width = 0;
    for (char c : text) width += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    return width;
}

}  // namespace

Result<std::string> cell_text(const JsonValue& value, const AlgebraicType& type) {
    switch (sats::special_type(type)) {
        case sats::SpecialType::Unit: return "()";
        case sats::SpecialType::Identity:
        case sats::SpecialType::ConnectionId:
        case sats::SpecialType::Uuid:
        case sats::SpecialType::Timestamp:
        case sats::SpecialType::TimeDuration: return special_text(value, type, sats::special_type(type));
        default: break;
    }
    switch (type.kind) {
        case TypeKind::Product: return product_text(value, type);
        case TypeKind::Sum: return sum_text(value, type);
        case TypeKind::Array: return array_text(value, type);
        case TypeKind::String: return fmt::format("\"{}\"", TRY(value.as_string()));
        case TypeKind::Bool: return TRY(value.as_bool()) ? "true" : "false";
        case TypeKind::U256:
        case TypeKind::I256: return hex_to_decimal(TRY(value.as_string()));
        default: break;
    }
    if (value.is_null()) return "NaN";
    return std::string(value.is_string() ? value.string() : value.number_text());
}

std::string table_text(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows) {
    std::vector<size_t> widths;
    for (const std::string& title : header) widths.push_back(display_width(title));
    for (const auto& row : rows) {
        for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
    }
    std::string text;
    auto line = [&](const std::vector<std::string>& cells) {
        for (size_t i = 0; i < cells.size(); ++i) {
            text += i > 0 ? "| " : " ";
            text += cells[i] + std::string(widths[i] - display_width(cells[i]) + 1, ' ');
        }
        text += '\n';
    };
    line(header);
    for (size_t i = 0; i < widths.size(); ++i) text += (i > 0 ? "+" : "") + std::string(widths[i] + 2, '-');
    text += '\n';
    for (const auto& row : rows) line(row);
    return text;
}

}  // namespace lightcone::cli
