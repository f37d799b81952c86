// SPDX-License-Identifier: Apache-2.0
#include "storage/view_ledger.h"

#include <algorithm>

#include "base/assert.h"

namespace lightcone::storage {

ViewLedger::~ViewLedger() {
    ASSERT(live_views_.empty(), "{} views outlive their ledger", live_views_.size());
    for (const Retired& entry : retired_) free_block(entry.block);
}

uint64_t ViewLedger::open_view() {
    uint64_t view = ++views_taken_;
    std::lock_guard guard(lock_);
    live_views_.push_back(view);
    return view;
}

void ViewLedger::close_view(uint64_t view) {
    std::vector<Block*> unused;
    {
        std::lock_guard guard(lock_);
        auto found = std::find(live_views_.begin(), live_views_.end(), view);
        ASSERT(found != live_views_.end(), "view {} closed twice", view);
        live_views_.erase(found);
        std::erase_if(retired_, [&](const Retired& entry) {
            if (is_visible_locked(*entry.block, entry.retired_after)) return false;
            unused.push_back(entry.block);
            return true;
        });
    }
    for (Block* block : unused) free_block(block);
}

bool ViewLedger::is_visible(const Block& block) const {
    if (block.birth == views_taken_) return false;
    std::lock_guard guard(lock_);
    return is_visible_locked(block, views_taken_);
}

void ViewLedger::retire(Block* block) {
    if (block->birth != views_taken_) {
        std::lock_guard guard(lock_);
        if (is_visible_locked(*block, views_taken_)) {
            retired_.push_back({block, views_taken_});
            return;
        }
    }
    free_block(block);
}

size_t ViewLedger::retired_count() const {
    std::lock_guard guard(lock_);
    return retired_.size();
}

bool ViewLedger::is_visible_locked(const Block& block, uint64_t retired_after) const {
    return std::any_of(live_views_.begin(), live_views_.end(),
                       [&](uint64_t view) { return view > block.birth && view <= retired_after; });
}

}  // namespace lightcone::storage
