// SPDX-License-Identifier: Apache-2.0
// Reads the records of one segment file in order, with large sequential reads, and stops where no intact record
// follows. It judges nothing: whether that place is the end of the log or damage is for its caller to say (log_tail.h).
// One thread. Memory: one window of kReadWindowBytes, or of the largest record when that is more.
#pragma once

#include "base/file.h"
#include "log/record_codec.h"
#include "log/segment_format.h"

namespace lightcone::log {

inline constexpr size_t kReadWindowBytes = 1u << 20;

class SegmentReader {
  public:
    // `path` names the file in errors; `file` must outlive the reader. Errors: Corruption, Unsupported, Io.
    static Result<SegmentReader> open(File& file, std::string path);

    // Reads the next record, all but its offset; false where no intact record follows. Views live until the next call.
    // Errors: Corruption, Unsupported, Io (with file and byte).
    Result<bool> next(Record& record);

    const SegmentHeader& header() const { return header_; }
    uint32_t header_crc() const { return header_crc_; }
    // Of the file when it was opened.
    uint64_t file_bytes() const { return file_bytes_; }
    // File position behind the last record read, and of its start (of the header's end when none was read).
    uint64_t position() const { return window_position_ + window_at_; }
    uint64_t last_record_position() const { return last_record_position_; }
    const RecordDecoder& decoder() const { return decoder_; }
    const std::string& path() const { return path_; }

  private:
    SegmentReader(File& file, std::string path) : file_(&file), path_(std::move(path)) {}
    // Makes `bytes` bytes from position() on available; false when the file ends before.
    Result<bool> fill(uint64_t bytes);
    size_t available() const { return window_bytes_ - window_at_; }

    File* file_;
    std::string path_;
    SegmentHeader header_;
    uint32_t header_crc_ = 0;
    uint64_t file_bytes_ = 0;
    uint64_t last_record_position_ = kSegmentHeaderBytes;
    RecordDecoder decoder_;

    // window_[0, window_bytes_) holds the file from window_position_ on.
    Bytes window_;
    size_t window_bytes_ = 0;
    size_t window_at_ = 0;
    uint64_t window_position_ = 0;
};

}  // namespace lightcone::log
