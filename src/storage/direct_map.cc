// SPDX-License-Identifier: Apache-2.0
#include "storage/direct_map.h"

namespace lightcone::storage {

void DirectMap::set(uint64_t key, RowId row) {
    uint64_t page = key / kKeysPerPage;
    if (page >= pages_.size()) [[unlikely]] {
        pages_.resize(page + 1);
        used_.resize(page + 1);
    }
    if (pages_[page] == nullptr) [[unlikely]] {
        pages_[page] = std::make_unique<uint32_t[]>(kKeysPerPage);
        ++page_count_;
    }
    uint32_t& entry = pages_[page][key % kKeysPerPage];
    if (entry == 0) {
        ++count_;
        ++used_[page];
    }
    entry = row.value + 1;
}

void DirectMap::erase(uint64_t key) {
    uint64_t page = key / kKeysPerPage;
    pages_[page][key % kKeysPerPage] = 0;
    --count_;
    // The first page stays: small tables that empty and fill again do not allocate each time.
    if (--used_[page] == 0 && page != 0) {
        pages_[page].reset();
        --page_count_;
        while (!pages_.empty() && pages_.back() == nullptr) pages_.pop_back();
        used_.resize(pages_.size());
    }
}

void DirectMap::clear() {
    *this = DirectMap();
}

}  // namespace lightcone::storage
