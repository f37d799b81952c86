// SPDX-License-Identifier: Apache-2.0
// Byte sources and sinks, and the console.
#include <fmt/format.h>

#include "module/abi/host_functions.h"

namespace lightcone::module::abi {

namespace {

constexpr uint32_t kNoLineNumber = UINT32_MAX;

// The console never traps: what cannot be read is absent.
std::optional<ByteView> read_optional(const GuestContext& guest, uint32_t address, uint32_t count) {
    if (address == 0 || !guest.memory.contains(address, count)) return std::nullopt;
    return guest.memory.view(address, count);
}

LogLine::Level log_level(uint32_t level) {
    auto low = static_cast<uint8_t>(level);
    bool known =
        low <= static_cast<uint8_t>(LogLine::Level::Trace) || low == static_cast<uint8_t>(LogLine::Level::Panic);
    return known ? static_cast<LogLine::Level>(low) : LogLine::Level::Debug;
}

}  // namespace

int32_t bytes_source_read(GuestContext& guest, uint32_t source, uint32_t buffer, uint32_t buffer_len) {
    uint32_t capacity = 0;
    std::span<uint8_t> target;
    if (!guest.read_u32(buffer_len, capacity) || !guest.read_writable(buffer, capacity, target)) return 0;
    uint32_t count = 0;
    ByteSources::Read result = guest.sources.read(source, target, count);
    if (result == ByteSources::Read::NoSuchSource) return to_guest(Errno::NoSuchBytes);
    guest.memory.store(buffer_len, count);
    return result == ByteSources::Read::Exhausted ? -1 : 0;
}

int32_t bytes_source_remaining_length(GuestContext& guest, uint32_t source, uint32_t out) {
    if (!guest.non_null(out)) return 0;
    uint32_t count = 0;
    if (!guest.sources.remaining(source, count)) return to_guest(Errno::NoSuchBytes);
    return guest.write(out, count);
}

int32_t bytes_sink_write(GuestContext& guest, uint32_t sink, uint32_t buffer, uint32_t buffer_len) {
    uint32_t count = 0;
    ByteView bytes;
    if (!guest.read_u32(buffer_len, count) || !guest.read(buffer, count, bytes)) return 0;
    switch (guest.sinks.write(sink, bytes)) {
        case ByteSinks::Write::Ok: return 0;
        case ByteSinks::Write::NoSuchSink: return to_guest(Errno::NoSuchBytes);
        case ByteSinks::Write::NoSpace: break;
    }
    return to_guest(Errno::NoSpace);
}

void console_log(GuestContext& guest, uint32_t level, uint32_t target, uint32_t target_len, uint32_t filename,
                 uint32_t filename_len, uint32_t line_number, uint32_t message, uint32_t message_len) {
    std::optional<ByteView> text = read_optional(guest, message, message_len);
    if (!text) return;
    std::optional<uint32_t> line;
    if (line_number != kNoLineNumber) line = line_number;
    guest.console.log(log_level(level), read_optional(guest, target, target_len),
                      read_optional(guest, filename, filename_len), line, *text);
}

int32_t console_timer_start(GuestContext& guest, uint32_t name, uint32_t name_len) {
    std::string_view text;
    if (!guest.read_name(name, name_len, text)) return 0;
    uint32_t handle = 0;
    if (guest.console.start_timer(text, handle)) return static_cast<int32_t>(handle);
    return guest.trap_runtime_error("ConsoleTimerStart",
                                    fmt::format("more than {} timers run, or a name of {} bytes is too long (limit {})",
                                                kConsoleTimersMax, name_len, kTimerNameBytesMax));
}

int32_t console_timer_end(GuestContext& guest, uint32_t timer) {
    return guest.console.end_timer(timer) ? 0 : to_guest(Errno::NoSuchConsoleTimer);
}

}  // namespace lightcone::module::abi
