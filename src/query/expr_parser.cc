// SPDX-License-Identifier: Apache-2.0
// Expressions: precedence climbing over a wide operator grammar; what the server does not run becomes Unsupported
// nodes.
#include <algorithm>

#include "query/statement_parser.h"

namespace lightcone::query {

ExprId StatementParser::add(Expr::Kind kind, size_t first, std::string text) {
    Expr expr;
    expr.kind = kind;
    expr.range = range_from(first);
    expr.text = std::move(text);
    statement_.exprs.push_back(std::move(expr));
    return static_cast<ExprId>(statement_.exprs.size() - 1);
}

Result<ExprId> StatementParser::expr() {
    Level level(*this);
    TRY_VOID(check_depth());
    return sub_expr(kNone);
}

Result<ExprId> StatementParser::sub_expr(uint32_t precedence) {
    size_t first = at_;
    ExprId left = TRY(prefix());
    for (;;) {
        uint32_t following = next_precedence();
        if (following <= precedence) return left;
        left = TRY(infix(left, first, following));
    }
}

Result<ExprId> StatementParser::prefix() {
    size_t first = at_;
    const Token& token = peek();
    switch (token.kind) {
        case TokenKind::Number:
        case TokenKind::String:
        case TokenKind::Hex: {
            LiteralKind kind = token.kind == TokenKind::Number   ? LiteralKind::Number
                               : token.kind == TokenKind::String ? LiteralKind::String
                                                                 : LiteralKind::Hex;
            next();
            ExprId id = add(Expr::Kind::Literal, first, tokens_[first].text);
            statement_.exprs[id].literal = kind;
            return id;
        }
        case TokenKind::OtherString:
        case TokenKind::Placeholder: next(); return add(Expr::Kind::UnsupportedLiteral, first);
        case TokenKind::Word:
        case TokenKind::QuotedWord: return word_expr(first);
        case TokenKind::Symbol:
            if (accept_symbol("(")) return parenthesised(first);
            if (accept_symbol(":")) return placeholder(first);
            if (accept_symbol("+") || accept_symbol("-")) return signed_operand(first);
            break;
        case TokenKind::End: break;
    }
    return expected("an expression");
}

Result<ExprId> StatementParser::parenthesised(size_t first) {
    if (at_any_keyword({"SELECT", "WITH", "VALUES"})) {
        TRY_VOID(query());
        TRY_VOID(expect_symbol(")"));
        return add(Expr::Kind::UnsupportedExpr, first);
    }
    ExprId inner = TRY(expr());
    if (accept_symbol(",")) {
        TRY_VOID(expr_list());
        TRY_VOID(expect_symbol(")"));
        return add(Expr::Kind::UnsupportedExpr, first);
    }
    TRY_VOID(expect_symbol(")"));
    ExprId id = add(Expr::Kind::Nested, first);
    statement_.exprs[id].left = inner;
    return id;
}

Result<ExprId> StatementParser::placeholder(size_t first) {
    if (peek().kind != TokenKind::Word && peek().kind != TokenKind::Number) return expected("a parameter name");
    bool is_sender = peek().kind == TokenKind::Word && peek().text == "sender";
    next();
    return add(is_sender ? Expr::Kind::Sender : Expr::Kind::UnsupportedLiteral, first);
}

Result<ExprId> StatementParser::signed_operand(size_t first) {
    if (peek().kind == TokenKind::Number) {
        ExprId operand = TRY(sub_expr(kUnary));
        if (statement_.expr(operand).kind == Expr::Kind::Literal) {
            ExprId id = add(Expr::Kind::Literal, first, tokens_[first].text + statement_.expr(operand).text);
            statement_.exprs[id].literal = LiteralKind::Number;
            return id;
        }
    } else {
        Level level(*this);
        TRY_VOID(check_depth());
        TRY_VOID(sub_expr(kUnary));
    }
    return add(Expr::Kind::UnsupportedExpr, first);
}

Result<ExprId> StatementParser::word_expr(size_t first) {
    if (peek().kind == TokenKind::QuotedWord) return name_expr(first);
    if (at_keyword("TRUE") || at_keyword("FALSE")) {
        bool value = at_keyword("TRUE");
        next();
        ExprId id = add(Expr::Kind::Literal, first, tokens_[first].text);
        statement_.exprs[id].literal = LiteralKind::Bool;
        statement_.exprs[id].bool_value = value;
        return id;
    }
    if (accept_keyword("NULL")) return add(Expr::Kind::UnsupportedLiteral, first);
    if (TRY(construct())) return add(Expr::Kind::UnsupportedExpr, first);
    return name_expr(first);
}

Result<ExprId> StatementParser::name_expr(size_t first) {
    std::string last = next().text;
    std::optional<std::string> qualifier;
    while (at_symbol(".")) {
        next();
        if (peek().kind != TokenKind::Word && peek().kind != TokenKind::QuotedWord) return expected("identifier");
        if (qualifier) {
            qualifier->append(".").append(last);
        } else {
            qualifier = last;
        }
        last = next().text;
    }
    if (accept_symbol("(")) return function(first, qualifier ? *qualifier + "." + last : last);
    ExprId id = add(Expr::Kind::Column, first, std::move(last));
    statement_.exprs[id].qualifier = std::move(qualifier);
    return id;
}

Result<ExprId> StatementParser::function(size_t first, std::string name) {
    bool star = at_symbol("*") && at_symbol(")", 1);
    bool plain = star;
    if (star) {
        next();
    } else if (!at_symbol(")")) {
        if (!accept_keyword("DISTINCT")) accept_keyword("ALL");
        TRY_VOID(expr_list());
        if (accept_keyword("ORDER")) {
            TRY_VOID(expect_keyword("BY"));
            TRY_VOID(order_by_list());
        }
    }
    TRY_VOID(expect_symbol(")"));
    if (at_keyword("FILTER") && at_symbol("(", 1)) {
        next();
        next();
        TRY_VOID(skip_to_close());
        plain = false;
    }
    if (accept_keyword("OVER")) {
        plain = false;
        if (accept_symbol("(")) {
            TRY_VOID(skip_to_close());
        } else {
            TRY_VOID(identifier());
        }
    }
    ExprId id = add(Expr::Kind::Function, first, name);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
    statement_.exprs[id].is_count_star = plain && name == "COUNT";
    return id;
}

Result<void> StatementParser::expr_list() {
    do {
        TRY_VOID(expr());
    } while (accept_symbol(","));
    return {};
}

}  // namespace lightcone::query
