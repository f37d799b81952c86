// SPDX-License-Identifier: Apache-2.0
// Slots of one fixed size, addressed by stable 32-bit numbers, in pages of up to 16 KiB. The lowest free slot of the
// lowest page with room is used first, so tables that shrink empty their last pages, and empty pages are freed (all but
// one). Freed slots are zeroed. Thread: the writer's; snapshots through SlotView.
//
// Page: SlotPageHeader (bitmap of used slots), then capacity × slot_bytes. The first page starts small and doubles, so
// that a table with few rows costs few bytes.
#pragma once

#include <bit>
#include <optional>

#include "base/bytes.h"
#include "base/ids.h"
#include "storage/cow_pages.h"

namespace lightcone::storage {

inline constexpr uint32_t kPageBytes = 16 * 1024;
inline constexpr uint32_t kSlotsPerPageMax = 1024;
inline constexpr RowId kNoRow{UINT32_MAX};
inline constexpr uint32_t kRowsMax = UINT32_MAX;  // row numbers 0 … 2^32-2

struct SlotPageHeader {
    uint32_t used = 0;
    uint32_t capacity = 0;
    uint64_t bitmap[kSlotsPerPageMax / 64] = {};

    bool is_used(uint32_t slot) const { return (bitmap[slot / 64] >> (slot % 64)) & 1; }
};
inline constexpr uint32_t kSlotsOffset = (sizeof(SlotPageHeader) + 15) / 16 * 16;

// Where a slot number lies; shared by the writer and its views.
struct SlotGeometry {
    uint32_t slot_bytes;
    uint32_t shift;  // log2 of slots per page

    static SlotGeometry of(uint32_t slot_bytes) {
        uint32_t fit = slot_bytes == 0 ? kSlotsPerPageMax : kPageBytes / slot_bytes;
        uint32_t slots = std::bit_floor(std::min(std::max(fit, 1u), kSlotsPerPageMax));
        return {slot_bytes, static_cast<uint32_t>(std::countr_zero(slots))};
    }
    uint32_t slots_per_page() const { return 1u << shift; }
    uint32_t page_of(RowId id) const { return id.value >> shift; }
    uint32_t slot_of(RowId id) const { return id.value & (slots_per_page() - 1); }
    uint64_t page_bytes(uint32_t capacity) const { return kSlotsOffset + static_cast<uint64_t>(capacity) * slot_bytes; }
    size_t offset_of(RowId id) const { return kSlotsOffset + static_cast<size_t>(slot_of(id)) * slot_bytes; }
};

// Calls visit(RowId, const uint8_t* slot) for every used slot, ascending, until it returns false. `page_at(i)` yields
// the data of page i or null. False when stopped.
template <typename PageAt, typename Visit>
bool visit_slots(const SlotGeometry& geometry, size_t page_count, PageAt&& page_at, Visit&& visit) {
    for (size_t page = 0; page < page_count; ++page) {
        const uint8_t* data = page_at(page);
        if (data == nullptr) continue;
        const auto* header = reinterpret_cast<const SlotPageHeader*>(data);
        uint32_t base = static_cast<uint32_t>(page) << geometry.shift;
        for (uint32_t word = 0; word * 64 < header->capacity; ++word) {
            for (uint64_t bits = header->bitmap[word]; bits != 0; bits &= bits - 1) {
                uint32_t slot = word * 64 + static_cast<uint32_t>(std::countr_zero(bits));
                const uint8_t* at = data + kSlotsOffset + static_cast<size_t>(slot) * geometry.slot_bytes;
                if (!visit(RowId(base + slot), at)) return false;
            }
        }
    }
    return true;
}

class SlotPages {
  public:
    SlotPages(uint32_t slot_bytes, std::shared_ptr<ViewLedger> ledger, uint32_t slots_max);

    uint32_t used_count() const { return used_count_; }
    bool is_used(RowId id) const {
        size_t page = geometry_.page_of(id);
        if (page >= pages_.size() || pages_.block(page) == nullptr) return false;
        const auto* header = reinterpret_cast<const SlotPageHeader*>(pages_.read(page));
        return geometry_.slot_of(id) < header->capacity && header->is_used(geometry_.slot_of(id));
    }
    // The slot must be in use.
    const uint8_t* read(RowId id) const { return pages_.read(geometry_.page_of(id)) + geometry_.offset_of(id); }
    uint8_t* write(RowId id) { return pages_.write(geometry_.page_of(id)) + geometry_.offset_of(id); }

    // A zeroed slot; nothing when slots_max are in use.
    std::optional<RowId> allocate();
    // Takes exactly this slot, which must be free.
    void allocate_at(RowId id);
    void free(RowId id);

    template <typename Visit>
    bool visit(Visit&& visit) const {
        return visit_slots(
            geometry_, pages_.size(), [&](size_t i) { return pages_.block(i) ? pages_.read(i) : nullptr; }, visit);
    }

    const SlotGeometry& geometry() const { return geometry_; }
    std::vector<const Block*> snapshot() { return pages_.snapshot(); }
    uint64_t allocated_bytes() const { return pages_.allocated_bytes() + room_.capacity() * sizeof(uint64_t); }

  private:
    SlotPageHeader* header_for_write(size_t page) { return reinterpret_cast<SlotPageHeader*>(pages_.write(page)); }
    size_t first_page_with_room();
    void ensure_page(size_t page, uint32_t slot);
    void grow(size_t page, uint32_t capacity);
    void take(size_t page, SlotPageHeader* header, uint32_t slot);

    SlotGeometry geometry_;
    uint32_t slots_max_;
    CowPages pages_;
    uint32_t used_count_ = 0;
    std::vector<uint64_t> room_;    // one bit per page: it has, or could be given, a free slot
    size_t room_hint_ = 0;          // no word of room_ before this one has a bit set
    size_t empty_page_ = SIZE_MAX;  // the one page kept although it is empty
};

}  // namespace lightcone::storage
