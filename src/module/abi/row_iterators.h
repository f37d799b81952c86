// SPDX-License-Identifier: Apache-2.0
// The row iterators a module has open. Rows are copied when the scan is made, so that later writes do not show; an
// iterator hands them out whole, as many as fit the buffer it is given.
//
// Handles are slots from 1 on, freed ones are used again first. Closed iterators keep small buffers, so that the usual
// look-up of one row allocates nothing.
#pragma once

#include <memory>
#include <vector>

#include "module/abi/call_limits.h"
#include "txn/row_buffer.h"

namespace lightcone::module::abi {

class RowIterators {
  public:
    // A free slot with an empty buffer to scan into; kRowIteratorsMax open ones give 0.
    uint32_t acquire();
    txn::RowBuffer& rows(uint32_t handle) { return slots_[handle - 1]->rows; }
    // Makes an acquired slot an iterator. Returns the bytes that all open iterators hold.
    size_t open(uint32_t handle);
    // Gives back an acquired slot whose scan failed, or an open iterator.
    void release(uint32_t handle);

    bool is_open(uint32_t handle) const { return handle != 0 && handle <= slots_.size() && slots_[handle - 1]->open; }

    // Hands out the next rows of an open iterator into `buffer`.
    //   Exhausted: `count` bytes were copied and these were the last; the iterator is closed
    //   More:      `count` bytes were copied
    //   TooSmall:  nothing was copied; `count` is the size of the next row
    enum class Advance : uint8_t { Exhausted, More, TooSmall };
    Advance advance(uint32_t handle, std::span<uint8_t> buffer, uint32_t& count);

    uint32_t open_count() const { return open_count_; }
    void close_all();

  private:
    struct Iterator {
        txn::RowBuffer rows;
        size_t next_row = 0;
        size_t held_bytes = 0;
        bool open = false;
    };
    std::vector<std::unique_ptr<Iterator>> slots_;
    std::vector<uint32_t> free_;
    uint32_t open_count_ = 0;
    size_t held_bytes_ = 0;
};

}  // namespace lightcone::module::abi
