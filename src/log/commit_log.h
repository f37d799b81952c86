// SPDX-License-Identifier: Apache-2.0
// The commit log: an append-only history of transactions in segment files, made durable in groups.
//
// It does not know what tables are: a record is a context (who called what, when, with which arguments) and an opaque
// payload. Bytes: docs/formats/commitlog.md. Log bytes are a function of the sequence of appended records; group
// boundaries are not recorded.
//
//   auto log = TRY(log::CommitLog::open(disk, clock, directory, options, listener));
//   TRY_VOID(log->replay(TxOffset(0), visitor));
//   TRY_VOID(log->start());
//   TxOffset offset = log->append(record);   // in memory; cheap
//   log->sync_soon();                        // or log->sync_now() when this thread has nothing better to do
//   ... listener.on_durable(offset) ...
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/file.h"
#include "base/ids.h"
#include "base/limits.h"
#include "sats/special.h"

namespace lightcone::log {

// Appended and not yet written: beyond this has_room() is false. Also the most that is written to one file between two
// syncs, larger single records excepted.
inline constexpr size_t kLogGroupBytes = 8u << 20;
// A record up to this size always has a place on the disk while has_room() is true; call reserve() for a larger one.
inline constexpr size_t kLogRoomBytes = 1u << 20;
// A log thread that has had nothing to do for this long ends; the next sync_soon() starts another.
inline constexpr uint32_t kLogThreadIdleMs = 10'000;
// While the disk is full the log thread tries this often to reserve space again.
inline constexpr uint32_t kLogSpaceRetryMs = 1'000;

// Why the transaction happened; kept so that history can be read back. Views are borrowed for the call.
struct RecordContext {
    std::string_view reducer;  // canonical name; empty for transactions that no reducer caused
    sats::Identity caller;
    sats::ConnectionId connection;
    int64_t timestamp_micros = 0;
    ByteView args;
};

struct Record {
    TxOffset offset;  // set by append() and by replay
    RecordContext context;
    ByteView payload;
};

// Told when durability advances or the log fails. Called on the thread that synced, outside the log's locks; two
// threads may call at the same time.
class DurabilityListener {
  public:
    virtual ~DurabilityListener() = default;
    // Every record with an offset < `durable_count` is on the device. Never less than in a call that ended before this
    // one began.
    virtual void on_durable(uint64_t durable_count) = 0;
    // The log is poisoned: nothing appended from now on will ever be durable. Called once.
    virtual void on_failure(const Error& error) = 0;
};

// Receives records in order during replay. An error stops the replay and is returned by it.
class ReplayVisitor {
  public:
    virtual ~ReplayVisitor() = default;
    virtual Result<void> on_record(const Record& record) = 0;
};

struct LogOptions {
    size_t segment_bytes = kLogSegmentBytes;  // a record larger than this, or than a group, starts a segment
    size_t record_bytes_max = kLogRecordBytesMax;
    size_t room_bytes = kLogRoomBytes;  // what has_room() promises space for
    bool preallocate = true;            // reserve space ahead (in steps of 4 to 64 MiB)
    bool create_if_missing = true;
    // False: no log thread; sync_soon() does nothing and only sync_now() writes (simulation, tests).
    bool has_thread = true;
    // Of a database that was branched or restored: greater than before. A change starts a new segment.
    uint64_t incarnation = 0;
};

// What open() found at the end of the log: an unfinished group, as a crash leaves it.
struct TornTail {
    std::string file;
    uint64_t file_offset = 0;    // where the first record that cannot be read would start
    uint64_t dropped_bytes = 0;  // 0 when only the end mark is missing
};

// Since start(). Plain counters; any thread may read them.
struct LogStats {
    uint64_t groups = 0;      // written and synced
    uint64_t bytes = 0;       // of segment headers and records, written
    uint64_t sync_nanos = 0;  // spent writing and syncing, in total
    uint64_t sync_nanos_max = 0;
};

// Threads: append(), reserve(), next_offset() and has_room() belong to the holder of the database's turn; sync_soon(),
// sync_now(), durable_count(), failure(), stats() to any thread; the rest to the owner. At most one log thread exists
// between start() and stop(). Destroying a log that was not stopped loses what was not durable, as a kill does.
class CommitLog {
  public:
    // Opens or creates the directory; otherwise changes nothing on disk. Verifies every segment header and all records
    // of the last segment. What a crash left behind the last intact record (a torn tail) is warned of here and cut by
    // start(); any other damage is Corruption naming file and byte; an unknown format version is Unsupported.
    static Result<std::unique_ptr<CommitLog>> open(Disk& disk, const Clock& clock, const std::string& directory,
                                                   const LogOptions& options, DurabilityListener& listener);
    virtual ~CommitLog() = default;

    // Reads all records from `from` on, before start(). Errors: Corruption (damage, records or segments missing), Io,
    // and whatever the visitor returns. After one the log cannot be started.
    virtual Result<void> replay(TxOffset from, ReplayVisitor& visitor) = 0;
    // Makes what was found durable and accepts records. A full disk is no error: has_room() is false then.
    virtual Result<void> start() = 0;

    // Encodes the record into the open group and returns its offset. Never blocks, never fails: callers ask has_room()
    // before they run the transaction. A record over record_bytes_max poisons the log; reserve() tells beforehand.
    virtual TxOffset append(const RecordContext& context, ByteView payload) = 0;
    virtual TxOffset next_offset() const = 0;
    // False when the group buffer is full, the disk has no reserved space left or the log is poisoned.
    virtual bool has_room() const = 0;
    // Has room now, or after writing, syncing and reserving space on this thread. False when none of that helps: the
    // log is poisoned or stopped, or the disk is full.
    virtual bool make_room() = 0;
    // For a record larger than kLogRoomBytes, before its transaction commits: writes out what is pending and reserves
    // space, on this thread. Errors: LimitExceeded (over record_bytes_max), Io (no space; the log itself is unharmed),
    // Unavailable.
    virtual Result<void> reserve(const RecordContext& context, size_t payload_bytes) = 0;

    // Wakes the log thread unless a sync that will cover everything appended is already due.
    virtual void sync_soon() = 0;
    // Writes and syncs everything appended so far on this thread if no other thread is doing so; otherwise like
    // sync_soon(). True when this call did the work. The listener has been told before it returns.
    virtual bool sync_now() = 0;
    // Records with an offset below this are durable. Any thread, wait-free.
    virtual uint64_t durable_count() const = 0;
    // Set once the log is poisoned.
    virtual std::optional<Error> failure() const = 0;
    virtual const std::optional<TornTail>& torn_tail() const = 0;
    virtual LogStats stats() const = 0;

    // Syncs what is left, trims the last file to its content and joins the log thread. Errors: the failure that
    // poisoned the log.
    virtual Result<void> stop() = 0;
};

// A log that keeps nothing: everything is durable at once (databases in memory, tests).
std::unique_ptr<CommitLog> make_memory_log(DurabilityListener& listener);

}  // namespace lightcone::log
