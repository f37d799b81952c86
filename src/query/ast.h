// SPDX-License-Identifier: Apache-2.0
// A parsed statement. The parser accepts a wider grammar than the server runs; what it does not run is kept as
// Unsupported nodes, so that check() can refuse it in the documented order. Expressions live in one arena and point by
// index, so a long chain needs no recursion to build or destroy.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lightcone::query {

using ExprId = uint32_t;
inline constexpr ExprId kNoExpr = UINT32_MAX;

enum class CompareOp : uint8_t { Eq, Ne, Lt, Le, Gt, Ge };
std::string_view compare_op_text(CompareOp op);

enum class LiteralKind : uint8_t { Number, String, Hex, Bool };

// Byte range in Statement::source.
struct SourceRange {
    uint32_t begin = 0;
    uint32_t end = 0;
};

struct Expr {
    enum class Kind : uint8_t {
        Literal,             // literal, text (numbers with their sign), bool_value
        Column,              // text, qualifier
        Sender,              // :sender
        Nested,              // left: parenthesised
        Compare,             // left, right, op
        And,                 // left, right
        Or,                  // left, right
        Function,            // text is the name; is_count_star
        UnsupportedBinary,   // left, right; text is the operator
        UnsupportedLiteral,  // NULL, ?, :name, E'…'
        UnsupportedExpr,     // everything else the grammar knows
    };
    Kind kind = Kind::UnsupportedExpr;
    CompareOp op = CompareOp::Eq;
    LiteralKind literal = LiteralKind::Number;
    bool bool_value = false;
    bool is_count_star = false;  // exactly COUNT(*)
    SourceRange range;
    ExprId left = kNoExpr;
    ExprId right = kNoExpr;
    std::string text;
    std::optional<std::string> qualifier;
};

struct SelectItem {
    enum class Kind : uint8_t { Star, QualifiedStar, Expr };
    Kind kind = Kind::Star;
    bool has_star_options = false;  // EXCEPT, EXCLUDE, RENAME, REPLACE
    std::string qualifier;          // QualifiedStar
    ExprId expr = kNoExpr;
    std::optional<std::string> alias;
    SourceRange range;
};

struct TableRef {
    std::string name;  // parts joined by '.'
    std::optional<std::string> alias;
    bool supported = true;  // false: subquery, function, hints, alias columns, PIVOT
    SourceRange range;

    const std::string& visible_name() const { return alias ? *alias : name; }
};

struct Join {
    enum class Kind : uint8_t { Inner, Cross, Other };
    Kind kind = Kind::Inner;
    bool has_using = false;
    ExprId on = kNoExpr;
    TableRef table;
};

struct FromItem {
    TableRef table;
    std::vector<Join> joins;
};

struct Select {
    bool has_unsupported_clause = false;  // DISTINCT, GROUP BY, …
    std::vector<SelectItem> items;
    std::vector<FromItem> from;
    ExprId where = kNoExpr;
    SourceRange range;
};

struct QueryExpr {
    bool has_unsupported_clause = false;  // WITH, ORDER BY, OFFSET, FETCH, FOR
    bool is_set_operation = false;        // UNION, VALUES, parentheses: `select` is meaningless
    ExprId limit = kNoExpr;               // LIMIT ALL is no limit
    Select select;
    SourceRange range;
};

struct Insert {
    std::string table;
    std::vector<std::string> columns;
    bool source_is_rows = true;  // false: INSERT … SELECT and the like
    std::vector<std::vector<ExprId>> rows;
    SourceRange source_range;
};

struct Assignment {
    std::string target;  // parts joined by '.'
    ExprId value = kNoExpr;
};

struct Update {
    std::string table;
    std::vector<Assignment> assignments;
    ExprId where = kNoExpr;
};

struct Delete {
    std::vector<FromItem> from;
    ExprId where = kNoExpr;
};

struct SetVariable {
    std::string name;
    ExprId value = kNoExpr;
};

struct Statement {
    enum class Kind : uint8_t { Select, Insert, Update, Delete, Set, Show, Other };
    Kind kind = Kind::Other;
    std::string source;
    std::vector<Expr> exprs;
    QueryExpr query;                      // Select
    Insert insert;                        // Insert
    Update update;                        // Update
    Delete delete_from;                   // Delete
    SetVariable set;                      // Set
    std::string show;                     // Show: the words joined by '.'
    bool has_unsupported_clause = false;  // of Insert, Update, Delete, Set, Show
    SourceRange range;

    const Expr& expr(ExprId id) const { return exprs[id]; }
    std::string_view text(SourceRange part) const {
        return std::string_view(source).substr(part.begin, part.end - part.begin);
    }
};

}  // namespace lightcone::query
