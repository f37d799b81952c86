// SPDX-License-Identifier: Apache-2.0
#include "module/abi/console.h"

#include <fmt/format.h>

#include "base/limits.h"
#include "module/abi/call_limits.h"
#include "module/abi/text.h"

namespace lightcone::module::abi {

namespace {

const SystemClock kSystemClock;

std::string_view field_text(std::optional<ByteView> bytes, std::string& storage) {
    if (!bytes) return {};
    return lossy_utf8(cut_at_character(*bytes, kLogFieldBytesMax), storage);
}

std::string_view message_text(ByteView bytes, std::string& storage) {
    if (bytes.size() <= kLogMessageBytesMax) return lossy_utf8(bytes, storage);
    std::string kept;
    ByteView start = cut_at_character(bytes, kLogMessageBytesMax);
    std::string text{lossy_utf8(start, kept)};
    storage = fmt::format("{}… ({} more bytes)", text, bytes.size() - start.size());
    return storage;
}

}  // namespace

Console::Console(LogSink* log, const Clock* clock) : sink_(log), clock_(clock != nullptr ? clock : &kSystemClock) {}

void Console::log(LogLine::Level level, std::optional<ByteView> target, std::optional<ByteView> filename,
                  std::optional<uint32_t> line_number, ByteView message) {
    if (pending_) [[unlikely]]
        flush_panic({});
    if (sink_ == nullptr) return;
    std::string target_storage;
    std::string filename_storage;
    std::string message_storage;
    LogLine line{.level = level,
                 .timestamp_micros = clock_->wall_micros(),
                 .target = field_text(target, target_storage),
                 .filename = field_text(filename, filename_storage),
                 .line_number = line_number,
                 .function = function_,
                 .message = message_text(message, message_storage),
                 .trace = {}};
    if (level != LogLine::Level::Panic) return sink_->write(line);
    pending_ = PendingPanic{line.timestamp_micros, line_number, std::string(line.target), std::string(line.filename),
                            std::string(line.message)};
}

void Console::flush_panic(std::span<const std::string> trace) {
    if (!pending_) return;
    sink_->write({.level = LogLine::Level::Panic,
                  .timestamp_micros = pending_->timestamp_micros,
                  .target = pending_->target,
                  .filename = pending_->filename,
                  .line_number = pending_->line_number,
                  .function = function_,
                  .message = pending_->message,
                  .trace = trace});
    pending_.reset();
}

bool Console::start_timer(std::string_view name, uint32_t& handle) {
    if (name.size() > kTimerNameBytesMax) return false;
    if (free_timers_.empty()) {
        if (timers_.size() >= kConsoleTimersMax) return false;
        timers_.emplace_back();
        free_timers_.push_back(static_cast<uint32_t>(timers_.size()));
    }
    handle = free_timers_.back();
    free_timers_.pop_back();
    timers_[handle - 1] = {std::string(name), clock_->monotonic_nanos(), true};
    return true;
}

bool Console::end_timer(uint32_t handle) {
    if (handle == 0 || handle > timers_.size() || !timers_[handle - 1].running) return false;
    Timer& timer = timers_[handle - 1];
    uint64_t nanos = clock_->monotonic_nanos() - timer.started_nanos;
    std::string text = fmt::format("Timing span \"{}\": {}", timer.name, duration_text(nanos));
    timer = {};
    free_timers_.push_back(handle);
    log(LogLine::Level::Info, std::nullopt, std::nullopt, std::nullopt, as_bytes(text));
    return true;
}

}  // namespace lightcone::module::abi
