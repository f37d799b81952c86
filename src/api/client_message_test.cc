// SPDX-License-Identifier: Apache-2.0
#include "api/client_message.h"

#include <gtest/gtest.h>

namespace lightcone::api {

namespace {

using database::Batch;
using database::RequestKind;

Result<void> decode_all(ByteView bytes, Batch& batch) {
    ByteReader in(bytes);
    while (!in.at_end()) TRY_VOID(decode_client_message(in, batch));
    return {};
}

Bytes hex(std::string_view text) {
    return from_hex(text).value();
}

// Subscribe(request 1, set 0, ["SELECT * FROM person"])
const char* const kSubscribe =
    "00010000000000000001000000140000"
    "0053454c454354202a2046524f4d20706572736f6e";
// CallReducer(request 7, flags 0, "add", ("alice", 30u8))
const char* const kCall =
    "03070000000003000000"
    "6164640a00000005000000616c6963651e";

}  // namespace

TEST(ClientMessage, several_messages_in_one_payload) {
    Bytes bytes = hex(std::string(kSubscribe) + kCall);
    Batch batch;
    ASSERT_TRUE(decode_all(bytes, batch).has_value());
    ASSERT_EQ(batch.requests.size(), 2u);
    EXPECT_EQ(batch.requests[0].kind, RequestKind::Subscribe);
    EXPECT_EQ(batch.requests[0].request_id, 1u);
    ASSERT_EQ(batch.requests[0].query_count, 1u);
    EXPECT_EQ(batch.queries[0], "SELECT * FROM person");
    EXPECT_EQ(batch.requests[1].kind, RequestKind::CallReducer);
    EXPECT_EQ(batch.requests[1].request_id, 7u);
    EXPECT_EQ(batch.requests[1].text, "add");
    EXPECT_EQ(batch.requests[1].args.size(), 10u);
}

TEST(ClientMessage, an_owned_batch_does_not_need_the_read_buffer) {
    Bytes bytes = hex(std::string(kSubscribe) + kCall);
    Batch batch;
    ASSERT_TRUE(decode_all(bytes, batch).has_value());
    batch.take_ownership();
    std::fill(bytes.begin(), bytes.end(), uint8_t{0xee});
    EXPECT_EQ(batch.queries[0], "SELECT * FROM person");
    EXPECT_EQ(batch.requests[1].text, "add");
    EXPECT_EQ(batch.requests[1].args[9], 30);
}

TEST(ClientMessage, every_strict_prefix_fails_and_leaves_the_batch_alone) {
    for (const char* text : {kSubscribe, kCall, "01010000000200000001",
                             "0205000000"
                             "0200000053 45"}) {
        std::string compact;
        for (const char* at = text; *at != 0; ++at) {
            if (*at != ' ') compact += *at;
        }
        Bytes bytes = hex(compact);
        Batch whole;
        EXPECT_TRUE(decode_all(bytes, whole).has_value()) << text;
        for (size_t size = 1; size < bytes.size(); ++size) {
            Batch batch;
            ByteReader in(ByteView(bytes).first(size));
            EXPECT_FALSE(decode_client_message(in, batch).has_value()) << text << " " << size;
            EXPECT_TRUE(batch.requests.empty());
            EXPECT_TRUE(batch.queries.empty());
        }
    }
}

TEST(ClientMessage, unknown_tags_and_flags_are_named) {
    Batch batch;
    auto unknown = decode_all(hex("0501000000"), batch);
    ASSERT_FALSE(unknown.has_value());
    EXPECT_EQ(unknown.error().message, "unknown tag 0x5 for sum type ClientMessage");
    auto flags = decode_all(hex("0307000000010000000000000000"), batch);
    ASSERT_FALSE(flags.has_value());
    EXPECT_EQ(flags.error().message, "invalid call flags 1 (must be 0)");
    EXPECT_FALSE(decode_all(hex("01010000000200000002"), batch).has_value());
}

TEST(ClientMessage, a_huge_query_count_costs_nothing) {
    Batch batch;
    EXPECT_FALSE(decode_all(hex("000100000000000000ffffffff"), batch).has_value());
}

TEST(ClientMessage, names_must_be_utf8) {
    Batch batch;
    auto decoded = decode_all(hex("0307000000000100000080"
                                  "00000000"),
                              batch);
    ASSERT_FALSE(decoded.has_value());
    EXPECT_EQ(decoded.error().message, "invalid utf8");
}

}  // namespace lightcone::api
