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
    unlink_all();
    ops_.resize(size);
    for (uint32_t number = 0; number < size; ++number) {
        ops_[number].next = kNoOp;
        if (ops_[number].kind != OpKind::CreateTable) chain(*ops_[number].slot, number);
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
