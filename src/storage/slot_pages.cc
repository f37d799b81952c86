// SPDX-License-Identifier: Apache-2.0
#include "storage/slot_pages.h"

#include <algorithm>

namespace lightcone::storage {

namespace {

constexpr uint32_t kFirstPageSlots = 8;

uint32_t first_free_slot(const SlotPageHeader& header) {
    for (uint32_t word = 0;; ++word) {
        if (~header.bitmap[word] != 0) return word * 64 + static_cast<uint32_t>(std::countr_one(header.bitmap[word]));
    }
}

}  // namespace

SlotPages::SlotPages(uint32_t slot_bytes, std::shared_ptr<ViewLedger> ledger, uint32_t slots_max)
    : geometry_(SlotGeometry::of(slot_bytes)), slots_max_(slots_max), pages_(std::move(ledger)) {}

std::optional<RowId> SlotPages::allocate() {
    if (used_count_ >= slots_max_) [[unlikely]]
        return std::nullopt;
    size_t page = first_page_with_room();
    if (page >= pages_.size() || pages_.block(page) == nullptr) [[unlikely]] {
        ensure_page(page, 0);
    }
    SlotPageHeader* header = header_for_write(page);
    if (header->used == header->capacity) [[unlikely]] {
        grow(page, std::min(header->capacity * 2, geometry_.slots_per_page()));
        header = header_for_write(page);
    }
    uint32_t slot = first_free_slot(*header);
    take(page, header, slot);
    return RowId((static_cast<uint32_t>(page) << geometry_.shift) + slot);
}

void SlotPages::allocate_at(RowId id) {
    size_t page = geometry_.page_of(id);
    uint32_t slot = geometry_.slot_of(id);
    ensure_page(page, slot);
    SlotPageHeader* header = header_for_write(page);
    ASSERT(!header->is_used(slot), "slot {} is in use", id);
    take(page, header, slot);
}

void SlotPages::take(size_t page, SlotPageHeader* header, uint32_t slot) {
    header->bitmap[slot / 64] |= 1ull << (slot % 64);
    if (++header->used == geometry_.slots_per_page()) room_[page / 64] &= ~(1ull << (page % 64));
    if (page == empty_page_) empty_page_ = SIZE_MAX;
    ++used_count_;
}

void SlotPages::free(RowId id) {
    size_t page = geometry_.page_of(id);
    uint32_t slot = geometry_.slot_of(id);
    SlotPageHeader* header = header_for_write(page);
    DEBUG_ASSERT(header->is_used(slot), "slot {} is free already", id);
    std::memset(reinterpret_cast<uint8_t*>(header) + geometry_.offset_of(id), 0, geometry_.slot_bytes);
    header->bitmap[slot / 64] &= ~(1ull << (slot % 64));
    --used_count_;
    room_[page / 64] |= 1ull << (page % 64);
    room_hint_ = std::min(room_hint_, page / 64);
    if (--header->used != 0) return;
    // One empty page stays, so that a table that alternates between none and one row does not allocate each time.
    size_t released = empty_page_ == SIZE_MAX ? SIZE_MAX : std::max(page, empty_page_);
    empty_page_ = empty_page_ == SIZE_MAX ? page : std::min(page, empty_page_);
    if (released != SIZE_MAX) pages_.release(released);
}

size_t SlotPages::first_page_with_room() {
    for (size_t word = room_hint_; word < room_.size(); ++word) {
        if (room_[word] != 0) {
            room_hint_ = word;
            return word * 64 + static_cast<size_t>(std::countr_zero(room_[word]));
        }
    }
    room_hint_ = room_.size();
    return pages_.size();
}

void SlotPages::ensure_page(size_t page, uint32_t slot) {
    if (page >= pages_.size()) {
        size_t old_size = pages_.size();
        pages_.resize(page + 1);
        room_.resize((page + 64) / 64, 0);
        for (size_t i = old_size; i <= page; ++i) room_[i / 64] |= 1ull << (i % 64);
        room_hint_ = std::min(room_hint_, old_size / 64);
    }
    uint32_t full = geometry_.slots_per_page();
    if (pages_.block(page) == nullptr) {
        uint32_t capacity = page == 0 ? std::min(full, std::max(kFirstPageSlots, std::bit_ceil(slot + 1))) : full;
        pages_.create(page, geometry_.page_bytes(capacity));
        header_for_write(page)->capacity = capacity;
    } else if (header_for_write(page)->capacity <= slot) {
        grow(page, std::min(full, std::bit_ceil(slot + 1)));
    }
}

void SlotPages::grow(size_t page, uint32_t capacity) {
    const Block* old = pages_.block(page);
    Bytes kept(old->data(), old->data() + old->bytes);
    pages_.release(page);
    std::memcpy(pages_.create(page, geometry_.page_bytes(capacity)), kept.data(), kept.size());
    header_for_write(page)->capacity = capacity;
}

}  // namespace lightcone::storage
