// SPDX-License-Identifier: Apache-2.0
// Error numbers that host functions return to a module; 0 is success (spec: module ABI §5).
#pragma once

#include <cstdint>

#include "txn/tx_status.h"

namespace lightcone::module::abi {

enum class Errno : int32_t {
    Ok = 0,
    HostCallFailure = 1,
    NotInTransaction = 2,
    BsatnDecodeError = 3,
    NoSuchTable = 4,
    NoSuchIndex = 5,
    NoSuchIter = 6,
    NoSuchConsoleTimer = 7,
    NoSuchBytes = 8,
    NoSpace = 9,
    WrongIndexAlgorithm = 10,
    BufferTooSmall = 11,
    UniqueAlreadyExists = 12,
    ScheduleAtDelayTooLong = 13,
    IndexNotUnique = 14,
    NoSuchRow = 15,
    AutoIncOverflow = 16,
    WouldBlockTransaction = 17,
    TransactionNotAnonymous = 18,
    TransactionIsReadOnly = 19,
    TransactionIsMut = 20,
    HttpError = 21,
};

// The name libraries know the number by, e.g. "NO_SUCH_TABLE"; "UNKNOWN" for other numbers.
const char* errno_name(Errno error);

// A data operation's outcome as the module sees it has the same number, below this; from here on it is a trap.
inline constexpr uint8_t kFirstTrapStatus = 100;
static_assert(static_cast<int32_t>(txn::TxStatus::NoSuchTable) == static_cast<int32_t>(Errno::NoSuchTable));
static_assert(static_cast<int32_t>(txn::TxStatus::NoSuchIndex) == static_cast<int32_t>(Errno::NoSuchIndex));
static_assert(static_cast<int32_t>(txn::TxStatus::NoSuchRow) == static_cast<int32_t>(Errno::NoSuchRow));
static_assert(static_cast<uint8_t>(txn::TxStatus::BadRow) >= kFirstTrapStatus);

}  // namespace lightcone::module::abi
