// SPDX-License-Identifier: Apache-2.0
#include "schema/identifier.h"

#include <fmt/format.h>

#include "schema/unicode.h"

namespace lightcone::schema {

std::optional<std::string> identifier_error(std::string_view name) {
    if (name.empty()) return "Empty identifiers are forbidden.";
    if (name.size() > kIdentifierBytesMax) {
        return fmt::format("Identifier of {} bytes is longer than the limit of {} bytes.", name.size(),
                           kIdentifierBytesMax);
    }
    std::u32string text = unicode::decode_utf8(name);
    if (!unicode::is_nfc(text)) {
        return fmt::format(
            "Identifier `{}` is not in normalization form C according to Unicode Standard Annex 15 "
            "(http://www.unicode.org/reports/tr15/) and cannot be used for entities in a module.",
            name);
    }
    if (text[0] != '_' && !unicode::is_xid_start(text[0])) {
        return fmt::format(
            "Identifier `{}`'s starting character '{}' is neither an underscore ('_') nor a Unicode XID_start "
            "character "
            "(according to Unicode Standard Annex 31, https://www.unicode.org/reports/tr31/) and cannot be used for "
            "entities in a module.",
            name, unicode::encode_utf8(text.substr(0, 1)));
    }
    for (char32_t c : text.substr(1)) {
        if (unicode::is_xid_continue(c)) continue;
        return fmt::format(
            "Identifier `{}` contains a character '{}' that is not an XID_continue character (according to Unicode "
            "Standard Annex 31, https://www.unicode.org/reports/tr31/) and cannot be used for entities in a module.",
            name, unicode::encode_utf8(std::u32string(1, c)));
    }
    return std::nullopt;
}

}  // namespace lightcone::schema
