// SPDX-License-Identifier: Apache-2.0
#include "base/hash.h"

#include <gtest/gtest.h>

#include "base/crc32c.h"

namespace lightcone {

TEST(Keccak256, published_vectors) {
    EXPECT_EQ(to_hex(keccak256({})), "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
    EXPECT_EQ(to_hex(keccak256(as_bytes("abc"))), "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
}

TEST(Keccak256, input_longer_than_one_block_and_exactly_one_block) {
    std::string block(136, 'a');
    EXPECT_NE(keccak256(as_bytes(block)), keccak256(as_bytes(block + "a")));
    EXPECT_EQ(to_hex(keccak256(as_bytes(block))), "a6c4d403279fe3e0af03729caada8374b5ca54d8065329a3ebcaeb4b60aa386e");
}

TEST(Blake3, published_vector) {
    EXPECT_EQ(to_hex(blake3({})), "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262");
}

TEST(Crc32c, published_vectors) {
    EXPECT_EQ(crc32c(as_bytes("123456789")), 0xe3069283u);
    EXPECT_EQ(crc32c(Bytes(32, 0)), 0x8a9136aau);
    EXPECT_EQ(crc32c(as_bytes("56789"), crc32c(as_bytes("1234"))), 0xe3069283u);
}

TEST(HashBytes, every_length_and_every_bit_counts) {
    Bytes bytes(40, 0);
    for (size_t length = 0; length < bytes.size(); ++length) {
        uint64_t plain = hash_bytes(ByteView(bytes).first(length));
        EXPECT_NE(plain, hash_bytes(ByteView(bytes).first(length + 1)));
        for (size_t i = 0; i < length; ++i) {
            bytes[i] ^= 1;
            EXPECT_NE(plain, hash_bytes(ByteView(bytes).first(length))) << length << " " << i;
            bytes[i] ^= 1;
        }
    }
}

}  // namespace lightcone
