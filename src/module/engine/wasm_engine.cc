// SPDX-License-Identifier: Apache-2.0
#include "module/engine/wasm_engine.h"

#include <sys/mman.h>
#include <wasmtime/linker.h>

#include "base/assert.h"
#include "base/limits.h"
#include "module/engine/epoch_ticker.h"
#include "module/engine/export_types.h"
#include "module/engine/host_linker.h"
#include "module/engine/wasm_program.h"

#ifdef __SANITIZE_THREAD__
// A guest's trap is a signal that the guest's own code raises, so the engine's handler may allocate: nothing of the
// host is interrupted in the middle. ThreadSanitizer cannot know that.
extern "C" const char* __tsan_default_options() {
    return "report_signal_unsafe=0";
}
#endif

namespace lightcone::module::engine {

namespace {

// Each memory may grow to 4 GiB where it lies, and what lies behind it is a guard: 32-bit addresses need no checks.
constexpr uint64_t kMemoryReservationBytes = 4ull << 30;
constexpr uint64_t kMemoryGuardBytes = 32ull << 20;
constexpr size_t kInstanceStateBytesMax = 4u << 20;

using PoolConfig =
    std::unique_ptr<wasmtime_pooling_allocation_config_t, Release<wasmtime_pooling_allocation_config_delete>>;

// The engine aborts the process when it is refused its address space, so ask first.
Result<void> check_address_space(const Host::Options& options) {
    size_t bytes = (kMemoryReservationBytes + kMemoryGuardBytes) * (size_t{options.instances_max} + 1);
    void* space = mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (space == MAP_FAILED) {
        return fail(
            ErrorCode::LimitExceeded,
            "the system does not reserve {} GiB of address space for {} instances: lower the number of instances "
            "or raise the limit (ulimit -v)",
            bytes >> 30, options.instances_max);
    }
    munmap(space, bytes);
    return {};
}

void configure_pool(wasm_config_t& config, const Host::Options& options) {
    PoolConfig pool(wasmtime_pooling_allocation_config_new());
    wasmtime_pooling_allocation_config_total_core_instances_set(pool.get(), options.instances_max);
    wasmtime_pooling_allocation_config_total_memories_set(pool.get(), options.instances_max);
    wasmtime_pooling_allocation_config_total_tables_set(pool.get(), 2 * options.instances_max);
    wasmtime_pooling_allocation_config_max_memories_per_module_set(pool.get(), 1);
    wasmtime_pooling_allocation_config_max_tables_per_module_set(pool.get(), kTablesMax);
    wasmtime_pooling_allocation_config_table_elements_set(pool.get(), kTableElementsMax);
    wasmtime_pooling_allocation_config_max_core_instance_size_set(pool.get(), kInstanceStateBytesMax);
    wasmtime_pooling_allocation_config_max_memory_size_set(pool.get(), kMemoryReservationBytes);
    wasmtime_pooling_allocation_strategy_set(&config, pool.get());
}

// Proposals that no official module library needs are off, to keep what hostile code can reach small.
void configure_proposals(wasm_config_t& config) {
    wasmtime_config_wasm_tail_call_set(&config, true);
    wasmtime_config_wasm_simd_set(&config, true);
    wasmtime_config_wasm_relaxed_simd_set(&config, true);
    wasmtime_config_wasm_bulk_memory_set(&config, true);
    wasmtime_config_wasm_multi_value_set(&config, true);
    wasmtime_config_wasm_multi_memory_set(&config, false);
    wasmtime_config_wasm_memory64_set(&config, false);
    wasmtime_config_wasm_wide_arithmetic_set(&config, false);
    wasmtime_config_wasm_custom_page_sizes_set(&config, false);
    wasmtime_config_wasm_stack_switching_set(&config, false);
}

EngineHandle create_engine(const Host::Options& options) {
    wasm_config_t* config = wasm_config_new();
    wasmtime_config_epoch_interruption_set(config, true);
    wasmtime_config_max_wasm_stack_set(config, kWasmStackBytes);
    wasmtime_config_memory_reservation_set(config, kMemoryReservationBytes);
    wasmtime_config_memory_guard_size_set(config, kMemoryGuardBytes);
    wasmtime_config_memory_may_move_set(config, false);
    wasmtime_config_memory_init_cow_set(config, true);
    // A thread pool of the engine's would stay for ever; publishing is rare and moves to its own process.
    wasmtime_config_parallel_compilation_set(config, false);
    configure_proposals(*config);
    configure_pool(*config, options);
    return EngineHandle(wasm_engine_new_with_config(config));
}

class Engine final : public WasmEngine {
  public:
    Engine(EngineHandle engine, LinkerHandle linker, InstanceLimits limits)
        : engine_(std::move(engine)), linker_(std::move(linker)), limits_(limits), ticker_(*engine_) {}

    Result<std::shared_ptr<const Program>> compile(ByteView wasm, const Hash32& hash,
                                                   abi::Initialisers initialisers) override {
        wasmtime_module_t* module = nullptr;
        ErrorHandle error(wasmtime_module_new(engine_.get(), wasm.data(), wasm.size(), &module));
        if (error) return fail(ErrorCode::InvalidArgument, "cannot compile the module: {}", error_text(*error));
        return link(ModuleHandle(module), hash, std::move(initialisers));
    }

    std::string version() const override { return "wasmtime " WASMTIME_VERSION; }

    Result<Bytes> serialize(const Program& program) override {
        const auto* wasm = dynamic_cast<const WasmProgram*>(&program);
        ASSERT(wasm != nullptr);
        wasm_byte_vec_t code;
        ErrorHandle error(wasmtime_module_serialize(&wasm->module(), &code));
        if (error) return fail(ErrorCode::Internal, "cannot serialize compiled code: {}", error_text(*error));
        Bytes bytes(code.data, code.data + code.size);
        wasm_byte_vec_delete(&code);
        return bytes;
    }

    Result<std::shared_ptr<const Program>> deserialize(ByteView code, const Hash32& hash,
                                                       abi::Initialisers initialisers) override {
        wasmtime_module_t* module = nullptr;
        ErrorHandle error(wasmtime_module_deserialize(engine_.get(), code.data(), code.size(), &module));
        if (error) return fail(ErrorCode::FailedPrecondition, "cannot use cached code: {}", error_text(*error));
        return link(ModuleHandle(module), hash, std::move(initialisers));
    }

  private:
    Result<std::shared_ptr<const Program>> link(ModuleHandle module, const Hash32& hash,
                                                abi::Initialisers initialisers) {
        TRY_VOID(verify_export_types(*module, initialisers));
        wasmtime_instance_pre_t* code = nullptr;
        ErrorHandle error(wasmtime_linker_instantiate_pre(linker_.get(), module.get(), &code));
        if (error) return fail(ErrorCode::InvalidArgument, "cannot link the module: {}", error_text(*error));
        return std::make_shared<WasmProgram>(*engine_, ticker_, limits_, hash, std::move(initialisers),
                                             std::move(module), InstancePreHandle(code));
    }

    EngineHandle engine_;
    LinkerHandle linker_;
    InstanceLimits limits_;
    EpochTicker ticker_;
};

}  // namespace

Result<std::unique_ptr<WasmEngine>> WasmEngine::create(const Host::Options& options) {
    if (options.instances_max == 0 || options.reducer_budget_ms == 0) {
        return fail(ErrorCode::InvalidArgument, "module host: instances_max and reducer_budget_ms must not be 0");
    }
    TRY_VOID(check_address_space(options));
    EngineHandle engine = create_engine(options);
    if (!engine) return fail(ErrorCode::Internal, "the WebAssembly engine does not start with this configuration");
    LinkerHandle linker = TRY(create_host_linker(*engine));
    // One tick more than asked: the first one is already running.
    InstanceLimits limits{.memory_bytes = std::min(options.instance_memory_bytes, kMemoryReservationBytes),
                          .budget_ticks = (options.reducer_budget_ms + kEpochTickMs - 1) / kEpochTickMs + 1};
    return std::make_unique<Engine>(std::move(engine), std::move(linker), limits);
}

}  // namespace lightcone::module::engine
