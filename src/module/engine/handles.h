// SPDX-License-Identifier: Apache-2.0
// Owners of wasmtime's objects, and its errors as text.
#pragma once

#include <wasmtime.h>

#include <memory>
#include <string>

#include "base/result.h"

namespace lightcone::module::engine {

template <auto release>
struct Release {
    template <typename T>
    void operator()(T* object) const {
        release(object);
    }
};

using EngineHandle = std::unique_ptr<wasm_engine_t, Release<wasm_engine_delete>>;
using LinkerHandle = std::unique_ptr<wasmtime_linker_t, Release<wasmtime_linker_delete>>;
using ModuleHandle = std::unique_ptr<wasmtime_module_t, Release<wasmtime_module_delete>>;
using InstancePreHandle = std::unique_ptr<wasmtime_instance_pre_t, Release<wasmtime_instance_pre_delete>>;
using StoreHandle = std::unique_ptr<wasmtime_store_t, Release<wasmtime_store_delete>>;
using FunctionTypeHandle = std::unique_ptr<wasm_functype_t, Release<wasm_functype_delete>>;
using ErrorHandle = std::unique_ptr<wasmtime_error_t, Release<wasmtime_error_delete>>;
using TrapHandle = std::unique_ptr<wasm_trap_t, Release<wasm_trap_delete>>;

// The engine's text. Not for errors that come out of running guest code: it would spell out the guest's function names,
// whose demangling a hostile module can make arbitrarily slow (see guest_failure.h).
std::string error_text(const wasmtime_error_t& error);

}  // namespace lightcone::module::engine
