// SPDX-License-Identifier: Apache-2.0
// Client messages of protocol v2 and v3: no input crashes; what is decoded points into the input.
#include "api/client_message.h"
#include "base/assert.h"

using namespace lightcone;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    ByteReader in(ByteView(data, size));
    database::Batch batch;
    while (!in.at_end() && api::decode_client_message(in, batch)) {
    }
    for (const database::Request& request : batch.requests) {
        ASSERT(size_t{request.first_query} + request.query_count <= batch.queries.size());
        ASSERT(request.args.empty() ||
               (request.args.data() >= data && request.args.data() + request.args.size() <= data + size));
    }
    batch.take_ownership();
    return 0;
}
