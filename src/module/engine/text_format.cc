// SPDX-License-Identifier: Apache-2.0
#include "module/engine/text_format.h"

#include <wasmtime/wat.h>

#include "module/engine/handles.h"

namespace lightcone::module::engine {

Result<Bytes> wat_to_wasm(std::string_view text) {
    wasm_byte_vec_t wasm;
    ErrorHandle error(wasmtime_wat2wasm(text.data(), text.size(), &wasm));
    if (error) return fail(ErrorCode::InvalidArgument, "{}", error_text(*error));
    Bytes bytes(wasm.data, wasm.data + wasm.size);
    wasm_byte_vec_delete(&wasm);
    return bytes;
}

}  // namespace lightcone::module::engine
