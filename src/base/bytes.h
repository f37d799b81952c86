// SPDX-License-Identifier: Apache-2.0
// Byte strings: views, owned buffers, and the little-endian reader and writer that every binary format here uses.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lightcone {

static_assert(std::endian::native == std::endian::little, "stored and wire integers are read in place");

using ByteView = std::span<const uint8_t>;
using Bytes = std::vector<uint8_t>;

inline ByteView as_bytes(std::string_view text) {
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline bool bytes_equal(ByteView a, ByteView b) {
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

template <std::integral T>
T load_le(const uint8_t* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
}
template <std::integral T>
void store_le(uint8_t* to, T value) {
    std::memcpy(to, &value, sizeof value);
}

// Reads integers, lengths and byte runs from a view it does not own; views it hands out live as long as that.
// Errors: InvalidArgument "data too short for {what}: Expected {n}, given {m}".
class ByteReader {
  public:
    explicit ByteReader(ByteView bytes) : begin_(bytes.data()), at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

    size_t remaining() const { return static_cast<size_t>(end_ - at_); }
    size_t position() const { return static_cast<size_t>(at_ - begin_); }
    bool at_end() const { return at_ == end_; }
    ByteView rest() const { return {at_, remaining()}; }

    Result<uint8_t> u8() { return integer<uint8_t>("u8"); }
    Result<uint16_t> u16() { return integer<uint16_t>("u16"); }
    Result<uint32_t> u32() { return integer<uint32_t>("u32"); }
    Result<uint64_t> u64() { return integer<uint64_t>("u64"); }
    Result<int64_t> i64() { return integer<int64_t>("i64"); }

    // The next `count` bytes.
    Result<ByteView> take(size_t count, const char* what = "[u8]") {
        if (remaining() < count) [[unlikely]]
            return too_short(what, count);
        ByteView view{at_, count};
        at_ += count;
        return view;
    }
    Result<void> skip(size_t count) {
        if (remaining() < count) [[unlikely]]
            return too_short("[u8]", count);
        at_ += count;
        return {};
    }
    // u32 length, then that many bytes.
    Result<ByteView> length_prefixed() {
        uint32_t count = TRY(u32());
        return take(count);
    }

  private:
    template <std::integral T>
    Result<T> integer(const char* what) {
        if (remaining() < sizeof(T)) [[unlikely]]
            return too_short(what, sizeof(T));
        T value = load_le<T>(at_);
        at_ += sizeof(T);
        return value;
    }
    std::unexpected<Error> too_short(const char* what, size_t expected) const;

    const uint8_t* begin_;
    const uint8_t* at_;
    const uint8_t* end_;
};

// Appends little-endian integers, lengths and byte runs to a buffer it does not own.
class ByteWriter {
  public:
    explicit ByteWriter(Bytes& out) : out_(out) {}

    size_t size() const { return out_.size(); }
    void u8(uint8_t v) { out_.push_back(v); }
    void u16(uint16_t v) { integer(v); }
    void u32(uint32_t v) { integer(v); }
    void u64(uint64_t v) { integer(v); }
    void i64(int64_t v) { integer(v); }
    void raw(ByteView bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }
    void length_prefixed(ByteView bytes) {
        u32(static_cast<uint32_t>(bytes.size()));
        raw(bytes);
    }
    void length_prefixed(std::string_view text) { length_prefixed(as_bytes(text)); }
    // Overwrites four bytes written before, at `position`.
    void patch_u32(size_t position, uint32_t v) { store_le(out_.data() + position, v); }

  private:
    template <std::integral T>
    void integer(T value) {
        size_t at = out_.size();
        out_.resize(at + sizeof value);
        store_le(out_.data() + at, value);
    }
    Bytes& out_;
};

// Lower-case hex, two digits a byte, in byte order.
std::string to_hex(ByteView bytes);
// Accepts digits of any case, no prefix. Errors: InvalidArgument (odd length, other characters).
Result<Bytes> from_hex(std::string_view text);

}  // namespace lightcone
