// SPDX-License-Identifier: Apache-2.0
// Per-segment dictionaries: a value that repeats (caller, connection, reducer name) is written once and then named by
// the number of its slot. Codes in a record: 0 the empty value; 1 a new value follows and takes the next slot; n + 2
// slot n. Slots are a ring of kDictionarySlots, so memory is bounded and old values are defined again when they come
// back. Both sides derive the slots from the sequence of records alone. One thread.
#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <string>
#include <vector>

#include "base/hash.h"
#include "log/varint.h"

namespace lightcone::log {

inline constexpr uint32_t kDictionarySlots = 16'384;

// How one kind of value is stored: `Value` owns it in a slot, `View` passes it.
template <size_t N>
struct FixedEntry {
    using Value = std::array<uint8_t, N>;
    using View = const Value&;
    static bool is_empty(View view) { return view == Value{}; }
    static ByteView bytes(View view) { return view; }
    static uint8_t* write(uint8_t* out, View view) {
        std::memcpy(out, view.data(), N);
        return out + N;
    }
    static const uint8_t* read(const uint8_t* at, const uint8_t* end, Value& value) {
        if (static_cast<size_t>(end - at) < N) return nullptr;
        std::memcpy(value.data(), at, N);
        return at + N;
    }
};

struct TextEntry {
    using Value = std::string;
    using View = std::string_view;
    static bool is_empty(View view) { return view.empty(); }
    static ByteView bytes(View view) { return as_bytes(view); }
    static uint8_t* write(uint8_t* out, View view) {
        out = write_varint(out, view.size());
        std::memcpy(out, view.data(), view.size());
        return out + view.size();
    }
    static const uint8_t* read(const uint8_t* at, const uint8_t* end, Value& value) {
        uint64_t size = 0;
        at = read_varint(at, end, size);
        if (at == nullptr || static_cast<size_t>(end - at) < size) return nullptr;
        value.assign(reinterpret_cast<const char*>(at), size);
        return at + size;
    }
};

template <typename Entry>
class DictionaryReader {
  public:
    using Value = typename Entry::Value;

    void clear() {
        slots_.clear();
        next_slot_ = 0;
    }
    // Reads a code (and a new value). `value` points into the dictionary until the next read. nullptr: malformed.
    const uint8_t* read(const uint8_t* at, const uint8_t* end, const Value*& value) {
        uint64_t code = 0;
        at = read_varint(at, end, code);
        if (at == nullptr) return nullptr;
        if (code >= 2) {
            if (code - 2 >= slots_.size()) return nullptr;
            value = &slots_[code - 2];
            return at;
        }
        if (code == 0) {
            value = &empty_;
            return at;
        }
        if (next_slot_ == slots_.size()) slots_.emplace_back();
        value = &slots_[next_slot_];
        at = Entry::read(at, end, slots_[next_slot_]);
        next_slot_ = (next_slot_ + 1) % kDictionarySlots;
        return at;
    }
    const std::vector<Value>& slots() const { return slots_; }
    uint32_t next_slot() const { return next_slot_; }

  private:
    std::vector<Value> slots_;
    uint32_t next_slot_ = 0;
    const Value empty_{};
};

template <typename Entry>
class DictionaryWriter {
  public:
    using Value = typename Entry::Value;
    using View = typename Entry::View;

    void clear() {
        slots_.clear();
        slot_of_.clear();
        next_slot_ = 0;
        last_slot_ = kDictionarySlots;
    }
    // Goes on where a reader of the same segment stands.
    void restore(const DictionaryReader<Entry>& reader) {
        clear();
        slots_ = reader.slots();
        next_slot_ = reader.next_slot();
        for (uint32_t slot = 0; slot < slots_.size(); ++slot) slot_of_[slots_[slot]] = slot;
    }
    uint8_t* write(uint8_t* out, View view) {
        if (last_slot_ < slots_.size() && slots_[last_slot_] == view) return write_varint(out, last_slot_ + 2);
        if (Entry::is_empty(view)) {
            *out++ = 0;
            return out;
        }
        if (auto found = slot_of_.find(view); found != slot_of_.end()) {
            last_slot_ = found->second;
            return write_varint(out, last_slot_ + 2);
        }
        define(view);
        *out++ = 1;
        return Entry::write(out, view);
    }

  private:
    struct Hash {
        using is_transparent = void;
        size_t operator()(View view) const { return hash_bytes(Entry::bytes(view)); }
    };
    struct Equal {
        using is_transparent = void;
        bool operator()(View a, View b) const { return a == b; }
    };

    void define(View view) {
        if (next_slot_ == slots_.size()) {
            slots_.emplace_back(view);
        } else {
            auto old = slot_of_.find(slots_[next_slot_]);
            if (old != slot_of_.end() && old->second == next_slot_) slot_of_.erase(old);
            slots_[next_slot_] = view;
        }
        slot_of_[slots_[next_slot_]] = next_slot_;
        last_slot_ = next_slot_;
        next_slot_ = (next_slot_ + 1) % kDictionarySlots;
    }

    std::vector<Value> slots_;
    boost::unordered_flat_map<Value, uint32_t, Hash, Equal> slot_of_;
    uint32_t next_slot_ = 0;
    uint32_t last_slot_ = kDictionarySlots;
};

using CallerEntry = FixedEntry<32>;
using ConnectionEntry = FixedEntry<16>;

}  // namespace lightcone::log
