// SPDX-License-Identifier: Apache-2.0
// ValueOps against a naive model: random types, random values as trees, order and equality written out plainly.
#include "sats/value_ops.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "base/limits.h"
#include "base/random.h"

namespace lightcone::sats {
namespace {

struct Tree {
    AlgebraicType type;
    Bytes leaf;               // scalars: their encoding; strings: their text
    uint8_t tag = 0;          // sums
    std::vector<Tree> parts;  // products, arrays, and the one payload of a sum
};

AlgebraicType random_type(SeededRandom& random, int depth) {
    uint64_t kind = random.below(depth == 0 ? 17 : 26);
    if (kind < 16) return AlgebraicType(static_cast<TypeKind>(4 + kind));
    if (kind == 16) return AlgebraicType::sum({{"A", AlgebraicType::unit()}, {"B", AlgebraicType::unit()}});
    if (kind < 19) return AlgebraicType::array_of(random_type(random, depth - 1));
    std::vector<TypeElement> elements;
    bool is_sum = kind >= 23;
    uint64_t count = is_sum ? 1 + random.below(3) : random.below(4);
    for (uint64_t i = 0; i < count; ++i) elements.push_back({std::nullopt, random_type(random, depth - 1)});
    return is_sum ? AlgebraicType::sum(std::move(elements)) : AlgebraicType::product(std::move(elements));
}

template <typename T>
Bytes raw(T value) {
    Bytes bytes(sizeof value);
    std::memcpy(bytes.data(), &value, sizeof value);
    return bytes;
}

template <typename Float>
Bytes random_float(SeededRandom& random) {
    using Limits = std::numeric_limits<Float>;
    const Float choices[] = {Float{0},
                             -Float{0},
                             Float{1},
                             Float{-1.5},
                             Limits::infinity(),
                             -Limits::infinity(),
                             Limits::quiet_NaN(),
                             -Limits::quiet_NaN(),
                             Limits::denorm_min()};
    return raw(choices[random.below(std::size(choices))]);
}

// Few distinct values, so that equal ones meet often.
Tree random_tree(SeededRandom& random, const AlgebraicType& type) {
    Tree tree{type, {}, 0, {}};
    switch (type.kind) {
        case TypeKind::String: {
            const char* choices[] = {"", "a", "b", "ab", "\xc3\xa9", "a long text that goes past eight bytes"};
            auto text = as_bytes(choices[random.below(std::size(choices))]);
            tree.leaf.assign(text.begin(), text.end());
            break;
        }
        case TypeKind::Array:
            for (uint64_t i = random.below(4); i > 0; --i)
                tree.parts.push_back(random_tree(random, type.elements[0].type));
            break;
        case TypeKind::Product:
            for (const TypeElement& element : type.elements) tree.parts.push_back(random_tree(random, element.type));
            break;
        case TypeKind::Sum:
            tree.tag = static_cast<uint8_t>(random.below(type.elements.size()));
            tree.parts.push_back(random_tree(random, type.elements[tree.tag].type));
            break;
        case TypeKind::F32: tree.leaf = random_float<float>(random); break;
        case TypeKind::F64: tree.leaf = random_float<double>(random); break;
        case TypeKind::Bool: tree.leaf = {static_cast<uint8_t>(random.below(2))}; break;
        default: {
            tree.leaf.assign(*scalar_bytes(type.kind), random.below(2) == 0 ? 0x00 : 0xff);
            tree.leaf[random.below(tree.leaf.size())] = static_cast<uint8_t>(random.below(4) * 0x55);
        }
    }
    return tree;
}

void encode(const Tree& tree, Bytes& out) {
    ByteWriter writer(out);
    if (tree.type.kind == TypeKind::String) writer.u32(static_cast<uint32_t>(tree.leaf.size()));
    if (tree.type.kind == TypeKind::Array) writer.u32(static_cast<uint32_t>(tree.parts.size()));
    if (tree.type.kind == TypeKind::Sum) writer.u8(tree.tag);
    writer.raw(tree.leaf);
    for (const Tree& part : tree.parts) encode(part, out);
}

int sign(int value) {
    return value < 0 ? -1 : (value > 0 ? 1 : 0);
}

double as_double(const Tree& tree) {
    if (tree.type.kind == TypeKind::F64) return std::bit_cast<double>(load_le<uint64_t>(tree.leaf.data()));
    return std::bit_cast<float>(load_le<uint32_t>(tree.leaf.data()));
}

int naive_compare(const Tree& a, const Tree& b) {
    switch (a.type.kind) {
        case TypeKind::F32:
        case TypeKind::F64: {
            double x = as_double(a);
            double y = as_double(b);
            if (std::isnan(x) || std::isnan(y)) return int{std::isnan(x)} - int{std::isnan(y)};
            return x < y ? -1 : int{x > y};
        }
        case TypeKind::String: return sign(as_text(a.leaf).compare(as_text(b.leaf)));
        case TypeKind::Sum:
            if (a.tag != b.tag) return a.tag < b.tag ? -1 : 1;
            break;
        case TypeKind::Product:
        case TypeKind::Array: break;
        default: {
            bool is_signed = type_kind_name(a.type.kind)[0] == 'I';
            Bytes x(a.leaf.rbegin(), a.leaf.rend());
            Bytes y(b.leaf.rbegin(), b.leaf.rend());
            if (is_signed) x[0] ^= 0x80, y[0] ^= 0x80;
            return x < y ? -1 : int{y < x};
        }
    }
    for (size_t i = 0; i < std::min(a.parts.size(), b.parts.size()); ++i) {
        if (int order = naive_compare(a.parts[i], b.parts[i])) return order;
    }
    return sign(static_cast<int>(a.parts.size()) - static_cast<int>(b.parts.size()));
}

ValueOps compiled(const AlgebraicType& type) {
    auto ops = ValueOps::compile(type);
    EXPECT_TRUE(ops) << (ops ? "" : ops.error().message);
    return *ops;
}

void check_one(const ValueOps& ops, const Bytes& bytes) {
    auto size = ops.validate(bytes);
    ASSERT_TRUE(size) << size.error().message;
    EXPECT_EQ(*size, bytes.size());
    EXPECT_EQ(ops.size_of(bytes.data()), bytes.size());
    if (ops.fixed_bytes()) {
        EXPECT_EQ(*ops.fixed_bytes(), bytes.size());
    }
    // Exact buffers, so that a sanitizer sees a read past the end.
    for (size_t prefix = 0; prefix < bytes.size(); ++prefix) {
        EXPECT_FALSE(ops.validate(Bytes(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(prefix))));
    }
}

TEST(ValueOps, agrees_with_a_naive_model) {
    SeededRandom random(20'240'601);
    size_t equal_pairs = 0;
    for (int round = 0; round < 4000; ++round) {
        AlgebraicType type = random_type(random, 3);
        SCOPED_TRACE(type_text(type));
        ValueOps ops = compiled(type);
        Tree a = random_tree(random, type);
        Tree b = random_tree(random, type);
        Bytes a_bytes;
        Bytes b_bytes;
        encode(a, a_bytes);
        encode(b, b_bytes);
        check_one(ops, a_bytes);
        check_one(ops, b_bytes);

        int expected = naive_compare(a, b);
        EXPECT_EQ(sign(ops.compare(a_bytes.data(), b_bytes.data())), expected);
        EXPECT_EQ(sign(ops.compare(b_bytes.data(), a_bytes.data())), -expected);
        EXPECT_EQ(ops.compare(a_bytes.data(), a_bytes.data()), 0);
        Bytes a_key;
        Bytes b_key;
        ops.append_canonical(a_bytes.data(), a_key);
        ops.append_canonical(b_bytes.data(), b_key);
        EXPECT_EQ(a_key == b_key, expected == 0);
        if (ops.equality_is_bytewise()) {
            EXPECT_EQ(a_key, a_bytes);
        }
        equal_pairs += expected == 0 ? 1 : 0;
        if (::testing::Test::HasFailure()) return;
    }
    EXPECT_GT(equal_pairs, 200u);
}

TEST(ValueOps, facts_of_a_type) {
    ValueOps row = compiled(
        AlgebraicType::product({{"id", AlgebraicType(TypeKind::U32)}, {"balance", AlgebraicType(TypeKind::I64)}}));
    EXPECT_EQ(row.fixed_bytes(), 12u);
    EXPECT_TRUE(row.any_bytes_valid());
    EXPECT_TRUE(row.equality_is_bytewise());
    EXPECT_EQ(row.single_scalar(), std::nullopt);

    ValueOps identity = compiled(make_special(SpecialType::Identity));
    EXPECT_EQ(identity.single_scalar(), TypeKind::U256);
    ValueOps schedule = compiled(make_special(SpecialType::ScheduleAt));
    EXPECT_EQ(schedule.fixed_bytes(), 9u);
    EXPECT_FALSE(schedule.any_bytes_valid());
    EXPECT_EQ(compiled(AlgebraicType::option_of(AlgebraicType(TypeKind::U8))).fixed_bytes(), std::nullopt);
    EXPECT_EQ(compiled(AlgebraicType::unit()).fixed_bytes(), 0u);
    EXPECT_EQ(compiled(AlgebraicType::sum({})).fixed_bytes(), std::nullopt);
    EXPECT_FALSE(compiled(AlgebraicType::array_of(AlgebraicType(TypeKind::F32))).equality_is_bytewise());
    EXPECT_FALSE(compiled(AlgebraicType::option_of(AlgebraicType(TypeKind::F64))).equality_is_bytewise());
}

TEST(ValueOps, nan_and_negative_zero) {
    ValueOps ops = compiled(AlgebraicType(TypeKind::F64));
    auto bytes = [](double value) { return raw(value); };
    double nan = std::numeric_limits<double>::quiet_NaN();
    double infinity = std::numeric_limits<double>::infinity();
    EXPECT_EQ(ops.compare(bytes(0.0).data(), bytes(-0.0).data()), 0);
    EXPECT_EQ(ops.compare(bytes(nan).data(), bytes(-nan).data()), 0);
    EXPECT_GT(ops.compare(bytes(nan).data(), bytes(infinity).data()), 0);
    EXPECT_LT(ops.compare(bytes(-infinity).data(), bytes(-1e308).data()), 0);
}

TEST(ValueOps, error_texts) {
    auto error = [](const AlgebraicType& type, const Bytes& bytes) {
        auto result = compiled(type).validate(bytes);
        return result ? "no error" : result.error().message;
    };
    AlgebraicType pair =
        AlgebraicType::product({{"a", AlgebraicType(TypeKind::U8)}, {"b", AlgebraicType(TypeKind::U32)}});
    EXPECT_EQ(error(pair, {1, 2, 3}), "data too short for u32: Expected 4, given 2");
    EXPECT_EQ(error(AlgebraicType(TypeKind::String), {5, 0, 0, 0, 'h'}),
              "data too short for [u8]: Expected 5, given 1");
    EXPECT_EQ(error(AlgebraicType(TypeKind::String), {1, 0, 0, 0, 0xff}), "invalid utf8");
    EXPECT_EQ(error(AlgebraicType(TypeKind::Bool), {2}), "byte 2 not valid as `bool` (must be 0 or 1)");
    EXPECT_EQ(error(AlgebraicType::option_of(pair), {2}), "unknown tag 0x2 for sum type <unknown>");
    EXPECT_EQ(error(AlgebraicType::sum({}), {0}), "unknown tag 0x0 for sum type <unknown>");
    EXPECT_EQ(error(AlgebraicType::array_of(pair), {0xff, 0xff, 0xff, 0xff, 1}),
              "data too short for u32: Expected 4, given 0");
}

TEST(ValueOps, utf8_is_strict) {
    ValueOps ops = compiled(AlgebraicType(TypeKind::String));
    auto valid = [&](std::string_view text) {
        Bytes bytes;
        ByteWriter(bytes).length_prefixed(text);
        return ops.validate(bytes).has_value();
    };
    EXPECT_TRUE(valid(std::string_view("a\0b", 3)));
    EXPECT_TRUE(valid("0123456\xf0\x9f\xa6\x80 89"));
    EXPECT_TRUE(valid("\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf"));
    for (const char* bad : {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
                            "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82", "12345678\xc3", "\xc3("}) {
        EXPECT_FALSE(valid(bad)) << to_hex(as_bytes(bad));
    }
}

TEST(ValueOps, four_billion_empty_elements_cost_nothing) {
    ValueOps ops = compiled(AlgebraicType::array_of(AlgebraicType::unit()));
    Bytes many = {0xff, 0xff, 0xff, 0xff};
    Bytes fewer = {0xfe, 0xff, 0xff, 0xff};
    ASSERT_TRUE(ops.validate(many));
    EXPECT_EQ(ops.size_of(many.data()), 4u);
    EXPECT_GT(ops.compare(many.data(), fewer.data()), 0);
    Bytes key;
    ops.append_canonical(many.data(), key);
    EXPECT_EQ(key, many);
}

TEST(ValueOps, compile_limits) {
    EXPECT_FALSE(ValueOps::compile(AlgebraicType::make_ref(0)));
    AlgebraicType deep(TypeKind::U8);
    for (uint32_t i = 0; i < kTypeDepthMax; ++i) deep = AlgebraicType::option_of(std::move(deep));
    EXPECT_TRUE(ValueOps::compile(deep));
    EXPECT_FALSE(ValueOps::compile(AlgebraicType::option_of(std::move(deep))));
    std::vector<TypeElement> variants(kSumVariantsMax);
    EXPECT_TRUE(ValueOps::compile(AlgebraicType::sum(variants)));
    variants.emplace_back();
    EXPECT_FALSE(ValueOps::compile(AlgebraicType::sum(variants)));
}

}  // namespace
}  // namespace lightcone::sats
