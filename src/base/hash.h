// SPDX-License-Identifier: Apache-2.0
// The two cryptographic hashes of the data model (spec: data model, hash algorithms). 32 bytes each, in output order.
#pragma once

#include <array>

#include "base/bytes.h"

namespace lightcone {

using Hash32 = std::array<uint8_t, 32>;

// BLAKE3: identities, query hashes, snapshot pages.
Hash32 blake3(ByteView bytes);
// Keccak-256 with the original padding (not SHA3-256): program hashes, migration tokens.
Hash32 keccak256(ByteView bytes);

// Fast 64-bit hash for in-memory tables, mixed with a per-process seed; never stored or sent.
uint64_t hash_bytes(ByteView bytes);
uint64_t hash_u64(uint64_t value);

}  // namespace lightcone
