// SPDX-License-Identifier: Apache-2.0
// What it costs to enter a guest, to call the host from it, and to run workload W1 in process (no log, no network).
//   LIGHTCONE_TRANSFER_WASM=path  runs W1 with this module as well (reducer number in LIGHTCONE_TRANSFER_REDUCER)
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "module/fake_datastore.h"
#include "module/transfer_module.h"

namespace lightcone::module {
namespace {

constexpr uint32_t kAccounts = 100'000;

Host& host() {
    static std::unique_ptr<Host> shared = std::move(*Host::create({.reducer_budget_ms = 60'000,
                                                                   .instance_memory_bytes = 1ull << 30,
                                                                   .instances_max = 16,
                                                                   .code_cache_directory = {}}));
    return *shared;
}

std::unique_ptr<Instance> instance_of(ByteView wasm, const Environment& environment) {
    auto program = host().compile(wasm);
    if (!program) throw std::runtime_error(program.error().message);
    auto instance = (*program)->instantiate(environment);
    if (!instance) throw std::runtime_error(instance.error().message);
    return std::move(*instance);
}

Bytes wasm_of(std::string_view text) {
    auto wasm = engine::wat_to_wasm(text);
    if (!wasm) throw std::runtime_error(wasm.error().message);
    return *std::move(wasm);
}

std::string loop_module(std::string_view call) {
    return fmt::format(R"((module
(import "spacetime_10.0" "identity" (func $identity (param i32)))
(import "spacetime_10.0" "row_iter_bsatn_close" (func $close (param i32) (result i32)))
(import "spacetime_10.4" "datastore_index_scan_point_bsatn" (func $point (param i32 i32 i32 i32) (result i32)))
(import "spacetime_10.0" "row_iter_bsatn_advance" (func $advance (param i32 i32 i32) (result i32)))
(memory (export "memory") 2)
(func (export "__describe_module__") (param i32))
(func (export "__call_reducer__") (param $n i32) (param i64 i64 i64 i64 i64 i64 i64 i32 i32) (result i32)
  (if (i32.eqz (local.get $n)) (then (return (i32.const 0))))
  (loop $l {} (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1))))) (i32.const 0)))
)",
                       call);
}

void run_loop(benchmark::State& state, std::string_view call, uint32_t iterations) {
    FakeDatastore store;
    store.transaction.rows = {Bytes(12, 1)};
    auto instance = instance_of(wasm_of(loop_module(call)), {.database_identity = {}, .datastore = &store});
    ReducerCall made{.id = ReducerId{iterations}, .name = "loop", .caller = {}, .connection = {}, .args = {}};
    for (auto _ : state) benchmark::DoNotOptimize(instance->call_reducer(store.transaction, made).status);
    if (iterations > 0) {
        state.counters["host call"] =
            benchmark::Counter(static_cast<double>(iterations),
                               benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
    }
}

void enter_and_leave(benchmark::State& state) {
    run_loop(state, "(nop)", 0);
}
void host_call_close(benchmark::State& state) {
    run_loop(state, "(drop (call $close (i32.const 9)))", 1000);
}
void host_call_identity(benchmark::State& state) {
    run_loop(state, "(call $identity (i32.const 64))", 1000);
}
void look_up_in_fake(benchmark::State& state) {
    run_loop(state,
             "(drop (call $point (i32.const 1) (i32.const 64) (i32.const 4) (i32.const 16))) (i32.store (i32.const 12) "
             "(i32.const 65536)) (drop (call $advance (i32.load (i32.const 16)) (i32.const 1024) (i32.const 12)))",
             1000);
}
BENCHMARK(enter_and_leave);
BENCHMARK(host_call_close);
BENCHMARK(host_call_identity);
BENCHMARK(look_up_in_fake);

void run_transfers(benchmark::State& state, ByteView wasm, uint32_t reducer) {
    auto store = create_accounts(kAccounts, 1'000'000'000);
    auto instance = instance_of(wasm, {.database_identity = {}, .datastore = store.get()});
    uint64_t random = 88'172'645'463'325'252;
    for (auto _ : state) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        auto from = static_cast<uint32_t>(random % kAccounts);
        auto to = static_cast<uint32_t>((random >> 32) % kAccounts);
        uint8_t args[16];
        write_transfer_args(args, from, to == from ? (from + 1) % kAccounts : to, 1);
        txn::Transaction& tx = store->begin();
        CallOutcome outcome = instance->call_reducer(
            tx, {.id = ReducerId{reducer}, .name = "transfer", .caller = {}, .connection = {}, .args = args});
        if (outcome.status != CallStatus::Ok) {
            state.SkipWithError(outcome.message.c_str());
            store->rollback();
            return;
        }
        benchmark::DoNotOptimize(store->commit({}).offset);
    }
    state.SetItemsProcessed(state.iterations());
}

void transfer(benchmark::State& state) {
    run_transfers(state, wasm_of(kTransferModule), 0);
}
BENCHMARK(transfer);

void transfer_from_file(benchmark::State& state) {
    const char* path = std::getenv("LIGHTCONE_TRANSFER_WASM");
    if (path == nullptr) return state.SkipWithError("LIGHTCONE_TRANSFER_WASM is not set");
    std::ifstream file(path, std::ios::binary);
    Bytes wasm{std::istreambuf_iterator<char>(file), {}};
    const char* reducer = std::getenv("LIGHTCONE_TRANSFER_REDUCER");
    run_transfers(state, wasm, reducer == nullptr ? 0 : static_cast<uint32_t>(std::atoi(reducer)));
}
BENCHMARK(transfer_from_file);

void instantiate(benchmark::State& state) {
    auto program = *host().compile(wasm_of(kTransferModule));
    for (auto _ : state) benchmark::DoNotOptimize((*program->instantiate({}))->alive());
}
BENCHMARK(instantiate);

}  // namespace
}  // namespace lightcone::module
