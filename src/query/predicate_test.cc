// SPDX-License-Identifier: Apache-2.0
// Random conditions on random rows, against an evaluator that walks a tree of plain values.
#include "query/predicate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <variant>

#include "base/random.h"
#include "query/parser.h"
#include "query/sql_cases.h"

namespace lightcone::query {

namespace {

using Value = std::variant<int64_t, double, std::string, bool>;

struct ColumnModel {
    const char* name;
    const char* type;
};
constexpr ColumnModel kColumns[] = {
    {"u32", "U32"}, {"i8", "I8"},        {"flag", "Bool"},      {"f", "F64"},        {"name", "String"},
    {"i64", "I64"}, {"other", "Bool"},   {"data", "Array<U8>"}, {"w", "I128"},       {"v", "U256"},
    {"g", "F32"},   {"name2", "String"}, {"u32b", "U32"},       {"at", "Timestamp"}, {"u16", "U16"},
};
constexpr size_t kColumnCount = std::size(kColumns);

schema::TableSchema model_table() {
    schema::TableSchema table;
    table.name = table.accessor = "t";
    table.access = schema::TableAccess::Public;
    for (const ColumnModel& column : kColumns) {
        table.columns.push_back({column.name, column.name, case_type(column.type)});
    }
    return table;
}

bool is_signed(std::string_view type) {
    return type == "I8" || type == "I64" || type == "I128" || type == "Timestamp";
}

Value random_value(std::string_view type, Random& random) {
    auto small = static_cast<int64_t>(random.below(5));
    if (type == "Bool") return small % 2 == 0;
    if (type == "String" || type == "Array<U8>") {
        std::string text;
        for (int64_t i = 0; i < small % 4; ++i) text += random.below(2) == 0 ? 'a' : 'b';
        return text;
    }
    if (type == "F64" || type == "F32") {
        constexpr double kValues[] = {0.0, -0.0, 1.5, -2.25, INFINITY, -INFINITY, NAN};
        return kValues[random.below(std::size(kValues))];
    }
    return is_signed(type) ? small - 2 : small;
}

// Bytes of an integer type: sign-extended.
void append_integer(int64_t value, size_t bytes, Bytes& out) {
    for (size_t i = 0; i < bytes; ++i) out.push_back(static_cast<uint8_t>(i < 8 ? value >> (8 * i) : value >> 63));
}

template <typename T>
void append_float(double value, Bytes& out) {
    auto narrowed = static_cast<T>(value);
    auto* bytes = reinterpret_cast<const uint8_t*>(&narrowed);
    out.insert(out.end(), bytes, bytes + sizeof narrowed);
}

void append_value(const Value& value, std::string_view type, Bytes& out) {
    if (type == "Bool") return out.push_back(std::get<bool>(value) ? 1 : 0);
    if (type == "F64") return append_float<double>(std::get<double>(value), out);
    if (type == "F32") return append_float<float>(std::get<double>(value), out);
    if (const auto* text = std::get_if<std::string>(&value)) return ByteWriter(out).length_prefixed(*text);
    size_t bytes = type == "Timestamp" ? 8 : static_cast<size_t>(std::stoi(std::string(type.substr(1)))) / 8;
    append_integer(std::get<int64_t>(value), bytes, out);
}

int order_of(const Value& a, const Value& b) {
    if (const auto* x = std::get_if<double>(&a)) {
        double y = std::get<double>(b);
        if (std::isnan(*x) || std::isnan(y)) return static_cast<int>(std::isnan(*x)) - static_cast<int>(std::isnan(y));
        return (*x > y) - (*x < y);
    }
    return (a > b) - (a < b);
}

struct Condition {
    std::string sql;
    std::function<bool(const std::vector<Value>&)> holds;
};

std::string literal_of(const Value& value, std::string_view type) {
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "TRUE" : "false";
    if (const auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
    if (const auto* text = std::get_if<std::string>(&value)) {
        return type == "Array<U8>" ? "X'" + to_hex(as_bytes(*text)) + "'" : "'" + *text + "'";
    }
    int64_t number = std::get<int64_t>(value);
    if (type == "Timestamp") {
        return number < 0 ? fmt::format("'1969-12-31T23:59:59.{:06}Z'", 1'000'000 + number)
                          : fmt::format("'1970-01-01T00:00:00.{:06}Z'", number);
    }
    return std::to_string(number);
}

class Generator {
  public:
    explicit Generator(Random& random) : random_(random) {}

    Condition condition(int depth) {
        uint64_t choice = random_.below(depth <= 0 ? 3 : 7);
        if (choice == 0) return bool_leaf();
        if (choice <= 2) return comparison();
        Condition left = condition(depth - 1), right = condition(depth - 1);
        if (choice <= 4) {
            bool both = choice == 3;
            return {"(" + left.sql + (both ? " AND " : " OR ") + right.sql + ")",
                    [l = left.holds, r = right.holds, both](const auto& row) {
                        return both ? l(row) && r(row) : l(row) || r(row);
                    }};
        }
        auto [op, test] = random_op();
        return {"((" + left.sql + ") " + op + " (" + right.sql + "))",
                [l = left.holds, r = right.holds, t = test](const auto& row) { return t(int{l(row)} - int{r(row)}); }};
    }

  private:
    using Test = bool (*)(int);
    std::pair<std::string, Test> random_op() {
        static const std::pair<const char*, Test> kOps[] = {
            {"=", [](int o) { return o == 0; }}, {"<>", [](int o) { return o != 0; }},
            {"<", [](int o) { return o < 0; }},  {"<=", [](int o) { return o <= 0; }},
            {">", [](int o) { return o > 0; }},  {">=", [](int o) { return o >= 0; }}};
        auto [text, test] = kOps[random_.below(std::size(kOps))];
        return {text, test};
    }

    Condition bool_leaf() {
        switch (random_.below(4)) {
            case 0: return {"TRUE", [](const auto&) { return true; }};
            case 1: return {"FALSE", [](const auto&) { return false; }};
            case 2: return {"flag", [](const auto& row) { return std::get<bool>(row[2]); }};
            default: return {"t.other", [](const auto& row) { return std::get<bool>(row[6]); }};
        }
    }

    Condition comparison() {
        size_t column = random_.below(kColumnCount);
        auto [op, test] = random_op();
        if (random_.below(5) == 0) return two_columns(op, test);
        std::string_view type = kColumns[column].type;
        Value value = random_value(type, random_);
        if (const auto* number = std::get_if<double>(&value); number != nullptr && !std::isfinite(*number)) value = 1.5;
        std::string literal = literal_of(value, type);
        bool literal_first = random_.below(2) == 0;
        std::string name = kColumns[column].name;
        std::string sql = literal_first ? literal + " " + op + " " + name : name + " " + op + " " + literal;
        return {sql, [column, value, t = test, literal_first](const auto& row) {
                    int order = order_of(row[column], value);
                    return t(literal_first ? -order : order);
                }};
    }

    Condition two_columns(const std::string& op, Test test) {
        static constexpr std::pair<size_t, size_t> kPairs[] = {{0, 12}, {4, 11}, {2, 6}, {3, 3}};
        auto [a, b] = kPairs[random_.below(std::size(kPairs))];
        return {std::string(kColumns[a].name) + " " + op + " " + kColumns[b].name,
                [x = a, y = b, t = test](const auto& row) { return t(order_of(row[x], row[y])); }};
    }

    Random& random_;
};

Result<Predicate> compile_where(const std::string& where, const schema::TableSchema& table,
                                const storage::RowLayout& layout) {
    Statement statement = TRY(parse("SELECT * FROM t WHERE " + where));
    TRY_VOID(check(statement, Dialect::Query));
    Catalogue catalogue = [&](std::string_view) { return &table; };
    BoundSelect select = TRY(bind_select(statement, catalogue, Reader()));
    return Predicate::compile(select, select.where, layout);
}

}  // namespace

TEST(Predicate, agrees_with_a_walk_of_the_tree) {
    schema::TableSchema table = model_table();
    storage::RowLayout layout = storage::RowLayout::compile(table.columns).value();
    for (uint64_t seed = 0; seed < 2000; ++seed) {
        SeededRandom random(seed);
        Condition condition = Generator(random).condition(static_cast<int>(seed % 5));
        SCOPED_TRACE(condition.sql);
        auto predicate = compile_where(condition.sql, table, layout);
        ASSERT_TRUE(predicate.has_value()) << predicate.error().message;
        for (int i = 0; i < 20; ++i) {
            std::vector<Value> values;
            Bytes row;
            for (const ColumnModel& column : kColumns) {
                values.push_back(random_value(column.type, random));
                append_value(values.back(), column.type, row);
            }
            ASSERT_EQ(predicate->matches(row.data()), condition.holds(values));
        }
    }
}

TEST(Predicate, constants_fold_and_code_stays_linear) {
    schema::TableSchema table = model_table();
    storage::RowLayout layout = storage::RowLayout::compile(table.columns).value();
    EXPECT_TRUE(compile_where("TRUE = TRUE OR flag", table, layout)->always());
    EXPECT_TRUE(compile_where("FALSE AND flag", table, layout)->never());
    EXPECT_TRUE(compile_where(":sender = :sender", table, layout)->always());
    EXPECT_EQ(compile_where("(u32 = 1) = TRUE", table, layout)->test_count(), 1u);
    std::string nested = "flag";
    for (int i = 0; i < 45; ++i) nested = "(other = " + nested + ")";
    auto deep = compile_where(nested, table, layout);
    ASSERT_TRUE(deep.has_value()) << deep.error().message;
    EXPECT_LE(deep->test_count(), 46u * 5);
    std::string chain = "flag";
    for (int i = 0; i < 1599; ++i) chain += i % 2 == 0 ? " = other" : " OR flag";
    EXPECT_LE(compile_where(chain, table, layout)->test_count(), 1600u * 5);
}

}  // namespace lightcone::query
