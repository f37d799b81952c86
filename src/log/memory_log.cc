// SPDX-License-Identifier: Apache-2.0
#include <atomic>

#include "log/commit_log.h"

namespace lightcone::log {

namespace {

class MemoryLog final : public CommitLog {
  public:
    explicit MemoryLog(DurabilityListener& listener) : listener_(listener) {}

    Result<void> replay(TxOffset, ReplayVisitor&) override { return {}; }
    Result<void> start() override { return {}; }
    TxOffset append(const RecordContext&, ByteView) override {
        return TxOffset(count_.fetch_add(1, std::memory_order_release));
    }
    TxOffset next_offset() const override { return TxOffset(count_.load(std::memory_order_relaxed)); }
    bool has_room() const override { return true; }
    bool make_room() override { return true; }
    Result<void> reserve(const RecordContext&, size_t) override { return {}; }
    void sync_soon() override { listener_.on_durable(durable_count()); }
    bool sync_now() override {
        sync_soon();
        return true;
    }
    uint64_t durable_count() const override { return count_.load(std::memory_order_acquire); }
    std::optional<Error> failure() const override { return std::nullopt; }
    const std::optional<TornTail>& torn_tail() const override { return no_tail_; }
    LogStats stats() const override { return {}; }
    Result<void> stop() override { return {}; }

  private:
    DurabilityListener& listener_;
    std::atomic<uint64_t> count_{0};
    const std::optional<TornTail> no_tail_;
};

}  // namespace

std::unique_ptr<CommitLog> make_memory_log(DurabilityListener& listener) {
    return std::make_unique<MemoryLog>(listener);
}

}  // namespace lightcone::log
