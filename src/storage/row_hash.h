// SPDX-License-Identifier: Apache-2.0
// An open-addressing hash of row numbers. Keys are not stored: the caller hashes them and compares candidates in the
// row. Groups of 16 entries with a byte of hash each, probed by triangular steps; about 6 to 12 bytes per row.
// Iteration order depends on the process's hash seed: nothing that leaves the process may follow it. Thread: the
// writer's.
#pragma once

#include <bit>
#include <memory>
#include <utility>

#include "storage/slot_pages.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace lightcone::storage {

class RowHash {
  public:
    uint32_t count() const { return count_; }

    // The entry whose hash has the same tag and for which equal(RowId) holds, or kNoRow.
    template <typename Equal>
    RowId find(uint64_t hash, Equal&& equal) const {
        const uint32_t* entry = find_entry(hash, equal);
        return entry == nullptr ? kNoRow : RowId(*entry);
    }
    // Adds an entry that is not there yet. hash_of(RowId) is asked for all rows when the table grows.
    template <typename HashOf>
    void insert(uint64_t hash, RowId row, HashOf&& hash_of) {
        if (filled_ >= capacity() / 8 * 7) [[unlikely]] {
            rebuild(count_ >= capacity() / 2 ? std::max(capacity() * 2, kEntriesPerGroup) : capacity(), hash_of);
        }
        place(hash, row);
    }
    // Removes the entry of exactly this row, which must be there.
    template <typename HashOf>
    void erase(uint64_t hash, RowId row, HashOf&& hash_of) {
        uint32_t* entry = find_entry(hash, [&](RowId candidate) { return candidate == row; });
        ASSERT(entry != nullptr, "row {} is not in its hash", row);
        remove_entry(entry);
        if (capacity() > kShrinkAbove && count_ < capacity() / 8) [[unlikely]]
            rebuild(capacity() / 2, hash_of);
    }
    // Puts another row into the entry of `row`.
    void replace(uint64_t hash, RowId row, RowId with) {
        uint32_t* entry = find_entry(hash, [&](RowId candidate) { return candidate == row; });
        ASSERT(entry != nullptr, "row {} is not in its hash", row);
        *entry = with.value;
    }

    template <typename Visit>
    void visit(Visit&& visit) const {
        for (size_t g = 0; g < group_count_; ++g) {
            for (uint32_t i = 0; i < kEntriesPerGroup; ++i) {
                if (groups_[g].tags[i] < kEmpty) visit(RowId(groups_[g].rows[i]));
            }
        }
    }
    uint64_t allocated_bytes() const { return group_count_ * sizeof(Group); }

  private:
    static constexpr uint32_t kEntriesPerGroup = 16;
    static constexpr uint32_t kShrinkAbove = 1024;
    static constexpr uint8_t kEmpty = 0x80;
    static constexpr uint8_t kDeleted = 0xFE;

    struct alignas(16) Group {
        uint8_t tags[kEntriesPerGroup];
        uint32_t rows[kEntriesPerGroup];

        // Bit i: entry i has this tag.
        uint32_t match(uint8_t tag) const {
#ifdef __SSE2__
            __m128i all = _mm_load_si128(reinterpret_cast<const __m128i*>(tags));
            return static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(all, _mm_set1_epi8(static_cast<char>(tag)))));
#else
            uint32_t bits = 0;
            for (uint32_t i = 0; i < kEntriesPerGroup; ++i) bits |= static_cast<uint32_t>(tags[i] == tag) << i;
            return bits;
#endif
        }
        // Bit i: entry i is empty or deleted.
        uint32_t match_free() const {
#ifdef __SSE2__
            return static_cast<uint32_t>(_mm_movemask_epi8(_mm_load_si128(reinterpret_cast<const __m128i*>(tags))));
#else
            uint32_t bits = 0;
            for (uint32_t i = 0; i < kEntriesPerGroup; ++i) bits |= static_cast<uint32_t>(tags[i] >= kEmpty) << i;
            return bits;
#endif
        }
    };

    static uint8_t tag_of(uint64_t hash) { return static_cast<uint8_t>(hash >> 57); }
    uint32_t capacity() const { return static_cast<uint32_t>(group_count_) * kEntriesPerGroup; }

    template <typename Equal>
    uint32_t* find_entry(uint64_t hash, Equal&& equal) const {
        if (group_count_ == 0) return nullptr;
        size_t mask = group_count_ - 1;
        size_t g = hash & mask;
        for (size_t step = 1;; ++step) {
            Group& group = groups_[g];
            for (uint32_t bits = group.match(tag_of(hash)); bits != 0; bits &= bits - 1) {
                auto i = static_cast<uint32_t>(std::countr_zero(bits));
                if (equal(RowId(group.rows[i]))) return &group.rows[i];
            }
            if (group.match(kEmpty) != 0 || step > mask) return nullptr;
            g = (g + step) & mask;
        }
    }

    void place(uint64_t hash, RowId row) {
        size_t mask = group_count_ - 1;
        size_t g = hash & mask;
        for (size_t step = 1;; ++step) {
            Group& group = groups_[g];
            if (uint32_t free = group.match_free()) {
                auto i = static_cast<uint32_t>(std::countr_zero(free));
                if (group.tags[i] == kEmpty) ++filled_;
                group.tags[i] = tag_of(hash);
                group.rows[i] = row.value;
                ++count_;
                return;
            }
            g = (g + step) & mask;
        }
    }

    void remove_entry(uint32_t* entry) {
        auto offset =
            static_cast<size_t>(reinterpret_cast<uint8_t*>(entry) - reinterpret_cast<uint8_t*>(groups_.get()));
        Group& group = groups_[offset / sizeof(Group)];
        auto i = static_cast<uint32_t>(entry - group.rows);
        // A probe that reached this group stopped here if it has an empty entry; then nothing needs the mark.
        bool ends_probes = group.match(kEmpty) != 0;
        group.tags[i] = ends_probes ? kEmpty : kDeleted;
        if (ends_probes) --filled_;
        --count_;
    }

    template <typename HashOf>
    void rebuild(uint32_t new_capacity, HashOf&& hash_of) {
        auto old = std::move(groups_);
        size_t old_count = group_count_;
        group_count_ = new_capacity / kEntriesPerGroup;
        groups_ = std::make_unique<Group[]>(group_count_);
        for (size_t g = 0; g < group_count_; ++g)
            std::fill(std::begin(groups_[g].tags), std::end(groups_[g].tags), kEmpty);
        count_ = 0;
        filled_ = 0;
        for (size_t g = 0; g < old_count; ++g) {
            for (uint32_t i = 0; i < kEntriesPerGroup; ++i) {
                if (old[g].tags[i] < kEmpty) place(hash_of(RowId(old[g].rows[i])), RowId(old[g].rows[i]));
            }
        }
    }

    std::unique_ptr<Group[]> groups_;
    size_t group_count_ = 0;  // power of two, or none
    uint32_t count_ = 0;
    uint32_t filled_ = 0;  // entries that are not empty
};

}  // namespace lightcone::storage
