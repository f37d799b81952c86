// SPDX-License-Identifier: Apache-2.0
// W12 of the performance plan: what an append costs the turn, what a confirmed transaction costs with real syncs, and
// how fast a log is read back. Directory for the real disk: LIGHTCONE_BENCH_DIR, else the working directory.
#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <thread>

#include "log/log_script.h"

namespace lightcone::log {
namespace {

// Takes everything at once and keeps nothing.
class NullFile final : public File {
  public:
    Result<void> pwrite(ByteView, uint64_t) override { return {}; }
    Result<size_t> pread(std::span<uint8_t>, uint64_t) override { return size_t{0}; }
    Result<void> sync() override { return {}; }
    Result<uint64_t> size() override { return uint64_t{0}; }
    Result<void> truncate(uint64_t) override { return {}; }
    Result<void> preallocate(uint64_t) override { return {}; }
};

class NullDisk final : public Disk {
  public:
    Result<std::unique_ptr<File>> open(const std::string&, OpenMode, uint32_t) override {
        return std::make_unique<NullFile>();
    }
    Result<void> create_directories(const std::string&) override { return {}; }
    Result<std::vector<std::string>> list(const std::string&) override { return std::vector<std::string>{}; }
    Result<bool> exists(const std::string&) override { return false; }
    Result<void> remove(const std::string&) override { return {}; }
    Result<void> remove_tree(const std::string&) override { return {}; }
    Result<void> rename(const std::string&, const std::string&) override { return {}; }
    Result<void> sync_directory(const std::string&) override { return {}; }
};

// A transfer of workload W1 from one of 64 connections; a batch of 40 comes from the same one.
class TransferSource {
  public:
    explicit TransferSource(size_t payload_bytes)
        : record_{"transfer", {}, {}, 1, Bytes(16, 1), Bytes(payload_bytes, 2)} {}
    const OwnedRecord& next() {
        uint8_t client = static_cast<uint8_t>(count_++ / 40 % 64 + 1);
        record_.caller.le[5] = client;
        record_.connection.le[5] = client;
        record_.timestamp_micros += 1;
        return record_;
    }

  private:
    OwnedRecord record_;
    size_t count_ = 0;
};

std::unique_ptr<CommitLog> open_log(Disk& disk, const std::string& directory, RememberingListener& listener) {
    RememberingVisitor nothing;
    LogOptions options;
    options.has_thread = false;
    auto log = open_and_replay(disk, directory, options, listener, nothing);
    if (!log) fmt::print(stderr, "{}\n", log.error().message);
    return log ? std::move(*log) : nullptr;
}

void append(benchmark::State& state) {
    NullDisk disk;
    RememberingListener listener;
    auto log = open_log(disk, "log", listener);
    TransferSource source(static_cast<size_t>(state.range(0)));
    for (auto _ : state) {
        const OwnedRecord& record = source.next();
        benchmark::DoNotOptimize(log->append(record.context(), record.payload));
        if (!log->has_room()) log->sync_now();
    }
    state.SetItemsProcessed(state.iterations());
    state.counters["log_bytes"] =
        benchmark::Counter(static_cast<double>(log->stats().bytes) / static_cast<double>(state.iterations()));
}
BENCHMARK(append)->Arg(60)->Arg(64)->Arg(100)->Arg(4096);

std::string bench_directory() {
    const char* parent = ::getenv("LIGHTCONE_BENCH_DIR");
    std::string pattern = std::string(parent != nullptr ? parent : ".") + "/log-bench-XXXXXX";
    return ::mkdtemp(pattern.data());
}

// `range(1)` transactions for each sync, on the calling thread.
void append_and_sync(benchmark::State& state) {
    SystemDisk disk;
    RememberingListener listener;
    std::string directory = bench_directory();
    auto log = open_log(disk, directory, listener);
    TransferSource source(static_cast<size_t>(state.range(0)));
    for (auto _ : state) {
        for (int64_t i = 0; i < state.range(1); ++i) {
            const OwnedRecord& record = source.next();
            log->append(record.context(), record.payload);
        }
        log->sync_now();
    }
    state.SetItemsProcessed(state.iterations() * state.range(1));
    state.SetBytesProcessed(static_cast<int64_t>(log->stats().bytes));
    log.reset();
    (void)disk.remove_tree(directory);
}
BENCHMARK(append_and_sync)
    ->ArgNames({"bytes", "group"})
    ->ArgsProduct({{64, 4096}, {1, 32, 1024}})
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);

// The log thread syncs while this thread appends as fast as there is room.
void append_beside_the_log_thread(benchmark::State& state) {
    SystemDisk disk;
    RememberingListener listener;
    std::string directory = bench_directory();
    SystemClock clock;
    auto log = CommitLog::open(disk, clock, directory, LogOptions{}, listener).value();
    if (!log->start()) state.SkipWithError("cannot start");
    TransferSource source(static_cast<size_t>(state.range(0)));
    for (auto _ : state) {
        for (int i = 0; i < 64; ++i) {
            while (!log->has_room()) {
                log->sync_soon();
                std::this_thread::yield();
            }
            const OwnedRecord& record = source.next();
            log->append(record.context(), record.payload);
        }
        log->sync_soon();
    }
    log->sync_soon();
    listener.wait_for(log->next_offset().value);
    state.SetItemsProcessed(static_cast<int64_t>(log->durable_count()));
    state.SetBytesProcessed(static_cast<int64_t>(log->stats().bytes));
    state.counters["groups"] = static_cast<double>(log->stats().groups);
    log.reset();
    (void)disk.remove_tree(directory);
}
BENCHMARK(append_beside_the_log_thread)->Arg(60)->Arg(4096)->UseRealTime();

class CountingVisitor final : public ReplayVisitor {
  public:
    Result<void> on_record(const Record& record) override {
        bytes += record.payload.size();
        return {};
    }
    uint64_t bytes = 0;
};

void replay(benchmark::State& state) {
    SystemDisk disk;
    RememberingListener listener;
    std::string directory = bench_directory();
    constexpr int64_t kRecords = 1'000'000;
    TransferSource source(static_cast<size_t>(state.range(0)));
    auto log = open_log(disk, directory, listener);
    for (int64_t i = 0; i < kRecords; ++i) {
        const OwnedRecord& record = source.next();
        log->append(record.context(), record.payload);
        if (!log->has_room()) log->sync_now();
    }
    if (!log->stop()) state.SkipWithError("cannot write");
    SystemClock clock;
    for (auto _ : state) {
        log = CommitLog::open(disk, clock, directory, LogOptions{}, listener).value();
        CountingVisitor visitor;
        if (!log->replay(TxOffset(0), visitor)) state.SkipWithError("cannot replay");
        benchmark::DoNotOptimize(visitor.bytes);
    }
    state.SetItemsProcessed(state.iterations() * kRecords);
    (void)disk.remove_tree(directory);
}
BENCHMARK(replay)->Arg(16)->Arg(60)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace lightcone::log
