// SPDX-License-Identifier: Apache-2.0
#include "codegen/typescript_text.h"

#include <gtest/gtest.h>

namespace lightcone::codegen {
namespace {

TEST(TypescriptText, names_in_three_cases) {
    EXPECT_EQ(snake_name("HTTPServer2x"), "http_server_2_x");
    EXPECT_EQ(camel_name("HTTPServer2x"), "httpServer2X");
    EXPECT_EQ(pascal_name("u256Value"), "U256Value");
    EXPECT_EQ(camel_name("_x"), "x");
}

TEST(TypescriptText, names_that_would_break_stay) {
    EXPECT_EQ(camel_name("_"), "_");
    EXPECT_EQ(camel_name("_1"), "_1");
    EXPECT_EQ(pascal_name("__2_b"), "__2_b");
}

TEST(TypescriptText, string_literals_keep_their_text) {
    EXPECT_EQ(string_literal("a_b"), "\"a_b\"");
    EXPECT_EQ(string_literal("say \"no\" \\ \n\x7f"), "\"say \\\"no\\\" \\\\ \\x0a\\x7f\"");
    EXPECT_EQ(string_literal("é"), "\"é\"");
}

TEST(TypescriptText, claimed_names_differ) {
    NameSet names{"taken"};
    EXPECT_EQ(names.claim("a"), "a");
    EXPECT_EQ(names.claim("a"), "a_2");
    EXPECT_EQ(names.claim("a_2"), "a_2_2");
    EXPECT_EQ(names.claim("a"), "a_3");
    EXPECT_EQ(names.claim("taken"), "taken_2");
    EXPECT_TRUE(names.contains("a_3"));
    EXPECT_FALSE(names.contains("a_4"));
}

TEST(TypescriptText, a_number_that_somebody_else_took_is_passed_over) {
    NameSet names{"a_2", "a_3"};
    EXPECT_EQ(names.claim("a"), "a");
    EXPECT_EQ(names.claim("a"), "a_4");
}

}  // namespace
}  // namespace lightcone::codegen
