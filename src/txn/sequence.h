// SPDX-License-Identifier: Apache-2.0
// The generator behind an auto-increment column. Values are reserved in batches: `allocated` is the mark that the
// st_sequence row holds, and everything before it may have been handed out. Values once handed out are never taken
// back, not by a rollback either. Source: spec, semantics §1.8. Thread: the holder of the database's turn.
#pragma once

#include "base/bytes.h"
#include "schema/table_schema.h"

namespace lightcone::txn {

inline constexpr uint32_t kSequenceBatch = 4096;  // steps between two writes of the mark

class Sequence {
  public:
    // `allocated` as persisted; generation goes on there (at `start` if it lies outside the range).
    Sequence(schema::SequenceSchema schema, __int128 allocated);

    const schema::SequenceSchema& schema() const { return schema_; }
    __int128 allocated() const { return allocated_; }
    // True when the mark must be moved (and written) before next().
    bool is_exhausted() const { return value_ == allocated_; }
    // Moves the mark by a batch, stopping early if it would come round to where it was.
    void allocate();
    __int128 next() {
        __int128 result = value_;
        value_ = after(value_);
        return result;
    }

    // Checks min ≤ start ≤ max, increment ≠ 0, max > min, |increment| < max − min. Errors: InvalidArgument.
    static Result<void> check(const schema::SequenceSchema& schema);

  private:
    __int128 after(__int128 value) const;

    schema::SequenceSchema schema_;
    __int128 value_;
    __int128 allocated_;
};

// True when the integer at `column` (1 to 32 bytes) is zero.
bool is_zero_integer(ByteView column);
// Stores `value`, wrapped to the width of `column` (sign-extended beyond 16 bytes).
void store_integer(std::span<uint8_t> column, __int128 value);

}  // namespace lightcone::txn
