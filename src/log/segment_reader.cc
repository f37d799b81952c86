// SPDX-License-Identifier: Apache-2.0
#include "log/segment_reader.h"

#include <algorithm>

namespace lightcone::log {

Result<SegmentReader> SegmentReader::open(File& file, std::string path) {
    SegmentReader reader(file, std::move(path));
    reader.file_bytes_ = TRY(file.size());
    std::array<uint8_t, kSegmentHeaderBytes> bytes;
    size_t count = TRY(file.pread(bytes, 0));
    auto header = read_segment_header(ByteView(bytes).first(count));
    if (!header) return fail(header.error().code, "{}: {}", reader.path_, header.error().message);
    reader.header_ = *header;
    reader.header_crc_ = segment_header_crc(bytes.data());
    reader.decoder_.begin_segment(reader.header_crc_);
    reader.window_position_ = kSegmentHeaderBytes;
    return reader;
}

Result<bool> SegmentReader::fill(uint64_t bytes) {
    if (bytes <= available()) return true;
    // A length is believed only as far as the file reaches.
    if (bytes > file_bytes_ - position()) return false;
    std::copy(window_.begin() + static_cast<ptrdiff_t>(window_at_),
              window_.begin() + static_cast<ptrdiff_t>(window_bytes_), window_.begin());
    window_position_ += window_at_;
    window_bytes_ -= window_at_;
    window_at_ = 0;
    uint64_t wanted = std::min(std::max<uint64_t>(bytes, kReadWindowBytes), file_bytes_ - window_position_);
    if (window_.size() < wanted) window_.resize(wanted);
    std::span<uint8_t> room(window_.data() + window_bytes_, wanted - window_bytes_);
    window_bytes_ += TRY(file_->pread(room, window_position_ + window_bytes_));
    return window_bytes_ >= bytes;
}

Result<bool> SegmentReader::next(Record& record) {
    if (!TRY(fill(kRecordFrameBytes))) return false;
    uint64_t record_bytes = RecordDecoder::framed_bytes(window_.data() + window_at_);
    if (record_bytes == 0 || !TRY(fill(record_bytes))) return false;
    ByteView bytes(window_.data() + window_at_, record_bytes);
    if (!decoder_.is_intact(bytes)) return false;
    auto decoded = decoder_.decode(bytes, record);
    if (!decoded) {
        return fail(decoded.error().code, "{}: byte {}: {}", path_, position(), decoded.error().message);
    }
    last_record_position_ = position();
    window_at_ += record_bytes;
    return true;
}

}  // namespace lightcone::log
