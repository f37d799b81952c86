// SPDX-License-Identifier: Apache-2.0
// CRC-32C (Castagnoli), the checksum of log records. SSE4.2 instruction where compiled in, a table otherwise.
#pragma once

#include "base/bytes.h"

namespace lightcone {

// CRC of `bytes`, continuing from `crc` (0 to start).
uint32_t crc32c(ByteView bytes, uint32_t crc = 0);

}  // namespace lightcone
