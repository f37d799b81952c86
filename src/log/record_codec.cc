// SPDX-License-Identifier: Apache-2.0
#include "log/record_codec.h"

#include "base/crc32c.h"

namespace lightcone::log {

namespace {

constexpr uint8_t kKindTransaction = 1;

std::unexpected<Error> malformed(const char* field) {
    return fail(ErrorCode::Corruption, "the record's checksum is right, but its {} cannot be read", field);
}

}  // namespace

void RecordEncoder::begin_segment(uint32_t header_crc) {
    callers_.clear();
    connections_.clear();
    reducers_.clear();
    timestamp_micros_ = 0;
    chain_ = header_crc;
}

void RecordEncoder::restore(const RecordDecoder& decoder) {
    callers_.restore(decoder.callers_);
    connections_.restore(decoder.connections_);
    reducers_.restore(decoder.reducers_);
    timestamp_micros_ = decoder.timestamp_micros_;
    chain_ = decoder.chain_;
}

size_t RecordEncoder::encode(const RecordContext& context, ByteView payload, uint8_t* out) {
    uint8_t* at = out + kRecordFrameBytes;
    *at++ = kKindTransaction;
    at = write_varint(at, zigzag_difference(context.timestamp_micros, timestamp_micros_));
    timestamp_micros_ = context.timestamp_micros;
    at = callers_.write(at, context.caller.le);
    at = connections_.write(at, context.connection.le);
    at = reducers_.write(at, context.reducer);
    at = write_varint(at, context.args.size());
    if (!context.args.empty()) std::memcpy(at, context.args.data(), context.args.size());
    at += context.args.size();
    if (!payload.empty()) std::memcpy(at, payload.data(), payload.size());
    at += payload.size();
    size_t record_bytes = static_cast<size_t>(at - out);
    store_le<uint32_t>(out + 4, static_cast<uint32_t>(record_bytes - kRecordFrameBytes));
    chain_ = crc32c({out + 4, record_bytes - 4}, chain_);
    store_le<uint32_t>(out, chain_);
    return record_bytes;
}

void RecordDecoder::begin_segment(uint32_t header_crc) {
    callers_.clear();
    connections_.clear();
    reducers_.clear();
    timestamp_micros_ = 0;
    chain_ = header_crc;
}

bool RecordDecoder::is_intact(ByteView record) const {
    return load_le<uint32_t>(record.data()) == crc32c(record.subspan(4), chain_);
}

Result<void> RecordDecoder::decode(ByteView bytes, Record& record) {
    const uint8_t* at = bytes.data() + kRecordFrameBytes;
    const uint8_t* end = bytes.data() + bytes.size();
    uint8_t kind = *at++;
    if (kind != kKindTransaction) {
        return fail(ErrorCode::Unsupported, "records of kind {} are unknown; use a newer server", kind);
    }
    uint64_t zigzag = 0;
    at = read_varint(at, end, zigzag);
    if (at == nullptr) return malformed("timestamp");
    const std::array<uint8_t, 32>* caller = nullptr;
    at = callers_.read(at, end, caller);
    if (at == nullptr) return malformed("caller");
    const std::array<uint8_t, 16>* connection = nullptr;
    at = connections_.read(at, end, connection);
    if (at == nullptr) return malformed("connection");
    const std::string* reducer = nullptr;
    at = reducers_.read(at, end, reducer);
    if (at == nullptr) return malformed("reducer");
    uint64_t args_bytes = 0;
    at = read_varint(at, end, args_bytes);
    if (at == nullptr || static_cast<size_t>(end - at) < args_bytes) return malformed("arguments");

    timestamp_micros_ = add_zigzag(timestamp_micros_, zigzag);
    chain_ = load_le<uint32_t>(bytes.data());
    record.context.timestamp_micros = timestamp_micros_;
    record.context.caller.le = *caller;
    record.context.connection.le = *connection;
    record.context.reducer = *reducer;
    record.context.args = {at, args_bytes};
    record.payload = {at + args_bytes, end};
    return {};
}

}  // namespace lightcone::log
