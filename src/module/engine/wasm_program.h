// SPDX-License-Identifier: Apache-2.0
// Compiled code, linked with the host functions: what instances are made of. Immutable; any thread.
#pragma once

#include "module/engine/wasm_instance.h"

namespace lightcone::module::engine {

class WasmProgram final : public Program {
  public:
    WasmProgram(wasm_engine_t& engine, EpochTicker& ticker, InstanceLimits limits, Hash32 hash,
                abi::Initialisers initialisers, ModuleHandle module, InstancePreHandle code)
        : engine_(engine),
          ticker_(ticker),
          limits_(limits),
          hash_(hash),
          initialisers_(std::move(initialisers)),
          module_(std::move(module)),
          code_(std::move(code)) {}

    const Hash32& hash() const override { return hash_; }
    Result<std::unique_ptr<Instance>> instantiate(const Environment& environment) const override {
        return TRY(WasmInstance::create(engine_, ticker_, *code_, initialisers_, limits_, environment));
    }
    const wasmtime_module_t& module() const { return *module_; }

  private:
    wasm_engine_t& engine_;
    EpochTicker& ticker_;
    InstanceLimits limits_;
    Hash32 hash_;
    abi::Initialisers initialisers_;
    ModuleHandle module_;
    InstancePreHandle code_;
};

}  // namespace lightcone::module::engine
