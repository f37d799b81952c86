// SPDX-License-Identifier: Apache-2.0
// A database's log lines as its users read them: one JSON object per line, one file per UTC day
// (module_logs/YYYY-MM-DD.log). Written unbuffered, so that a line logged before a reducer's result is visible to
// whoever has seen the result; not transactional.
//
// Threads: write() and system() from the holder of the turn or the thread that opens the database; read() and follow()
// any.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/file.h"
#include "module/program.h"

namespace lightcone::database {

class ModuleLog final : public module::LogSink {
  public:
    // An empty directory keeps lines in memory only (in-memory databases, tests), the last kMemoryLines of them.
    ModuleLog(Disk& disk, const Clock& clock, std::string directory);

    void write(const module::LogLine& line) override;
    // A line of the host itself.
    void system(module::LogLine::Level level, std::string_view message);
    // What a reducer returned as its error, under the reducer's name.
    void reducer_error(std::string_view reducer, int64_t timestamp_micros, std::string_view message);

    // The last `line_count` lines of today's file (all of them without a count), each ending in a newline.
    Result<std::string> read(std::optional<uint32_t> line_count);

    // Calls `line` with every line written from now on until it returns false or unfollow(id).
    using Follower = std::function<bool(std::string_view line)>;
    uint64_t follow(Follower line);
    void unfollow(uint64_t id);

    static constexpr size_t kMemoryLines = 1000;

  private:
    Result<void> append(std::string_view line, int64_t timestamp_micros);

    Disk& disk_;
    const Clock& clock_;
    std::string directory_;
    std::mutex mutex_;
    std::string day_;
    std::unique_ptr<File> file_;
    uint64_t file_bytes_ = 0;
    std::vector<std::string> memory_;
    std::map<uint64_t, Follower> followers_;
    uint64_t next_follower_ = 1;
    bool failed_ = false;
};

}  // namespace lightcone::database
