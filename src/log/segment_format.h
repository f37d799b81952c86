// SPDX-License-Identifier: Apache-2.0
// Bytes of a segment file outside its records: file names, the header at the start, the end mark behind the last
// record. Specification: docs/formats/commitlog.md. Pure functions; any thread.
#pragma once

#include <optional>

#include "base/bytes.h"

namespace lightcone::log {

inline constexpr uint32_t kFormatVersion = 1;
inline constexpr size_t kSegmentHeaderBytes = 64;
inline constexpr size_t kEndMarkBytes = 32;
// Segments under construction have this name; it is never read.
inline constexpr std::string_view kUnnamedSegment = "next.tmp";

struct SegmentHeader {
    uint64_t incarnation = 0;     // never decreases from one segment to the next
    uint64_t first_offset = 0;    // of the first record; also the file's name
    uint32_t previous_chain = 0;  // CRC of the last record before this segment; 0 in the first one
};

// Written behind the last record of every group, overwritten by the next group. It tells a reader how far the file was
// on the device before that group was written, so that a torn group is told from damage.
struct EndMark {
    uint64_t position = 0;      // of the mark itself in the file
    uint64_t synced_bytes = 0;  // bytes of the file that were on the device before the group ending here was written
};

// "{first_offset, 20 digits}.log"
std::string segment_name(uint64_t first_offset);
// Offset in the name, or nothing when the name is not a segment's.
std::optional<uint64_t> parse_segment_name(std::string_view name);

// Does a record of up to `record_bytes` start a new segment when `position` bytes of the current one are used? A
// function of the sequence of records alone. One larger than a group is always the first of its file, because a file
// gets its name only when its first group is synced: no crash can tear it.
bool begins_new_segment(uint64_t position, uint64_t record_bytes, uint64_t segment_bytes);

// Writes kSegmentHeaderBytes and returns the header's CRC, with which the chain of record CRCs starts.
uint32_t write_segment_header(const SegmentHeader& header, uint8_t* out);
// The CRC stored in a header.
uint32_t segment_header_crc(const uint8_t* header);
// Errors: Corruption (wrong magic, size or CRC), Unsupported (another version or unknown flags).
Result<SegmentHeader> read_segment_header(ByteView bytes);

// Writes kEndMarkBytes.
void write_end_mark(const EndMark& mark, uint32_t header_crc, uint8_t* out);
// Nothing unless `bytes` are an intact mark of the segment with that header, standing at `position`.
std::optional<EndMark> read_end_mark(ByteView bytes, uint32_t header_crc, uint64_t position);

}  // namespace lightcone::log
