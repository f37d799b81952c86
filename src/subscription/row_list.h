// SPDX-License-Identifier: Apache-2.0
// Row lists in the form clients get them: a size hint, a u32 length and the rows (docs/formats/websocket.md).
#pragma once

#include <span>

#include "subscription/update.h"

namespace lightcone::subscription {

// Most bytes of rows in one list: its length is a u32.
inline constexpr uint64_t kRowListBytesMax = UINT32_MAX;

// Errors: LimitExceeded (rows of more than kRowListBytesMax bytes).
Result<RowList> encode_rows(std::span<const ByteView> rows);

// One query's change as a complete TableUpdateRows value in one buffer. For an event table `inserts` are the events and
// there are no deletes. The rows together are at most kRowListBytesMax (a log record is smaller).
RowsChangePtr encode_change(std::span<const ByteView> inserts, std::span<const ByteView> deletes, bool is_event);

}  // namespace lightcone::subscription
