// SPDX-License-Identifier: Apache-2.0
// What v2 and v3 clients send, from BSATN into a database batch without copying (docs/compatibility.md names the tags).
#pragma once

#include "base/bytes.h"
#include "database/request.h"

namespace lightcone::api {

// Decodes one client message at the front of `in` and appends it to `batch`; the batch's views point into `in`.
// Errors: InvalidArgument with the decoder's text; the batch is then unchanged.
Result<void> decode_client_message(ByteReader& in, database::Batch& batch);

}  // namespace lightcone::api
