// SPDX-License-Identifier: Apache-2.0
#include "api/outgoing_queue.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace lightcone::api {

namespace {

void add(OutgoingQueue& queue, std::string_view text, uint64_t visible) {
    ByteWriter(queue.bytes()).raw(as_bytes(text));
    queue.end_message(visible);
}

// Payloads in a batch, frame headers and the leading compression tag removed.
std::vector<std::string> payloads(net::WsBatch& batch) {
    iovec pieces[256];
    size_t count = batch.gather().gather(pieces);
    std::string all;
    for (size_t i = 0; i < count; ++i) all.append(static_cast<const char*>(pieces[i].iov_base), pieces[i].iov_len);
    std::vector<std::string> found;
    for (size_t at = 0; at < all.size();) {
        size_t header = 2;
        size_t length = static_cast<uint8_t>(all[at + 1]);
        if (length == 126) {
            header = 4;
            length = static_cast<size_t>(static_cast<uint8_t>(all[at + 2])) << 8 | static_cast<uint8_t>(all[at + 3]);
        } else if (length == 127) {
            header = 10;
            length = 0;
            for (size_t i = 2; i < 10; ++i) length = length << 8 | static_cast<uint8_t>(all[at + i]);
        }
        EXPECT_EQ(all[at + header], 0) << "uncompressed tag";
        found.push_back(all.substr(at + header + 1, length - 1));
        at += header + length;
    }
    batch.clear();
    return found;
}

using Payloads = std::vector<std::string>;

}  // namespace

TEST(OutgoingQueue, packs_what_is_durable_and_keeps_the_rest_in_order) {
    OutgoingQueue queue;
    net::WsBatch batch;
    add(queue, "a", 1);
    add(queue, "b", 2);
    add(queue, "c", 0);  // shows no state, but stays behind b
    queue.pack(1, Packing::Coalesced, batch);
    EXPECT_EQ(payloads(batch), Payloads{"a"});
    EXPECT_EQ(queue.message_count(), 2u);
    queue.pack(1, Packing::Coalesced, batch);
    EXPECT_EQ(payloads(batch), Payloads{});
    queue.pack(2, Packing::Coalesced, batch);
    EXPECT_EQ(payloads(batch), Payloads{"bc"});
    EXPECT_TRUE(queue.empty());
    EXPECT_EQ(queue.waiting_bytes(), 0u);
}

TEST(OutgoingQueue, v2_sends_one_message_per_payload) {
    OutgoingQueue queue;
    net::WsBatch batch;
    add(queue, "a", 0);
    add(queue, "bc", 0);
    queue.pack(0, Packing::OneMessage, batch);
    EXPECT_EQ(payloads(batch), (Payloads{"a", "bc"}));
}

TEST(OutgoingQueue, shared_buffers_keep_their_place_between_own_bytes) {
    OutgoingQueue queue;
    net::WsBatch batch;
    std::string large(1000, 'S');
    SharedBytes shared{Bytes(large.begin(), large.end())};
    ByteWriter(queue.bytes()).raw(as_bytes("<"));
    queue.append_shared(shared);
    ByteWriter(queue.bytes()).raw(as_bytes("|"));
    queue.append_shared(shared);
    queue.end_message(0);
    ByteWriter(queue.bytes()).raw(as_bytes("next"));
    queue.end_message(5);
    EXPECT_EQ(queue.waiting_bytes(), 2006u);
    queue.pack(4, Packing::Coalesced, batch);
    EXPECT_EQ(payloads(batch), Payloads{"<" + large + "|" + large});
    queue.pack(5, Packing::Coalesced, batch);
    EXPECT_EQ(payloads(batch), Payloads{"next"});
}

TEST(OutgoingQueue, take_appends_staged_messages_behind_waiting_ones) {
    OutgoingQueue queue;
    OutgoingQueue staged;
    net::WsBatch batch;
    for (int round = 0; round < 3; ++round) {
        add(staged, "x", 10);
        staged.append_shared(SharedBytes(Bytes(200, 'y')));
        add(staged, "z", 11);
        queue.take(staged);
        EXPECT_TRUE(staged.empty());
    }
    EXPECT_EQ(queue.message_count(), 6u);
    queue.pack(10, Packing::Coalesced, batch);
    EXPECT_EQ(payloads(batch), Payloads{"x"});
    queue.pack(11, Packing::OneMessage, batch);
    std::string second = std::string(200, 'y') + "z";
    EXPECT_EQ(payloads(batch), (Payloads{second, "x", second, "x", second}));
}

TEST(OutgoingQueue, a_payload_holds_at_most_the_limit_unless_one_message_is_larger) {
    OutgoingQueue queue;
    net::WsBatch batch;
    std::string half(kV3PayloadBytesMax / 2, 'h');
    add(queue, half, 0);
    add(queue, half, 0);  // together exactly the limit
    add(queue, "1", 0);
    add(queue, std::string(kV3PayloadBytesMax + 1, 'b'), 0);
    queue.pack(0, Packing::Coalesced, batch);
    Payloads sent = payloads(batch);
    ASSERT_EQ(sent.size(), 3u);
    EXPECT_EQ(sent[0].size(), kV3PayloadBytesMax);
    EXPECT_EQ(sent[1], "1");
    EXPECT_EQ(sent[2].size(), kV3PayloadBytesMax + 1);
}

}  // namespace lightcone::api
