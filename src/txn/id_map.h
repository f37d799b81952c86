// SPDX-License-Identifier: Apache-2.0
// Things by small integer id, two loads per look-up. Ids come in runs with gaps of thousands (sequences skip at
// restarts), so they are kept in pages of 64. A default-constructed T means absent.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace lightcone::txn {

template <typename T>
class IdMap {
  public:
    T get(uint32_t id) const {
        size_t page = id / kIdsPerPage;
        if (page >= pages_.size() || pages_[page] == nullptr) [[unlikely]]
            return T{};
        return (*pages_[page])[id % kIdsPerPage];
    }
    void set(uint32_t id, T value) {
        size_t page = id / kIdsPerPage;
        if (page >= pages_.size()) pages_.resize(page + 1);
        if (pages_[page] == nullptr) pages_[page] = std::make_unique<Page>();
        (*pages_[page])[id % kIdsPerPage] = value;
    }
    void erase(uint32_t id) { set(id, T{}); }

  private:
    static constexpr size_t kIdsPerPage = 64;
    using Page = std::array<T, kIdsPerPage>;
    std::vector<std::unique_ptr<Page>> pages_;
};

}  // namespace lightcone::txn
