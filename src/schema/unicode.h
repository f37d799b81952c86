// SPDX-License-Identifier: Apache-2.0
// The little Unicode that names need: code points, identifier classes, normalisation form C, case mapping
// (Unicode 17). Pure functions; strings given are valid UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace lightcone::schema::unicode {

std::u32string decode_utf8(std::string_view text);
void append_utf8(char32_t code_point, std::string& out);
std::string encode_utf8(std::u32string_view code_points);

bool is_xid_start(char32_t c);
bool is_xid_continue(char32_t c);

// Canonical combining class; 0 for everything that is not a reordering mark.
uint8_t combining_class(char32_t c);
bool is_nfc(std::u32string_view text);

// Full case mappings without language and context rules.
std::u32string to_upper(std::u32string_view text);
std::u32string to_lower(std::u32string_view text);

}  // namespace lightcone::schema::unicode
