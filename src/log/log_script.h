// SPDX-License-Identifier: Apache-2.0
// What the log's tests share: records that own their bytes, seeded scripts of them, a listener and a visitor that
// remember.
#pragma once

#include <atomic>
#include <vector>

#include "base/random.h"
#include "log/commit_log.h"

namespace lightcone::log {

struct OwnedRecord {
    std::string reducer;
    sats::Identity caller;
    sats::ConnectionId connection;
    int64_t timestamp_micros = 0;
    Bytes args;
    Bytes payload;

    RecordContext context() const { return {reducer, caller, connection, timestamp_micros, args}; }
    bool operator==(const OwnedRecord&) const = default;

    static OwnedRecord of(const Record& record) {
        const RecordContext& context = record.context;
        return {std::string(context.reducer),
                context.caller,
                context.connection,
                context.timestamp_micros,
                Bytes(context.args.begin(), context.args.end()),
                Bytes(record.payload.begin(), record.payload.end())};
    }
};

// Few callers, connections and reducers, small records, now and then none of them or a larger payload; time jumps.
inline std::vector<OwnedRecord> make_script(size_t count, uint64_t seed, size_t payload_bytes_max = 64) {
    SeededRandom random(seed);
    std::vector<OwnedRecord> script(count);
    int64_t now = 1'700'000'000'000'000;
    for (OwnedRecord& record : script) {
        now += static_cast<int64_t>(random.below(5000)) - 50;
        record.timestamp_micros = random.below(20) == 0 ? static_cast<int64_t>(random.next_u64()) : now;
        if (random.below(8) != 0) {
            record.reducer = fmt::format("reducer_{}", random.below(5));
            record.caller.le.fill(static_cast<uint8_t>(1 + random.below(4)));
            record.connection.le.fill(static_cast<uint8_t>(1 + random.below(6)));
            record.args.resize(random.below(24));
            random.fill(record.args);
        }
        record.payload.resize(random.below(payload_bytes_max + 1));
        random.fill(record.payload);
    }
    return script;
}

class RememberingListener final : public DurabilityListener {
  public:
    void on_durable(uint64_t durable_count) override {
        uint64_t before = durable_count_.load();
        while (before < durable_count && !durable_count_.compare_exchange_weak(before, durable_count)) {
        }
        durable_count_.notify_all();
    }
    void on_failure(const Error& error) override {
        failure_text_ = error.message;
        ++failure_count_;
    }
    uint64_t durable_count() const { return durable_count_; }
    void wait_for(uint64_t count) const {
        for (uint64_t now = durable_count_; now < count; now = durable_count_) durable_count_.wait(now);
    }
    uint32_t failure_count() const { return failure_count_; }
    const std::string& failure_text() const { return failure_text_; }

  private:
    std::atomic<uint64_t> durable_count_{0};
    std::atomic<uint32_t> failure_count_{0};
    std::string failure_text_;
};

class RememberingVisitor final : public ReplayVisitor {
  public:
    Result<void> on_record(const Record& record) override {
        offsets.push_back(record.offset.value);
        records.push_back(OwnedRecord::of(record));
        return {};
    }
    std::vector<uint64_t> offsets;
    std::vector<OwnedRecord> records;
};

// Options for tests on one thread.
inline LogOptions script_options(size_t segment_bytes = kLogSegmentBytes) {
    LogOptions options;
    options.segment_bytes = segment_bytes;
    options.room_bytes = 4096;
    options.preallocate = false;
    options.has_thread = false;
    return options;
}

// Opens, replays into the visitor and starts; stops at the first error.
inline Result<std::unique_ptr<CommitLog>> open_and_replay(Disk& disk, const std::string& directory,
                                                          const LogOptions& options, DurabilityListener& listener,
                                                          ReplayVisitor& visitor) {
    static SystemClock clock;
    std::unique_ptr<CommitLog> log = TRY(CommitLog::open(disk, clock, directory, options, listener));
    TRY_VOID(log->replay(TxOffset(0), visitor));
    TRY_VOID(log->start());
    return log;
}

}  // namespace lightcone::log
