// SPDX-License-Identifier: Apache-2.0
#include "query/table_plan.h"

#include <algorithm>

namespace lightcone::query {

namespace {

// `column op constant`, one of the conditions that AND joins at the top.
struct Conjunct {
    ColumnId column;
    CompareOp op = CompareOp::Eq;
    Bytes value;
};

CompareOp mirrored(CompareOp op) {
    switch (op) {
        case CompareOp::Lt: return CompareOp::Gt;
        case CompareOp::Le: return CompareOp::Ge;
        case CompareOp::Gt: return CompareOp::Lt;
        case CompareOp::Ge: return CompareOp::Le;
        default: return op;
    }
}

std::vector<Conjunct> conjuncts_of(const BoundSelect& select) {
    std::vector<Conjunct> out;
    std::vector<BoundId> open;
    if (select.where != kNoBound) open.push_back(select.where);
    while (!open.empty()) {
        const BoundExpr& expr = select.expr(open.back());
        open.pop_back();
        if (expr.kind == BoundExpr::Kind::And) {
            open.push_back(expr.right);
            open.push_back(expr.left);
        } else if (expr.kind == BoundExpr::Kind::Column) {
            out.push_back({expr.column, CompareOp::Eq, {1}});
        } else if (expr.kind == BoundExpr::Kind::Compare) {
            const BoundExpr& left = select.expr(expr.left);
            const BoundExpr& right = select.expr(expr.right);
            if (left.kind == BoundExpr::Kind::Column && right.kind == BoundExpr::Kind::Constant) {
                out.push_back({left.column, expr.op, right.value});
            } else if (right.kind == BoundExpr::Kind::Column && left.kind == BoundExpr::Kind::Constant) {
                out.push_back({right.column, mirrored(expr.op), left.value});
            }
        }
    }
    return out;
}

}  // namespace

class TablePlan::Chooser {
  public:
    Chooser(const BoundSelect& select, const storage::Table& table, TablePlan& plan)
        : table_(table), conjuncts_(conjuncts_of(select)), plan_(plan) {}

    void choose() {
        choose_equality();
        choose_point();
        if (plan_.access_ == Access::Scan) choose_range();
    }

  private:
    const Conjunct* equality_on(ColumnId column) const {
        auto found = std::find_if(conjuncts_.begin(), conjuncts_.end(),
                                  [&](const Conjunct& c) { return c.column == column && c.op == CompareOp::Eq; });
        return found == conjuncts_.end() ? nullptr : &*found;
    }

    // How well a column tells rows apart: 2 alone unique, 1 indexed, 0 unknown.
    int selectivity(ColumnId column) const {
        int best = 0;
        for (const auto& index : table_.indexes()) {
            const schema::IndexSchema& schema = index->schema();
            if (schema.columns.size() != 1 || schema.columns[0] != column) continue;
            best = std::max(best, schema.unique ? 2 : 1);
        }
        return best;
    }

    void choose_equality() {
        const Conjunct* best = nullptr;
        int best_selectivity = -1;
        for (const Conjunct& conjunct : conjuncts_) {
            if (conjunct.op != CompareOp::Eq) continue;
            int found = selectivity(conjunct.column);
            if (found <= best_selectivity) continue;
            best_selectivity = found;
            best = &conjunct;
        }
        if (best == nullptr) return;
        Query::EqualityKey key;
        key.column = best->column;
        table_.layout().ops(best->column).append_canonical(best->value.data(), key.canonical_value);
        plan_.equality_ = std::move(key);
    }

    // A unique index wins over others, more columns over fewer.
    void choose_point() {
        const schema::IndexSchema* best = nullptr;
        for (const auto& index : table_.indexes()) {
            const schema::IndexSchema& schema = index->schema();
            bool all_fixed = std::all_of(schema.columns.begin(), schema.columns.end(),
                                         [&](ColumnId column) { return equality_on(column) != nullptr; });
            if (!all_fixed) continue;
            bool better = best == nullptr || (schema.unique && !best->unique) ||
                          (schema.unique == best->unique && schema.columns.size() > best->columns.size());
            if (better) best = &schema;
        }
        if (best == nullptr) return;
        plan_.access_ = Access::Point;
        plan_.index_ = best->id;
        for (ColumnId column : best->columns) {
            const Bytes& value = equality_on(column)->value;
            plan_.key_.insert(plan_.key_.end(), value.begin(), value.end());
        }
    }

    void choose_range() {
        for (const auto& index : table_.indexes()) {
            const schema::IndexSchema& schema = index->schema();
            if (schema.algorithm != schema::IndexAlgorithm::BTree || schema.columns.size() != 1) continue;
            if (index->key().part_count() != 1) continue;
            Bound start, end;
            for (const Conjunct& conjunct : conjuncts_) {
                if (conjunct.column == schema.columns[0]) narrow(conjunct, start, end);
            }
            if (start.kind == storage::BoundKind::Unbounded && end.kind == storage::BoundKind::Unbounded) continue;
            plan_.access_ = Access::Range;
            plan_.index_ = schema.id;
            plan_.start_ = std::move(start);
            plan_.end_ = std::move(end);
            return;
        }
    }

    // The first bound of each side is enough: the predicate tests the others.
    static void narrow(const Conjunct& conjunct, Bound& start, Bound& end) {
        using storage::BoundKind;
        bool lower = conjunct.op == CompareOp::Gt || conjunct.op == CompareOp::Ge;
        bool upper = conjunct.op == CompareOp::Lt || conjunct.op == CompareOp::Le;
        if (!lower && !upper) return;
        Bound& bound = lower ? start : end;
        if (bound.kind != BoundKind::Unbounded) return;
        bool included = conjunct.op == CompareOp::Ge || conjunct.op == CompareOp::Le;
        bound.kind = included ? BoundKind::Included : BoundKind::Excluded;
        bound.value = conjunct.value;
    }

    const storage::Table& table_;
    std::vector<Conjunct> conjuncts_;
    TablePlan& plan_;
};

Result<TablePlan> TablePlan::compile(const BoundSelect& select, const storage::Table& table) {
    TablePlan plan;
    plan.table_ = table.id();
    plan.predicate_ = TRY(Predicate::compile(select, select.where, table.layout()));
    Chooser(select, table, plan).choose();
    return plan;
}

storage::Index* TablePlan::access_index(const storage::Table& table) const {
    if (access_ == Access::Scan) return nullptr;
    if (access_ == Access::Range && table.row_count() < kRangeIndexRowsMin) return nullptr;
    return table.index(index_);
}

storage::KeyRange TablePlan::range() const {
    storage::KeyRange range;
    range.start = {start_.kind, start_.value};
    range.end = {end_.kind, end_.value};
    return range;
}

std::string TablePlan::describe(const storage::Table& table) const {
    if (predicate_.never()) return "nothing";
    storage::Index* index = access_index(table);
    if (index == nullptr) return "scan";
    return (access_ == Access::Point ? "point " : "range ") + index->schema().name;
}

}  // namespace lightcone::query
