// SPDX-License-Identifier: Apache-2.0
#include "log/log_tail.h"

#include <algorithm>
#include <array>

#include "log/commit_log.h"
#include "log/segment_format.h"

namespace lightcone::log {

namespace {

constexpr size_t kScanBytes = 64u << 10;

// Position behind the last byte that is not zero, at least `end`.
Result<uint64_t> end_of_content(File& file, uint64_t end) {
    uint64_t at = TRY(file.size());
    Bytes block(kScanBytes);
    while (at > end) {
        uint64_t from = at - std::min<uint64_t>(at - end, kScanBytes);
        size_t count = TRY(file.pread(std::span(block).first(at - from), from));
        while (count > 0 && block[count - 1] == 0) --count;
        if (count > 0) return from + count;
        at = from;
    }
    return end;
}

Result<std::optional<EndMark>> mark_at(File& file, uint32_t header_crc, uint64_t position) {
    std::array<uint8_t, kEndMarkBytes> bytes;
    size_t count = TRY(file.pread(bytes, position));
    return read_end_mark(ByteView(bytes).first(count), header_crc, position);
}

}  // namespace

Result<TailFinding> judge_tail(File& file, const std::string& path, uint32_t header_crc, uint64_t end) {
    std::optional<EndMark> own_mark = TRY(mark_at(file, header_crc, end));
    uint64_t content_end = TRY(end_of_content(file, end));
    if (own_mark && content_end == end + kEndMarkBytes) return TailFinding{std::nullopt, own_mark->synced_bytes};

    std::optional<EndMark> last_mark;
    if (content_end >= end + kEndMarkBytes) {
        last_mark = TRY(mark_at(file, header_crc, content_end - kEndMarkBytes));
    }
    if (last_mark && end < last_mark->synced_bytes) {
        return fail(
            ErrorCode::Corruption,
            "{}: byte {}: damaged record; the log goes on to byte {}, so this is not what a crash leaves; restore "
            "the file from a copy",
            path, end, last_mark->position);
    }
    if (!last_mark && content_end - end > kLogGroupBytes + kEndMarkBytes) {
        return fail(
            ErrorCode::Corruption,
            "{}: byte {}: damaged record; {} bytes follow, more than a crash can leave unfinished ({}); restore "
            "the file from a copy",
            path, end, content_end - end, kLogGroupBytes);
    }
    TailFinding finding;
    finding.torn_bytes = content_end - end;
    uint64_t unsynced = std::min<uint64_t>(end - kSegmentHeaderBytes, kLogGroupBytes);
    finding.synced_bytes = last_mark ? last_mark->synced_bytes : end - unsynced;
    return finding;
}

}  // namespace lightcone::log
