// SPDX-License-Identifier: Apache-2.0
// Decides when a block that the writer replaced may be freed: when no live view can still read it.
//
// Views are numbered 1, 2, … per table. A block born after b views and retired after r views is part of exactly the
// views b+1 … r. So taking a view costs no reference counts, and a table that never had one never takes the lock.
//
// Threads: close_view() on any thread; everything else on the writer's (the holder of the database's turn).
#pragma once

#include <cstdint>
#include <mutex>
#include <vector>

#include "storage/block.h"

namespace lightcone::storage {

class ViewLedger {
  public:
    ViewLedger() = default;
    ~ViewLedger();
    ViewLedger(const ViewLedger&) = delete;
    ViewLedger& operator=(const ViewLedger&) = delete;

    // Number of the new view.
    uint64_t open_view();
    void close_view(uint64_t view);

    // Birth mark for a block allocated now.
    uint64_t views_taken() const { return views_taken_; }
    // True when a live view may read the block.
    bool is_visible(const Block& block) const;
    // The writer no longer uses the block: frees it now or when the last view that can read it closes.
    void retire(Block* block);
    // Retired blocks not yet freed.
    size_t retired_count() const;

  private:
    struct Retired {
        Block* block;
        uint64_t retired_after;
    };
    bool is_visible_locked(const Block& block, uint64_t retired_after) const;

    uint64_t views_taken_ = 0;  // writer only
    mutable std::mutex lock_;   // guards what follows
    std::vector<uint64_t> live_views_;
    std::vector<Retired> retired_;
};

}  // namespace lightcone::storage
