// SPDX-License-Identifier: Apache-2.0
// lightcone logs: a database's log lines, past and following.
#include <unistd.h>

#include <array>
#include <cstdio>

#include "cli/commands.h"
#include "sats/json_value.h"
#include "sats/special.h"

namespace lightcone::cli {

namespace {

constexpr std::array<std::string_view, 6> kLevels = {"trace", "debug", "info", "warn", "error", "panic"};
constexpr std::string_view kHostTarget = "__spacetimedb__";

struct Style {
    bool colours = false;
    std::string dim(std::string text) const { return colours ? "\033[2m" + text + "\033[0m" : text; }
    std::string level(const std::string& name, std::string text) const {
        if (!colours) return text;
        const char* code = name == "Error"   ? "\033[31m"
                           : name == "Warn"  ? "\033[33m"
                           : name == "Info"  ? "\033[34m"
                           : name == "Panic" ? "\033[1;91m"
                                             : "\033[2m";
        return code + text + "\033[0m";
    }
};

std::string_view field(const sats::JsonValue& record, std::string_view name) {
    const sats::JsonValue* value = record.find(name);
    return value != nullptr ? value->string() : std::string_view();
}

// UTC with Z.
std::string time_text(int64_t micros) {
    std::string text = sats::timestamp_text(micros);
    return text.substr(0, text.size() - 6) + "Z";
}

std::string line_text(const sats::JsonValue& record, const Style& style) {
    std::string level(field(record, "level"));
    std::string upper = level;
    for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    std::string text;
    if (const sats::JsonValue* ts = record.find("ts")) text += style.dim(time_text(ts->as_i64().value_or(0))) + " ";
    text += style.level(level, fmt::format("{:>5}", upper)) + ": ";
    std::string where;
    std::string_view function = field(record, "function");
    std::string_view filename = field(record, "filename");
    if (!function.empty() && function != kHostTarget) where += function;
    if (!filename.empty() && filename != kHostTarget) {
        if (!where.empty()) where += ' ';
        where += filename;
        if (const sats::JsonValue* line = record.find("line_number")) where += fmt::format(":{}", line->number_text());
    }
    if (!where.empty()) text += style.dim(where) + ": ";
    text += field(record, "message");
    text += '\n';
    if (const sats::JsonValue* trace = record.find("trace")) {
        for (const sats::JsonValue& frame : trace->items()) {
            text += fmt::format("    in {} :: {}\n", field(frame, "module_name"), field(frame, "func_name"));
        }
    }
    return text;
}

size_t level_rank(std::string_view level) {
    std::string lower(level);
    for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    for (size_t i = 0; i < kLevels.size(); ++i) {
        if (kLevels[i] == lower) return i;
    }
    return kLevels.size();
}

// Cuts the stream into lines and prints those that pass.
class LinePrinter {
  public:
    explicit LinePrinter(const LogsOptions& options) : options_(options) {
        style_.colours = options.format != "json" && ::isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
    }

    void feed(ByteView piece) {
        pending_ += as_text(piece);
        size_t begin = 0;
        for (size_t end; (end = pending_.find('\n', begin)) != std::string::npos; begin = end + 1) {
            print(pending_.substr(begin, end - begin));
        }
        pending_.erase(0, begin);
        std::fflush(stdout);
    }

  private:
    void print(const std::string& line) const {
        auto record = sats::JsonValue::parse(line);
        if (record && !options_.level.empty()) {
            size_t rank = level_rank(field(*record, "level"));
            size_t wanted = level_rank(options_.level);
            if (options_.level_exact ? rank != wanted : rank < wanted) return;
        }
        std::string text = !record || options_.format == "json" ? line + "\n" : line_text(*record, style_);
        std::fwrite(text.data(), 1, text.size(), stdout);
    }

    const LogsOptions& options_;
    Style style_;
    std::string pending_;
};

}  // namespace

Result<int> run_logs(Context& context, const LogsOptions& options) {
    if (!options.level.empty() && level_rank(options.level) == kLevels.size()) {
        return fail(ErrorCode::InvalidArgument, "unknown level `{}`; levels are trace, debug, info, warn, error, panic",
                    options.level);
    }
    Config config = TRY(Config::load(context.disk, context.paths.config_file));
    Remote remote = TRY(Remote::open(config, options.server));
    std::string identity = TRY(remote.database_identity(options.database));
    std::optional<uint32_t> lines = options.lines;
    if (!lines && options.follow) lines = 10;
    std::string target = fmt::format("/v1/database/{}/logs?follow={}", identity, options.follow);
    if (lines) target += fmt::format("&num_lines={}", *lines);
    net::HttpClientRequest request = remote.prepare("GET", target);
    if (options.follow) request.idle_timeout_ms = 0;
    LinePrinter printer(options);
    net::HttpClientResponse response = TRY(net::http_fetch_streaming(request, [&](ByteView piece) {
        printer.feed(piece);
        return true;
    }));
    if (response.status / 100 != 2) return std::unexpected(http_error(response, request.url));
    return 0;
}

}  // namespace lightcone::cli
