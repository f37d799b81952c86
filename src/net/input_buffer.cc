// SPDX-License-Identifier: Apache-2.0
#include "net/input_buffer.h"

#include <algorithm>

namespace lightcone::net {

namespace {
constexpr size_t kReadAheadMin = 4096;
}

std::span<uint8_t> InputBuffer::space(std::span<uint8_t> scratch) {
    if (scratch_ == nullptr) {
        size_t left = size_ - start_;
        bool fits = left + kReadAheadMin <= scratch.size() && wanted_ <= scratch.size();
        if (fits) {
            if (left > 0) std::memcpy(scratch.data(), own_.get() + start_, left);
            scratch_ = scratch.data();
            start_ = 0;
            size_ = left;
        }
    }
    if (scratch_ != nullptr) return scratch.subspan(size_);
    // Doubling keeps the copying linear; `wanted_` keeps the last step exact.
    if (own_capacity_ - size_ < kReadAheadMin) {
        size_t left = size_ - start_;
        size_t doubled = std::max(2 * left, scratch.size());
        size_t target = wanted_ > left ? std::min(wanted_ + kReadAheadMin, doubled) : doubled;
        grow(std::max(target, left + kReadAheadMin));
    }
    return {own_.get() + size_, own_capacity_ - size_};
}

void InputBuffer::grow(size_t capacity) {
    auto bigger = std::make_unique_for_overwrite<uint8_t[]>(capacity);
    size_t left = size_ - start_;
    if (left > 0) std::memcpy(bigger.get(), base() + start_, left);
    own_ = std::move(bigger);
    own_capacity_ = capacity;
    scratch_ = nullptr;
    start_ = 0;
    size_ = left;
}

void InputBuffer::settle() {
    if (empty()) {
        discard();
        return;
    }
    if (scratch_ == nullptr) return;
    size_t left = size_ - start_;
    if (own_capacity_ < left) {
        grow(left);
        return;
    }
    std::memcpy(own_.get(), scratch_ + start_, left);
    scratch_ = nullptr;
    start_ = 0;
    size_ = left;
}

void InputBuffer::discard() {
    scratch_ = nullptr;
    own_.reset();
    own_capacity_ = 0;
    start_ = size_ = wanted_ = 0;
}

}  // namespace lightcone::net
