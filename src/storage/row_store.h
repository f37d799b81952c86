// SPDX-License-Identifier: Apache-2.0
// The rows of one table behind stable row numbers: dense slots when all rows have one size, otherwise slots of handles
// into a heap. Knows nothing of keys. Thread: the writer's; RowView is the consistent copy for other threads.
#pragma once

#include <memory>
#include <type_traits>

#include "storage/row_bytes.h"
#include "storage/row_heap.h"
#include "storage/row_layout.h"
#include "storage/slot_pages.h"

namespace lightcone::storage {

// Rows as they were when the view was taken, between transactions. Cheap to take (a copy of page pointers), safe to
// read and drop on any thread, outlives the table. Move only.
class RowView {
  public:
    RowView(RowView&&) noexcept = default;
    RowView& operator=(RowView&& other) noexcept;
    ~RowView() { close(); }

    uint32_t row_count() const { return row_count_; }
    // The row must have existed when the view was taken.
    ByteView row(RowId id) const {
        const uint8_t* slot = slot_pages_[geometry_.page_of(id)]->data() + geometry_.offset_of(id);
        return row_at(slot);
    }
    // Calls visit(RowId, ByteView) ascending by row number; a visitor that returns bool stops by false.
    template <typename Visit>
    void for_each_row(Visit&& visit) const;

  private:
    friend class RowStore;
    RowView() = default;
    void close();
    ByteView row_at(const uint8_t* slot) const {
        if (is_fixed_) return {slot, geometry_.slot_bytes};
        return read_heap(load_le<uint64_t>(slot), [&](size_t page) { return heap_pages_[page]->data(); });
    }

    std::shared_ptr<ViewLedger> ledger_;  // null after a move
    uint64_t number_ = 0;
    SlotGeometry geometry_{};
    bool is_fixed_ = true;
    uint32_t row_count_ = 0;
    std::vector<const Block*> slot_pages_;
    std::vector<const Block*> heap_pages_;
};

// Lets visitors return void (visit all) or bool (false stops).
template <typename Visit, typename... Args>
bool visit_continues(Visit& visit, Args&&... args) {
    if constexpr (std::is_same_v<std::invoke_result_t<Visit&, Args...>, bool>) {
        return visit(std::forward<Args>(args)...);
    } else {
        visit(std::forward<Args>(args)...);
        return true;
    }
}

class RowStore {
  public:
    // `rows_max` below kRowsMax is for tests.
    explicit RowStore(const RowLayout& layout, uint32_t rows_max = kRowsMax);
    ~RowStore();
    RowStore(const RowStore&) = delete;
    RowStore& operator=(const RowStore&) = delete;

    uint32_t row_count() const { return slots_.used_count(); }
    bool contains(RowId id) const { return slots_.is_used(id); }
    // Valid until the row or its page is written.
    ByteView row(RowId id) const {
        const uint8_t* slot = slots_.read(id);
        if (is_fixed_) [[likely]]
            return {slot, row_bytes_};
        return heap_.read(load_le<uint64_t>(slot));
    }
    const uint8_t* data(RowId id) const { return row(id).data(); }

    // Copies the row in; nothing when no row number is left.
    std::optional<RowId> insert(ByteView row);
    // Copies it to this row number, which must be free.
    void insert_at(RowId id, ByteView row);
    void erase(RowId id);
    void replace(RowId id, ByteView row) {
        uint8_t* slot = slots_.write(id);
        payload_bytes_ += row.size();
        if (is_fixed_) [[likely]] {
            payload_bytes_ -= row_bytes_;
            copy_row(slot, row.data(), row.size());
        } else {
            HeapHandle old = load_le<uint64_t>(slot);
            payload_bytes_ -= heap_.read(old).size();
            store_le(slot, heap_.replace(old, row));
        }
    }

    // Calls visit(RowId, ByteView) ascending by row number; a visitor that returns bool stops by false. The visitor
    // must not change the table.
    template <typename Visit>
    void for_each_row(Visit&& visit) const {
        slots_.visit([&](RowId id, const uint8_t* slot) {
            return visit_continues(visit, id,
                                   is_fixed_ ? ByteView{slot, row_bytes_} : heap_.read(load_le<uint64_t>(slot)));
        });
    }

    RowView view();

    // Sum of the rows' bytes, and what they occupy with all page overhead.
    uint64_t payload_bytes() const { return payload_bytes_; }
    uint64_t allocated_bytes() const { return slots_.allocated_bytes() + heap_.allocated_bytes(); }
    ViewLedger& ledger() { return *ledger_; }

  private:
    bool is_fixed_;
    uint32_t row_bytes_;
    std::shared_ptr<ViewLedger> ledger_;
    SlotPages slots_;
    RowHeap heap_;
    uint64_t payload_bytes_ = 0;
};

template <typename Visit>
void RowView::for_each_row(Visit&& visit) const {
    visit_slots(
        geometry_, slot_pages_.size(),
        [&](size_t page) { return slot_pages_[page] ? slot_pages_[page]->data() : nullptr; },
        [&](RowId id, const uint8_t* slot) { return visit_continues(visit, id, row_at(slot)); });
}

}  // namespace lightcone::storage
