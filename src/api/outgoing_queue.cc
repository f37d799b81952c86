// SPDX-License-Identifier: Apache-2.0
#include "api/outgoing_queue.h"

#include "base/assert.h"
#include "base/limits.h"

namespace lightcone::api {

namespace {

constexpr uint8_t kUncompressed = 0;
// Drained memory beyond this is given back instead of kept for reuse.
constexpr size_t kKeptBytesMax = 256u << 10;

}  // namespace

void OutgoingQueue::append_shared(const SharedBytes& shared) {
    message_shared_bytes_ += shared.size();
    shared_.push_back({bytes_.size(), shared});
}

void OutgoingQueue::end_message(uint64_t visible) {
    size_t own_start = empty() ? own_begin_ : messages_.back().own_end;
    size_t size = bytes_.size() - own_start + message_shared_bytes_;
    messages_.push_back({visible, bytes_.size(), shared_.size(), size});
    message_shared_bytes_ = 0;
    waiting_bytes_ += size;
}

void OutgoingQueue::take(OutgoingQueue& staged) {
    ASSERT(staged.first_message_ == 0 && staged.own_begin_ == 0, "a staging queue is only taken whole");
    if (empty()) {
        std::swap(*this, staged);
        staged.reset_if_drained();
        return;
    }
    size_t own_base = bytes_.size();
    size_t shared_base = shared_.size();
    bytes_.insert(bytes_.end(), staged.bytes_.begin(), staged.bytes_.end());
    for (Shared& shared : staged.shared_) shared_.push_back({shared.own_position + own_base, std::move(shared.buffer)});
    for (const Message& message : staged.messages_) {
        messages_.push_back(
            {message.visible, message.own_end + own_base, message.shared_end + shared_base, message.size});
    }
    waiting_bytes_ += staged.waiting_bytes_;
    staged.first_message_ = staged.messages_.size();
    staged.reset_if_drained();
}

void OutgoingQueue::write_front(net::WsBatch& out) {
    const Message& message = messages_[first_message_++];
    for (; shared_begin_ < message.shared_end; ++shared_begin_) {
        Shared& shared = shared_[shared_begin_];
        out.append(ByteView(bytes_).subspan(own_begin_, shared.own_position - own_begin_));
        own_begin_ = shared.own_position;
        out.append_shared(std::move(shared.buffer));
    }
    out.append(ByteView(bytes_).subspan(own_begin_, message.own_end - own_begin_));
    own_begin_ = message.own_end;
    waiting_bytes_ -= message.size;
}

void OutgoingQueue::pack(uint64_t durable_count, Packing packing, net::WsBatch& out) {
    while (!empty() && messages_[first_message_].visible <= durable_count) {
        out.begin();
        out.bytes().push_back(kUncompressed);
        size_t payload = 1 + messages_[first_message_].size;
        write_front(out);
        while (packing == Packing::Coalesced && !empty() && messages_[first_message_].visible <= durable_count) {
            payload += messages_[first_message_].size;
            if (payload > kV3PayloadBytesMax + 1) break;
            write_front(out);
        }
        out.end();
    }
    reset_if_drained();
}

void OutgoingQueue::reset_if_drained() {
    if (!empty()) return;
    first_message_ = own_begin_ = shared_begin_ = waiting_bytes_ = message_shared_bytes_ = 0;
    messages_.clear();
    shared_.clear();
    if (bytes_.capacity() > kKeptBytesMax) {
        bytes_ = Bytes();
    } else {
        bytes_.clear();
    }
}

}  // namespace lightcone::api
