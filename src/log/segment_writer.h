// SPDX-License-Identifier: Apache-2.0
// Puts extents into segment files and makes them durable; reserves the space they will need. A new segment is written
// and synced under a temporary name, and gets its own only then, so that a named segment is never half made.
//
// Thread: whoever holds the writer's role (one at a time); the room_*() figures are read by the turn without a lock.
// Errors: Io; after one the writer must not be used again (the log is poisoned), except after maintain_space().
#pragma once

#include <atomic>
#include <memory>

#include "base/file.h"
#include "log/commit_log.h"
#include "log/group_buffer.h"
#include "log/segment_format.h"

namespace lightcone::log {

class SegmentWriter {
  public:
    SegmentWriter(Disk& disk, std::string directory, const LogOptions& options);

    // Goes on in an existing segment behind `end`: cuts what follows, writes the bytes from `synced_bytes` to `end`
    // again (a failed sync may have left them in the system's cache only) and syncs. `last_record` is the position of
    // the last record's start.
    Result<void> resume(std::unique_ptr<File> file, const std::string& name, uint32_t header_crc, uint64_t end,
                        uint64_t last_record, uint64_t synced_bytes);
    // Writes all extents and returns when they are durable.
    Result<void> write_group(const std::vector<Extent>& extents);
    // Leaves the current file ending with its records and an end mark, and removes what was reserved beyond.
    Result<void> close(uint64_t last_record);

    // Reserves space ahead where it runs short. An error (no space) leaves everything as it was; try again later.
    Result<void> maintain_space();
    // Reserves for one record of up to `record_bytes`, appended when everything before it has been written.
    Result<void> reserve_record(size_t record_bytes);
    bool space_is_short() const;

    // May `bytes` more bytes be appended at `position` of the producer's `segment`-th file (of this run of the log)
    // without running out of reserved space?
    bool has_room(uint64_t segment, uint64_t position, uint64_t bytes) const;

  private:
    // Space reserved in the current and in the next file, and the current file's number, readable in one load.
    struct Reserved {
        uint64_t segment;
        uint64_t current_bytes;
        uint64_t next_bytes;
    };
    Reserved reserved() const;
    void publish_reserved();

    Result<void> write_extent(const Extent& extent);
    Result<void> begin_segment(ByteView header);
    Result<void> commit();
    Result<void> name_current();
    Result<void> prepare_next(uint64_t bytes);
    uint64_t step_bytes() const;
    std::string path(std::string_view name) const { return directory_ + "/" + std::string(name); }

    Disk& disk_;
    const std::string directory_;
    const uint64_t segment_bytes_;
    const uint64_t room_bytes_;
    const bool preallocate_;

    std::unique_ptr<File> current_;
    std::string current_name_;
    bool is_named_ = true;
    uint32_t header_crc_ = 0;
    uint64_t position_ = 0;      // behind the last byte written
    uint64_t synced_bytes_ = 0;  // of the current file
    uint64_t current_reserved_ = 0;
    // The segment before, until the current one has its name.
    std::unique_ptr<File> previous_;
    uint64_t previous_bytes_ = 0;

    std::unique_ptr<File> next_;
    uint64_t next_reserved_ = 0;

    uint64_t segment_ = 0;
    std::atomic<uint64_t> reserved_{0};
    Bytes staging_;
};

}  // namespace lightcone::log
