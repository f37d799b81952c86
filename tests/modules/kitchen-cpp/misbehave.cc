// SPDX-License-Identifier: Apache-2.0
// Reducers that end badly. Each must be rolled back, named in the log, and leave the next call working.
#include <cassert>
#include <cstdio>

#include "types.h"

using namespace lightcone;

extern Table<Note, StoredAs<"secret_notes">> notes;

// Every reducer here first writes a note, which must be gone afterwards.
static void leave_trace(ReducerContext& ctx) {
    ctx.db[notes].insert({"must be rolled back"});
}

Outcome refuse(ReducerContext& ctx, std::string reason) {
    leave_trace(ctx);
    return error(reason);
}
LIGHTCONE_REDUCER(refuse, reason);

void panic_now(ReducerContext& ctx, std::string text) {
    leave_trace(ctx);
    panic("panic as asked: {}", text);
}
LIGHTCONE_REDUCER(panic_now, text);

void assert_false(ReducerContext& ctx) {
    leave_trace(ctx);
    assert(ctx.timestamp.micros < 0);
}
LIGHTCONE_REDUCER(assert_false);

void abort_now(ReducerContext& ctx) {
    leave_trace(ctx);
    std::abort();
}
LIGHTCONE_REDUCER(abort_now);

void trap_now(ReducerContext& ctx) {
    leave_trace(ctx);
    __builtin_trap();
}
LIGHTCONE_REDUCER(trap_now);

void divide(ReducerContext& ctx, int32_t by) {
    leave_trace(ctx);
    ctx.log.info("1000 / {} = {}", by, 1000 / by);
}
LIGHTCONE_REDUCER(divide, by);

void read_out_of_bounds(ReducerContext& ctx) {
    leave_trace(ctx);
    const volatile uint32_t* far_away = reinterpret_cast<const uint32_t*>(0xFFFFFFF0u);
    ctx.log.info("{}", uint32_t{*far_away});
}
LIGHTCONE_REDUCER(read_out_of_bounds);

void loop_for_ever(ReducerContext& ctx) {
    leave_trace(ctx);
    volatile uint64_t turns = 0;
    for (;;) turns = turns + 1;
}
LIGHTCONE_REDUCER(loop_for_ever);

void take_all_memory(ReducerContext& ctx) {
    leave_trace(ctx);
    std::vector<std::string*> blocks;
    for (;;) blocks.push_back(new std::string(16 * 1024 * 1024, 'x'));
}
LIGHTCONE_REDUCER(take_all_memory);

#pragma clang diagnostic ignored "-Winfinite-recursion"

// Not a tail call: each turn needs its own frame.
[[gnu::noinline]] static uint64_t dig(uint64_t depth, volatile char* above) {
    volatile char frame[64];
    frame[depth % 64] = static_cast<char>(*above + 1);
    return dig(depth + 1, frame) + static_cast<uint64_t>(frame[depth % 64]);
}

void recurse_for_ever(ReducerContext& ctx) {
    leave_trace(ctx);
    volatile char start = 0;
    ctx.log.info("{}", dig(1, &start));
}
LIGHTCONE_REDUCER(recurse_for_ever);

// Takes long but ends: steps of a cheap calculation.
void be_slow(ReducerContext& ctx, uint64_t steps) {
    Rng rng(static_cast<uint64_t>(ctx.timestamp.micros));
    uint64_t mixed = 0;
    for (uint64_t i = 0; i < steps; ++i) mixed ^= rng();
    ctx.log.debug("mixed {}", mixed);
}
LIGHTCONE_REDUCER(be_slow, steps);

void log_all_levels(ReducerContext& ctx, std::string text) {
    ctx.log.error("error {}", text);
    ctx.log.warn("warn {}", text);
    ctx.log.info("info {}", text);
    ctx.log.debug("debug {}", text);
    ctx.log.trace("trace {}", text);
    ctx.log.info("");
    std::puts("standard output");
    Stopwatch stopwatch("work");
}
LIGHTCONE_REDUCER(log_all_levels, text);

void log_values(ReducerContext& ctx) {
    ctx.log.info("{} {} {}", int8_t{-128}, uint64_t{18446744073709551615u}, i128{-1} << 127);
    ctx.log.info("{} {} {{}}", 0.1, 1.0f);
    ctx.log.info("{} {}", true, Colour::DarkBlue);
    ctx.log.info("{} {}", Timestamp{1686000000123456}, TimeDuration{-250});
    ctx.log.info("{} {}", Timestamp{-1}, Timestamp{951782400000000});
    ctx.log.info("{} {}", std::optional<uint32_t>{}, std::optional<uint32_t>{5});
}
LIGHTCONE_REDUCER(log_values);
