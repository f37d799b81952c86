// SPDX-License-Identifier: Apache-2.0
#include "net/gather_buffer.h"

#include "base/assert.h"

namespace lightcone::net {

void GatherBuffer::append_shared(SharedBytes shared) {
    if (shared.size() <= kCopyBytesMax) {
        append(shared.view());
        return;
    }
    shared_bytes_ += shared.size();
    shared_.push_back({bytes_.size(), std::move(shared)});
}

void GatherBuffer::clear() {
    bytes_.clear();
    shared_.clear();
    shared_bytes_ = 0;
    consumed_ = 0;
    own_at_ = 0;
    shared_at_ = 0;
    shared_offset_ = 0;
}

size_t GatherBuffer::gather(std::span<iovec> out) const {
    size_t count = 0;
    size_t own = own_at_;
    size_t index = shared_at_;
    size_t offset = shared_offset_;
    auto add = [&](const uint8_t* data, size_t size) {
        if (size > 0) out[count++] = {const_cast<uint8_t*>(data), size};
    };
    while (count < out.size()) {
        size_t own_end = index < shared_.size() ? shared_[index].after : bytes_.size();
        if (own < own_end) {
            add(bytes_.data() + own, own_end - own);
            own = own_end;
            continue;
        }
        if (index == shared_.size()) break;
        ByteView view = shared_[index].buffer.view().subspan(offset);
        add(view.data(), view.size());
        index++;
        offset = 0;
    }
    return count;
}

void GatherBuffer::consume(size_t count) {
    ASSERT(count <= remaining(), "count={} remaining={}", count, remaining());
    consumed_ += count;
    while (count > 0) {
        size_t own_end = shared_at_ < shared_.size() ? shared_[shared_at_].after : bytes_.size();
        if (own_at_ < own_end) {
            size_t step = std::min(count, own_end - own_at_);
            own_at_ += step;
            count -= step;
            continue;
        }
        size_t left = shared_[shared_at_].buffer.size() - shared_offset_;
        size_t step = std::min(count, left);
        shared_offset_ += step;
        count -= step;
        if (shared_offset_ == shared_[shared_at_].buffer.size()) {
            shared_[shared_at_].buffer = {};  // its memory may go before the rest is sent
            shared_at_++;
            shared_offset_ = 0;
        }
    }
}

void GatherBuffer::shift_own_bytes(size_t position, ptrdiff_t distance) {
    DEBUG_ASSERT(consumed_ == 0);
    size_t tail = bytes_.size() - position;
    if (distance > 0) {
        bytes_.resize(bytes_.size() + static_cast<size_t>(distance));
        std::memmove(bytes_.data() + position + distance, bytes_.data() + position, tail);
    } else {
        std::memmove(bytes_.data() + position + distance, bytes_.data() + position, tail);
        bytes_.resize(bytes_.size() - static_cast<size_t>(-distance));
    }
    for (size_t i = shared_.size(); i-- > 0 && shared_[i].after >= position;) {
        shared_[i].after = static_cast<size_t>(static_cast<ptrdiff_t>(shared_[i].after) + distance);
    }
}

}  // namespace lightcone::net
