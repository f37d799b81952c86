// SPDX-License-Identifier: Apache-2.0
// Rows that share a key of a non-unique index, as rings of row numbers: two numbers per row, so that adding and
// removing any row costs the same however many share its key. A ring is named by its head; order in it is order of
// arrival. Thread: the writer's.
#pragma once

#include <memory>
#include <vector>

#include "storage/slot_pages.h"

namespace lightcone::storage {

class PostingLinks {
  public:
    // A ring of its own.
    void start(RowId row) { take(row) = {row.value, row.value}; }
    // Last in the ring of `head`.
    void append(RowId head, RowId row) {
        Link& link = take(row);
        Link& first = at(head);
        link = {first.previous, head.value};
        at(RowId(first.previous)).next = row.value;
        first.previous = row.value;
    }
    // Takes the row out; the head of what remains if `row` was the head (kNoRow: nothing remains), else `head`.
    RowId remove(RowId head, RowId row) {
        Link link = at(row);
        at(RowId(link.previous)).next = link.next;
        at(RowId(link.next)).previous = link.previous;
        give_back(row);
        if (link.next == row.value) return kNoRow;
        return head == row ? RowId(link.next) : head;
    }
    // Calls visit(RowId) for every row of the ring until it returns false.
    template <typename Visit>
    bool visit(RowId head, Visit&& visit) const {
        for (RowId row = head;;) {
            if (!visit(row)) return false;
            row = RowId(at(row).next);
            if (row == head) return true;
        }
    }
    uint64_t allocated_bytes() const { return page_count_ * sizeof(Page) + pages_.capacity() * sizeof(pages_[0]); }

  private:
    struct Link {
        uint32_t previous;
        uint32_t next;
    };
    static constexpr size_t kLinksPerPage = 256;
    struct Page {
        uint32_t used = 0;
        Link links[kLinksPerPage];
    };

    const Link& at(RowId row) const { return pages_[row.value / kLinksPerPage]->links[row.value % kLinksPerPage]; }
    Link& at(RowId row) { return pages_[row.value / kLinksPerPage]->links[row.value % kLinksPerPage]; }
    Link& take(RowId row) {
        size_t page = row.value / kLinksPerPage;
        if (page >= pages_.size()) [[unlikely]]
            pages_.resize(page + 1);
        if (pages_[page] == nullptr) [[unlikely]] {
            pages_[page] = std::make_unique<Page>();
            ++page_count_;
        }
        ++pages_[page]->used;
        return at(row);
    }
    void give_back(RowId row) {
        size_t page = row.value / kLinksPerPage;
        // The first page stays: small tables that empty and fill again do not allocate each time.
        if (--pages_[page]->used != 0 || page == 0) return;
        pages_[page].reset();
        --page_count_;
    }

    std::vector<std::unique_ptr<Page>> pages_;
    size_t page_count_ = 0;
};

}  // namespace lightcone::storage
