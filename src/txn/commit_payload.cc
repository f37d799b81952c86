// SPDX-License-Identifier: Apache-2.0
#include "txn/commit_payload.h"

namespace lightcone::txn {

Result<PayloadReader> PayloadReader::open(ByteView payload) {
    if (payload.empty()) return PayloadReader(payload);
    if (payload[0] != kPayloadVersion) {
        return fail(ErrorCode::Unsupported, "commit payload has version {}, this server reads {}", payload[0],
                    kPayloadVersion);
    }
    return PayloadReader(payload.subspan(1));
}

Result<PayloadReader::Group> PayloadReader::group() {
    Group group;
    bool complete = varint(group.table.value) && at_ != end_;
    uint8_t flags = complete ? *at_++ : 0;
    if (flags & kGroupUpdates) complete = complete && varint(group.updates);
    if (flags & kGroupDeletes) complete = complete && varint(group.deletes);
    if (flags & kGroupInserts) complete = complete && varint(group.inserts);
    if (!complete) return fail(ErrorCode::Corruption, "commit payload ends inside the head of a group");
    if (flags == 0 || flags > 15 || ((flags & kGroupTruncated) && (flags & (kGroupUpdates | kGroupDeletes)))) {
        return fail(ErrorCode::Corruption, "commit payload: group of table {} has flags {}", group.table, flags);
    }
    group.truncated = flags & kGroupTruncated;
    return group;
}

}  // namespace lightcone::txn
