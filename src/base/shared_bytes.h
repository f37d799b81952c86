// SPDX-License-Identifier: Apache-2.0
// An immutable, reference-counted byte string: encoded once, queued on many connections.
// Copies may be made and dropped on any thread.
#pragma once

#include <memory>

#include "base/bytes.h"

namespace lightcone {

class SharedBytes {
  public:
    SharedBytes() = default;
    explicit SharedBytes(Bytes bytes)
        : owner_(std::make_shared<const Bytes>(std::move(bytes))), view_(owner_->data(), owner_->size()) {}

    ByteView view() const { return view_; }
    size_t size() const { return view_.size(); }
    bool empty() const { return view_.empty(); }
    // A part of the same buffer; shares ownership.
    SharedBytes slice(size_t offset, size_t count) const {
        SharedBytes part = *this;
        part.view_ = view_.subspan(offset, count);
        return part;
    }

  private:
    std::shared_ptr<const Bytes> owner_;
    ByteView view_;
};

}  // namespace lightcone
