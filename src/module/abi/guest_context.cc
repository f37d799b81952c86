// SPDX-License-Identifier: Apache-2.0
#include "module/abi/guest_context.h"

#include <fmt/format.h>

#include "sats/utf8.h"

namespace lightcone::module::abi {

GuestContext::GuestContext(const Environment& environment, size_t rows_bytes_max)
    : console(environment.log, environment.clock), environment_(environment), rows_bytes_max_(rows_bytes_max) {}

void GuestContext::end_call() {
    transaction = nullptr;
    memory = {};
    if (iterators.open_count() > 0) [[unlikely]]
        iterators.close_all();
    if (generated.capacity() > kRetainedBufferBytesMax) [[unlikely]]
        generated = {};
    sources.end_call();
    sinks.end_call();
}

int32_t GuestContext::trap(std::string_view text) {
    trapped_ = true;
    trap_text_ = text;
    return 0;
}

int32_t GuestContext::trap_runtime_error(std::string_view call, std::string_view error) {
    return trap(fmt::format("runtime error calling {}: {}", call, error));
}

int32_t GuestContext::refuse(std::string_view call, txn::TxStatus status) {
    if (static_cast<uint8_t>(status) < kFirstTrapStatus) return static_cast<int32_t>(status);
    return trap_runtime_error(call, txn::tx_status_name(status));
}

bool GuestContext::read_name(uint32_t address, uint32_t count, std::string_view& name) {
    ByteView bytes;
    if (!read(address, count, bytes)) return false;
    if (!sats::is_valid_utf8(bytes)) return trap(kInvalidUtf8), false;
    name = as_text(bytes);
    return true;
}

const char* errno_name(Errno error) {
    static constexpr const char* kNames[] = {
        "OK",
        "HOST_CALL_FAILURE",
        "NOT_IN_TRANSACTION",
        "BSATN_DECODE_ERROR",
        "NO_SUCH_TABLE",
        "NO_SUCH_INDEX",
        "NO_SUCH_ITER",
        "NO_SUCH_CONSOLE_TIMER",
        "NO_SUCH_BYTES",
        "NO_SPACE",
        "WRONG_INDEX_ALGO",
        "BUFFER_TOO_SMALL",
        "UNIQUE_ALREADY_EXISTS",
        "SCHEDULE_AT_DELAY_TOO_LONG",
        "INDEX_NOT_UNIQUE",
        "NO_SUCH_ROW",
        "AUTO_INC_OVERFLOW",
        "WOULD_BLOCK_TRANSACTION",
        "TRANSACTION_NOT_ANONYMOUS",
        "TRANSACTION_IS_READ_ONLY",
        "TRANSACTION_IS_MUT",
        "HTTP_ERROR",
    };
    auto number = static_cast<size_t>(error);
    return number < std::size(kNames) ? kNames[number] : "UNKNOWN";
}

}  // namespace lightcone::module::abi
