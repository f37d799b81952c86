// SPDX-License-Identifier: Apache-2.0
// Reads the integers and names of the WebAssembly binary format. Errors: InvalidArgument.
#pragma once

#include "base/bytes.h"

namespace lightcone::module::abi {

class WasmReader {
  public:
    explicit WasmReader(ByteView bytes) : rest_(bytes) {}

    bool at_end() const { return rest_.empty(); }
    ByteView rest() const { return rest_; }

    Result<uint8_t> byte();
    // LEB128 of at most 5 bytes.
    Result<uint32_t> u32();
    Result<void> skip_u64();
    Result<ByteView> take(uint32_t count);
    // u32 length, then UTF-8.
    Result<std::string_view> name();
    // A count of things, refused above `limit`.
    Result<uint32_t> count(const char* what, uint32_t limit);

  private:
    ByteView rest_;
};

}  // namespace lightcone::module::abi
