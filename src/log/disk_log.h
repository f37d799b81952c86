// SPDX-License-Identifier: Apache-2.0
// The commit log on a disk: the turn's side (encode and publish), the writer's side (write, sync, announce), and the
// thread that takes the writer's side when nobody else does. Contract: commit_log.h.
//
// The writer's role is io_mutex_: its holder takes everything published, writes and syncs it. The next group gathers in
// the buffer meanwhile.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "log/commit_log.h"
#include "log/group_buffer.h"
#include "log/record_codec.h"
#include "log/segment_reader.h"
#include "log/segment_writer.h"

namespace lightcone::log {

// One named segment file as open() found it.
struct SegmentInfo {
    std::string name;
    SegmentHeader header;
};

// The end of the log as open() found it.
struct LogEnd {
    uint64_t next_offset = 0;
    uint64_t position = 0;     // in the last segment, behind its last record
    uint64_t last_record = 0;  // position of the last record's start
    uint64_t synced_bytes = 0;
    uint32_t header_crc = 0;
};

class DiskLog final : public CommitLog {
  public:
    static Result<std::unique_ptr<DiskLog>> open(Disk& disk, const Clock& clock, const std::string& directory,
                                                 const LogOptions& options, DurabilityListener& listener);
    ~DiskLog() override;

    Result<void> replay(TxOffset from, ReplayVisitor& visitor) override;
    Result<void> start() override;
    TxOffset append(const RecordContext& context, ByteView payload) override;
    TxOffset next_offset() const override { return TxOffset(next_offset_); }
    bool has_room() const override;
    bool make_room() override;
    Result<void> reserve(const RecordContext& context, size_t payload_bytes) override;
    void sync_soon() override;
    bool sync_now() override;
    uint64_t durable_count() const override { return durable_count_.load(std::memory_order_acquire); }
    std::optional<Error> failure() const override;
    const std::optional<TornTail>& torn_tail() const override { return torn_tail_; }
    LogStats stats() const override;
    Result<void> stop() override;

  private:
    enum class State : uint8_t { Opened, Broken, Running, Stopped };

    DiskLog(Disk& disk, const Clock& clock, const std::string& directory, const LogOptions& options,
            DurabilityListener& listener)
        : disk_(disk), clock_(clock), directory_(directory), options_(options), listener_(listener) {}

    Result<void> find_segments();
    Result<void> find_end();
    Result<void> replay_segment(size_t index, uint64_t from, ReplayVisitor& visitor);
    std::string path(const std::string& name) const { return directory_ + "/" + name; }

    void append_to_new_segment(const RecordContext& context, ByteView payload, size_t bound);
    SegmentHeader next_header() const;
    void refuse_record(size_t bound);

    // With the writer's role.
    Result<void> write_pending();
    void maintain_space();
    // Without it.
    void announce(const Result<void>& outcome);
    void poison(Error error);
    bool write_and_announce();

    void run_thread();
    void end_thread();

    Disk& disk_;
    const Clock& clock_;
    const std::string directory_;
    const LogOptions options_;
    DurabilityListener& listener_;

    std::vector<SegmentInfo> segments_;
    LogEnd end_;
    std::optional<TornTail> torn_tail_;
    std::atomic<State> state_{State::Opened};

    // The turn's side.
    RecordEncoder encoder_;
    std::optional<GroupBuffer> buffer_;
    uint64_t next_offset_ = 0;
    uint64_t appended_bytes_ = 0;  // since start(), as written_bytes_
    uint64_t segment_ = 0;         // number of the file in this run, as SegmentWriter counts
    uint64_t position_ = 0;        // in that file; 0 before the first record of a new log
    uint64_t last_record_ = 0;
    bool must_roll_ = false;

    // The writer's side.
    std::mutex io_mutex_;
    std::optional<SegmentWriter> writer_;  // guarded by io_mutex_, but for has_room()
    std::vector<Extent> extents_;          // guarded by io_mutex_
    bool is_space_short_ = false;          // guarded by io_mutex_
    std::atomic<uint64_t> written_bytes_{0};
    std::atomic<uint64_t> durable_count_{0};
    std::atomic<uint64_t> groups_{0};
    std::atomic<uint64_t> sync_nanos_{0};
    std::atomic<uint64_t> sync_nanos_max_{0};

    std::atomic<bool> is_poisoned_{false};
    mutable std::mutex failure_mutex_;
    std::optional<Error> failure_;  // guarded by failure_mutex_

    // The thread. is_requested_ is set by whoever wants a sync and cleared by the thread before it takes the group.
    std::atomic<bool> is_requested_{false};
    std::mutex thread_mutex_;
    std::condition_variable wake_;
    std::thread thread_;              // guarded by thread_mutex_
    bool is_thread_running_ = false;  // guarded by thread_mutex_
    bool is_ending_ = true;           // guarded by thread_mutex_
};

}  // namespace lightcone::log
