// SPDX-License-Identifier: Apache-2.0
// Cuts SQL text into tokens (docs/compatibility.md names the dialect). Pure function; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lightcone::query {

enum class TokenKind : uint8_t {
    End,
    Word,         // unquoted identifier or keyword, as written
    QuotedWord,   // "..."; text is the content
    Number,       // text without a trailing L
    String,       // '...'; text is the content
    Hex,          // 0x... or X'...'; text is the digits or the content
    OtherString,  // E'...', N'...', $$...$$: recognised so that they can be refused by name
    Placeholder,  // ? or $name
    Symbol,       // operator or punctuation
};

struct Token {
    TokenKind kind = TokenKind::End;
    uint32_t begin = 0;  // byte range in the source
    uint32_t end = 0;
    uint32_t line = 1;  // both from 1; columns count characters
    uint32_t column = 1;
    std::string text;

    bool is_symbol(std::string_view symbol) const { return kind == TokenKind::Symbol && text == symbol; }
    // An unquoted word equal to `keyword` (given in capitals), in any case.
    bool is_keyword(std::string_view keyword) const;
};

// The tokens of `sql`, ending with one End token. `sql` may be any bytes; at most kSqlBytesMax (checked by the caller).
// Errors: InvalidArgument "sql parser error: …" (unterminated string, identifier or comment).
Result<std::vector<Token>> tokenize(std::string_view sql);

}  // namespace lightcone::query
