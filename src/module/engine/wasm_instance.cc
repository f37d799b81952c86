// SPDX-License-Identifier: Apache-2.0
#include "module/engine/wasm_instance.h"

#include <array>

#include "base/assert.h"
#include "base/limits.h"
#include "module/abi/text.h"

namespace lightcone::module::engine {

namespace {

uint64_t word(const uint8_t* bytes, size_t index) {
    return load_le<uint64_t>(bytes + index * sizeof(uint64_t));
}

wasmtime_val_raw_t raw_i32(uint32_t value) {
    wasmtime_val_raw_t raw;
    raw.i32 = static_cast<int32_t>(value);
    return raw;
}

wasmtime_val_raw_t raw_i64(uint64_t value) {
    wasmtime_val_raw_t raw;
    raw.i64 = static_cast<int64_t>(value);
    return raw;
}

}  // namespace

WasmInstance::WasmInstance(wasm_engine_t& engine, EpochTicker& ticker, const InstanceLimits& limits,
                           const Environment& environment)
    : ticker_(ticker),
      limits_(limits),
      data_(environment, limits.memory_bytes),
      store_(wasmtime_store_new(&engine, &data_, nullptr)),
      context_(wasmtime_store_context(store_.get())) {
    wasmtime_store_limiter(store_.get(), static_cast<int64_t>(limits.memory_bytes), kTableElementsMax, 1, kTablesMax,
                           1);
    ticker_.add_user();
}

WasmInstance::~WasmInstance() {
    ticker_.remove_user();
}

Result<std::unique_ptr<WasmInstance>> WasmInstance::create(wasm_engine_t& engine, EpochTicker& ticker,
                                                           const wasmtime_instance_pre_t& code,
                                                           const abi::Initialisers& initialisers,
                                                           const InstanceLimits& limits,
                                                           const Environment& environment) {
    std::unique_ptr<WasmInstance> instance(new WasmInstance(engine, ticker, limits, environment));
    TRY_VOID(instance->instantiate(code));
    auto initialised = instance->initialise(initialisers);
    instance->data_.guest.end_call();
    TRY_VOID(std::move(initialised));
    return instance;
}

Result<void> WasmInstance::instantiate(const wasmtime_instance_pre_t& code) {
    wasmtime_context_set_epoch_deadline(context_, limits_.budget_ticks);
    wasm_trap_t* trap = nullptr;
    ErrorHandle error(wasmtime_instance_pre_instantiate(&code, context_, &instance_, &trap));
    if (error || trap != nullptr) {
        GuestFailure failure = guest_failure(std::move(error), TrapHandle(trap), data_.guest);
        data_.guest.console.flush_panic(failure.trace);
        bool full = failure.text.find("maximum concurrent") != std::string::npos;
        return fail(full ? ErrorCode::Unavailable : ErrorCode::InvalidArgument, "error instantiating module: {}",
                    failure.text);
    }
    wasmtime_extern_t item;
    bool found =
        wasmtime_instance_export_get(context_, &instance_, abi::kMemoryExport.data(), abi::kMemoryExport.size(), &item);
    if (!found || item.kind != WASMTIME_EXTERN_MEMORY) {
        return fail(ErrorCode::InvalidArgument,
                    "there should be a memory export called \"memory\" but it does not exist");
    }
    data_.memory = item.of.memory;
    data_.memory_known = true;
    call_reducer_ = TRY(function(abi::kCallReducerExport));
    return {};
}

Result<wasmtime_func_t> WasmInstance::function(std::string_view name) {
    wasmtime_extern_t item;
    bool found = wasmtime_instance_export_get(context_, &instance_, name.data(), name.size(), &item);
    if (found && item.kind == WASMTIME_EXTERN_FUNC) return item.of.func;
    if (found) wasmtime_extern_delete(&item);
    return fail(ErrorCode::InvalidArgument, "there should be a function called {} but it does not exist",
                abi::quoted(name));
}

bool WasmInstance::enter(const wasmtime_func_t& function, std::span<wasmtime_val_raw_t> values, GuestFailure& failure) {
    wasm_trap_t* trap = nullptr;
    wasmtime_error_t* error = wasmtime_func_call_unchecked(context_, &function, values.data(), values.size(), &trap);
    if (error == nullptr && trap == nullptr) [[likely]]
        return true;
    alive_ = false;
    failure = guest_failure(ErrorHandle(error), TrapHandle(trap), data_.guest);
    data_.guest.console.flush_panic(failure.trace);
    return false;
}

Result<void> WasmInstance::initialise(const abi::Initialisers& initialisers) {
    wasmtime_context_set_epoch_deadline(context_, limits_.budget_ticks);
    if (initialisers.initialize) TRY_VOID(run_plain(abi::kInitializeExport));
    for (const std::string& name : initialisers.preinit) TRY_VOID(run_plain(name));
    if (initialisers.setup) TRY_VOID(run_setup());
    TRY_VOID(run_describe());
    data_.guest.console.flush_panic({});
    return {};
}

Result<void> WasmInstance::run_plain(std::string_view name) {
    wasmtime_func_t called = TRY(function(name));
    std::array<wasmtime_val_raw_t, 1> values{};
    GuestFailure failure;
    if (enter(called, std::span(values).first(0), failure)) return {};
    return fail(ErrorCode::InvalidArgument, "wasm trap while calling {}: {}", abi::quoted(name), failure.text);
}

Result<void> WasmInstance::run_setup() {
    wasmtime_func_t called = TRY(function(abi::kSetupExport));
    uint32_t sink = data_.guest.sinks.open();
    std::array values{raw_i32(sink)};
    GuestFailure failure;
    if (!enter(called, values, failure)) {
        return fail(ErrorCode::InvalidArgument, "wasm trap while calling {}: {}", abi::quoted(abi::kSetupExport),
                    failure.text);
    }
    int32_t code = values[0].i32;
    if (code == 0) return {};
    alive_ = false;
    if (code == 1) return fail(ErrorCode::InvalidArgument, "setup function returned an error: {}", sink_text(sink));
    return fail(ErrorCode::InvalidArgument, "setup function returned unexpected code {}", code);
}

Result<void> WasmInstance::run_describe() {
    wasmtime_func_t called = TRY(function(abi::kDescribeExport));
    uint32_t sink = data_.guest.sinks.open();
    std::array values{raw_i32(sink)};
    GuestFailure failure;
    if (!enter(called, values, failure)) {
        return fail(ErrorCode::InvalidArgument, "error getting module description: {}", failure.text);
    }
    ByteView written = data_.guest.sinks.written(sink);
    if (written.size() > kModuleDefBytesMax) {
        return fail(ErrorCode::LimitExceeded, "error getting module description: {} bytes (limit {})", written.size(),
                    kModuleDefBytesMax);
    }
    description_.assign(written.begin(), written.end());
    return {};
}

std::string WasmInstance::sink_text(uint32_t sink) {
    std::string storage;
    return std::string(abi::lossy_utf8(data_.guest.sinks.written(sink), storage));
}

CallOutcome WasmInstance::call_reducer(txn::Transaction& tx, const ReducerCall& call) {
    ASSERT(alive_, "reducer {} called on a dead instance", call.name);
    DEBUG_ASSERT(data_.guest.environment().datastore != nullptr);
    abi::GuestContext& guest = data_.guest;
    guest.transaction = &tx;
    guest.console.set_function(call.name);
    uint32_t args = guest.sources.open_borrowed(call.args);
    uint32_t sink = guest.sinks.open();
    const uint8_t* sender = call.caller.le.data();
    const uint8_t* connection = call.connection.le.data();
    std::array values{raw_i32(call.id.value),
                      raw_i64(word(sender, 0)),
                      raw_i64(word(sender, 1)),
                      raw_i64(word(sender, 2)),
                      raw_i64(word(sender, 3)),
                      raw_i64(word(connection, 0)),
                      raw_i64(word(connection, 1)),
                      raw_i64(static_cast<uint64_t>(call.timestamp_micros)),
                      raw_i32(args),
                      raw_i32(sink)};
    wasmtime_context_set_epoch_deadline(context_, limits_.budget_ticks);
    CallOutcome outcome;
    GuestFailure failure;
    if (!enter(call_reducer_, values, failure)) [[unlikely]] {
        outcome = {failure.out_of_time ? CallStatus::OutOfEnergy : CallStatus::Trap, std::move(failure.text)};
    } else if (int32_t code = values[0].i32; code != 0) [[unlikely]] {
        if (code == 1) {
            outcome = {CallStatus::UserError, sink_text(sink)};
        } else {
            outcome = {CallStatus::BadReturnCode,
                       fmt::format("reducer {} returned code {}", abi::quoted(call.name), code)};
        }
    }
    if (guest.console.has_pending_panic()) [[unlikely]]
        guest.console.flush_panic({});
    guest.end_call();
    return outcome;
}

}  // namespace lightcone::module::engine
