// SPDX-License-Identifier: Apache-2.0
// Opening and replay: everything that reads the log.
#include <algorithm>

#include "base/log.h"
#include "log/disk_log.h"
#include "log/log_tail.h"

namespace lightcone::log {

Result<std::unique_ptr<CommitLog>> CommitLog::open(Disk& disk, const Clock& clock, const std::string& directory,
                                                   const LogOptions& options, DurabilityListener& listener) {
    return TRY(DiskLog::open(disk, clock, directory, options, listener));
}

Result<std::unique_ptr<DiskLog>> DiskLog::open(Disk& disk, const Clock& clock, const std::string& directory,
                                               const LogOptions& options, DurabilityListener& listener) {
    if (!TRY(disk.exists(directory))) {
        if (!options.create_if_missing) return fail(ErrorCode::NotFound, "there is no log in {}", directory);
        TRY_VOID(disk.create_directories(directory));
        TRY_VOID(disk.sync_directory(parent_directory(directory)));
    }
    std::unique_ptr<DiskLog> log(new DiskLog(disk, clock, directory, options, listener));
    TRY_VOID(log->find_segments());
    TRY_VOID(log->find_end());
    return log;
}

Result<void> DiskLog::find_segments() {
    std::vector<std::string> names = TRY(disk_.list(directory_));
    for (const std::string& name : names) {
        std::optional<uint64_t> first_offset = parse_segment_name(name);
        if (!first_offset) continue;
        std::unique_ptr<File> file = TRY(disk_.open(path(name), OpenMode::ReadOnly));
        SegmentHeader header = TRY(SegmentReader::open(*file, path(name))).header();
        if (header.first_offset != *first_offset) {
            return fail(ErrorCode::Corruption, "{}: byte 24: the segment starts at offset {}, its name says {}",
                        path(name), header.first_offset, *first_offset);
        }
        uint64_t incarnation_before = segments_.empty() ? 0 : segments_.back().header.incarnation;
        if (header.incarnation < incarnation_before) {
            return fail(ErrorCode::Corruption, "{}: byte 16: incarnation {} follows incarnation {}", path(name),
                        header.incarnation, incarnation_before);
        }
        segments_.push_back({name, header});
    }
    if (!segments_.empty() && options_.incarnation < segments_.back().header.incarnation) {
        return fail(ErrorCode::FailedPrecondition, "{}: the log is of incarnation {}, newer than {}", directory_,
                    segments_.back().header.incarnation, options_.incarnation);
    }
    return {};
}

Result<void> DiskLog::find_end() {
    if (segments_.empty()) return {};
    const SegmentInfo& last = segments_.back();
    std::unique_ptr<File> file = TRY(disk_.open(path(last.name), OpenMode::ReadOnly));
    SegmentReader reader = TRY(SegmentReader::open(*file, path(last.name)));
    Record record;
    uint64_t record_count = 0;
    while (TRY(reader.next(record))) ++record_count;

    end_.next_offset = last.header.first_offset + record_count;
    end_.position = reader.position();
    end_.last_record = reader.last_record_position();
    end_.header_crc = reader.header_crc();
    TailFinding tail = TRY(judge_tail(*file, reader.path(), end_.header_crc, end_.position));
    end_.synced_bytes = tail.synced_bytes;
    encoder_.restore(reader.decoder());
    if (tail.torn_bytes) {
        torn_tail_ = TornTail{reader.path(), end_.position, *tail.torn_bytes};
        log_warn(
            "{}: the log ends at byte {} with an unfinished write, as after a crash: {} bytes behind it are dropped; "
            "the next offset is {}",
            reader.path(), end_.position, *tail.torn_bytes, end_.next_offset);
    }
    return {};
}

Result<void> DiskLog::replay(TxOffset from, ReplayVisitor& visitor) {
    if (state_ != State::Opened) return fail(ErrorCode::FailedPrecondition, "replay belongs between open and start");
    if (segments_.empty()) return {};
    state_ = State::Broken;
    uint64_t first_offset = segments_.front().header.first_offset;
    if (from.value < first_offset) {
        return fail(ErrorCode::Corruption, "{}: the log starts at offset {}, but records from {} on are needed",
                    directory_, first_offset, from.value);
    }
    for (size_t i = 0; i < segments_.size(); ++i) {
        bool is_before = i + 1 < segments_.size() && segments_[i + 1].header.first_offset <= from.value;
        if (!is_before) TRY_VOID(replay_segment(i, from.value, visitor));
    }
    state_ = State::Opened;
    return {};
}

Result<void> DiskLog::replay_segment(size_t index, uint64_t from, ReplayVisitor& visitor) {
    const SegmentInfo& segment = segments_[index];
    const SegmentInfo* successor = index + 1 < segments_.size() ? &segments_[index + 1] : nullptr;
    uint64_t end_offset = successor != nullptr ? successor->header.first_offset : end_.next_offset;

    std::unique_ptr<File> file = TRY(disk_.open(path(segment.name), OpenMode::ReadOnly));
    SegmentReader reader = TRY(SegmentReader::open(*file, path(segment.name)));
    Record record;
    for (uint64_t offset = segment.header.first_offset; offset < end_offset; ++offset) {
        if (!TRY(reader.next(record))) {
            return fail(ErrorCode::Corruption,
                        "{}: byte {}: the record at offset {} is damaged or missing, but the log goes on to offset {}; "
                        "restore the file from a copy",
                        reader.path(), reader.position(), offset, end_.next_offset);
        }
        record.offset = TxOffset(offset);
        if (offset >= from) TRY_VOID(visitor.on_record(record));
    }
    if (successor != nullptr && successor->header.previous_chain != reader.decoder().chain()) {
        return fail(ErrorCode::Corruption, "{}: byte 32: the segment does not continue {}", path(successor->name),
                    reader.path());
    }
    return {};
}

}  // namespace lightcone::log
