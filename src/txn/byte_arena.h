// SPDX-License-Identifier: Apache-2.0
// Byte strings appended one after another and dropped together; memory is kept. Offsets stay, addresses move with
// growth.
#pragma once

#include <memory>

#include "storage/row_bytes.h"

namespace lightcone::txn {

class ByteArena {
  public:
    size_t size() const { return size_; }
    const uint8_t* data() const { return bytes_.get(); }
    // Offset of the copy.
    size_t add(ByteView bytes) {
        if (capacity_ - size_ < bytes.size()) [[unlikely]]
            grow(bytes.size());
        size_t at = size_;
        storage::copy_row(bytes_.get() + at, bytes.data(), bytes.size());
        size_ += bytes.size();
        return at;
    }
    // Memory beyond `kept_bytes` is given back.
    void clear(size_t kept_bytes) {
        size_ = 0;
        if (capacity_ > kept_bytes) *this = ByteArena();
    }

  private:
    void grow(size_t needed) {
        capacity_ = std::max(capacity_ * 2, size_ + needed + kFirstBytes);
        auto moved = std::make_unique_for_overwrite<uint8_t[]>(capacity_);
        if (size_ != 0) std::memcpy(moved.get(), bytes_.get(), size_);
        bytes_ = std::move(moved);
    }
    static constexpr size_t kFirstBytes = 1024;

    std::unique_ptr<uint8_t[]> bytes_;
    size_t size_ = 0;
    size_t capacity_ = 0;
};

}  // namespace lightcone::txn
