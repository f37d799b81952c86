// SPDX-License-Identifier: Apache-2.0
// What host functions know about the instance that calls them: its memory, the open transaction, its handles. One per
// instance, no engine type inside. Thread: the one that runs the instance.
//
// Host functions check guest addresses only through the members here; a check that fails records a trap, and the
// function returns at once with any value.
#pragma once

#include <string>

#include "module/abi/byte_channels.h"
#include "module/abi/console.h"
#include "module/abi/errno.h"
#include "module/abi/guest_memory.h"
#include "module/abi/row_iterators.h"
#include "module/program.h"

namespace lightcone::module::abi {

class GuestContext {
  public:
    // `rows_bytes_max`: what all open row iterators together may hold.
    GuestContext(const Environment& environment, size_t rows_bytes_max);

    const Environment& environment() const { return environment_; }
    size_t rows_bytes_max() const { return rows_bytes_max_; }

    // Set by the engine before each host call.
    GuestMemory memory;
    // Null outside reducers: initialisers have no transaction.
    txn::Transaction* transaction = nullptr;

    RowIterators iterators;
    ByteSources sources;
    ByteSinks sinks;
    Console console;
    // Generated columns of the last insert or update; reused.
    Bytes generated;

    // Frees what lives for one call.
    void end_call();

    bool trapped() const { return trapped_; }
    const std::string& trap_text() const { return trap_text_; }
    // Ends the guest's call with this text. Returns 0, for the host function to return.
    int32_t trap(std::string_view text);
    // The same for a failure that has no error number: `call` is the host function's name in CamelCase.
    int32_t trap_runtime_error(std::string_view call, std::string_view error);

    // What the guest gets for a data operation that did not succeed: its number, or the trap above.
    int32_t refuse(std::string_view call, txn::TxStatus status);

    // Each traps and returns false, or reads. Order: null address, then range.
    bool read(uint32_t address, uint32_t count, ByteView& bytes);
    bool read_writable(uint32_t address, uint32_t count, std::span<uint8_t>& bytes);
    bool read_u32(uint32_t address, uint32_t& value);
    bool read_name(uint32_t address, uint32_t count, std::string_view& name);
    template <typename... Addresses>
    bool non_null(Addresses... addresses) {
        if (((addresses != 0) && ...)) [[likely]]
            return true;
        trap(kNullPointer);
        return false;
    }

    // Writes a result and returns Ok, or traps. Pre-condition: the address is not null.
    template <std::integral T>
    int32_t write(uint32_t address, T value) {
        if (!memory.contains(address, sizeof(T))) [[unlikely]]
            return trap(kOutOfBounds);
        memory.store(address, value);
        return 0;
    }

    static constexpr std::string_view kNullPointer = "null pointer passed to a spacetime function";
    static constexpr std::string_view kOutOfBounds = "out of bounds pointer passed to a spacetime function";
    static constexpr std::string_view kInvalidUtf8 = "invalid utf8 passed to a spacetime function";

  private:
    Environment environment_;
    size_t rows_bytes_max_;
    std::string trap_text_;
    bool trapped_ = false;
};

inline int32_t to_guest(Errno error) {
    return static_cast<int32_t>(error);
}

inline bool GuestContext::read(uint32_t address, uint32_t count, ByteView& bytes) {
    if (address == 0) [[unlikely]]
        return trap(kNullPointer), false;
    if (!memory.contains(address, count)) [[unlikely]]
        return trap(kOutOfBounds), false;
    bytes = memory.view(address, count);
    return true;
}

inline bool GuestContext::read_writable(uint32_t address, uint32_t count, std::span<uint8_t>& bytes) {
    if (address == 0) [[unlikely]]
        return trap(kNullPointer), false;
    if (!memory.contains(address, count)) [[unlikely]]
        return trap(kOutOfBounds), false;
    bytes = memory.writable(address, count);
    return true;
}

inline bool GuestContext::read_u32(uint32_t address, uint32_t& value) {
    if (address == 0) [[unlikely]]
        return trap(kNullPointer), false;
    if (!memory.contains(address, sizeof value)) [[unlikely]]
        return trap(kOutOfBounds), false;
    value = memory.load<uint32_t>(address);
    return true;
}

}  // namespace lightcone::module::abi
