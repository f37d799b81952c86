// SPDX-License-Identifier: Apache-2.0
// Bytes in and out: BSATN is little endian, without padding. Readers and writers move a pointer; sizes are known before
// anything is written, so buffers are exact and writing needs no checks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "log.h"

namespace lightcone::detail {

[[noreturn, gnu::noinline, gnu::cold]] inline void stop_on_short_data() {
    panic("data from the database ends too early: this module's types differ from the database's");
}

// Reads bytes whose amount was checked before.
class UncheckedReader {
  public:
    explicit UncheckedReader(const char* at) : at_(at) {}
    const char* take(std::size_t count) {
        const char* begin = at_;
        at_ += count;
        return begin;
    }

  private:
    const char* at_;
};

// Reads bytes and panics when there are too few.
class Reader {
  public:
    Reader(const char* begin, std::size_t length) : at_(begin), end_(begin + length) {}
    const char* take(std::size_t count) {
        if (static_cast<std::size_t>(end_ - at_) < count) stop_on_short_data();
        const char* begin = at_;
        at_ += count;
        return begin;
    }
    std::size_t remaining() const { return static_cast<std::size_t>(end_ - at_); }

  private:
    const char* at_;
    const char* end_;
};

// Memory of at least `size` bytes for one host call: on the stack when it fits, else from the heap.
template <std::size_t StackBytes>
class Buffer {
  public:
    explicit Buffer(std::size_t size) : data_(size <= StackBytes ? stack_ : allocate(size)) {}
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    ~Buffer() {
        if (data_ != stack_) std::free(data_);
    }
    char* data() { return data_; }

    static char* allocate(std::size_t size) {
        void* memory = std::malloc(size);
        if (memory == nullptr) panic("out of memory: {} bytes asked", size);
        return static_cast<char*>(memory);
    }

  private:
    char* data_;
    char stack_[StackBytes == 0 ? 1 : StackBytes];
};

// Growing byte string in which the module definition is built.
struct ByteString {
    std::string bytes;

    // Not inlined anywhere: this runs once per instance, and size counts more.
    [[gnu::noinline]] void raw(const void* data, std::size_t size) {
        bytes.append(static_cast<const char*>(data), size);
    }
    template <class T>
    void number(T value) {
        raw(&value, sizeof value);
    }
    [[gnu::noinline]] void u8(std::uint8_t value) { number(value); }
    [[gnu::noinline]] void u16(std::uint16_t value) { number(value); }
    [[gnu::noinline]] void u32(std::uint32_t value) { number(value); }
    [[gnu::noinline]] void text(std::string_view value) {
        u32(static_cast<std::uint32_t>(value.size()));
        raw(value.data(), value.size());
    }
    [[gnu::noinline]] void some_text(std::string_view value) {
        u8(0);
        text(value);
    }
    void none() { u8(1); }
};

}  // namespace lightcone::detail
