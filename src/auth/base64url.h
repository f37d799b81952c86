// SPDX-License-Identifier: Apache-2.0
// base64url without padding (RFC 4648 §5), one spelling per value.
#pragma once

#include <string>

#include "base/bytes.h"

namespace lightcone::auth {

std::string base64url_encode(ByteView bytes);
// Errors: InvalidArgument (other characters, padding, a length that cannot be, bits set that carry nothing).
Result<Bytes> base64url_decode(std::string_view text);

}  // namespace lightcone::auth
