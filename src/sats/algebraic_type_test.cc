// SPDX-License-Identifier: Apache-2.0
#include "sats/algebraic_type.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace lightcone::sats {
namespace {

AlgebraicType scalar(TypeKind kind) {
    return AlgebraicType(kind);
}

AlgebraicType nested_arrays(uint32_t depth) {
    AlgebraicType type(TypeKind::U8);
    for (uint32_t i = 0; i < depth; ++i) type = AlgebraicType::array_of(std::move(type));
    return type;
}

AlgebraicType enum_of(uint32_t variants) {
    std::vector<TypeElement> elements;
    for (uint32_t i = 0; i < variants; ++i) elements.push_back({"v" + std::to_string(i), AlgebraicType::unit()});
    return AlgebraicType::sum(std::move(elements));
}

Bytes encoded(const AlgebraicType& type) {
    Bytes bytes;
    encode_type(type, bytes);
    return bytes;
}

Result<AlgebraicType> decoded(ByteView bytes) {
    ByteReader in(bytes);
    return decode_type(in);
}

std::string message(const auto& result) {
    return result ? "no error" : result.error().message;
}

TEST(AlgebraicType, equality_includes_names_and_order) {
    auto named = [](std::optional<std::string> name) {
        return AlgebraicType::product({{std::move(name), AlgebraicType(TypeKind::U8)}});
    };
    EXPECT_EQ(named("foo"), named("foo"));
    EXPECT_FALSE(named("foo") == named("bar"));
    EXPECT_FALSE(named("foo") == named(std::nullopt));
    EXPECT_FALSE(AlgebraicType::unit() == AlgebraicType::sum({}));
}

TEST(AlgebraicType, text_notation) {
    EXPECT_EQ(type_text(scalar(TypeKind::U64)), "U64");
    EXPECT_EQ(type_text(AlgebraicType::make_ref(3)), "&3");
    EXPECT_EQ(type_text(make_special(SpecialType::Bytes)), "Array<U8>");
    EXPECT_EQ(type_text(AlgebraicType::unit()), "()");
    EXPECT_EQ(type_text(AlgebraicType::sum({})), "(|)");
    EXPECT_EQ(type_text(AlgebraicType::product({{"x", scalar(TypeKind::I32)}, {"y", scalar(TypeKind::I32)}})),
              "(x: I32, y: I32)");
    EXPECT_EQ(type_text(AlgebraicType::product(
                  {{std::nullopt, scalar(TypeKind::U8)}, {std::nullopt, scalar(TypeKind::String)}})),
              "(0: U8, 1: String)");
    EXPECT_EQ(type_text(AlgebraicType::sum({{"A", AlgebraicType::unit()}, {std::nullopt, scalar(TypeKind::U8)}})),
              "(A: () | U8)");
    EXPECT_EQ(type_text(make_special(SpecialType::ScheduleAt)),
              "(Interval: (__time_duration_micros__: I64) | Time: (__timestamp_micros_since_unix_epoch__: I64))");
}

TEST(AlgebraicType, special_types_are_recognised_by_exact_shape) {
    for (SpecialType special :
         {SpecialType::Unit, SpecialType::Never, SpecialType::Bytes, SpecialType::Identity, SpecialType::ConnectionId,
          SpecialType::Timestamp, SpecialType::TimeDuration, SpecialType::Uuid, SpecialType::ScheduleAt}) {
        EXPECT_EQ(special_type(make_special(special)), special);
    }
    EXPECT_EQ(special_type(AlgebraicType::option_of(scalar(TypeKind::U8))), SpecialType::Option);
    EXPECT_EQ(special_type(AlgebraicType::sum({{"ok", scalar(TypeKind::U8)}, {"err", scalar(TypeKind::String)}})),
              SpecialType::Result);

    auto none_first = AlgebraicType::sum({{"none", AlgebraicType::unit()}, {"some", scalar(TypeKind::U8)}});
    EXPECT_EQ(special_type(none_first), SpecialType::None);
    auto none_with_payload = AlgebraicType::sum({{"some", scalar(TypeKind::U8)}, {"none", scalar(TypeKind::U8)}});
    EXPECT_EQ(special_type(none_with_payload), SpecialType::None);
    EXPECT_EQ(special_type(AlgebraicType::product({{"identity", scalar(TypeKind::U256)}})), SpecialType::None);
    EXPECT_EQ(special_type(AlgebraicType::product({{"__identity__", scalar(TypeKind::U128)}})), SpecialType::None);
    EXPECT_EQ(special_type(AlgebraicType::array_of(AlgebraicType::make_ref(0))), SpecialType::None);
}

TEST(AlgebraicType, resolve_inlines_refs) {
    Typespace space{{scalar(TypeKind::I32), AlgebraicType::product({{"x", AlgebraicType::make_ref(0)}})}};
    auto resolved = resolve(AlgebraicType::array_of(AlgebraicType::make_ref(1)), space);
    ASSERT_TRUE(resolved);
    EXPECT_EQ(*resolved, AlgebraicType::array_of(AlgebraicType::product({{"x", scalar(TypeKind::I32)}})));
    // The same ref twice side by side is no recursion.
    auto twice = AlgebraicType::product({{"a", AlgebraicType::make_ref(1)}, {"b", AlgebraicType::make_ref(1)}});
    EXPECT_TRUE(resolve(twice, space));
}

TEST(AlgebraicType, resolve_refuses_recursion_and_bad_refs) {
    Typespace space{{AlgebraicType::array_of(AlgebraicType::make_ref(1)), AlgebraicType::make_ref(0)}};
    EXPECT_EQ(message(resolve(AlgebraicType::make_ref(0), space)), "Found recursive type reference &0");
    EXPECT_EQ(message(resolve(AlgebraicType::make_ref(2), space)),
              "type reference &2 is out of range: the typespace has 2 types");
    EXPECT_EQ(message(resolve(AlgebraicType::make_ref(0), {{AlgebraicType::make_ref(0)}})),
              "Found recursive type reference &0");
}

TEST(AlgebraicType, resolve_limits) {
    EXPECT_TRUE(resolve(nested_arrays(kTypeDepthMax - 1), {}));
    EXPECT_TRUE(resolve(nested_arrays(kTypeDepthMax), {}));
    EXPECT_FALSE(resolve(nested_arrays(kTypeDepthMax + 1), {}));

    Typespace chain;
    for (uint32_t i = 1; i < 100'000; ++i) chain.types.push_back(AlgebraicType::make_ref(i));
    chain.types.push_back(scalar(TypeKind::U8));
    EXPECT_FALSE(resolve(AlgebraicType::make_ref(0), chain));
    EXPECT_FALSE(dereference(AlgebraicType::make_ref(0), chain));
    auto last = static_cast<uint32_t>(chain.types.size() - 1);
    EXPECT_TRUE(resolve(AlgebraicType::make_ref(last - kTypeDepthMax + 1), chain));
    EXPECT_TRUE(dereference(AlgebraicType::make_ref(last - kTypeDepthMax + 1), chain));
    EXPECT_FALSE(dereference(AlgebraicType::make_ref(last - kTypeDepthMax), chain));

    // Each type holds the next one twice: 2^30 parts from 30 small types.
    Typespace doubling;
    for (uint32_t i = 1; i <= 30; ++i) {
        doubling.types.push_back(
            AlgebraicType::product({{"a", AlgebraicType::make_ref(i)}, {"b", AlgebraicType::make_ref(i)}}));
    }
    doubling.types.push_back(scalar(TypeKind::U8));
    EXPECT_EQ(message(resolve(AlgebraicType::make_ref(0), doubling)),
              "type has more than 1048576 parts once its references are replaced");
    EXPECT_TRUE(resolve(AlgebraicType::make_ref(15), doubling));
}

TEST(TypeCodec, round_trip) {
    auto type = AlgebraicType::product({{"id", scalar(TypeKind::U64)},
                                        {std::nullopt, AlgebraicType::option_of(AlgebraicType::make_ref(7))},
                                        {"when", make_special(SpecialType::ScheduleAt)},
                                        {"rest", AlgebraicType::array_of(scalar(TypeKind::F64))}});
    Bytes bytes = encoded(type);
    auto back = decoded(bytes);
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(*back, type);
    for (size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(decoded(ByteView(bytes).first(size))) << size;

    Typespace space{{type, scalar(TypeKind::Bool)}};
    Bytes space_bytes;
    encode_typespace(space, space_bytes);
    ByteReader in(space_bytes);
    auto space_back = decode_typespace(in);
    ASSERT_TRUE(space_back);
    EXPECT_EQ(*space_back, space);
    EXPECT_TRUE(in.at_end());
}

TEST(TypeCodec, refuses_bad_input) {
    EXPECT_EQ(message(decoded(Bytes{0x14})), "unknown tag 0x14 for sum type AlgebraicType");
    EXPECT_EQ(message(decoded(Bytes{})), "data too short for u8: Expected 1, given 0");
    EXPECT_EQ(message(decoded(Bytes{2, 1, 0, 0, 0, 2})), "unknown tag 0x2 for sum type <unknown>");
    EXPECT_EQ(message(decoded(Bytes{2, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0xff, 7})), "invalid utf8");
    // A count of 4 billion elements in nine bytes reserves nothing and fails.
    EXPECT_FALSE(decoded(Bytes{2, 0xff, 0xff, 0xff, 0xff, 1, 7, 1, 7}));
}

TEST(TypeCodec, limits) {
    EXPECT_TRUE(decoded(encoded(nested_arrays(kTypeDepthMax - 1))));
    EXPECT_TRUE(decoded(encoded(nested_arrays(kTypeDepthMax))));
    EXPECT_EQ(message(decoded(encoded(nested_arrays(kTypeDepthMax + 1)))), "type nests deeper than 128 levels");
    EXPECT_TRUE(decoded(encoded(enum_of(kSumVariantsMax - 1))));
    EXPECT_TRUE(decoded(encoded(enum_of(kSumVariantsMax))));
    EXPECT_EQ(message(decoded(encoded(enum_of(kSumVariantsMax + 1)))),
              "sum type has 257 variants, at most 256 are possible");

    auto wide = [](uint32_t nodes) {
        Bytes bytes;
        ByteWriter out(bytes);
        out.u8(2);
        out.u32(nodes - 1);
        for (uint32_t i = 1; i < nodes; ++i) out.raw(Bytes{1, 7});
        return bytes;
    };
    EXPECT_TRUE(decoded(wide(kTypeNodesMax - 1)));
    EXPECT_TRUE(decoded(wide(kTypeNodesMax)));
    EXPECT_FALSE(decoded(wide(kTypeNodesMax + 1)));
}

}  // namespace
}  // namespace lightcone::sats
