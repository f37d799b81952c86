// SPDX-License-Identifier: Apache-2.0
// A block is the unit of memory that a table owns and shares with its views: a page of rows, or one big value.
// Zero-filled when allocated. Owned by raw pointer on purpose: who frees it is decided by the ViewLedger.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <new>

namespace lightcone::storage {

struct alignas(16) Block {
    uint64_t birth = 0;  // views taken before this block existed (see ViewLedger)
    uint64_t bytes = 0;  // of the data behind this header

    uint8_t* data() { return reinterpret_cast<uint8_t*>(this + 1); }
    const uint8_t* data() const { return reinterpret_cast<const uint8_t*>(this + 1); }
    uint64_t allocated_bytes() const { return sizeof(Block) + bytes; }
};

inline Block* allocate_block(uint64_t data_bytes, uint64_t birth) {
    void* memory = std::calloc(1, sizeof(Block) + data_bytes);
    if (memory == nullptr) throw std::bad_alloc();
    return new (memory) Block{birth, data_bytes};
}

inline void free_block(Block* block) {
    std::free(block);
}

}  // namespace lightcone::storage
