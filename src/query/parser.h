// SPDX-License-Identifier: Apache-2.0
// SQL text to a checked statement: length, lexing, parsing, and the refusal of what this server does not run.
#pragma once

#include <string_view>

#include "base/result.h"
#include "query/ast.h"

namespace lightcone::query {

// Nesting of statement, query, WHERE and each open parenthesis.
inline constexpr uint32_t kSqlNestingMax = 50;
// Longest left-deep chain of AND, OR and comparisons.
inline constexpr uint32_t kSqlChainMax = 1600;

enum class Dialect : uint8_t {
    Subscription,  // subscriptions and one-off queries: one SELECT
    Query,         // SQL over HTTP: SELECT with LIMIT, DML, SET, SHOW
};

// Parses exactly one statement (semicolons around it are ignored) without refusing anything that the grammar knows.
// Errors: LimitExceeded (text over kSqlBytesMax, nesting), InvalidArgument ("Empty SQL query", "sql parser error: …",
// "Multiple SQL statements are not supported").
Result<Statement> parse(std::string_view sql);

// Refuses what `dialect` does not have, in the documented order. Afterwards every expression reachable from the
// statement is a Literal, Column, Sender, Nested, Compare, And or Or (and COUNT(*) as the only select item). Errors:
// Unsupported and InvalidArgument with the documented texts.
Result<void> check(const Statement& statement, Dialect dialect);

}  // namespace lightcone::query
