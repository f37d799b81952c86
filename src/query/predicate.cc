// SPDX-License-Identifier: Apache-2.0
#include "query/predicate.h"

#include <algorithm>

namespace lightcone::query {

using sats::AlgebraicType;
using sats::TypeKind;

namespace {

template <typename T>
int three_way(T a, T b) {
    return (a > b) - (a < b);
}

int compare_counted(const uint8_t* a, const uint8_t* b) {
    uint32_t a_bytes = load_le<uint32_t>(a), b_bytes = load_le<uint32_t>(b);
    uint32_t shared = std::min(a_bytes, b_bytes);
    if (shared > 0) {
        int order = std::memcmp(a + 4, b + 4, shared);
        if (order != 0) return order < 0 ? -1 : 1;
    }
    return three_way(a_bytes, b_bytes);
}

uint8_t outcomes_of(CompareOp op) {
    switch (op) {
        case CompareOp::Eq: return 0b010;
        case CompareOp::Ne: return 0b101;
        case CompareOp::Lt: return 0b001;
        case CompareOp::Le: return 0b011;
        case CompareOp::Gt: return 0b100;
        case CompareOp::Ge: return 0b110;
    }
    return 0;
}

bool outcome(uint8_t outcomes, int order) {
    return (outcomes >> (order + 1)) & 1;
}

// The same test with its sides exchanged.
uint8_t mirrored(uint8_t outcomes) {
    return static_cast<uint8_t>((outcomes & 0b010) | ((outcomes & 0b001) << 2) | ((outcomes & 0b100) >> 2));
}

}  // namespace

int Predicate::compare(const Test& test, const uint8_t* value, const uint8_t* row) const {
    switch (test.kind) {
        case Kind::Unsigned8: return three_way<uint64_t>(*value, test.operand);
        case Kind::Unsigned16: return three_way<uint64_t>(load_le<uint16_t>(value), test.operand);
        case Kind::Unsigned32: return three_way<uint64_t>(load_le<uint32_t>(value), test.operand);
        case Kind::Unsigned64: return three_way<uint64_t>(load_le<uint64_t>(value), test.operand);
        case Kind::Signed8: return three_way<int64_t>(load_le<int8_t>(value), static_cast<int64_t>(test.operand));
        case Kind::Signed16: return three_way<int64_t>(load_le<int16_t>(value), static_cast<int64_t>(test.operand));
        case Kind::Signed32: return three_way<int64_t>(load_le<int32_t>(value), static_cast<int64_t>(test.operand));
        case Kind::Signed64: return three_way<int64_t>(load_le<int64_t>(value), static_cast<int64_t>(test.operand));
        case Kind::Counted: return compare_counted(value, constants_.data() + test.operand);
        case Kind::TwoColumns:
            return layout_->ops(ColumnId(test.column))
                .compare(value, layout_->column_data(row, ColumnId(test.other_column)));
        default: return layout_->ops(ColumnId(test.column)).compare(value, constants_.data() + test.operand);
    }
}

bool Predicate::holds(const Test& test, const uint8_t* row, uint64_t& flags) const {
    if (test.kind >= Kind::SetFlag) [[unlikely]] {
        uint64_t bit = uint64_t{1} << test.operand;
        if (test.kind == Kind::SetFlag) {
            flags = test.other_column != 0 ? flags | bit : flags & ~bit;
            return true;
        }
        return outcome(test.outcomes, three_way<int>((flags & bit) != 0, test.other_column));
    }
    const uint8_t* value =
        test.offset != kNoOffset ? row + test.offset : layout_->column_data(row, ColumnId(test.column));
    return outcome(test.outcomes, std::clamp(compare(test, value, row), -1, 1));
}

// Emits tests from the last to the first, so that the targets of a test exist before it.
class Predicate::Compiler {
  public:
    Compiler(const BoundSelect& select, const storage::RowLayout& layout, Predicate& out)
        : select_(select), layout_(layout), out_(out) {}

    // Where to start so that the condition leads to `on_true` or `on_false`.
    Result<uint32_t> condition(BoundId id, uint32_t on_true, uint32_t on_false, uint32_t depth) {
        const BoundExpr& expr = select_.expr(id);
        switch (expr.kind) {
            case BoundExpr::Kind::Constant: return expr.value[0] != 0 ? on_true : on_false;
            case BoundExpr::Kind::Column: {
                BoundExpr truth;
                truth.type = expr.type;
                truth.value = {1};
                return with_constant(expr, truth, outcomes_of(CompareOp::Eq), on_true, on_false);
            }
            case BoundExpr::Kind::And: {
                uint32_t rest = TRY(condition(expr.right, on_true, on_false, depth));
                return condition(expr.left, rest, on_false, depth);
            }
            case BoundExpr::Kind::Or: {
                uint32_t rest = TRY(condition(expr.right, on_true, on_false, depth));
                return condition(expr.left, on_true, rest, depth);
            }
            case BoundExpr::Kind::Compare: break;
        }
        return comparison(expr, on_true, on_false, depth);
    }

  private:
    static bool is_condition(const BoundExpr& expr) { return expr.kind >= BoundExpr::Kind::Compare; }

    Result<uint32_t> comparison(const BoundExpr& expr, uint32_t on_true, uint32_t on_false, uint32_t depth) {
        const BoundExpr& left = select_.expr(expr.left);
        const BoundExpr& right = select_.expr(expr.right);
        uint8_t outcomes = outcomes_of(expr.op);
        bool left_constant = left.kind == BoundExpr::Kind::Constant;
        bool right_constant = right.kind == BoundExpr::Kind::Constant;
        if (left_constant && right_constant) {
            int order = TRY(compare_constants(left, right));
            return outcome(outcomes, order) ? on_true : on_false;
        }
        if (is_condition(left) && right_constant) {
            return known_side(expr.left, right.value[0], outcomes, on_true, on_false, depth);
        }
        if (is_condition(right) && left_constant) {
            return known_side(expr.right, left.value[0], mirrored(outcomes), on_true, on_false, depth);
        }
        if (is_condition(left) || is_condition(right)) {
            return two_conditions(expr, outcomes, on_true, on_false, depth);
        }
        if (right_constant) return with_constant(left, right, outcomes, on_true, on_false);
        if (left_constant) return with_constant(right, left, mirrored(outcomes), on_true, on_false);
        Test test = column_test(left, outcomes, on_true, on_false);
        test.kind = Kind::TwoColumns;
        test.other_column = right.column.value;
        return add(test);
    }

    static Result<int> compare_constants(const BoundExpr& left, const BoundExpr& right) {
        sats::ValueOps ops = TRY(sats::ValueOps::compile(*left.type));
        return std::clamp(ops.compare(left.value.data(), right.value.data()), -1, 1);
    }

    // A condition compared with TRUE or FALSE is the condition, its opposite, or a constant.
    Result<uint32_t> known_side(BoundId id, uint8_t known, uint8_t outcomes, uint32_t on_true, uint32_t on_false,
                                uint32_t depth) {
        uint32_t when_true = outcome(outcomes, three_way<int>(1, known)) ? on_true : on_false;
        uint32_t when_false = outcome(outcomes, three_way<int>(0, known)) ? on_true : on_false;
        return condition(id, when_true, when_false, depth);
    }

    // The left outcome waits in a flag while the right one is found.
    Result<uint32_t> two_conditions(const BoundExpr& expr, uint8_t outcomes, uint32_t on_true, uint32_t on_false,
                                    uint32_t depth) {
        if (depth >= kConditionDepthMax) {
            return fail(ErrorCode::LimitExceeded, "conditions are compared with conditions more than {} levels deep",
                        kConditionDepthMax);
        }
        uint32_t right_entry[2];
        for (uint16_t right : {uint16_t{0}, uint16_t{1}}) {
            Test test;
            test.kind = Kind::CompareFlag;
            test.outcomes = outcomes;
            test.operand = depth;
            test.other_column = right;
            test.on_true = on_true;
            test.on_false = on_false;
            right_entry[right] = add(test);
        }
        uint32_t right_start = TRY(condition(expr.right, right_entry[1], right_entry[0], depth + 1));
        uint32_t left_entry[2];
        for (uint16_t left : {uint16_t{0}, uint16_t{1}}) {
            Test test;
            test.kind = Kind::SetFlag;
            test.operand = depth;
            test.other_column = left;
            test.on_true = right_start;
            left_entry[left] = add(test);
        }
        return condition(expr.left, left_entry[1], left_entry[0], depth);
    }

    Test column_test(const BoundExpr& column, uint8_t outcomes, uint32_t on_true, uint32_t on_false) const {
        Test test;
        test.outcomes = outcomes;
        test.column = column.column.value;
        test.offset = layout_.constant_offset(column.column).value_or(kNoOffset);
        test.on_true = on_true;
        test.on_false = on_false;
        return test;
    }

    uint32_t with_constant(const BoundExpr& column, const BoundExpr& constant, uint8_t outcomes, uint32_t on_true,
                           uint32_t on_false) {
        Test test = column_test(column, outcomes, on_true, on_false);
        const uint8_t* value = constant.value.data();
        TypeKind kind = layout_.ops(column.column).single_scalar().value_or(column.type->kind);
        switch (kind) {
            case TypeKind::Bool:
            case TypeKind::U8: set(test, Kind::Unsigned8, *value); break;
            case TypeKind::U16: set(test, Kind::Unsigned16, load_le<uint16_t>(value)); break;
            case TypeKind::U32: set(test, Kind::Unsigned32, load_le<uint32_t>(value)); break;
            case TypeKind::U64: set(test, Kind::Unsigned64, load_le<uint64_t>(value)); break;
            case TypeKind::I8: set_signed(test, Kind::Signed8, load_le<int8_t>(value)); break;
            case TypeKind::I16: set_signed(test, Kind::Signed16, load_le<int16_t>(value)); break;
            case TypeKind::I32: set_signed(test, Kind::Signed32, load_le<int32_t>(value)); break;
            case TypeKind::I64: set_signed(test, Kind::Signed64, load_le<int64_t>(value)); break;
            default:
                set(test, kind == TypeKind::String || kind == TypeKind::Array ? Kind::Counted : Kind::Ordered,
                    out_.constants_.size());
                out_.constants_.insert(out_.constants_.end(), constant.value.begin(), constant.value.end());
        }
        return add(test);
    }

    static void set(Test& test, Kind kind, uint64_t operand) {
        test.kind = kind;
        test.operand = operand;
    }
    static void set_signed(Test& test, Kind kind, int64_t operand) { set(test, kind, static_cast<uint64_t>(operand)); }

    uint32_t add(const Test& test) {
        out_.tests_.push_back(test);
        return static_cast<uint32_t>(out_.tests_.size() - 1);
    }

    const BoundSelect& select_;
    const storage::RowLayout& layout_;
    Predicate& out_;
};

Result<Predicate> Predicate::compile(const BoundSelect& select, BoundId where, const storage::RowLayout& layout) {
    Predicate predicate;
    predicate.layout_ = &layout;
    if (where != kNoBound) {
        predicate.entry_ = TRY(Compiler(select, layout, predicate).condition(where, kAccept, kReject, 0));
    }
    return predicate;
}

}  // namespace lightcone::query
