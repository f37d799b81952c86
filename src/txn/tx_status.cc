// SPDX-License-Identifier: Apache-2.0
#include "txn/tx_status.h"

namespace lightcone::txn {

const char* tx_status_name(TxStatus status) {
    switch (status) {
        case TxStatus::Ok: return "ok";
        case TxStatus::BsatnDecodeError: return "a key, bound or relation does not decode";
        case TxStatus::NoSuchTable: return "no such table";
        case TxStatus::NoSuchIndex: return "no such index";
        case TxStatus::UniqueAlreadyExists: return "a unique value already exists";
        case TxStatus::IndexNotUnique: return "the index is not unique";
        case TxStatus::NoSuchRow: return "no such row";
        case TxStatus::BadRow: return "the bytes are not a row of the table";
        case TxStatus::WrongIndexAlgorithm: return "the index does not support range scans";
        case TxStatus::TooManyRows: return "too many rows";
        case TxStatus::SystemTable: return "system tables cannot be changed by a module";
    }
    return "unknown status";
}

}  // namespace lightcone::txn
