// SPDX-License-Identifier: Apache-2.0
#include "net/websocket.h"

#include "net/ws_frame.h"

namespace lightcone::net {

void WsBatch::message(ByteView payload, WsKind kind) {
    append_frame_header(gather_.bytes(), static_cast<uint8_t>(kind), payload.size());
    gather_.append(payload);
    message_count_++;
}

void WsBatch::message(SharedBytes payload, WsKind kind) {
    append_frame_header(gather_.bytes(), static_cast<uint8_t>(kind), payload.size());
    gather_.append_shared(std::move(payload));
    message_count_++;
}

void WsBatch::begin(WsKind kind) {
    kind_ = kind;
    message_start_ = gather_.size();
    header_at_ = gather_.bytes().size();
    gather_.bytes().resize(header_at_ + kHeaderReserve);
}

void WsBatch::end() {
    size_t payload_bytes = message_bytes();
    size_t header_bytes = frame_header_bytes(payload_bytes);
    if (header_bytes != kHeaderReserve) {
        gather_.shift_own_bytes(header_at_ + kHeaderReserve,
                                static_cast<ptrdiff_t>(header_bytes) - static_cast<ptrdiff_t>(kHeaderReserve));
    }
    write_frame_header(gather_.bytes().data() + header_at_, static_cast<uint8_t>(kind_), payload_bytes);
    message_count_++;
}

void WsBatch::clear() {
    gather_.clear();
    message_count_ = 0;
}

}  // namespace lightcone::net
