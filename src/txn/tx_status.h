// SPDX-License-Identifier: Apache-2.0
// Outcome of a data operation inside a transaction. The numbers below 100 are the errno values that modules see
// (docs/compatibility.md); the others become traps. An enum, not a Result: this is the hot path.
#pragma once

#include <cstdint>

namespace lightcone::txn {

enum class TxStatus : uint8_t {
    Ok = 0,
    BsatnDecodeError = 3,  // an index key, bound or relation does not decode
    NoSuchTable = 4,
    NoSuchIndex = 5,
    UniqueAlreadyExists = 12,
    IndexNotUnique = 14,
    NoSuchRow = 15,
    BadRow = 100,               // row bytes of insert or update are not a value of the row type
    WrongIndexAlgorithm = 101,  // range scan on a hash index
    TooManyRows = 102,          // the table has no free row number left, or a scan yields more than 4 GiB
    SystemTable = 103,          // modules may read system tables but not change them
};

const char* tx_status_name(TxStatus status);

}  // namespace lightcone::txn
