// SPDX-License-Identifier: Apache-2.0
#include "query/lexer.h"

#include <array>
#include <cctype>
#include <optional>

namespace lightcone::query {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_hex_digit(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_continuation(char c) {
    return (static_cast<uint8_t>(c) & 0xC0) == 0x80;
}

char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

// Longest first.
constexpr std::array<std::string_view, 34> kSymbols = {
    "!~~*", "!~*", "!~~", "->>", "#>>", "~~*", "<=>", "<=", ">=", "<>", "!=", "==", "||", "::", "<<", ">>", "->",
    "#>",   "@>",  "<@",  "~*",  "~~",  "!~",  ":=",  "**", "=",  "<",  ">",  "+",  "-",  "*",  "/",  "%",  "|",
};

class Lexer {
  public:
    explicit Lexer(std::string_view sql) : sql_(sql) {}

    Result<std::vector<Token>> run() {
        for (;;) {
            TRY_VOID(skip_blank());
            Token token;
            token.begin = at_;
            token.line = line_;
            token.column = column_;
            if (at_ == sql_.size()) {
                token.end = at_;
                tokens_.push_back(std::move(token));
                return std::move(tokens_);
            }
            TRY_VOID(scan(token));
            token.end = at_;
            tokens_.push_back(std::move(token));
        }
    }

  private:
    char peek(size_t ahead = 0) const { return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0'; }

    void advance() {
        char c = sql_[at_++];
        if (c == '\n') {
            ++line_;
            column_ = 1;
        } else if (!is_continuation(c)) {
            ++column_;
        }
    }
    void advance(size_t count) {
        for (size_t i = 0; i < count; ++i) advance();
    }

    // Bytes of the whitespace character here, 0 if there is none (Unicode White_Space).
    size_t blank_bytes() const {
        std::string_view rest = sql_.substr(at_, 3);
        if (rest.empty()) return 0;
        if (rest[0] == ' ' || (rest[0] >= '\t' && rest[0] <= '\r')) return 1;
        if (rest.starts_with("\xC2\x85") || rest.starts_with("\xC2\xA0")) return 2;
        if (rest.starts_with("\xE1\x9A\x80") || rest.starts_with("\xE3\x80\x80") || rest.starts_with("\xE2\x81\x9F")) {
            return 3;
        }
        if (rest.size() == 3 && rest.starts_with("\xE2\x80")) {
            auto last = static_cast<uint8_t>(rest[2]);
            if ((last >= 0x80 && last <= 0x8A) || last == 0xA8 || last == 0xA9 || last == 0xAF) return 3;
        }
        return 0;
    }

    bool is_word_start() const {
        char c = peek();
        return std::isalpha(static_cast<unsigned char>(c)) || c == '_' ||
               (static_cast<uint8_t>(c) >= 0x80 && blank_bytes() == 0);
    }
    bool is_word_part() const { return is_word_start() || is_digit(peek()) || peek() == '$'; }

    Result<void> skip_blank() {
        while (at_ < sql_.size()) {
            if (size_t blank = blank_bytes(); blank > 0) {
                advance(blank);
            } else if (peek() == '-' && peek(1) == '-') {
                while (at_ < sql_.size() && peek() != '\n') advance();
            } else if (peek() == '/' && peek(1) == '*') {
                TRY_VOID(skip_comment());
            } else {
                break;
            }
        }
        return {};
    }

    Result<void> skip_comment() {
        uint32_t line = line_, column = column_, depth = 0;
        do {
            if (at_ == sql_.size()) return unterminated("Unexpected EOF while in a multi-line comment", line, column);
            if (peek() == '/' && peek(1) == '*') {
                ++depth;
                advance(2);
            } else if (peek() == '*' && peek(1) == '/') {
                --depth;
                advance(2);
            } else {
                advance();
            }
        } while (depth > 0);
        return {};
    }

    static std::unexpected<Error> unterminated(std::string_view what, uint32_t line, uint32_t column) {
        return fail(ErrorCode::InvalidArgument, "sql parser error: {} at Line: {}, Column {}", what, line, column);
    }

    Result<void> scan(Token& token) {
        char c = peek();
        char prefix = upper(c);
        if (peek(1) == '\'' && (prefix == 'X' || prefix == 'N' || prefix == 'E')) {
            advance();
            TRY_VOID(quoted(token, '\'', prefix == 'E'));
            token.kind = prefix == 'X' ? TokenKind::Hex : TokenKind::OtherString;
            return {};
        }
        if (c == '\'') {
            token.kind = TokenKind::String;
            return quoted(token, '\'', false);
        }
        if (c == '"') {
            token.kind = TokenKind::QuotedWord;
            return quoted(token, '"', false);
        }
        if (is_word_start()) {
            token.kind = TokenKind::Word;
            word(token.text);
            return {};
        }
        if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
            number(token);
            return {};
        }
        if (c == '$') return dollar(token);
        if (c == '?') {
            token.kind = TokenKind::Placeholder;
            token.text = "?";
            advance();
            return {};
        }
        symbol(token);
        return {};
    }

    // A doubled quote inside stands for one; with `escapes`, a backslash protects the next character.
    Result<void> quoted(Token& token, char quote, bool escapes) {
        advance();
        while (at_ < sql_.size()) {
            char c = peek();
            if (escapes && c == '\\' && at_ + 1 < sql_.size()) {
                token.text += c;
                advance();
                c = peek();
            } else if (c == quote) {
                advance();
                if (peek() != quote || at_ == sql_.size()) return {};
            }
            token.text += c;
            advance();
        }
        if (quote == '"') {
            return fail(ErrorCode::InvalidArgument, "sql parser error: Expected close delimiter '\"' before EOF.");
        }
        return unterminated("Unterminated string literal", token.line, token.column);
    }

    void word(std::string& text) {
        while (at_ < sql_.size() && is_word_part()) {
            text += peek();
            advance();
        }
    }

    void digits(std::string& text) {
        while (is_digit(peek())) {
            text += peek();
            advance();
        }
    }

    void number(Token& token) {
        if (peek() == '0' && peek(1) == 'x') {
            token.kind = TokenKind::Hex;
            advance(2);
            while (is_hex_digit(peek())) {
                token.text += peek();
                advance();
            }
            return;
        }
        token.kind = TokenKind::Number;
        digits(token.text);
        if (peek() == '.') {
            token.text += '.';
            advance();
            digits(token.text);
        }
        if (upper(peek()) == 'E') {
            size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
            if (is_digit(peek(1 + sign))) {
                token.text += sql_.substr(at_, 1 + sign);
                advance(1 + sign);
                digits(token.text);
            }
        }
        if (peek() == 'L') advance();
    }

    // $name is a placeholder, $tag$...$tag$ a string.
    Result<void> dollar(Token& token) {
        size_t start = at_;
        advance();
        std::string tag;
        while (at_ < sql_.size() && (is_word_start() || is_digit(peek()))) {
            tag += peek();
            advance();
        }
        if (peek() != '$') {
            token.kind = TokenKind::Placeholder;
            token.text = sql_.substr(start, at_ - start);
            return {};
        }
        advance();
        std::string delimiter = "$" + tag + "$";
        size_t close = sql_.find(delimiter, at_);
        if (close == std::string_view::npos) {
            return unterminated("Unterminated dollar-quoted string", token.line, token.column);
        }
        token.kind = TokenKind::OtherString;
        token.text = sql_.substr(at_, close - at_);
        advance(close + delimiter.size() - at_);
        return {};
    }

    void symbol(Token& token) {
        token.kind = TokenKind::Symbol;
        for (std::string_view candidate : kSymbols) {
            if (sql_.substr(at_).starts_with(candidate)) {
                token.text = candidate;
                advance(candidate.size());
                return;
            }
        }
        do {
            token.text += peek();
            advance();
        } while (at_ < sql_.size() && is_continuation(peek()));
    }

    std::string_view sql_;
    std::vector<Token> tokens_;
    uint32_t at_ = 0;
    uint32_t line_ = 1;
    uint32_t column_ = 1;
};

}  // namespace

bool Token::is_keyword(std::string_view keyword) const {
    if (kind != TokenKind::Word || text.size() != keyword.size()) return false;
    for (size_t i = 0; i < text.size(); ++i) {
        if (upper(text[i]) != keyword[i]) return false;
    }
    return true;
}

Result<std::vector<Token>> tokenize(std::string_view sql) {
    return Lexer(sql).run();
}

}  // namespace lightcone::query
