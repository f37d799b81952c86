// SPDX-License-Identifier: Apache-2.0
#include "database/request.h"

#include "base/assert.h"

namespace lightcone::database {

void Batch::take_ownership() {
    size_t total = 0;
    for (const Request& request : requests) total += request.text.size() + request.args.size();
    for (std::string_view query : queries) total += query.size();

    Bytes storage;
    storage.reserve(total);
    auto keep = [&](ByteView bytes) {
        size_t at = storage.size();
        storage.insert(storage.end(), bytes.begin(), bytes.end());
        return ByteView(storage.data() + at, bytes.size());
    };
    for (Request& request : requests) {
        request.text = as_text(keep(as_bytes(request.text)));
        request.args = keep(request.args);
    }
    for (std::string_view& query : queries) query = as_text(keep(as_bytes(query)));
    ASSERT(storage.size() == total, "storage={} total={}", storage.size(), total);
    storage_ = std::move(storage);
}

}  // namespace lightcone::database
