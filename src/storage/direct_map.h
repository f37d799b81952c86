// SPDX-License-Identifier: Apache-2.0
// Small integers to row numbers by position: a directory of pages of 1024 row numbers. For keys that are dense; its
// owner asks accepts() before it adds a key and moves everything to a hash when the answer is no. Thread: the writer's.
#pragma once

#include <memory>
#include <vector>

#include "storage/slot_pages.h"

namespace lightcone::storage {

class DirectMap {
  public:
    uint32_t count() const { return count_; }
    RowId find(uint64_t key) const {
        uint64_t page = key / kKeysPerPage;
        if (page >= pages_.size() || pages_[page] == nullptr) return kNoRow;
        return RowId(pages_[page][key % kKeysPerPage] - 1);
    }
    // False when holding the key would waste memory: too few keys for so many pages.
    bool accepts(uint64_t key) const {
        uint64_t page = key / kKeysPerPage;
        if (page < pages_.size() && pages_[page] != nullptr) return true;
        if (page >= kDirectoryMin + count_ / 8) return false;
        return (page_count_ + 1ull) * kKeysPerPage <= kSparseKeysMax + 4ull * count_;
    }
    // True when so many keys went that a hash is smaller.
    bool is_sparse() const { return page_count_ * kKeysPerPage > 4ull * kSparseKeysMax + 16ull * count_; }

    // Adds the key or gives it another row.
    void set(uint64_t key, RowId row);
    void erase(uint64_t key);

    // Calls visit(RowId) ascending by key.
    template <typename Visit>
    void visit(Visit&& visit) const {
        for (const auto& page : pages_) {
            if (page == nullptr) continue;
            for (uint32_t i = 0; i < kKeysPerPage; ++i) {
                if (page[i] != 0) visit(RowId(page[i] - 1));
            }
        }
    }
    void clear();
    uint64_t allocated_bytes() const {
        return page_count_ * kKeysPerPage * sizeof(uint32_t) + pages_.capacity() * sizeof(pages_[0]) +
               used_.capacity() * sizeof(used_[0]);
    }

  private:
    static constexpr uint64_t kKeysPerPage = 1024;
    static constexpr uint64_t kSparseKeysMax = 4096;  // keys' room given without asking for density
    static constexpr uint64_t kDirectoryMin = 4096;   // pages addressable without asking for rows

    std::vector<std::unique_ptr<uint32_t[]>> pages_;  // row number + 1; 0 = none
    std::vector<uint16_t> used_;                      // keys per page
    uint64_t page_count_ = 0;
    uint32_t count_ = 0;
};

}  // namespace lightcone::storage
