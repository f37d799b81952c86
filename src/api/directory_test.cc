// SPDX-License-Identifier: Apache-2.0
#include "api/directory.h"

#include <gtest/gtest.h>

namespace lightcone::api {

TEST(DatabaseName, good_ones) {
    for (const char* name : {"a", "chat", "quickstart-chat", "0", "a-1-b"}) {
        EXPECT_TRUE(check_database_name(name).has_value()) << name;
    }
}

TEST(DatabaseName, bad_ones_say_why) {
    auto text = [](std::string_view name) {
        auto checked = check_database_name(name);
        return checked ? "" : checked.error().message;
    };
    EXPECT_EQ(text(""), "database names cannot be empty");
    for (const char* name : {"-a", "a-", "a--b", "a-_"})
        EXPECT_EQ(text(name), "invalid hyphen in database name") << name;
    for (const char* name : {"A", "a_b", "a/b", "ü", "a b"})
        EXPECT_EQ(text(name), "invalid characters in database name") << name;
    EXPECT_EQ(text(std::string(64, 'a')), "database names cannot be identities");
}

}  // namespace lightcone::api
