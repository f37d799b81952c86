// SPDX-License-Identifier: Apache-2.0
#include "storage/row_store.h"

namespace lightcone::storage {

RowStore::RowStore(const RowLayout& layout, uint32_t rows_max)
    : is_fixed_(layout.is_fixed()),
      row_bytes_(layout.is_fixed() ? layout.fixed_bytes() : 0),
      ledger_(std::make_shared<ViewLedger>()),
      slots_(layout.is_fixed() ? layout.fixed_bytes() : sizeof(HeapHandle), ledger_, rows_max),
      heap_(ledger_) {}

RowStore::~RowStore() {
    if (is_fixed_) return;
    slots_.visit([&](RowId, const uint8_t* slot) {
        auto handle = load_le<uint64_t>(slot);
        if (is_big(handle)) heap_.free(handle);
        return true;
    });
}

std::optional<RowId> RowStore::insert(ByteView row) {
    std::optional<RowId> id = slots_.allocate();
    if (!id) [[unlikely]]
        return std::nullopt;
    payload_bytes_ += row.size();
    uint8_t* slot = slots_.write(*id);
    if (!is_fixed_) {
        store_le(slot, heap_.add(row));
    } else {
        copy_row(slot, row.data(), row.size());
    }
    return id;
}

void RowStore::insert_at(RowId id, ByteView row) {
    slots_.allocate_at(id);
    payload_bytes_ += row.size();
    uint8_t* slot = slots_.write(id);
    if (!is_fixed_) {
        store_le(slot, heap_.add(row));
    } else {
        copy_row(slot, row.data(), row.size());
    }
}

void RowStore::erase(RowId id) {
    payload_bytes_ -= row(id).size();
    if (!is_fixed_) heap_.free(load_le<uint64_t>(slots_.read(id)));
    slots_.free(id);
}

RowView RowStore::view() {
    RowView view;
    view.ledger_ = ledger_;
    view.number_ = ledger_->open_view();
    view.geometry_ = slots_.geometry();
    view.is_fixed_ = is_fixed_;
    view.row_count_ = slots_.used_count();
    view.slot_pages_ = slots_.snapshot();
    view.heap_pages_ = heap_.snapshot();
    return view;
}

RowView& RowView::operator=(RowView&& other) noexcept {
    if (this == &other) return *this;
    close();
    ledger_ = std::move(other.ledger_);
    number_ = other.number_;
    geometry_ = other.geometry_;
    is_fixed_ = other.is_fixed_;
    row_count_ = other.row_count_;
    slot_pages_ = std::move(other.slot_pages_);
    heap_pages_ = std::move(other.heap_pages_);
    return *this;
}

void RowView::close() {
    if (!ledger_) return;
    ledger_->close_view(number_);
    ledger_.reset();
}

}  // namespace lightcone::storage
