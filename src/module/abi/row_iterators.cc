// SPDX-License-Identifier: Apache-2.0
#include "module/abi/row_iterators.h"

#include <algorithm>
#include <cstring>

namespace lightcone::module::abi {

uint32_t RowIterators::acquire() {
    if (!free_.empty()) [[likely]] {
        uint32_t handle = free_.back();
        free_.pop_back();
        return handle;
    }
    if (slots_.size() >= kRowIteratorsMax) return 0;
    slots_.push_back(std::make_unique<Iterator>());
    return static_cast<uint32_t>(slots_.size());
}

size_t RowIterators::open(uint32_t handle) {
    Iterator& iterator = *slots_[handle - 1];
    iterator.open = true;
    iterator.next_row = 0;
    iterator.held_bytes = iterator.rows.bytes.size() + iterator.rows.ends.size() * sizeof(uint32_t);
    held_bytes_ += iterator.held_bytes;
    ++open_count_;
    return held_bytes_;
}

void RowIterators::release(uint32_t handle) {
    Iterator& iterator = *slots_[handle - 1];
    if (iterator.open) {
        iterator.open = false;
        held_bytes_ -= iterator.held_bytes;
        --open_count_;
    }
    iterator.rows.clear();
    size_t retained = iterator.rows.bytes.capacity() + iterator.rows.ends.capacity() * sizeof(uint32_t);
    if (handle > kRetainedBuffers || retained > kRetainedBufferBytesMax) [[unlikely]]
        iterator.rows = {};
    free_.push_back(handle);
}

RowIterators::Advance RowIterators::advance(uint32_t handle, std::span<uint8_t> buffer, uint32_t& count) {
    Iterator& iterator = *slots_[handle - 1];
    const std::vector<uint32_t>& ends = iterator.rows.ends;
    size_t start = iterator.next_row == 0 ? 0 : ends[iterator.next_row - 1];
    size_t limit = start + buffer.size();
    size_t past = ends.size();
    if (past > 0 && ends.back() > limit) [[unlikely]] {
        auto first = ends.begin() + static_cast<ptrdiff_t>(iterator.next_row);
        past = static_cast<size_t>(std::upper_bound(first, ends.end(), limit) - ends.begin());
    }
    if (past == iterator.next_row && past < ends.size()) {
        count = static_cast<uint32_t>(ends[past] - start);
        return Advance::TooSmall;
    }
    size_t end = past == 0 ? 0 : ends[past - 1];
    count = static_cast<uint32_t>(end - start);
    if (count > 0) std::memcpy(buffer.data(), iterator.rows.bytes.data() + start, count);
    iterator.next_row = past;
    if (past < ends.size()) return Advance::More;
    release(handle);
    return Advance::Exhausted;
}

void RowIterators::close_all() {
    for (uint32_t handle = static_cast<uint32_t>(slots_.size()); handle > 0 && open_count_ > 0; --handle) {
        if (slots_[handle - 1]->open) release(handle);
    }
}

}  // namespace lightcone::module::abi
