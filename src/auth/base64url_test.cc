// SPDX-License-Identifier: Apache-2.0
#include "auth/base64url.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace lightcone::auth {
namespace {

TEST(Base64Url, examples) {
    EXPECT_EQ(base64url_encode({}), "");
    EXPECT_EQ(base64url_encode(as_bytes("f")), "Zg");
    EXPECT_EQ(base64url_encode(as_bytes("fo")), "Zm8");
    EXPECT_EQ(base64url_encode(as_bytes("foo")), "Zm9v");
    EXPECT_EQ(base64url_encode(as_bytes("foob")), "Zm9vYg");
    EXPECT_EQ(base64url_encode(Bytes{0xfb, 0xff, 0xfe}), "-__-");
}

TEST(Base64Url, round_trip) {
    SeededRandom random(3);
    for (size_t length = 0; length < 100; length++) {
        Bytes bytes(length);
        random.fill(bytes);
        auto decoded = base64url_decode(base64url_encode(bytes));
        ASSERT_TRUE(decoded);
        EXPECT_EQ(*decoded, bytes);
    }
}

TEST(Base64Url, one_spelling_per_value) {
    for (const char* bad : {"Zg==", "Zg=", "Z", "Zm9vY", "Zh", "Zm9", "Z g", "Zg\n", " Zg", "+/+/",
                            "Zm9v=", "====", "Z\xc3\xa9g", "Zm8,"}) {
        EXPECT_FALSE(base64url_decode(bad)) << bad;
    }
    EXPECT_FALSE(base64url_decode(std::string_view("Z\0g=", 4)));
}

}  // namespace
}  // namespace lightcone::auth
