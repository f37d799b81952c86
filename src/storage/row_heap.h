// SPDX-License-Identifier: Apache-2.0
// Byte strings of any size behind 64-bit handles. Small ones live in pages of one size class each (steps of 16 bytes up
// to 512, then eight per doubling up to 4 KiB); bigger ones are blocks of their own. Freed bytes are zeroed, empty
// pages freed. Thread: the writer's; views read through HeapReader over their copy of the page pointers.
//
// Handle: small: page number (32 bits) | offset in 16-byte units (16) | bytes (16); big: block address (48) | 0xFFFF.
#pragma once

#include <array>

#include "base/bytes.h"
#include "storage/cow_pages.h"

namespace lightcone::storage {

using HeapHandle = uint64_t;

inline constexpr uint32_t kHeapSmallBytesMax = 4096;
inline constexpr uint32_t kHeapClassCount = 32 + 24;

// Size class of a small string; ascending in `bytes`.
uint32_t heap_class_of(uint32_t bytes);
uint32_t heap_class_bytes(uint32_t size_class);

inline bool is_big(HeapHandle handle) {
    return (handle & 0xFFFF) == 0xFFFF;
}
inline Block* big_block(HeapHandle handle) {
    return reinterpret_cast<Block*>(handle >> 16);
}

// `page_at(i)` yields the data of heap page i.
template <typename PageAt>
ByteView read_heap(HeapHandle handle, PageAt&& page_at) {
    if (is_big(handle)) [[unlikely]] {
        const Block* block = big_block(handle);
        return {block->data(), block->bytes};
    }
    return {page_at(handle >> 32) + ((handle >> 16) & 0xFFFF) * 16, handle & 0xFFFF};
}

class RowHeap {
  public:
    explicit RowHeap(std::shared_ptr<ViewLedger> ledger);

    ByteView read(HeapHandle handle) const {
        return read_heap(handle, [&](size_t page) { return pages_.read(page); });
    }
    HeapHandle add(ByteView bytes);
    void free(HeapHandle handle);
    // Replaces the bytes, in place when the size class stays; the new handle.
    HeapHandle replace(HeapHandle handle, ByteView bytes);

    std::vector<const Block*> snapshot() { return pages_.snapshot(); }
    uint64_t allocated_bytes() const;

  private:
    static constexpr uint32_t kNone = UINT32_MAX;
    // What the writer knows of a page; views do not need it.
    struct PageState {
        uint32_t capacity = 0;
        uint32_t used = 0;
        uint32_t previous = kNone;  // chain of pages of the class that have room
        uint32_t next = kNone;
        uint8_t size_class = 0;
        std::array<uint64_t, 16> bitmap{};
    };
    uint32_t page_with_room(uint32_t size_class);
    uint32_t create_page(uint32_t size_class);
    void link(uint32_t page);
    void unlink(uint32_t page);

    CowPages pages_;
    std::vector<PageState> states_;                    // parallel to pages_
    std::vector<uint32_t> free_pages_;                 // numbers without a page
    std::array<uint32_t, kHeapClassCount> with_room_;  // head of each class's chain
    std::array<uint32_t, kHeapClassCount> used_in_class_{};
    uint64_t big_bytes_ = 0;
};

}  // namespace lightcone::storage
