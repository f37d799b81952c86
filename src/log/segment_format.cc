// SPDX-License-Identifier: Apache-2.0
#include "log/segment_format.h"

#include <algorithm>

#include "base/crc32c.h"
#include "log/commit_log.h"

namespace lightcone::log {

namespace {

constexpr std::string_view kSegmentMagic{"LCcommit", 8};
constexpr std::string_view kEndMarkMagic{"LCendlog", 8};
constexpr std::string_view kSegmentSuffix = ".log";
constexpr size_t kOffsetDigits = 20;

constexpr size_t kVersionAt = 8;
constexpr size_t kFlagsAt = 12;
constexpr size_t kIncarnationAt = 16;
constexpr size_t kFirstOffsetAt = 24;
constexpr size_t kPreviousChainAt = 32;
constexpr size_t kHeaderCrcAt = 60;

constexpr size_t kMarkPositionAt = 8;
constexpr size_t kMarkSyncedAt = 16;
constexpr size_t kMarkMagicAt = 24;

}  // namespace

std::string segment_name(uint64_t first_offset) {
    return fmt::format("{:020}{}", first_offset, kSegmentSuffix);
}

std::optional<uint64_t> parse_segment_name(std::string_view name) {
    if (name.size() != kOffsetDigits + kSegmentSuffix.size() || !name.ends_with(kSegmentSuffix)) return std::nullopt;
    uint64_t value = 0;
    for (char digit : name.substr(0, kOffsetDigits)) {
        if (digit < '0' || digit > '9') return std::nullopt;
        if (__builtin_mul_overflow(value, 10u, &value)) return std::nullopt;
        if (__builtin_add_overflow(value, static_cast<uint64_t>(digit - '0'), &value)) return std::nullopt;
    }
    return value;
}

bool begins_new_segment(uint64_t position, uint64_t record_bytes, uint64_t segment_bytes) {
    if (record_bytes > kLogGroupBytes) return true;
    return position > kSegmentHeaderBytes && position + record_bytes > segment_bytes;
}

uint32_t write_segment_header(const SegmentHeader& header, uint8_t* out) {
    std::fill_n(out, kSegmentHeaderBytes, uint8_t{0});
    std::copy(kSegmentMagic.begin(), kSegmentMagic.end(), out);
    store_le<uint32_t>(out + kVersionAt, kFormatVersion);
    store_le<uint64_t>(out + kIncarnationAt, header.incarnation);
    store_le<uint64_t>(out + kFirstOffsetAt, header.first_offset);
    store_le<uint32_t>(out + kPreviousChainAt, header.previous_chain);
    uint32_t crc = crc32c({out, kHeaderCrcAt});
    store_le<uint32_t>(out + kHeaderCrcAt, crc);
    return crc;
}

uint32_t segment_header_crc(const uint8_t* header) {
    return load_le<uint32_t>(header + kHeaderCrcAt);
}

Result<SegmentHeader> read_segment_header(ByteView bytes) {
    if (bytes.size() < kSegmentHeaderBytes) {
        return fail(ErrorCode::Corruption, "the segment header has {} bytes instead of {}", bytes.size(),
                    kSegmentHeaderBytes);
    }
    if (as_text(bytes.first(kSegmentMagic.size())) != kSegmentMagic) {
        return fail(ErrorCode::Corruption, "byte 0: this is not a log segment (it does not start with \"{}\")",
                    kSegmentMagic);
    }
    bool intact = crc32c(bytes.first(kHeaderCrcAt)) == segment_header_crc(bytes.data());
    uint32_t version = load_le<uint32_t>(bytes.data() + kVersionAt);
    if (version != kFormatVersion) {
        return fail(ErrorCode::Unsupported, "byte {}: format version {} is unknown; this server reads version {}{}",
                    kVersionAt, version, kFormatVersion,
                    intact ? "; use a newer server" : "; the header's checksum is wrong too, so it may be damaged");
    }
    if (!intact) return fail(ErrorCode::Corruption, "byte 0: the checksum of the segment header is wrong");
    uint32_t flags = load_le<uint32_t>(bytes.data() + kFlagsAt);
    if (flags != 0) {
        return fail(ErrorCode::Unsupported, "byte {}: the segment needs unknown features ({:#x}); use a newer server",
                    kFlagsAt, flags);
    }
    SegmentHeader header;
    header.incarnation = load_le<uint64_t>(bytes.data() + kIncarnationAt);
    header.first_offset = load_le<uint64_t>(bytes.data() + kFirstOffsetAt);
    header.previous_chain = load_le<uint32_t>(bytes.data() + kPreviousChainAt);
    return header;
}

void write_end_mark(const EndMark& mark, uint32_t header_crc, uint8_t* out) {
    store_le<uint32_t>(out + 4, 0);
    store_le<uint64_t>(out + kMarkPositionAt, mark.position);
    store_le<uint64_t>(out + kMarkSyncedAt, mark.synced_bytes);
    std::copy(kEndMarkMagic.begin(), kEndMarkMagic.end(), out + kMarkMagicAt);
    store_le<uint32_t>(out, crc32c({out + 4, kEndMarkBytes - 4}, header_crc));
}

std::optional<EndMark> read_end_mark(ByteView bytes, uint32_t header_crc, uint64_t position) {
    if (bytes.size() < kEndMarkBytes) return std::nullopt;
    const uint8_t* at = bytes.data();
    if (load_le<uint32_t>(at) != crc32c({at + 4, kEndMarkBytes - 4}, header_crc)) return std::nullopt;
    if (load_le<uint32_t>(at + 4) != 0 || as_text(bytes.subspan(kMarkMagicAt, kEndMarkMagic.size())) != kEndMarkMagic) {
        return std::nullopt;
    }
    EndMark mark{load_le<uint64_t>(at + kMarkPositionAt), load_le<uint64_t>(at + kMarkSyncedAt)};
    if (mark.position != position || mark.synced_bytes > position) return std::nullopt;
    return mark;
}

}  // namespace lightcone::log
