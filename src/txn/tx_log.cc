// SPDX-License-Identifier: Apache-2.0
#include "txn/tx_log.h"

namespace lightcone::txn {

void TxLog::clear() {
    unlink_all();
    ops_.clear();
    arena_.clear();
    payload_bytes_max_ = 0;
    if (ops_.capacity() * sizeof(Op) > kKeptBytesMax) ops_ = {};
    if (arena_.capacity() > kKeptBytesMax) arena_ = {};
}

void TxLog::truncate(size_t size) {
    std::vector<Op> kept = std::move(ops_);
    kept.resize(size);
    unlink_all();
    ops_.clear();
    for (Op op : kept) {
        op.next = kNoOp;
        if (op.kind == OpKind::CreateTable) {
            ops_.push_back(op);
        } else {
            link(*op.slot, op);
        }
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
