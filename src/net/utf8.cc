// SPDX-License-Identifier: Apache-2.0
#include "net/utf8.h"

namespace lightcone::net {

bool Utf8Validator::feed(ByteView piece) {
    const uint8_t* at = piece.data();
    const uint8_t* end = at + piece.size();
    while (valid_ && at < end) {
        if (needed_ == 0) {
            while (end - at >= 8 && (load_le<uint64_t>(at) & 0x8080808080808080ull) == 0) at += 8;
            if (at == end) break;
        }
        valid_ = step(*at++);
    }
    return valid_;
}

bool Utf8Validator::step(uint8_t byte) {
    if (needed_ > 0) {
        if (byte < lower_ || byte > upper_) return false;
        needed_--;
        lower_ = 0x80;
        upper_ = 0xbf;
        return true;
    }
    if (byte < 0x80) return true;
    if (byte >= 0xc2 && byte <= 0xdf) {
        needed_ = 1;
    } else if (byte >= 0xe0 && byte <= 0xef) {
        needed_ = 2;
        if (byte == 0xe0) lower_ = 0xa0;  // overlong below
        if (byte == 0xed) upper_ = 0x9f;  // surrogates above
    } else if (byte >= 0xf0 && byte <= 0xf4) {
        needed_ = 3;
        if (byte == 0xf0) lower_ = 0x90;  // overlong below
        if (byte == 0xf4) upper_ = 0x8f;  // above U+10FFFF
    } else {
        return false;
    }
    return true;
}

}  // namespace lightcone::net
