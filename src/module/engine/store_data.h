// SPDX-License-Identifier: Apache-2.0
// What hangs on a wasmtime store: the context of its one instance, and where its memory is.
#pragma once

#include "module/abi/guest_context.h"
#include "module/engine/handles.h"

namespace lightcone::module::engine {

struct StoreData {
    StoreData(const Environment& environment, size_t rows_bytes_max) : guest(environment, rows_bytes_max) {}

    abi::GuestContext guest;
    wasmtime_memory_t memory{};
    // False until instantiation is over: a start function can call host functions before.
    bool memory_known = false;
};

}  // namespace lightcone::module::engine
