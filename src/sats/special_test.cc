// SPDX-License-Identifier: Apache-2.0
#include "sats/special.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/file.h"
#include "sats/json_value.h"

namespace lightcone::sats {
namespace {

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

TEST(Identity, every_derivation_vector) {
    auto file = SystemDisk().read_file(LIGHTCONE_SOURCE_DIR "/tests/data/identity.json");
    ASSERT_TRUE(file) << file.error().message;
    auto json = JsonValue::parse(as_text(*file));
    ASSERT_TRUE(json) << json.error().message;
    size_t count = 0;
    for (const JsonValue& vector : json->find("vectors")->items()) {
        SCOPED_TRACE(vector.find("name")->string());
        Identity identity = Identity::from_claims(vector.find("issuer")->string(), vector.find("subject")->string());
        EXPECT_EQ(identity.hex(), vector.find("identity_hex")->string());
        EXPECT_EQ(to_hex(identity.le), vector.find("bsatn_hex")->string());
        auto parsed = Identity::from_hex_text(identity.hex());
        ASSERT_TRUE(parsed);
        EXPECT_EQ(*parsed, identity);
        ++count;
    }
    EXPECT_EQ(count, 14u);
}

TEST(Identity, hashes_of_the_vectors) {
    auto file = SystemDisk().read_file(LIGHTCONE_SOURCE_DIR "/tests/data/identity.json");
    ASSERT_TRUE(file);
    auto json = JsonValue::parse(as_text(*file));
    ASSERT_TRUE(json);
    const JsonValue& hashes = *json->find("hashes");
    EXPECT_EQ(to_hex(keccak256({})), hashes.find("keccak256_empty")->string());
    const JsonValue& token = *hashes.find("migration_token");
    EXPECT_EQ(to_hex(keccak256(as_bytes("old program bytes"))), token.find("old_program_hash_hex")->string());
    EXPECT_EQ(to_hex(keccak256(as_bytes("new program bytes"))), token.find("new_program_hash_hex")->string());
    EXPECT_EQ(to_hex(keccak256(as_bytes(token.find("token_hash_input_ascii")->string()))),
              token.find("token_hash_hex")->string());
}

TEST(Identity, hex_text_accepts_prefix_and_case_only) {
    std::string digits = "c200EF884364c1a99be0298dc68f2004e6b97c09d1b1658b7db22f51fb662059";
    auto plain = Identity::from_hex_text(digits);
    auto prefixed = Identity::from_hex_text("0x" + digits);
    ASSERT_TRUE(plain);
    ASSERT_TRUE(prefixed);
    EXPECT_EQ(*plain, *prefixed);
    EXPECT_EQ(plain->le[31], 0xc2);
    EXPECT_FALSE(Identity::from_hex_text(digits.substr(1)));
    EXPECT_FALSE(Identity::from_hex_text(digits + "0"));
    EXPECT_FALSE(Identity::from_hex_text("0X" + digits));
    EXPECT_FALSE(Identity::from_hex_text(""));
    digits[5] = 'g';
    EXPECT_FALSE(Identity::from_hex_text(digits));
    EXPECT_TRUE(Identity{}.is_zero());
    EXPECT_FALSE(plain->is_zero());
}

TEST(ConnectionId, hex_text_is_most_significant_first) {
    auto id = ConnectionId::from_hex_text("ff0102030405060708090a0b0c0d0e0f");
    ASSERT_TRUE(id);
    EXPECT_EQ(to_hex(id->le), "0f0e0d0c0b0a090807060504030201ff");
    EXPECT_EQ(id->hex(), "ff0102030405060708090a0b0c0d0e0f");
    EXPECT_FALSE(ConnectionId::from_hex_text("ff"));

    ByteReader in(id->le);
    EXPECT_EQ(read_connection_id(in), *id);
    EXPECT_FALSE(read_connection_id(in));
    EXPECT_FALSE(read_identity(in));
}

TEST(TimestampText, fraction_as_needed) {
    EXPECT_EQ(timestamp_text(0), "1970-01-01T00:00:00+00:00");
    EXPECT_EQ(timestamp_text(1'686'000'000'123'456), "2023-06-05T21:20:00.123456+00:00");
    EXPECT_EQ(timestamp_text(1'686'000'000'123'000), "2023-06-05T21:20:00.123+00:00");
    EXPECT_EQ(timestamp_text(1'686'000'000'100'000), "2023-06-05T21:20:00.100+00:00");
    EXPECT_EQ(timestamp_text(-1), "1969-12-31T23:59:59.999999+00:00");
    EXPECT_EQ(timestamp_text(951'782'400'000'000), "2000-02-29T00:00:00+00:00");
    EXPECT_EQ(timestamp_text(951'868'800'000'000), "2000-03-01T00:00:00+00:00");
}

TEST(TimestampText, whole_range) {
    EXPECT_EQ(timestamp_text(253'402'300'799'999'999), "9999-12-31T23:59:59.999999+00:00");
    EXPECT_EQ(timestamp_text(253'402'300'800'000'000), "+10000-01-01T00:00:00+00:00");
    EXPECT_EQ(timestamp_text(kMax), "+294247-01-10T04:00:54.775807+00:00");
    EXPECT_EQ(timestamp_text(kMin), "-290308-12-21T19:59:05.224192+00:00");
}

TEST(DurationText, sign_and_six_digits) {
    EXPECT_EQ(duration_text(1'500'000), "+1.500000");
    EXPECT_EQ(duration_text(-250), "-0.000250");
    EXPECT_EQ(duration_text(0), "+0.000000");
    EXPECT_EQ(duration_text(kMin), "-9223372036854.775808");
    EXPECT_EQ(duration_iso_text(1'500'000), "PT1.5S");
    EXPECT_EQ(duration_iso_text(-1'000'000), "-PT1S");
    EXPECT_EQ(duration_iso_text(0), "P0D");
    EXPECT_EQ(duration_iso_text(-250), "-PT0.00025S");
}

TEST(UuidText, dashes) {
    std::array<uint8_t, 16> le{};
    EXPECT_EQ(uuid_text(le), "00000000-0000-0000-0000-000000000000");
    le[15] = 0x12;
    le[0] = 0xab;
    EXPECT_EQ(uuid_text(le), "12000000-0000-0000-0000-0000000000ab");
}

}  // namespace
}  // namespace lightcone::sats
