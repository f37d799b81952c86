// SPDX-License-Identifier: Apache-2.0
// The recursive-descent parser behind parse(). One use per text; its parts are spread over statement_parser.cc
// (statements), select_parser.cc and from_parser.cc (SELECT), and expr_parser.cc, construct_parser.cc and
// operator_parser.cc (expressions).
#pragma once

#include <initializer_list>

#include "query/ast.h"
#include "query/lexer.h"
#include "query/parser.h"

namespace lightcone::query {

// Operators, low to high; each binds tighter than those before it.
enum Precedence : uint32_t {
    kNone = 0,
    kOr = 5,
    kAnd = 10,
    kNot = 15,
    kIs = 17,
    kLike = 19,
    kCompare = 20,
    kPipe = 21,
    kCaret = 22,
    kAmpersand = 23,
    kXor = 24,
    kAdditive = 30,
    kMultiplicative = 40,
    kAtTimeZone = 41,
    kUnary = 45,
    kPostfix = 50,
};

class StatementParser {
  public:
    // `tokens` ends with an End token.
    StatementParser(std::string_view source, std::vector<Token> tokens) : tokens_(std::move(tokens)) {
        statement_.source = source;
    }
    Result<Statement> run();

  private:
    // Counts one nesting level as long as it lives.
    class Level {
      public:
        explicit Level(StatementParser& parser) : parser_(parser) { ++parser_.depth_; }
        ~Level() { --parser_.depth_; }
        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;

      private:
        StatementParser& parser_;
    };
    Result<void> check_depth() const;

    const Token& peek(size_t ahead = 0) const;
    const Token& next();
    bool at_keyword(std::string_view keyword, size_t ahead = 0) const { return peek(ahead).is_keyword(keyword); }
    bool at_symbol(std::string_view symbol, size_t ahead = 0) const { return peek(ahead).is_symbol(symbol); }
    bool at_any_keyword(std::initializer_list<std::string_view> keywords) const;
    bool accept_keyword(std::string_view keyword);
    bool accept_symbol(std::string_view symbol);
    Result<void> expect_keyword(std::string_view keyword);
    Result<void> expect_symbol(std::string_view symbol);
    std::unexpected<Error> expected(std::string_view what) const;
    // Range from the token at index `first` to the last one consumed.
    SourceRange range_from(size_t first) const;
    // Skips tokens up to the ')' that closes a parenthesis already consumed, and that too.
    Result<void> skip_to_close();
    void skip_to_statement_end();
    bool at_identifier() const;
    Result<std::string> identifier();
    Result<std::string> dotted_name();

    // statement_parser.cc
    Result<void> statement();
    Result<void> insert();
    Result<void> insert_rows(Insert& insert);
    Result<void> update();
    Result<void> delete_from();
    Result<void> set();
    void show();
    Result<std::vector<Assignment>> assignments();

    // select_parser.cc
    Result<QueryExpr> query();
    Result<void> with_clause();
    Result<void> query_tail(QueryExpr& query);
    Result<void> order_by_list();
    Result<void> query_body(QueryExpr& query);
    Result<void> query_operand(QueryExpr& query);
    Result<void> values_rows();
    Result<Select> select();
    Result<void> select_tail(Select& select);
    Result<SelectItem> select_item();

    // from_parser.cc
    Result<std::vector<FromItem>> from_list();
    Result<FromItem> table_and_joins();
    Result<TableRef> table_factor();
    Result<TableRef> parenthesised_table(size_t first);
    Result<void> table_alias(TableRef& table);
    Result<bool> join(FromItem& item);

    // expr_parser.cc
    Result<ExprId> expr();
    Result<ExprId> sub_expr(uint32_t precedence);
    Result<ExprId> prefix();
    Result<ExprId> parenthesised(size_t first);
    Result<ExprId> signed_operand(size_t first);
    Result<ExprId> word_expr(size_t first);
    Result<ExprId> name_expr(size_t first);
    Result<ExprId> function(size_t first, std::string name);
    Result<ExprId> placeholder(size_t first);
    Result<void> expr_list();

    // construct_parser.cc
    // Consumes a construct that begins with a word of its own; false when none begins here.
    Result<bool> construct();
    Result<void> array_elements();
    Result<void> case_branches();

    // operator_parser.cc
    uint32_t next_precedence() const;
    Result<ExprId> infix(ExprId left, size_t first, uint32_t precedence);
    Result<void> keyword_infix();
    Result<void> in_list();
    Result<void> type_name();
    ExprId add(Expr::Kind kind, size_t first, std::string text = {});

    std::vector<Token> tokens_;
    size_t at_ = 0;
    uint32_t depth_ = 0;
    Statement statement_;
};

}  // namespace lightcone::query
