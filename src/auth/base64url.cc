// SPDX-License-Identifier: Apache-2.0
#include "auth/base64url.h"

namespace lightcone::auth {

namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

int sextet(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '-' ? 62 : c == '_' ? 63 : -1;
}

}  // namespace

std::string base64url_encode(ByteView bytes) {
    std::string text;
    text.reserve((bytes.size() * 4 + 2) / 3);
    uint32_t bits = 0;
    int count = 0;
    for (uint8_t byte : bytes) {
        bits = bits << 8 | byte;
        for (count += 8; count >= 6; count -= 6) text.push_back(kAlphabet[bits >> (count - 6) & 63]);
    }
    if (count > 0) text.push_back(kAlphabet[bits << (6 - count) & 63]);
    return text;
}

Result<Bytes> base64url_decode(std::string_view text) {
    if (text.size() % 4 == 1) return fail(ErrorCode::InvalidArgument, "invalid length {}", text.size());
    Bytes bytes;
    bytes.reserve(text.size() * 3 / 4);
    uint32_t bits = 0;
    int count = 0;
    for (size_t i = 0; i < text.size(); i++) {
        int value = sextet(text[i]);
        if (value < 0) return fail(ErrorCode::InvalidArgument, "invalid symbol at offset {}", i);
        bits = bits << 6 | static_cast<uint32_t>(value);
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes.push_back(static_cast<uint8_t>(bits >> count));
        }
    }
    // Otherwise several texts would mean the same token.
    if ((bits & ((1u << count) - 1)) != 0) return fail(ErrorCode::InvalidArgument, "invalid last symbol");
    return bytes;
}

}  // namespace lightcone::auth
