// SPDX-License-Identifier: Apache-2.0
// UTF-8 checked piece by piece (RFC 3629: no surrogates, nothing above U+10FFFF, no overlong forms).
#pragma once

#include "base/bytes.h"

namespace lightcone::net {

// Holds the state between pieces of one text. One thread.
class Utf8Validator {
  public:
    // False as soon as the bytes so far cannot be the beginning of valid text; stays false until reset().
    bool feed(ByteView piece);
    // True if the text may end here: no character is left open.
    bool complete() const { return valid_ && needed_ == 0; }
    void reset() { *this = Utf8Validator(); }

  private:
    bool step(uint8_t byte);

    uint8_t needed_ = 0;    // continuation bytes to come
    uint8_t lower_ = 0x80;  // bounds of the next one
    uint8_t upper_ = 0xbf;
    bool valid_ = true;
};

inline bool is_utf8(ByteView text) {
    Utf8Validator validator;
    return validator.feed(text) && validator.complete();
}

}  // namespace lightcone::net
