// SPDX-License-Identifier: Apache-2.0
#include "txn/sequence.h"

#include <algorithm>

namespace lightcone::txn {

Sequence::Sequence(schema::SequenceSchema schema, __int128 allocated)
    : schema_(std::move(schema)), value_(allocated), allocated_(allocated) {
    if (allocated < schema_.min_value || allocated > schema_.max_value) value_ = allocated_ = schema_.start;
}

__int128 Sequence::after(__int128 value) const {
    // Distances are taken as unsigned numbers: max − min may exceed the signed range.
    using Unsigned = unsigned __int128;
    Unsigned span = static_cast<Unsigned>(schema_.max_value) - static_cast<Unsigned>(schema_.min_value) + 1;
    if (schema_.increment > 0) {
        Unsigned room = static_cast<Unsigned>(schema_.max_value) - static_cast<Unsigned>(value);
        auto step = static_cast<Unsigned>(schema_.increment);
        if (step <= room) return value + schema_.increment;
        Unsigned over = step - room - 1;
        return static_cast<__int128>(static_cast<Unsigned>(schema_.min_value) + (span == 0 ? over : over % span));
    }
    Unsigned room = static_cast<Unsigned>(value) - static_cast<Unsigned>(schema_.min_value);
    Unsigned step = Unsigned{0} - static_cast<Unsigned>(schema_.increment);
    if (step <= room) return value + schema_.increment;
    Unsigned over = step - room - 1;
    return static_cast<__int128>(static_cast<Unsigned>(schema_.max_value) - (span == 0 ? over : over % span));
}

void Sequence::allocate() {
    __int128 origin = allocated_;
    for (uint32_t i = 0; i < kSequenceBatch; ++i) {
        __int128 moved = after(allocated_);
        if (moved == origin) break;
        allocated_ = moved;
    }
}

Result<void> Sequence::check(const schema::SequenceSchema& s) {
    if (s.increment == 0) return fail(ErrorCode::InvalidArgument, "sequence `{}` has increment 0", s.name);
    if (s.max_value <= s.min_value) {
        return fail(ErrorCode::InvalidArgument, "sequence `{}`: its maximum is not above its minimum", s.name);
    }
    if (s.start < s.min_value || s.start > s.max_value) {
        return fail(ErrorCode::InvalidArgument, "sequence `{}` starts outside its range", s.name);
    }
    using Unsigned = unsigned __int128;
    Unsigned span = static_cast<Unsigned>(s.max_value) - static_cast<Unsigned>(s.min_value);
    Unsigned step =
        s.increment > 0 ? static_cast<Unsigned>(s.increment) : Unsigned{0} - static_cast<Unsigned>(s.increment);
    if (step >= span) return fail(ErrorCode::InvalidArgument, "sequence `{}`: its increment exceeds its range", s.name);
    return {};
}

bool is_zero_integer(ByteView column) {
    return std::all_of(column.begin(), column.end(), [](uint8_t byte) { return byte == 0; });
}

void store_integer(std::span<uint8_t> column, __int128 value) {
    for (uint8_t& byte : column) {
        byte = static_cast<uint8_t>(value);
        value >>= 8;
    }
}

}  // namespace lightcone::txn
