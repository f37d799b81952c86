// SPDX-License-Identifier: Apache-2.0
// Bytes of one record, both ways. A record's CRC is seeded with the CRC of the record before it (the header's for the
// first), so a record that was moved, repeated or left over from before a crash does not pass as the next one.
//
//   u32 crc · u32 body_bytes · body: kind, timestamp difference, caller, connection, reducer, args, payload
//
// Specification: docs/formats/commitlog.md. One thread per object.
#pragma once

#include "log/commit_log.h"
#include "log/dictionary.h"

namespace lightcone::log {

// CRC and length in front of the body.
inline constexpr size_t kRecordFrameBytes = 8;
// Upper bound of what a record takes beside reducer name, args and payload.
inline constexpr size_t kRecordOverheadBytesMax = 112;

inline size_t record_bytes_bound(const RecordContext& context, ByteView payload) {
    return kRecordOverheadBytesMax + context.reducer.size() + context.args.size() + payload.size();
}

class RecordDecoder;

// Encodes the records of one segment after another; its state is a function of the records of the segment so far.
class RecordEncoder {
  public:
    void begin_segment(uint32_t header_crc);
    // Goes on behind the last record that `decoder` has read.
    void restore(const RecordDecoder& decoder);
    // `out` has room for record_bytes_bound(). Returns the bytes written.
    size_t encode(const RecordContext& context, ByteView payload, uint8_t* out);
    // CRC of the last record, or of the header.
    uint32_t chain() const { return chain_; }

  private:
    DictionaryWriter<CallerEntry> callers_;
    DictionaryWriter<ConnectionEntry> connections_;
    DictionaryWriter<TextEntry> reducers_;
    int64_t timestamp_micros_ = 0;
    uint32_t chain_ = 0;
};

class RecordDecoder {
  public:
    void begin_segment(uint32_t header_crc);

    // Length of the whole record by its frame (kRecordFrameBytes of it), unchecked; 0 where no record starts.
    static uint64_t framed_bytes(const uint8_t* frame) {
        uint64_t body_bytes = load_le<uint32_t>(frame + 4);
        return body_bytes == 0 ? 0 : body_bytes + kRecordFrameBytes;
    }
    // Does the checksum of a whole record fit what it says and what came before it?
    bool is_intact(ByteView record) const;
    // Reads an intact record, all but its offset. Views point into `bytes` and into the dictionary until the next call.
    // Errors: Corruption (a checksum fits, but not the fields), Unsupported (unknown kind of record).
    Result<void> decode(ByteView bytes, Record& record);

    uint32_t chain() const { return chain_; }

  private:
    friend class RecordEncoder;

    DictionaryReader<CallerEntry> callers_;
    DictionaryReader<ConnectionEntry> connections_;
    DictionaryReader<TextEntry> reducers_;
    int64_t timestamp_micros_ = 0;
    uint32_t chain_ = 0;
};

}  // namespace lightcone::log
