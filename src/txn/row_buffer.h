// SPDX-License-Identifier: Apache-2.0
// Rows a scan yielded, copied at the moment of the scan: concatenated BSATN and the end of each row. Reused between
// scans, so that the usual one-row look-up allocates nothing.
#pragma once

#include <vector>

#include "base/bytes.h"

namespace lightcone::txn {

struct RowBuffer {
    Bytes bytes;
    std::vector<uint32_t> ends;  // ends[i] = end of row i in `bytes`

    void clear() {
        bytes.clear();
        ends.clear();
    }
    void append(ByteView row) {
        bytes.insert(bytes.end(), row.begin(), row.end());
        ends.push_back(static_cast<uint32_t>(bytes.size()));
    }
    size_t row_count() const { return ends.size(); }
};

}  // namespace lightcone::txn
