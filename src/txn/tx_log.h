// SPDX-License-Identifier: Apache-2.0
// What the open transaction did, operation by operation, with the bytes that were there before: played backwards it
// undoes the transaction, collapsed per row it yields the net delta. Memory is kept between transactions. Thread: the
// holder of the database's turn.
#pragma once

#include <vector>

#include "txn/byte_arena.h"
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
        link(slot, row, OpKind::Insert);
    }
    void add_update(TableSlot& slot, RowId row, ByteView before, ByteView after, bool keeps_identity) {
        payload_bytes_max_ += after.size() + kVarintBytesMax;
        Op& op = link(slot, row, OpKind::Update);
        keep(op, before);
        op.keeps_identity = keeps_identity;
    }
    void add_delete(TableSlot& slot, RowId row, ByteView before) { keep(link(slot, row, OpKind::Delete), before); }
    void add_create_table(TableSlot& slot) { ops_.push_back({.slot = &slot, .kind = OpKind::CreateTable}); }

    // Forgets everything. Memory beyond kKeptBytesMax is given back.
    void clear();
    // Forgets the operations from `size` on, which the caller has undone.
    void truncate(size_t size);
    // Takes every table out of the chains; before an undo, which may destroy tables that the transaction created.
    // truncate() chains what stays again.
    void unlink_all();

  private:
    static constexpr size_t kKeptBytesMax = 4u << 20;

    void keep(Op& op, ByteView before) {
        payload_bytes_max_ += before.size() + kVarintBytesMax;
        op.before_offset = arena_.add(before);
        op.before_bytes = static_cast<uint32_t>(before.size());
    }
    // Appends an operation; filled in place, because a copy right after writing its fields stalls.
    Op& link(TableSlot& slot, RowId row, OpKind kind) {
        auto number = static_cast<uint32_t>(ops_.size());
        ASSERT(number != kNoOp, "too many operations in one transaction");
        Op& op = ops_.emplace_back();
        op.slot = &slot;
        op.row = row;
        op.kind = kind;
        chain(slot, number);
        return op;
    }
    // Makes an operation the last of its table's chain.
    void chain(TableSlot& slot, uint32_t number) {
        if (slot.last_op == kNoOp) {
            slot.first_op = number;
            touched_.push_back(&slot);
        } else {
            ops_[slot.last_op].next = number;
        }
        slot.last_op = number;
        ++slot.op_count;
    }

    std::vector<Op> ops_;
    ByteArena arena_;
    std::vector<TableSlot*> touched_;
    size_t payload_bytes_max_ = 0;
};

}  // namespace lightcone::txn
