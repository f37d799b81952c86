// SPDX-License-Identifier: Apache-2.0
// A module's linear memory during one host call: the only way to turn a guest address into a host pointer.
// The view is taken anew for each host call, because the guest may grow (and so move) its memory between two of them.
#pragma once

#include <cstring>

#include "base/bytes.h"

namespace lightcone::module::abi {

class GuestMemory {
  public:
    GuestMemory() = default;
    GuestMemory(uint8_t* base, size_t size) : base_(base), size_(size) {}

    size_t size() const { return size_; }

    // [address, address + count) lies inside; the end itself is fine for no bytes. Sums cannot overflow: both are 32
    // bits.
    bool contains(uint32_t address, uint32_t count) const { return uint64_t{address} + count <= size_; }

    // Pre-condition of all below: contains(...).
    ByteView view(uint32_t address, uint32_t count) const { return {base_ + address, count}; }
    std::span<uint8_t> writable(uint32_t address, uint32_t count) const { return {base_ + address, count}; }
    template <std::integral T>
    T load(uint32_t address) const {
        return load_le<T>(base_ + address);
    }
    template <std::integral T>
    void store(uint32_t address, T value) const {
        store_le(base_ + address, value);
    }
    void copy_in(uint32_t address, ByteView bytes) const {
        if (!bytes.empty()) std::memcpy(base_ + address, bytes.data(), bytes.size());
    }

  private:
    uint8_t* base_ = nullptr;
    size_t size_ = 0;
};

}  // namespace lightcone::module::abi
