// SPDX-License-Identifier: Apache-2.0
#include "txn/tx_log.h"

namespace lightcone::txn {

void TxLog::clear() {
    unlink_all();
    ops_.clear();
    arena_.clear(kKeptBytesMax);
    payload_bytes_max_ = 0;
    if (ops_.capacity() * sizeof(Op) > kKeptBytesMax) ops_ = {};
}

void TxLog::truncate(size_t size) {
    std::vector<Op> kept = std::move(ops_);
    kept.resize(size);
    unlink_all();
    ops_.clear();
    for (const Op& op : kept) {
        if (op.kind == OpKind::CreateTable) {
            add_create_table(*op.slot);
            continue;
        }
        Op& again = link(*op.slot, op.row, op.kind);
        again.before_offset = op.before_offset;
        again.before_bytes = op.before_bytes;
        again.keeps_identity = op.keeps_identity;
    }
}

void TxLog::unlink_all() {
    for (TableSlot* slot : touched_) {
        slot->first_op = kNoOp;
        slot->last_op = kNoOp;
        slot->op_count = 0;
    }
    touched_.clear();
}

}  // namespace lightcone::txn
