// SPDX-License-Identifier: Apache-2.0
// A numbered set of pages of which consistent copies can be taken cheaply: a snapshot copies the pointers and marks
// every page as shared; write() replaces a shared page by its own copy first. Reads cost one mask. Thread: the
// writer's. A snapshot may be read on any thread while its view is open in the ledger.
#pragma once

#include <cstring>
#include <memory>
#include <vector>

#include "base/assert.h"
#include "storage/view_ledger.h"

namespace lightcone::storage {

class CowPages {
  public:
    explicit CowPages(std::shared_ptr<ViewLedger> ledger) : ledger_(std::move(ledger)) {}
    CowPages(const CowPages&) = delete;
    CowPages& operator=(const CowPages&) = delete;
    ~CowPages() {
        for (size_t i = 0; i < pages_.size(); ++i) release(i);
    }

    size_t size() const { return pages_.size(); }
    void resize(size_t count) { pages_.resize(count, 0); }
    // Null where no page is.
    const Block* block(size_t page) const { return reinterpret_cast<const Block*>(pages_[page] & ~kShared); }
    const uint8_t* read(size_t page) const { return block(page)->data(); }
    uint8_t* write(size_t page) {
        if (pages_[page] & kShared) [[unlikely]]
            unshare(page);
        return reinterpret_cast<Block*>(pages_[page])->data();
    }

    // Puts a new zeroed page of that many bytes at an empty place.
    uint8_t* create(size_t page, uint64_t bytes) {
        ASSERT(pages_[page] == 0, "page {} exists", page);
        Block* fresh = allocate_block(bytes, ledger_->views_taken());
        allocated_bytes_ += fresh->allocated_bytes();
        pages_[page] = reinterpret_cast<uintptr_t>(fresh);
        return fresh->data();
    }
    // Empties the place; frees the page unless a view reads it.
    void release(size_t page) {
        if (pages_[page] == 0) return;
        auto* old = reinterpret_cast<Block*>(pages_[page] & ~kShared);
        allocated_bytes_ -= old->allocated_bytes();
        pages_[page] = 0;
        ledger_->retire(old);
    }

    std::vector<const Block*> snapshot() {
        std::vector<const Block*> copy(pages_.size());
        for (size_t i = 0; i < pages_.size(); ++i) {
            copy[i] = block(i);
            if (pages_[i] != 0) pages_[i] |= kShared;
        }
        return copy;
    }

    uint64_t allocated_bytes() const { return allocated_bytes_ + pages_.capacity() * sizeof(uintptr_t); }
    ViewLedger& ledger() const { return *ledger_; }

  private:
    static constexpr uintptr_t kShared = 1;

    void unshare(size_t page) {
        auto* old = reinterpret_cast<Block*>(pages_[page] & ~kShared);
        if (!ledger_->is_visible(*old)) {
            pages_[page] = reinterpret_cast<uintptr_t>(old);
            return;
        }
        Block* copy = allocate_block(old->bytes, ledger_->views_taken());
        std::memcpy(copy->data(), old->data(), old->bytes);
        pages_[page] = reinterpret_cast<uintptr_t>(copy);
        ledger_->retire(old);
    }

    std::shared_ptr<ViewLedger> ledger_;
    std::vector<uintptr_t> pages_;  // Block*, lowest bit set while a snapshot may share it
    uint64_t allocated_bytes_ = 0;
};

}  // namespace lightcone::storage
