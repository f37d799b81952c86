// SPDX-License-Identifier: Apache-2.0
#include "storage/row_heap.h"

#include <algorithm>
#include <bit>

namespace lightcone::storage {

namespace {

constexpr uint32_t kHeapPageBytes = 16 * 1024;
constexpr uint32_t kFirstPageStrings = 4;

HeapHandle small_handle(uint32_t page, uint32_t offset, uint32_t bytes) {
    return (static_cast<uint64_t>(page) << 32) | (static_cast<uint64_t>(offset / 16) << 16) | bytes;
}

}  // namespace

uint32_t heap_class_of(uint32_t bytes) {
    if (bytes <= 512) return bytes == 0 ? 0 : (bytes - 1) / 16;
    // Eight classes per doubling: the exponent, then the three bits after the leading one.
    uint32_t last = bytes - 1;
    uint32_t exponent = static_cast<uint32_t>(std::bit_width(last)) - 1;
    return 32 + (exponent - 9) * 8 + ((last >> (exponent - 3)) & 7);
}

uint32_t heap_class_bytes(uint32_t size_class) {
    if (size_class < 32) return (size_class + 1) * 16;
    uint32_t exponent = 9 + (size_class - 32) / 8;
    return (1u << exponent) + ((size_class - 32) % 8 + 1) * (1u << (exponent - 3));
}

RowHeap::RowHeap(std::shared_ptr<ViewLedger> ledger) : pages_(std::move(ledger)) {
    with_room_.fill(kNone);
}

HeapHandle RowHeap::add(ByteView bytes) {
    if (bytes.size() > kHeapSmallBytesMax) {
        Block* block = allocate_block(bytes.size(), pages_.ledger().views_taken());
        std::memcpy(block->data(), bytes.data(), bytes.size());
        big_bytes_ += block->allocated_bytes();
        return (reinterpret_cast<uintptr_t>(block) << 16) | 0xFFFF;
    }
    auto size = static_cast<uint32_t>(bytes.size());
    uint32_t size_class = heap_class_of(size);
    uint32_t page = page_with_room(size_class);
    PageState& state = states_[page];
    uint32_t word = 0;
    while (~state.bitmap[word] == 0) ++word;
    auto slot = word * 64 + static_cast<uint32_t>(std::countr_one(state.bitmap[word]));
    state.bitmap[word] |= 1ull << (slot % 64);
    if (++state.used == state.capacity) unlink(page);
    ++used_in_class_[size_class];
    uint32_t offset = slot * heap_class_bytes(size_class);
    if (size != 0) std::memcpy(pages_.write(page) + offset, bytes.data(), size);
    return small_handle(page, offset, size);
}

void RowHeap::free(HeapHandle handle) {
    if (is_big(handle)) {
        Block* block = big_block(handle);
        big_bytes_ -= block->allocated_bytes();
        pages_.ledger().retire(block);
        return;
    }
    auto page = static_cast<uint32_t>(handle >> 32);
    PageState& state = states_[page];
    uint32_t class_bytes = heap_class_bytes(state.size_class);
    auto offset = static_cast<uint32_t>((handle >> 16) & 0xFFFF) * 16;
    uint32_t slot = offset / class_bytes;
    state.bitmap[slot / 64] &= ~(1ull << (slot % 64));
    --used_in_class_[state.size_class];
    if (state.used-- == state.capacity) link(page);
    // The last page of a class stays, so that alternating between none and one string does not allocate each time.
    if (state.used == 0 && (state.next != kNone || state.previous != kNone)) {
        unlink(page);
        pages_.release(page);
        free_pages_.push_back(page);
        return;
    }
    std::memset(pages_.write(page) + offset, 0, handle & 0xFFFF);
}

HeapHandle RowHeap::replace(HeapHandle handle, ByteView bytes) {
    if (!is_big(handle) && bytes.size() <= kHeapSmallBytesMax) {
        auto old_size = static_cast<uint32_t>(handle & 0xFFFF);
        auto size = static_cast<uint32_t>(bytes.size());
        if (heap_class_of(old_size) == heap_class_of(size)) {
            auto page = static_cast<uint32_t>(handle >> 32);
            auto offset = static_cast<uint32_t>((handle >> 16) & 0xFFFF) * 16;
            uint8_t* at = pages_.write(page) + offset;
            std::memcpy(at, bytes.data(), size);
            if (size < old_size) std::memset(at + size, 0, old_size - size);
            return small_handle(page, offset, size);
        }
    }
    HeapHandle moved = add(bytes);
    free(handle);
    return moved;
}

uint64_t RowHeap::allocated_bytes() const {
    return pages_.allocated_bytes() + states_.capacity() * sizeof(PageState) +
           free_pages_.capacity() * sizeof(uint32_t) + big_bytes_;
}

uint32_t RowHeap::page_with_room(uint32_t size_class) {
    uint32_t page = with_room_[size_class];
    return page != kNone ? page : create_page(size_class);
}

uint32_t RowHeap::create_page(uint32_t size_class) {
    uint32_t page;
    if (free_pages_.empty()) {
        page = static_cast<uint32_t>(states_.size());
        states_.emplace_back();
        pages_.resize(page + 1);
    } else {
        page = free_pages_.back();
        free_pages_.pop_back();
        states_[page] = {};
    }
    // Pages grow with the class, so that a table with few rows costs few bytes.
    uint32_t class_bytes = heap_class_bytes(size_class);
    uint32_t fit = kHeapPageBytes / class_bytes;
    uint32_t capacity = std::min(fit, std::max(kFirstPageStrings, used_in_class_[size_class]));
    PageState& state = states_[page];
    state.capacity = capacity;
    state.size_class = static_cast<uint8_t>(size_class);
    pages_.create(page, static_cast<uint64_t>(capacity) * class_bytes);
    link(page);
    return page;
}

void RowHeap::link(uint32_t page) {
    PageState& state = states_[page];
    uint32_t& head = with_room_[state.size_class];
    state.previous = kNone;
    state.next = head;
    if (head != kNone) states_[head].previous = page;
    head = page;
}

void RowHeap::unlink(uint32_t page) {
    PageState& state = states_[page];
    if (state.previous != kNone) {
        states_[state.previous].next = state.next;
    } else {
        with_room_[state.size_class] = state.next;
    }
    if (state.next != kNone) states_[state.next].previous = state.previous;
    state.previous = kNone;
    state.next = kNone;
}

}  // namespace lightcone::storage
