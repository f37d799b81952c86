// SPDX-License-Identifier: Apache-2.0
// Refuses, in the documented order, what parses but is not run.
#include "query/parser.h"

namespace lightcone::query {

std::string_view compare_op_text(CompareOp op) {
    switch (op) {
        case CompareOp::Eq: return "=";
        case CompareOp::Ne: return "<>";
        case CompareOp::Lt: return "<";
        case CompareOp::Le: return "<=";
        case CompareOp::Gt: return ">";
        case CompareOp::Ge: return ">=";
    }
    return "=";
}

namespace {

class Checker {
  public:
    Checker(const Statement& statement, Dialect dialect) : statement_(statement), dialect_(dialect) {}

    Result<void> select() {
        const QueryExpr& query = statement_.query;
        const Select& select = query.select;
        bool subscription = dialect_ == Dialect::Subscription;
        if (query.has_unsupported_clause || (subscription && query.limit != kNoExpr)) return unsupported(query.range);
        if (query.is_set_operation)
            return refuse(subscription ? "Unsupported set operation" : "Unsupported", query.range);
        if (select.has_unsupported_clause)
            return refuse(subscription ? "Unsupported SELECT" : "Unsupported", select.range);
        if (!subscription) TRY_VOID(projection(select));
        TRY_VOID(from(select.from));
        TRY_VOID(where(select.where));
        if (subscription) TRY_VOID(projection(select));
        if (query.limit != kNoExpr) TRY_VOID(limit(query));
        if (!select.from.front().joins.empty()) TRY_VOID(qualification(select));
        return {};
    }

    Result<void> insert() {
        const Insert& insert = statement_.insert;
        if (statement_.has_unsupported_clause) return unsupported(statement_.range);
        if (!insert.source_is_rows) return refuse("Unsupported INSERT expression", insert.source_range);
        for (const std::vector<ExprId>& row : insert.rows) {
            for (ExprId value : row) TRY_VOID(plain_literal(value, "Unsupported INSERT value"));
        }
        return {};
    }

    Result<void> update() {
        if (statement_.has_unsupported_clause) return unsupported(statement_.range);
        for (const Assignment& assignment : statement_.update.assignments) {
            TRY_VOID(plain_literal(assignment.value, "Unsupported column/variable assignment expression"));
        }
        return where(statement_.update.where);
    }

    Result<void> delete_from() {
        const Delete& deletion = statement_.delete_from;
        if (statement_.has_unsupported_clause) return unsupported(statement_.range);
        if (deletion.from.size() > 1) return fail(ErrorCode::Unsupported, "Multi-table DELETE is not supported");
        const FromItem& target = deletion.from.front();
        if (!target.joins.empty() || target.table.alias || !target.table.supported) {
            return refuse("Unsupported table expression in DELETE", target.table.range);
        }
        return where(deletion.where);
    }

    Result<void> set() {
        if (statement_.has_unsupported_clause) return unsupported(statement_.range);
        return plain_literal(statement_.set.value, "Unsupported column/variable assignment expression");
    }

    Result<void> show() {
        if (statement_.has_unsupported_clause) return unsupported(statement_.range);
        return {};
    }

    std::unexpected<Error> unsupported(SourceRange range) { return refuse("Unsupported", range); }

  private:
    std::unexpected<Error> refuse(std::string_view what, SourceRange range) {
        return fail(ErrorCode::Unsupported, "{}: {}", what, statement_.text(range));
    }

    Result<void> projection(const Select& select) {
        bool several = select.items.size() > 1;
        for (const SelectItem& item : select.items) {
            if (item.kind != SelectItem::Kind::Expr) {
                if (several) {
                    return fail(ErrorCode::Unsupported, "Mixed wildcard projections are not supported");
                }
                if (item.has_star_options) return refuse("Unsupported projection", item.range);
                continue;
            }
            const Expr& expr = statement_.expr(item.expr);
            if (expr.kind == Expr::Kind::Column) continue;
            if (expr.kind != Expr::Kind::Function || several) {
                return refuse("Unsupported projection expression", expr.range);
            }
            if (!item.alias) {
                return fail(ErrorCode::Unsupported, "Aggregate expressions must have column aliases");
            }
            if (!expr.is_count_star) return refuse("Unsupported aggregate function", expr.range);
        }
        return {};
    }

    Result<void> from(const std::vector<FromItem>& items) {
        if (items.empty()) return fail(ErrorCode::InvalidArgument, "A FROM clause is required");
        if (items.size() > 1) return fail(ErrorCode::Unsupported, "Implicit joins are not supported");
        TRY_VOID(table(items.front().table));
        for (const Join& join : items.front().joins) {
            bool equality = join.on == kNoExpr || is_column_equality(join.on);
            if (join.kind == Join::Kind::Other || join.has_using || !equality) {
                return fail(ErrorCode::Unsupported, "Non-inner joins are not supported");
            }
            TRY_VOID(table(join.table));
        }
        return {};
    }

    Result<void> table(const TableRef& table) {
        if (!table.supported) return refuse("Unsupported FROM expression", table.range);
        return {};
    }

    bool is_column_equality(ExprId id) const {
        const Expr& expr = statement_.expr(id);
        return expr.kind == Expr::Kind::Compare && expr.op == CompareOp::Eq &&
               statement_.expr(expr.left).kind == Expr::Kind::Column &&
               statement_.expr(expr.right).kind == Expr::Kind::Column;
    }

    Result<void> where(ExprId id) {
        if (id == kNoExpr) return {};
        return expression(id, 0);
    }

    Result<void> expression(ExprId id, uint32_t depth) {
        if (depth > kSqlChainMax) {
            return fail(ErrorCode::LimitExceeded, "Recursion limit exceeded, `sql-parser::parse_expr`");
        }
        const Expr& expr = statement_.expr(id);
        switch (expr.kind) {
            case Expr::Kind::Literal:
            case Expr::Kind::Column:
            case Expr::Kind::Sender: return {};
            case Expr::Kind::Nested: return expression(expr.left, depth);
            case Expr::Kind::Compare:
            case Expr::Kind::And:
            case Expr::Kind::Or: TRY_VOID(expression(expr.left, depth + 1)); return expression(expr.right, depth + 1);
            case Expr::Kind::UnsupportedBinary:
                return fail(ErrorCode::Unsupported, "Unsupported binary operator: {}", expr.text);
            case Expr::Kind::UnsupportedLiteral: return refuse("Unsupported literal expression", expr.range);
            case Expr::Kind::Function:
            case Expr::Kind::UnsupportedExpr: break;
        }
        return refuse("Unsupported expression", expr.range);
    }

    // INSERT and assignment values: nothing but a literal.
    Result<void> plain_literal(ExprId id, std::string_view otherwise) {
        const Expr& expr = statement_.expr(id);
        if (expr.kind == Expr::Kind::Literal) return {};
        if (expr.kind == Expr::Kind::UnsupportedLiteral || expr.kind == Expr::Kind::Sender) {
            return refuse("Unsupported literal expression", expr.range);
        }
        return refuse(otherwise, expr.range);
    }

    Result<void> limit(const QueryExpr& query) {
        const Expr& expr = statement_.expr(query.limit);
        bool is_number = expr.kind == Expr::Kind::Literal && expr.literal == LiteralKind::Number &&
                         !expr.text.starts_with('-') && !expr.text.starts_with('+');
        if (!is_number) return unsupported(query.range);
        return {};
    }

    Result<void> qualification(const Select& select) {
        for (const SelectItem& item : select.items) TRY_VOID(qualified(item.expr));
        for (const Join& join : select.from.front().joins) TRY_VOID(qualified(join.on));
        return qualified(select.where);
    }

    Result<void> qualified(ExprId id) {
        if (id == kNoExpr) return {};
        const Expr& expr = statement_.expr(id);
        if (expr.kind == Expr::Kind::Column && !expr.qualifier) {
            return fail(ErrorCode::InvalidArgument, "Names must be qualified when using joins");
        }
        TRY_VOID(qualified(expr.left));
        return qualified(expr.right);
    }

    const Statement& statement_;
    Dialect dialect_;
};

}  // namespace

Result<void> check(const Statement& statement, Dialect dialect) {
    Checker checker(statement, dialect);
    if (statement.kind == Statement::Kind::Select) return checker.select();
    if (dialect == Dialect::Subscription) return fail(ErrorCode::Unsupported, "Unsupported: Non-SELECT queries");
    switch (statement.kind) {
        case Statement::Kind::Insert: return checker.insert();
        case Statement::Kind::Update: return checker.update();
        case Statement::Kind::Delete: return checker.delete_from();
        case Statement::Kind::Set: return checker.set();
        case Statement::Kind::Show: return checker.show();
        case Statement::Kind::Select:
        case Statement::Kind::Other: break;
    }
    return checker.unsupported(statement.range);
}

}  // namespace lightcone::query
