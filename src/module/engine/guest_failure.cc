// SPDX-License-Identifier: Apache-2.0
#include "module/engine/guest_failure.h"

#include <algorithm>

#include "module/abi/call_limits.h"
#include "module/abi/text.h"

namespace lightcone::module::engine {

namespace {

constexpr size_t kFrameNameBytesMax = 1024;

const char* trap_code_text(wasmtime_trap_code_t code) {
    switch (code) {
        case WASMTIME_TRAP_CODE_STACK_OVERFLOW: return "call stack exhausted";
        case WASMTIME_TRAP_CODE_MEMORY_OUT_OF_BOUNDS: return "out of bounds memory access";
        case WASMTIME_TRAP_CODE_HEAP_MISALIGNED: return "unaligned atomic";
        case WASMTIME_TRAP_CODE_TABLE_OUT_OF_BOUNDS: return "undefined element: out of bounds table access";
        case WASMTIME_TRAP_CODE_INDIRECT_CALL_TO_NULL: return "uninitialized element";
        case WASMTIME_TRAP_CODE_BAD_SIGNATURE: return "indirect call type mismatch";
        case WASMTIME_TRAP_CODE_INTEGER_OVERFLOW: return "integer overflow";
        case WASMTIME_TRAP_CODE_INTEGER_DIVISION_BY_ZERO: return "integer divide by zero";
        case WASMTIME_TRAP_CODE_BAD_CONVERSION_TO_INTEGER: return "invalid conversion to integer";
        case WASMTIME_TRAP_CODE_UNREACHABLE_CODE_REACHED: return "wasm `unreachable` instruction executed";
        case WASMTIME_TRAP_CODE_INTERRUPT: return "interrupted: the call exceeded its time budget";
        case WASMTIME_TRAP_CODE_NULL_REFERENCE: return "null reference";
        case WASMTIME_TRAP_CODE_ALLOCATION_TOO_LARGE: return "allocation size too large";
        default: return "wasm trap";
    }
}

std::string frame_text(const wasm_frame_t& frame) {
    const wasm_name_t* name = wasmtime_frame_func_name(&frame);
    if (name == nullptr || name->size == 0) return fmt::format("<wasm function {}>", wasm_frame_func_index(&frame));
    ByteView bytes(reinterpret_cast<const uint8_t*>(name->data), name->size);
    std::string storage;
    return abi::demangled(abi::lossy_utf8(abi::cut_at_character(bytes, kFrameNameBytesMax), storage));
}

std::vector<std::string> take_frames(wasm_frame_vec_t frames) {
    std::vector<std::string> trace;
    for (size_t i = 0; i < std::min(frames.size, abi::kTraceFramesMax); ++i)
        trace.push_back(frame_text(*frames.data[i]));
    wasm_frame_vec_delete(&frames);
    return trace;
}

}  // namespace

std::string error_text(const wasmtime_error_t& error) {
    wasm_name_t message;
    wasmtime_error_message(&error, &message);
    std::string text(message.data, message.size);
    wasm_name_delete(&message);
    return text;
}

GuestFailure guest_failure(ErrorHandle error, TrapHandle trap, const abi::GuestContext& guest) {
    GuestFailure failure;
    wasm_frame_vec_t frames{};
    if (trap) {
        wasm_trap_trace(trap.get(), &frames);
        wasmtime_trap_code_t code = 0;
        bool has_code = wasmtime_trap_code(trap.get(), &code);
        failure.out_of_time = has_code && code == WASMTIME_TRAP_CODE_INTERRUPT;
        failure.text = has_code ? trap_code_text(code) : "wasm trap";
    } else {
        wasmtime_error_wasm_trace(error.get(), &frames);
        failure.text = frames.size == 0 ? error_text(*error) : "a host function failed";
    }
    failure.trace = take_frames(frames);
    if (guest.trapped()) failure.text = guest.trap_text();
    return failure;
}

}  // namespace lightcone::module::engine
