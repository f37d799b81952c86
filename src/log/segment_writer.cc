// SPDX-License-Identifier: Apache-2.0
#include "log/segment_writer.h"

#include <algorithm>

#include "base/log.h"

namespace lightcone::log {

namespace {

// Reserved sizes are packed in this unit; what does not fit counts as the largest that does.
constexpr uint64_t kReservedUnitBytes = 64;
constexpr uint64_t kReservedUnitsMax = (1u << 24) - 1;
constexpr uint64_t kUnlimitedBytes = kReservedUnitsMax * kReservedUnitBytes;

constexpr uint64_t kStepBytesMin = 4u << 20;
constexpr uint64_t kStepBytesMax = 64u << 20;
// Groups up to this size are copied together with their end mark into one write.
constexpr size_t kStagingBytes = 64u << 10;
constexpr size_t kRewriteBytes = 1u << 20;

uint64_t pack_units(uint64_t bytes) {
    return std::min(bytes / kReservedUnitBytes, kReservedUnitsMax);
}

}  // namespace

SegmentWriter::SegmentWriter(Disk& disk, std::string directory, const LogOptions& options)
    : disk_(disk),
      directory_(std::move(directory)),
      segment_bytes_(options.segment_bytes),
      room_bytes_(options.room_bytes),
      preallocate_(options.preallocate) {
    publish_reserved();
}

SegmentWriter::Reserved SegmentWriter::reserved() const {
    uint64_t packed = reserved_.load(std::memory_order_acquire);
    return {packed >> 48, (packed >> 24 & kReservedUnitsMax) * kReservedUnitBytes,
            (packed & kReservedUnitsMax) * kReservedUnitBytes};
}

void SegmentWriter::publish_reserved() {
    uint64_t current = preallocate_ ? current_reserved_ : kUnlimitedBytes;
    uint64_t next = preallocate_ ? next_reserved_ : kUnlimitedBytes;
    reserved_.store(segment_ << 48 | pack_units(current) << 24 | pack_units(next), std::memory_order_release);
}

bool SegmentWriter::has_room(uint64_t segment, uint64_t position, uint64_t bytes) const {
    Reserved now = reserved();
    bytes += kEndMarkBytes;
    bool next_fits = now.next_bytes >= kSegmentHeaderBytes + bytes;
    uint64_t ahead = (segment - now.segment) & 0xffff;
    if (ahead == 0) return position + bytes <= now.current_bytes || next_fits;
    return ahead == 1 && position + bytes <= now.next_bytes;
}

Result<void> SegmentWriter::resume(std::unique_ptr<File> file, const std::string& name, uint32_t header_crc,
                                   uint64_t end, uint64_t last_record, uint64_t synced_bytes) {
    TRY_VOID(file->truncate(end));
    Bytes block(std::min<uint64_t>(end - synced_bytes, kRewriteBytes));
    for (uint64_t at = synced_bytes; at < end;) {
        size_t wanted = std::min<uint64_t>(end - at, block.size());
        size_t count = TRY(file->pread(std::span(block).first(wanted), at));
        if (count != wanted) return fail(ErrorCode::Io, "{}: byte {}: the file became shorter", path(name), at + count);
        TRY_VOID(file->pwrite(ByteView(block).first(count), at));
        at += count;
    }
    current_ = std::move(file);
    current_name_ = name;
    is_named_ = true;
    header_crc_ = header_crc;
    position_ = end;
    synced_bytes_ = last_record;
    current_reserved_ = end;
    TRY_VOID(commit());
    // The name may be in the system's cache only.
    TRY_VOID(disk_.sync_directory(directory_));
    publish_reserved();
    return {};
}

Result<void> SegmentWriter::begin_segment(ByteView header) {
    if (current_ != nullptr && position_ > synced_bytes_) TRY_VOID(commit());
    if (next_ == nullptr) TRY_VOID(prepare_next(0));
    previous_ = std::move(current_);
    previous_bytes_ = position_;
    current_ = std::move(next_);
    current_reserved_ = next_reserved_;
    next_reserved_ = 0;
    header_crc_ = segment_header_crc(header.data());
    current_name_ = segment_name(TRY(read_segment_header(header)).first_offset);
    is_named_ = false;
    position_ = 0;
    synced_bytes_ = 0;
    if (previous_ != nullptr) ++segment_;
    publish_reserved();
    return {};
}

Result<void> SegmentWriter::write_extent(const Extent& extent) {
    ByteView bytes = extent.bytes();
    if (bytes.empty()) return {};
    if (extent.begins_segment) {
        TRY_VOID(begin_segment(bytes));
    } else if (position_ > synced_bytes_ && position_ + bytes.size() - synced_bytes_ > kLogGroupBytes) {
        TRY_VOID(commit());
    }
    TRY_VOID(current_->pwrite(bytes, extent.file_position));
    position_ = extent.file_position + bytes.size();
    return {};
}

Result<void> SegmentWriter::write_group(const std::vector<Extent>& extents) {
    if (extents.size() == 1 && !extents[0].begins_segment && extents[0].bytes().size() <= kStagingBytes) {
        ByteView bytes = extents[0].bytes();
        staging_.resize(bytes.size() + kEndMarkBytes);
        std::copy(bytes.begin(), bytes.end(), staging_.begin());
        position_ = extents[0].file_position + bytes.size();
        write_end_mark({position_, synced_bytes_}, header_crc_, staging_.data() + bytes.size());
        TRY_VOID(current_->pwrite(staging_, extents[0].file_position));
        TRY_VOID(current_->sync());
        synced_bytes_ = position_;
        return {};
    }
    for (const Extent& extent : extents) TRY_VOID(write_extent(extent));
    return commit();
}

Result<void> SegmentWriter::commit() {
    std::array<uint8_t, kEndMarkBytes> mark;
    write_end_mark({position_, std::min(synced_bytes_, position_)}, header_crc_, mark.data());
    TRY_VOID(current_->pwrite(mark, position_));
    TRY_VOID(current_->sync());
    synced_bytes_ = position_;
    return is_named_ ? Result<void>{} : name_current();
}

Result<void> SegmentWriter::name_current() {
    TRY_VOID(disk_.rename(path(kUnnamedSegment), path(current_name_)));
    TRY_VOID(disk_.sync_directory(directory_));
    is_named_ = true;
    if (previous_ == nullptr) return {};
    // Only gives reserved space back: readers ignore what follows the records of a segment that has a successor.
    auto trimmed = previous_->truncate(previous_bytes_);
    if (!trimmed) log_warn("the log goes on, but space stays reserved: {}", trimmed.error().message);
    previous_ = nullptr;
    return {};
}

Result<void> SegmentWriter::close(uint64_t last_record) {
    if (next_ != nullptr) {
        next_ = nullptr;
        next_reserved_ = 0;
        TRY_VOID(disk_.remove(path(kUnnamedSegment)));
    }
    if (current_ == nullptr) return {};
    // As at any end of the log that tells nothing of groups: the same transactions leave the same bytes.
    synced_bytes_ = last_record;
    TRY_VOID(current_->truncate(position_ + kEndMarkBytes));
    TRY_VOID(commit());
    current_ = nullptr;
    return {};
}

uint64_t SegmentWriter::step_bytes() const {
    return std::clamp(position_, kStepBytesMin, kStepBytesMax);
}

bool SegmentWriter::space_is_short() const {
    if (!preallocate_) return false;
    uint64_t limit = segment_bytes_ + kEndMarkBytes;
    uint64_t left = current_reserved_ > position_ ? current_reserved_ - position_ : 0;
    if (current_ != nullptr && current_reserved_ < limit && left < step_bytes() / 2) return true;
    bool ends_soon = current_ == nullptr || current_reserved_ >= limit;
    return ends_soon && next_reserved_ == 0;
}

Result<void> SegmentWriter::maintain_space() {
    if (!space_is_short()) return {};
    uint64_t limit = segment_bytes_ + kEndMarkBytes;
    if (current_ != nullptr && current_reserved_ < limit) {
        uint64_t target = std::min(limit, position_ + step_bytes());
        TRY_VOID(current_->preallocate(target));
        current_reserved_ = target;
        publish_reserved();
    }
    if (current_ != nullptr && current_reserved_ < limit) return {};
    uint64_t least = kSegmentHeaderBytes + room_bytes_ + kEndMarkBytes;
    return prepare_next(std::max(least, std::min(limit, kStepBytesMin)));
}

Result<void> SegmentWriter::reserve_record(size_t record_bytes) {
    if (!preallocate_) return {};
    if (current_ == nullptr || begins_new_segment(position_, record_bytes, segment_bytes_)) {
        return prepare_next(kSegmentHeaderBytes + record_bytes + kEndMarkBytes);
    }
    uint64_t target = position_ + record_bytes + kEndMarkBytes;
    if (target <= current_reserved_) return {};
    TRY_VOID(current_->preallocate(target));
    current_reserved_ = target;
    publish_reserved();
    return {};
}

Result<void> SegmentWriter::prepare_next(uint64_t bytes) {
    if (next_ == nullptr) {
        if (TRY(disk_.exists(path(kUnnamedSegment)))) TRY_VOID(disk_.remove(path(kUnnamedSegment)));
        next_ = TRY(disk_.open(path(kUnnamedSegment), OpenMode::CreateNew));
    }
    if (preallocate_ && bytes > next_reserved_) {
        // Whole units, so that the packed figure is not less.
        bytes = (bytes + kReservedUnitBytes - 1) / kReservedUnitBytes * kReservedUnitBytes;
        TRY_VOID(next_->preallocate(bytes));
        next_reserved_ = bytes;
        publish_reserved();
    }
    return {};
}

}  // namespace lightcone::log
