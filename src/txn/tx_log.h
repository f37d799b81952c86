// SPDX-License-Identifier: Apache-2.0
// What the open transaction did, operation by operation, with the bytes that were there before: played backwards it undoes
// the transaction, collapsed per row it yields the net delta. Memory is kept between transactions.
// Thread: the holder of the database's turn.
#pragma once

#include <vector>

#include "txn/catalog.h"
#include "txn/commit_payload.h"

namespace lightcone::txn {

enum class OpKind : uint8_t { Insert, Update, Delete, CreateTable };

struct Op {
    TableSlot* slot = nullptr;
    uint64_t before_offset = 0;  // Update, Delete: the old row in the arena
    uint32_t before_bytes = 0;
    RowId row;
    uint32_t next = kNoOp;  // next operation on the same table
    OpKind kind = OpKind::Insert;
    bool keeps_identity = false;  // Update that left the identity index's key bytes alone
};

class TxLog {
  public:
    bool is_empty() const { return ops_.empty(); }
    size_t size() const { return ops_.size(); }
    const Op& op(size_t i) const { return ops_[i]; }
    ByteView before(const Op& op) const { return {arena_.data() + op.before_offset, op.before_bytes}; }
    // Tables with operations, in order of first touch.
    std::vector<TableSlot*>& touched() { return touched_; }

    // No less than the bytes of the payload that a commit now would write.
    size_t payload_bytes_max() const { return payload_bytes_max_ + touched_.size() * kGroupHeadBytesMax; }

    void add_insert(TableSlot& slot, RowId row, ByteView after) {
        payload_bytes_max_ += after.size() + kVarintBytesMax;
        link(slot, {.slot = &slot, .row = row, .kind = OpKind::Insert});
    }
    void add_update(TableSlot& slot, RowId row, ByteView before, ByteView after, bool keeps_identity) {
        payload_bytes_max_ += after.size() + kVarintBytesMax;
        link(slot, {.slot = &slot,
                    .before_offset = keep(before),
                    .before_bytes = static_cast<uint32_t>(before.size()),
                    .row = row,
                    .kind = OpKind::Update,
                    .keeps_identity = keeps_identity});
    }
    void add_delete(TableSlot& slot, RowId row, ByteView before) {
        link(slot, {.slot = &slot,
                    .before_offset = keep(before),
                    .before_bytes = static_cast<uint32_t>(before.size()),
                    .row = row,
                    .kind = OpKind::Delete});
    }
    void add_create_table(TableSlot& slot) { ops_.push_back({.slot = &slot, .kind = OpKind::CreateTable}); }

    // Forgets everything. Memory beyond kKeptBytesMax is given back.
    void clear();
    // Forgets the operations from `size` on, which the caller has undone.
    void truncate(size_t size);

  private:
    static constexpr size_t kKeptBytesMax = 4u << 20;

    uint64_t keep(ByteView bytes) {
        size_t at = arena_.size();
        arena_.insert(arena_.end(), bytes.begin(), bytes.end());
        payload_bytes_max_ += bytes.size() + kVarintBytesMax;
        return at;
    }
    void link(TableSlot& slot, const Op& op) {
        auto number = static_cast<uint32_t>(ops_.size());
        ASSERT(number != kNoOp, "too many operations in one transaction");
        if (slot.last_op == kNoOp) {
            slot.first_op = number;
            touched_.push_back(&slot);
        } else {
            ops_[slot.last_op].next = number;
        }
        slot.last_op = number;
        ++slot.op_count;
        ops_.push_back(op);
    }
    void unlink_all();

    std::vector<Op> ops_;
    Bytes arena_;
    std::vector<TableSlot*> touched_;
    size_t payload_bytes_max_ = 0;
};

}  // namespace lightcone::txn
