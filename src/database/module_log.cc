// SPDX-License-Identifier: Apache-2.0
#include "database/module_log.h"

#include <algorithm>
#include <ctime>

#include "base/log.h"
#include "sats/json_writer.h"

namespace lightcone::database {

namespace {

using module::LogLine;

constexpr std::string_view kHostTarget = "__spacetimedb__";

const char* level_name(LogLine::Level level) {
    switch (level) {
        case LogLine::Level::Error: return "Error";
        case LogLine::Level::Warn: return "Warn";
        case LogLine::Level::Info: return "Info";
        case LogLine::Level::Debug: return "Debug";
        case LogLine::Level::Trace: return "Trace";
        case LogLine::Level::Panic: return "Panic";
    }
    return "Debug";
}

void field(std::string& out, std::string_view name, std::string_view value) {
    out += fmt::format(",\"{}\":", name);
    sats::append_json_string(value, out);
}

std::string to_json(const LogLine& line) {
    std::string out = fmt::format("{{\"level\":\"{}\",\"ts\":{}", level_name(line.level), line.timestamp_micros);
    if (!line.target.empty()) field(out, "target", line.target);
    if (!line.filename.empty()) field(out, "filename", line.filename);
    if (line.line_number) out += fmt::format(",\"line_number\":{}", *line.line_number);
    if (!line.function.empty()) field(out, "function", line.function);
    field(out, "message", line.message);
    if (line.level == LogLine::Level::Panic) {
        out += ",\"trace\":[";
        for (size_t i = 0; i < line.trace.size(); ++i) {
            out += i == 0 ? "{\"func_name\":" : ",{\"func_name\":";
            sats::append_json_string(line.trace[i], out);
            out += '}';
        }
        out += ']';
    }
    out += "}\n";
    return out;
}

std::string day_of(int64_t micros) {
    time_t seconds = static_cast<time_t>(micros / 1'000'000);
    tm parts{};
    gmtime_r(&seconds, &parts);
    return fmt::format("{:04}-{:02}-{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
}

// Start of the last `count` lines of a text that ends in a newline.
size_t tail_start(std::string_view text, uint32_t count) {
    if (count == 0) return text.size();
    size_t at = text.size();
    while (at > 0) {
        size_t newline = at < 2 ? std::string_view::npos : text.rfind('\n', at - 2);
        at = newline == std::string_view::npos ? 0 : newline + 1;
        if (--count == 0) break;
    }
    return at;
}

}  // namespace

ModuleLog::ModuleLog(Disk& disk, const Clock& clock, std::string directory)
    : disk_(disk), clock_(clock), directory_(std::move(directory)) {}

void ModuleLog::write(const LogLine& line) {
    std::string text = to_json(line);
    std::lock_guard lock(mutex_);
    auto written = append(text, line.timestamp_micros);
    // A full disk must not stop reducers; one line in the server's log says that lines are being lost.
    if (!written && !failed_) log_error("module log {} is not written: {}", directory_, written.error().message);
    failed_ = !written.has_value();
    for (auto it = followers_.begin(); it != followers_.end();)
        it = it->second(text) ? std::next(it) : followers_.erase(it);
}

Result<void> ModuleLog::append(std::string_view line, int64_t timestamp_micros) {
    if (directory_.empty()) {
        if (memory_.size() >= kMemoryLines) memory_.erase(memory_.begin());
        memory_.emplace_back(line);
        return {};
    }
    std::string day = day_of(timestamp_micros);
    if (file_ == nullptr || day > day_) {
        TRY_VOID(disk_.create_directories(directory_));
        file_ = TRY(disk_.open(fmt::format("{}/{}.log", directory_, day), OpenMode::CreateOrOpen));
        file_bytes_ = TRY(file_->size());
        day_ = std::move(day);
    }
    TRY_VOID(file_->pwrite(as_bytes(line), file_bytes_));
    file_bytes_ += line.size();
    return {};
}

void ModuleLog::system(LogLine::Level level, std::string_view message) {
    LogLine line;
    line.level = level;
    line.timestamp_micros = clock_.wall_micros();
    line.target = line.filename = line.function = kHostTarget;
    line.message = message;
    write(line);
}

void ModuleLog::reducer_error(std::string_view reducer, int64_t timestamp_micros, std::string_view message) {
    LogLine line;
    line.level = LogLine::Level::Error;
    line.timestamp_micros = timestamp_micros;
    line.target = line.filename = kHostTarget;
    line.function = reducer;
    line.message = message;
    write(line);
}

Result<std::string> ModuleLog::read(std::optional<uint32_t> line_count) {
    std::lock_guard lock(mutex_);
    std::string text;
    if (directory_.empty()) {
        for (const std::string& line : memory_) text += line;
    } else {
        std::string path = fmt::format("{}/{}.log", directory_, day_of(clock_.wall_micros()));
        if (TRY(disk_.exists(path))) text = as_text(TRY(disk_.read_file(path)));
    }
    if (line_count) text.erase(0, tail_start(text, *line_count));
    return text;
}

uint64_t ModuleLog::follow(Follower line) {
    std::lock_guard lock(mutex_);
    uint64_t id = next_follower_++;
    followers_.emplace(id, std::move(line));
    return id;
}

void ModuleLog::unfollow(uint64_t id) {
    std::lock_guard lock(mutex_);
    followers_.erase(id);
}

}  // namespace lightcone::database
