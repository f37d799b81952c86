// SPDX-License-Identifier: Apache-2.0
#include "module/abi/wasm_reader.h"

#include "sats/utf8.h"

namespace lightcone::module::abi {

Result<uint8_t> WasmReader::byte() {
    if (rest_.empty()) return fail(ErrorCode::InvalidArgument, "malformed WebAssembly module: unexpected end");
    uint8_t value = rest_[0];
    rest_ = rest_.subspan(1);
    return value;
}

Result<uint32_t> WasmReader::u32() {
    uint32_t value = 0;
    for (uint32_t shift = 0; shift < 35; shift += 7) {
        uint8_t part = TRY(byte());
        if (shift == 28 && part > 0x0F) break;
        value |= static_cast<uint32_t>(part & 0x7F) << shift;
        if (part < 0x80) return value;
    }
    return fail(ErrorCode::InvalidArgument, "malformed WebAssembly module: integer wider than 32 bits");
}

Result<void> WasmReader::skip_u64() {
    for (int i = 0; i < 10; ++i) {
        uint8_t part = TRY(byte());
        if (part < 0x80) return {};
    }
    return fail(ErrorCode::InvalidArgument, "malformed WebAssembly module: integer wider than 64 bits");
}

Result<ByteView> WasmReader::take(uint32_t count) {
    if (count > rest_.size()) {
        return fail(ErrorCode::InvalidArgument, "malformed WebAssembly module: {} bytes expected, {} left", count,
                    rest_.size());
    }
    ByteView taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
}

Result<std::string_view> WasmReader::name() {
    uint32_t length = TRY(u32());
    ByteView bytes = TRY(take(length));
    if (!sats::is_valid_utf8(bytes)) {
        return fail(ErrorCode::InvalidArgument, "malformed WebAssembly module: a name is not UTF-8");
    }
    return as_text(bytes);
}

Result<uint32_t> WasmReader::count(const char* what, uint32_t limit) {
    uint32_t value = TRY(u32());
    if (value > limit) return fail(ErrorCode::LimitExceeded, "module has {} {} (limit {})", value, what, limit);
    return value;
}

}  // namespace lightcone::module::abi
