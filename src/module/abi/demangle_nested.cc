// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "module/abi/demangle.h"

namespace lightcone::module::abi {

namespace {

struct Escape {
    std::string_view code;
    std::string_view text;
};
constexpr std::array kEscapes = {
    Escape{"$SP$", "@"},  Escape{"$BP$", "*"},  Escape{"$RF$", "&"},  Escape{"$LT$", "<"},  Escape{"$GT$", ">"},
    Escape{"$LP$", "("},  Escape{"$RP$", ")"},  Escape{"$C$", ","},   Escape{"$u20$", " "}, Escape{"$u22$", "\""},
    Escape{"$u27$", "'"}, Escape{"$u2b$", "+"}, Escape{"$u3b$", ";"}, Escape{"$u5b$", "["}, Escape{"$u5d$", "]"},
    Escape{"$u7b$", "{"}, Escape{"$u7d$", "}"}, Escape{"$u7e$", "~"}, Escape{"..", "::"},
};

void append_part(std::string& out, std::string_view part) {
    if (part.starts_with("_$")) part.remove_prefix(1);
    while (!part.empty()) {
        const Escape* found = nullptr;
        for (const Escape& escape : kEscapes) {
            if (part.starts_with(escape.code)) found = &escape;
        }
        out += found ? found->text : part.substr(0, 1);
        part.remove_prefix(found ? found->code.size() : 1);
    }
}

bool is_rust_hash(std::string_view part) {
    return part.size() == 17 && part[0] == 'h' && part.substr(1).find_first_not_of("0123456789abcdef") == part.npos;
}

// The name behind its decimal length, taken off `rest`.
std::optional<std::string_view> take_part(std::string_view& rest) {
    size_t length = 0;
    size_t digits = 0;
    while (digits < rest.size() && digits < 6 && rest[digits] >= '0' && rest[digits] <= '9') {
        length = length * 10 + static_cast<size_t>(rest[digits++] - '0');
    }
    if (digits == 0 || length == 0 || rest.size() - digits < length) return std::nullopt;
    std::string_view part = rest.substr(digits, length);
    rest.remove_prefix(digits + length);
    return part;
}

}  // namespace

std::optional<std::string> demangle_nested(std::string_view name) {
    std::string_view rest = name;
    if (!rest.starts_with("_Z")) return std::nullopt;
    rest.remove_prefix(2);
    bool nested = rest.starts_with('N');
    if (nested) rest.remove_prefix(1);
    while (nested && (rest.starts_with('K') || rest.starts_with('V'))) rest.remove_prefix(1);

    std::string out;
    size_t parts = 0;
    while (!rest.empty() && !(nested && rest[0] == 'E')) {
        auto part = take_part(rest);
        if (!part) return std::nullopt;
        if (parts > 0 && is_rust_hash(*part) && rest == "E") return out;
        if (parts++ > 0) out += "::";
        append_part(out, *part);
        if (!nested) return out;
    }
    if (parts == 0 || rest.empty()) return std::nullopt;
    return out;
}

}  // namespace lightcone::module::abi
