// SPDX-License-Identifier: Apache-2.0
// Operators between and behind operands, by precedence.
#include <algorithm>
#include <optional>

#include "query/statement_parser.h"

namespace lightcone::query {

namespace {

struct BinaryOperator {
    std::string_view symbol;
    Precedence precedence;
};
constexpr BinaryOperator kBinaryOperators[] = {
    {"=", kCompare},        {"==", kCompare},       {"<>", kCompare},       {"!=", kCompare},        {"<", kCompare},
    {"<=", kCompare},       {">", kCompare},        {">=", kCompare},       {"<=>", kCompare},       {"~", kLike},
    {"~*", kLike},          {"!~", kLike},          {"!~*", kLike},         {"~~", kLike},           {"~~*", kLike},
    {"!~~", kLike},         {"!~~*", kLike},        {"|", kPipe},           {"#", kCaret},           {"^", kCaret},
    {"<<", kCaret},         {">>", kCaret},         {"&", kAmpersand},      {"+", kAdditive},        {"-", kAdditive},
    {"*", kMultiplicative}, {"/", kMultiplicative}, {"%", kMultiplicative}, {"||", kMultiplicative}, {"->", kPostfix},
    {"->>", kPostfix},      {"#>", kPostfix},       {"#>>", kPostfix},      {"@>", kPostfix},        {"<@", kPostfix},
    {"@", kPostfix},
};

std::optional<CompareOp> compare_op(std::string_view symbol) {
    if (symbol == "=" || symbol == "==") return CompareOp::Eq;
    if (symbol == "<>" || symbol == "!=") return CompareOp::Ne;
    if (symbol == "<") return CompareOp::Lt;
    if (symbol == "<=") return CompareOp::Le;
    if (symbol == ">") return CompareOp::Gt;
    if (symbol == ">=") return CompareOp::Ge;
    return std::nullopt;
}

bool is_any_of(const Token& token, std::initializer_list<std::string_view> keywords) {
    return std::any_of(keywords.begin(), keywords.end(), [&](auto keyword) { return token.is_keyword(keyword); });
}

}  // namespace

uint32_t StatementParser::next_precedence() const {
    const Token& token = peek();
    if (token.kind == TokenKind::Word) {
        if (token.is_keyword("OR")) return kOr;
        if (token.is_keyword("AND")) return kAnd;
        if (token.is_keyword("XOR")) return kXor;
        if (is_any_of(token, {"IS", "ISNULL", "NOTNULL"})) return kIs;
        if (is_any_of(token, {"LIKE", "ILIKE", "SIMILAR", "RLIKE", "REGEXP"})) return kLike;
        if (is_any_of(token, {"IN", "BETWEEN"})) return kCompare;
        if (token.is_keyword("NOT")) {
            if (is_any_of(peek(1), {"IN", "BETWEEN"})) return kCompare;
            if (is_any_of(peek(1), {"LIKE", "ILIKE", "SIMILAR", "RLIKE", "REGEXP"})) return kLike;
            return kNone;
        }
        if (token.is_keyword("AT") && peek(1).is_keyword("TIME")) return kAtTimeZone;
        if (token.is_keyword("COLLATE")) return kPostfix;
        return kNone;
    }
    if (token.kind != TokenKind::Symbol) return kNone;
    if (token.text == "::" || token.text == "[") return kPostfix;
    for (const BinaryOperator& candidate : kBinaryOperators) {
        if (candidate.symbol == token.text) return candidate.precedence;
    }
    return kNone;
}

Result<ExprId> StatementParser::infix(ExprId left, size_t first, uint32_t precedence) {
    const Token& token = peek();
    if (token.is_symbol("[")) {
        next();
        if (!at_symbol(":")) TRY_VOID(expr());
        if (accept_symbol(":") && !at_symbol("]")) TRY_VOID(expr());
        TRY_VOID(expect_symbol("]"));
        return add(Expr::Kind::UnsupportedExpr, first);
    }
    if (token.is_symbol("::")) {
        next();
        TRY_VOID(type_name());
        return add(Expr::Kind::UnsupportedExpr, first);
    }
    bool logical = token.is_keyword("OR") || token.is_keyword("AND");
    if (token.kind == TokenKind::Word && !logical && !token.is_keyword("XOR")) {
        TRY_VOID(keyword_infix());
        return add(Expr::Kind::UnsupportedExpr, first);
    }
    size_t op_index = at_;
    next();
    // `a = ANY (…)` is a construct of its own.
    if (at_any_keyword({"ANY", "ALL", "SOME"}) && at_symbol("(", 1)) {
        next();
        next();
        TRY_VOID(skip_to_close());
        return add(Expr::Kind::UnsupportedExpr, first);
    }
    ExprId right = TRY(sub_expr(precedence));
    const Token& op = tokens_[op_index];
    ExprId id;
    if (op.is_keyword("OR")) {
        id = add(Expr::Kind::Or, first);
    } else if (op.is_keyword("AND")) {
        id = add(Expr::Kind::And, first);
    } else if (auto compare = compare_op(op.text); compare && op.kind == TokenKind::Symbol) {
        id = add(Expr::Kind::Compare, first);
        statement_.exprs[id].op = *compare;
    } else {
        id = add(Expr::Kind::UnsupportedBinary, first, op.kind == TokenKind::Word ? "XOR" : op.text);
    }
    statement_.exprs[id].left = left;
    statement_.exprs[id].right = right;
    return id;
}

// IS, IN, BETWEEN, LIKE and their relatives, up to the end of their right side.
Result<void> StatementParser::keyword_infix() {
    if (accept_keyword("ISNULL") || accept_keyword("NOTNULL")) return {};
    if (accept_keyword("IS")) {
        accept_keyword("NOT");
        if (accept_keyword("DISTINCT")) {
            TRY_VOID(expect_keyword("FROM"));
            TRY_VOID(expr());
            return {};
        }
        if (!at_any_keyword({"NULL", "TRUE", "FALSE", "UNKNOWN"}))
            return expected("[NOT] NULL or TRUE|FALSE or [NOT] DISTINCT FROM after IS");
        next();
        return {};
    }
    if (accept_keyword("COLLATE")) {
        TRY_VOID(dotted_name());
        return {};
    }
    if (accept_keyword("AT")) {
        TRY_VOID(expect_keyword("TIME"));
        TRY_VOID(expect_keyword("ZONE"));
        TRY_VOID(sub_expr(kAtTimeZone));
        return {};
    }
    accept_keyword("NOT");
    if (accept_keyword("IN")) return in_list();
    if (accept_keyword("BETWEEN")) {
        TRY_VOID(sub_expr(kCompare));
        TRY_VOID(expect_keyword("AND"));
        TRY_VOID(sub_expr(kCompare));
        return {};
    }
    if (accept_keyword("SIMILAR")) {
        TRY_VOID(expect_keyword("TO"));
    } else {
        next();
    }
    TRY_VOID(sub_expr(kLike));
    if (accept_keyword("ESCAPE")) {
        if (peek().kind != TokenKind::String) return expected("literal string");
        next();
    }
    return {};
}

Result<void> StatementParser::in_list() {
    TRY_VOID(expect_symbol("("));
    if (at_any_keyword({"SELECT", "WITH"})) {
        TRY_VOID(query());
    } else if (!at_symbol(")")) {
        TRY_VOID(expr_list());
    }
    return expect_symbol(")");
}

Result<void> StatementParser::type_name() {
    TRY_VOID(dotted_name());
    if (at_any_keyword({"PRECISION", "VARYING"})) next();
    if (accept_symbol("(")) TRY_VOID(skip_to_close());
    if (at_any_keyword({"WITH", "WITHOUT"}) && at_keyword("TIME", 1)) {
        next();
        next();
        TRY_VOID(expect_keyword("ZONE"));
    }
    while (accept_symbol("[")) {
        if (peek().kind == TokenKind::Number) next();
        TRY_VOID(expect_symbol("]"));
    }
    return {};
}

}  // namespace lightcone::query
