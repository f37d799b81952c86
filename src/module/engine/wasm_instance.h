// SPDX-License-Identifier: Apache-2.0
// One instance: a store with the guest's memory and globals, its handles, and the way into its exports.
// Thread: one at a time, any (a turn moves between threads). Needs kWasmStackBytes of stack and some for host
// functions.
#pragma once

#include "module/abi/module_checks.h"
#include "module/engine/epoch_ticker.h"
#include "module/engine/guest_failure.h"
#include "module/engine/store_data.h"
#include "module/program.h"

namespace lightcone::module::engine {

// Tables one instance may have, and elements of each.
inline constexpr uint32_t kTablesMax = 4;
inline constexpr uint32_t kTableElementsMax = 1u << 17;

struct InstanceLimits {
    uint64_t memory_bytes;
    uint64_t budget_ticks;  // epoch ticks that one call, or all initialisers together, may run
};

class WasmInstance final : public Instance {
  public:
    // Instantiates and runs the initialisers (spec: module ABI §8.2). Errors: InvalidArgument with the texts of the
    // module ABI, Unavailable when the engine has no instance left.
    static Result<std::unique_ptr<WasmInstance>> create(wasm_engine_t& engine, EpochTicker& ticker,
                                                        const wasmtime_instance_pre_t& code,
                                                        const abi::Initialisers& initialisers,
                                                        const InstanceLimits& limits, const Environment& environment);
    ~WasmInstance() override;

    ByteView description() const override { return description_; }
    CallOutcome call_reducer(txn::Transaction& tx, const ReducerCall& call) override;
    bool alive() const override { return alive_; }

  private:
    WasmInstance(wasm_engine_t& engine, EpochTicker& ticker, const InstanceLimits& limits,
                 const Environment& environment);

    Result<void> instantiate(const wasmtime_instance_pre_t& code);
    Result<void> initialise(const abi::Initialisers& initialisers);
    Result<void> run_setup();
    Result<void> run_describe();
    Result<wasmtime_func_t> function(std::string_view name);
    // Enters the guest. False: it stopped, `failure` says why and the instance is dead.
    bool enter(const wasmtime_func_t& function, std::span<wasmtime_val_raw_t> values, GuestFailure& failure);
    // Calls an initialiser without parameters.
    Result<void> run_plain(std::string_view name);
    std::string sink_text(uint32_t sink);

    EpochTicker& ticker_;
    InstanceLimits limits_;
    StoreData data_;
    StoreHandle store_;
    wasmtime_context_t* context_;
    wasmtime_instance_t instance_{};
    wasmtime_func_t call_reducer_{};
    Bytes description_;
    bool alive_ = true;
};

}  // namespace lightcone::module::engine
