// SPDX-License-Identifier: Apache-2.0
#include "base/bytes.h"

namespace lightcone {

std::unexpected<Error> ByteReader::too_short(const char* what, size_t expected) const {
    return fail(ErrorCode::InvalidArgument, "data too short for {}: Expected {}, given {}", what, expected,
                remaining());
}

std::string to_hex(ByteView bytes) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (uint8_t byte : bytes) {
        text.push_back(kDigits[byte >> 4]);
        text.push_back(kDigits[byte & 15]);
    }
    return text;
}

namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

Result<Bytes> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) {
        return fail(ErrorCode::InvalidArgument, "hex text has an odd number of digits ({})", text.size());
    }
    Bytes bytes;
    bytes.reserve(text.size() / 2);
    for (size_t i = 0; i < text.size(); i += 2) {
        int high = hex_digit(text[i]);
        int low = hex_digit(text[i + 1]);
        if (high < 0 || low < 0) {
            return fail(ErrorCode::InvalidArgument, "invalid hex digit at position {}", high < 0 ? i : i + 1);
        }
        bytes.push_back(static_cast<uint8_t>(high << 4 | low));
    }
    return bytes;
}

}  // namespace lightcone
