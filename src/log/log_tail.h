// SPDX-License-Identifier: Apache-2.0
// Judges the bytes behind the last intact record of the newest segment: a clean end, a torn tail (what a crash leaves
// of the group that was being written) or damage. Reads only. One thread.
//
// A group is written and synced before the next one is written, and never spans more than kLogGroupBytes of a file.
// So whatever a crash tears lies in the last kLogGroupBytes written, behind the `synced_bytes` of the last end mark.
// All else is damage.
#pragma once

#include <optional>

#include "base/file.h"

namespace lightcone::log {

struct TailFinding {
    // Nothing when the log ends cleanly; otherwise how many bytes behind the end are not zero (0: the end mark is
    // missing).
    std::optional<uint64_t> torn_bytes;
    // From here on the bytes of the file may be in the system's cache only.
    uint64_t synced_bytes = 0;
};

// `end` is the position behind the last intact record (behind the header when there is none).
// Errors: Corruption (with file and byte), Io.
Result<TailFinding> judge_tail(File& file, const std::string& path, uint32_t header_crc, uint64_t end);

}  // namespace lightcone::log
