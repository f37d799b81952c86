// SPDX-License-Identifier: Apache-2.0
#include "schema/case_conversion.h"

#include <gtest/gtest.h>

#include "schema/identifier.h"
#include "schema/raw_definition_builder.h"

namespace lightcone::schema {
namespace {

using namespace testing;

struct Case {
    const char* name;
    const char* snake;
    const char* camel;
    const char* pascal;
};

constexpr Case kCases[] = {
    {"playerId", "player_id", "playerId", "PlayerId"},
    {"PlayerID", "player_id", "playerId", "PlayerId"},
    {"player1Id", "player_1_id", "player1Id", "Player1Id"},
    {"field_u32", "field_u_32", "fieldU32", "FieldU32"},
    {"HTTPServer2Go", "http_server_2_go", "httpServer2Go", "HttpServer2Go"},
    {"HTTPServer2x", "http_server_2_x", "httpServer2X", "HttpServer2X"},
    {"__weird__Name", "weird_name", "weirdName", "WeirdName"},
    {"RED_APPLE", "red_apple", "redApple", "RedApple"},
    {"IDs", "i_ds", "iDs", "IDs"},
    {"Vec2D", "vec_2_d", "vec2D", "Vec2D"},
    {"joined_at", "joined_at", "joinedAt", "JoinedAt"},
    {"test_d", "test_d", "testD", "TestD"},
    {"arg2", "arg_2", "arg2", "Arg2"},
    {"_x", "x", "x", "X"},
    {"u256Value", "u_256_value", "u256Value", "U256Value"},
    {"_", "", "", ""},
    {"", "", "", ""},
    {"größeInCm", "größe_in_cm", "größeInCm", "GrößeInCm"},
    {"ИмяПользователя", "имя_пользователя", "имяПользователя", "ИмяПользователя"},
    {"kebab-case name", "kebab_case_name", "kebabCaseName", "KebabCaseName"},
};

TEST(CaseConversion, splits_and_joins_words) {
    for (const Case& c : kCases) {
        EXPECT_EQ(to_snake_case(c.name), c.snake) << c.name;
        EXPECT_EQ(to_camel_case(c.name), c.camel) << c.name;
        EXPECT_EQ(to_pascal_case(c.name), c.pascal) << c.name;
    }
}

TEST(CaseConversion, snake_case_is_stable) {
    for (const Case& c : kCases) EXPECT_EQ(to_snake_case(c.snake), c.snake);
}

TEST(CaseConversion, overlong_names_stay_as_they_are) {
    std::string name(kIdentifierBytesMax + 1, 'A');
    EXPECT_EQ(to_snake_case(name), name);
    EXPECT_EQ(to_snake_case(name.substr(1)), std::string(kIdentifierBytesMax, 'a'));
}

TEST(CaseConversion, types_keep_special_shapes) {
    auto timestamp = sats::make_special(sats::SpecialType::Timestamp);
    auto schedule = sats::make_special(sats::SpecialType::ScheduleAt);
    auto type = product({{"createdAt", timestamp},
                         {"nextRun", schedule},
                         {"maybeName", sats::AlgebraicType::option_of(text())},
                         {"kindOf", sum({{"RED_APPLE", u64()}, {"Pear", product({{"byWeight", u64()}})}})},
                         {"listOf", sats::AlgebraicType::array_of(product({{"innerName", ref(3)}}))}});
    auto expected = product({{"created_at", timestamp},
                             {"next_run", schedule},
                             {"maybe_name", sats::AlgebraicType::option_of(text())},
                             {"kind_of", sum({{"redApple", u64()}, {"pear", product({{"by_weight", u64()}})}})},
                             {"list_of", sats::AlgebraicType::array_of(product({{"inner_name", ref(3)}}))}});
    EXPECT_EQ(to_canonical_names(type), expected);
}

TEST(CaseConversion, fields_that_would_lose_their_name_keep_it) {
    EXPECT_EQ(to_canonical_names(product({{"_", u64()}, {"_1", u64()}, {"_x", u64()}})),
              product({{"_", u64()}, {"_1", u64()}, {"x", u64()}}));
}

}  // namespace
}  // namespace lightcone::schema
