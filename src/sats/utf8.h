// SPDX-License-Identifier: Apache-2.0
// UTF-8 as every string of the data model must be: shortest forms only, no surrogates, at most U+10FFFF.
#pragma once

#include "base/bytes.h"

namespace lightcone::sats {

bool is_valid_utf8(ByteView bytes);

}  // namespace lightcone::sats
