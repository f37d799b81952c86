// SPDX-License-Identifier: Apache-2.0
#include "query/binder.h"

#include <algorithm>

#include <boost/unordered/unordered_flat_map.hpp>

#include "query/literal.h"

namespace lightcone::query {

using sats::AlgebraicType;
using sats::TypeKind;

namespace {

const AlgebraicType& bool_type() {
    static const AlgebraicType type{TypeKind::Bool};
    return type;
}

const AlgebraicType& u64_type() {
    static const AlgebraicType type{TypeKind::U64};
    return type;
}

const AlgebraicType& identity_type() {
    static const AlgebraicType type =
        AlgebraicType::product({sats::TypeElement{"__identity__", AlgebraicType{TypeKind::U256}}});
    return type;
}

std::unexpected<Error> not_in_scope(std::string_view name) {
    return fail(ErrorCode::InvalidArgument, "`{}` is not in scope", name);
}

std::unexpected<Error> bad_literal(std::string_view text, const AlgebraicType& type) {
    return fail(ErrorCode::InvalidArgument, "The literal expression `{}` cannot be parsed as type `{}`", text,
                sats::type_text(type));
}

std::unexpected<Error> type_mismatch(const AlgebraicType& found, const AlgebraicType& wanted) {
    return fail(ErrorCode::InvalidArgument, "Unexpected type: (expected) {} != {} (inferred)", sats::type_text(found),
                sats::type_text(wanted));
}

class Binder {
  public:
    Binder(const Statement& statement, const Catalogue& catalogue, const Reader& reader)
        : statement_(statement), catalogue_(catalogue), reader_(reader) {}

    Result<BoundSelect> run() {
        const Select& select = statement_.query.select;
        TRY_VOID(from(select.from.front()));
        if (select.where != kNoExpr) out_.where = TRY(expression(select.where, &bool_type()));
        TRY_VOID(projection(select));
        if (statement_.query.limit != kNoExpr) {
            const std::string& text = statement_.expr(statement_.query.limit).text;
            auto value = parse_literal(text, u64_type());
            if (!value) return bad_literal(text, u64_type());
            out_.limit = load_le<uint64_t>(value->data());
        }
        return std::move(out_);
    }

  private:
    Result<void> from(const FromItem& item) {
        TRY_VOID(add_table(item.table));
        for (const Join& join : item.joins) {
            TRY_VOID(add_table(join.table));
            if (join.on != kNoExpr) out_.tables.back().on = TRY(expression(join.on, &bool_type()));
        }
        return {};
    }

    Result<void> add_table(const TableRef& table) {
        const schema::TableSchema* schema = catalogue_(table.name);
        if (schema == nullptr || (schema->access == schema::TableAccess::Private && !reader_.is_owner)) {
            return fail(ErrorCode::NotFound, "no such table: `{}`. If the table exists, it may be marked private.",
                        table.name);
        }
        const std::string& name = table.visible_name();
        if (!visible_.emplace(name, static_cast<uint32_t>(out_.tables.size())).second) {
            return fail(ErrorCode::InvalidArgument, "Duplicate name `{}`", name);
        }
        BoundTable bound;
        bound.schema = schema;
        bound.visible_name = name;
        out_.tables.push_back(std::move(bound));
        return {};
    }

    std::optional<uint32_t> find_table(std::string_view visible_name) const {
        auto found = visible_.find(visible_name);
        if (found != visible_.end()) return found->second;
        return std::nullopt;
    }

    struct ColumnPlace {
        uint32_t table = 0;
        ColumnId column;
    };
    Result<ColumnPlace> resolve_column(const Expr& expr) const {
        ColumnPlace place;
        if (expr.qualifier) {
            auto table = find_table(*expr.qualifier);
            if (!table) return not_in_scope(*expr.qualifier);
            place.table = *table;
        }
        auto column = out_.tables[place.table].schema->find_column(expr.text);
        if (!column) return not_in_scope(expr.text);
        place.column = *column;
        return place;
    }

    const AlgebraicType& column_type(const ColumnPlace& place) const {
        return out_.tables[place.table].schema->columns[place.column.value].type;
    }

    BoundId add(BoundExpr expr) {
        out_.exprs.push_back(std::move(expr));
        return static_cast<BoundId>(out_.exprs.size() - 1);
    }

    BoundId add_constant(const AlgebraicType& type, Bytes value) {
        BoundExpr expr;
        expr.type = &type;
        expr.value = std::move(value);
        return add(std::move(expr));
    }

    const Expr& unwrapped(ExprId id) const {
        while (statement_.expr(id).kind == Expr::Kind::Nested) id = statement_.expr(id).left;
        return statement_.expr(id);
    }

    // `wanted`: the type the context gives, null when it gives none.
    Result<BoundId> expression(ExprId id, const AlgebraicType* wanted) {
        const Expr& expr = unwrapped(id);
        switch (expr.kind) {
            case Expr::Kind::Literal: return literal(expr, wanted);
            case Expr::Kind::Sender: return sender(wanted);
            case Expr::Kind::Column: return column(expr, wanted);
            case Expr::Kind::Compare: return comparison(expr, wanted);
            case Expr::Kind::And:
            case Expr::Kind::Or: return logical(expr, wanted);
            default: break;
        }
        return fail(ErrorCode::Unsupported, "Unsupported expression: {}", statement_.text(expr.range));
    }

    Result<BoundId> literal(const Expr& expr, const AlgebraicType* wanted) {
        if (expr.literal == LiteralKind::Bool) {
            if (wanted != nullptr && *wanted != bool_type()) return type_mismatch(bool_type(), *wanted);
            return add_constant(bool_type(), Bytes{expr.bool_value ? uint8_t{1} : uint8_t{0}});
        }
        if (wanted == nullptr) return fail(ErrorCode::InvalidArgument, "Cannot resolve type for literal expression");
        auto value = parse_literal(expr.text, *wanted);
        if (!value) return bad_literal(expr.text, *wanted);
        return add_constant(*wanted, std::move(*value));
    }

    Result<BoundId> sender(const AlgebraicType* wanted) {
        out_.uses_sender = true;
        const auto& le = reader_.identity.le;
        if (wanted == nullptr || *wanted == identity_type()) {
            return add_constant(identity_type(), Bytes(le.begin(), le.end()));
        }
        if (sats::special_type(*wanted) != sats::SpecialType::Bytes) return type_mismatch(identity_type(), *wanted);
        Bytes value;
        ByteWriter(value).length_prefixed(ByteView(Bytes(le.rbegin(), le.rend())));
        return add_constant(*wanted, std::move(value));
    }

    Result<BoundId> column(const Expr& expr, const AlgebraicType* wanted) {
        ColumnPlace place = TRY(resolve_column(expr));
        const AlgebraicType& type = column_type(place);
        if (wanted != nullptr && type != *wanted) return type_mismatch(type, *wanted);
        BoundExpr bound;
        bound.kind = BoundExpr::Kind::Column;
        bound.table = place.table;
        bound.column = place.column;
        bound.type = &type;
        return add(std::move(bound));
    }

    Result<BoundId> comparison(const Expr& expr, const AlgebraicType* wanted) {
        Expr::Kind left_kind = unwrapped(expr.left).kind;
        bool right_first = left_kind == Expr::Kind::Literal || left_kind == Expr::Kind::Sender;
        BoundId first = TRY(expression(right_first ? expr.right : expr.left, nullptr));
        const AlgebraicType* type = out_.expr(first).type;
        BoundId second = TRY(expression(right_first ? expr.left : expr.right, type));
        if (!is_comparable(*type)) {
            return fail(ErrorCode::InvalidArgument, "Invalid binary operator `{}` for type `{}`",
                        compare_op_text(expr.op), sats::type_text(*type));
        }
        BoundExpr bound;
        bound.kind = BoundExpr::Kind::Compare;
        bound.op = expr.op;
        bound.left = right_first ? second : first;
        bound.right = right_first ? first : second;
        return add_bool(std::move(bound), wanted);
    }

    Result<BoundId> logical(const Expr& expr, const AlgebraicType* wanted) {
        BoundExpr bound;
        bound.kind = expr.kind == Expr::Kind::And ? BoundExpr::Kind::And : BoundExpr::Kind::Or;
        bound.left = TRY(expression(expr.left, &bool_type()));
        bound.right = TRY(expression(expr.right, &bool_type()));
        return add_bool(std::move(bound), wanted);
    }

    Result<BoundId> add_bool(BoundExpr bound, const AlgebraicType* wanted) {
        if (wanted != nullptr && *wanted != bool_type()) return type_mismatch(bool_type(), *wanted);
        bound.type = &bool_type();
        return add(std::move(bound));
    }

    Result<void> projection(const Select& select) {
        const SelectItem& only = select.items.front();
        if (only.kind == SelectItem::Kind::Star) {
            if (out_.tables.size() > 1) {
                return fail(ErrorCode::Unsupported, "SELECT * is not supported for joins");
            }
            return {};
        }
        if (only.kind == SelectItem::Kind::QualifiedStar) {
            auto table = find_table(only.qualifier);
            if (!table) return not_in_scope(only.qualifier);
            out_.whole_table = *table;
            return {};
        }
        if (statement_.expr(only.expr).kind == Expr::Kind::Function) {
            out_.projection = BoundSelect::Projection::Count;
            out_.count_name = *only.alias;
            return {};
        }
        out_.projection = BoundSelect::Projection::Columns;
        for (const SelectItem& item : select.items) TRY_VOID(output_column(item));
        return check_output_names();
    }

    Result<void> output_column(const SelectItem& item) {
        const Expr& expr = statement_.expr(item.expr);
        ColumnPlace place = TRY(resolve_column(expr));
        out_.columns.push_back({item.alias ? *item.alias : expr.text, place.table, place.column});
        return {};
    }

    Result<void> check_output_names() const {
        std::vector<std::string_view> names;
        for (const OutputColumn& column : out_.columns) names.push_back(column.name);
        std::sort(names.begin(), names.end());
        auto twice = std::adjacent_find(names.begin(), names.end());
        if (twice != names.end()) return fail(ErrorCode::InvalidArgument, "Duplicate name `{}`", *twice);
        return {};
    }

    const Statement& statement_;
    const Catalogue& catalogue_;
    const Reader& reader_;
    boost::unordered_flat_map<std::string_view, uint32_t> visible_;  // names in statement_ → position in out_.tables
    BoundSelect out_;
};

}  // namespace

Result<BoundSelect> bind_select(const Statement& statement, const Catalogue& catalogue, const Reader& reader) {
    return Binder(statement, catalogue, reader).run();
}

}  // namespace lightcone::query
