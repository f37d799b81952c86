// SPDX-License-Identifier: Apache-2.0
// Life of an instance: order and failures of its initialisers, outcomes of calls, and what stops a guest that does not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <time.h>

#include <chrono>

#include "module/guest_script.h"

namespace lightcone::module {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kReducerHead =
    "(func (export \"__call_reducer__\") (param $id i32) (param $s0 i64) (param $s1 i64) (param $s2 i64) (param $s3 "
    "i64) "
    "(param $c0 i64) (param $c1 i64) (param $timestamp i64) (param $args i32) (param $sink i32) (result i32) ";

// A module with the imports used here, `parts`, and a reducer with this body.
std::string module_text(std::string_view body, std::string_view parts = "",
                        std::string_view describe = "(func (export \"__describe_module__\") (param i32))") {
    return fmt::format(R"((module $guest
(import "spacetime_10.0" "console_log" (func $console_log (param i32 i32 i32 i32 i32 i32 i32 i32)))
(import "spacetime_10.0" "bytes_sink_write" (func $sink_write (param i32 i32 i32) (result i32)))
(import "spacetime_10.0" "bytes_source_read" (func $source_read (param i32 i32 i32) (result i32)))
(import "spacetime_10.0" "index_id_from_name" (func $index_id (param i32 i32 i32) (result i32)))
(import "spacetime_10.3" "procedure_start_mut_tx" (func $start_tx (param i32) (result i32)))
(memory (export "memory") 1)
(func $log (param $at i32) (param $len i32)
  (call $console_log (i32.const 2) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const -1) (local.get $at) (local.get $len)))
(func $write (param $sink i32) (param $at i32) (param $len i32)
  (i32.store (i32.const 8) (local.get $len))
  (if (call $sink_write (local.get $sink) (local.get $at) (i32.const 8)) (then unreachable)))
(data (i32.const 100) "abcdefghij")
{}
{}
{} {}))
)",
                       parts, describe, kReducerHead, body);
}

std::string instantiate_error(Guest& guest) {
    auto made = guest.program->instantiate(guest.environment);
    return made ? "" : made.error().message;
}

Host::Options with_budget(uint32_t milliseconds) {
    Host::Options options = test_options();
    options.reducer_budget_ms = milliseconds;
    return options;
}

std::vector<std::string> messages(const RecordingLog& log) {
    std::vector<std::string> all;
    for (const RecordedLine& line : log.lines) all.push_back(line.message);
    return all;
}

TEST(WasmInstance, initialisers_run_in_order_once_per_instance) {
    Guest guest{module_text("(i32.const 0)", R"(
(func $start (call $log (i32.const 100) (i32.const 1))) (start $start)
(func (export "__preinit__20_b") (call $log (i32.const 103) (i32.const 1)))
(func (export "__preinit__10_a") (call $log (i32.const 102) (i32.const 1)))
(func (export "__preinit__") (call $log (i32.const 102) (i32.const 2)))
(func (export "_initialize") (call $log (i32.const 101) (i32.const 1)))
(func (export "_start") unreachable)
(func (export "__setup__") (param i32) (result i32) (call $log (i32.const 104) (i32.const 1)) (i32.const 0))
)",
                            R"((func (export "__describe_module__") (param $sink i32)
  (call $log (i32.const 105) (i32.const 1)) (call $write (local.get $sink) (i32.const 106) (i32.const 2))
  (call $write (local.get $sink) (i32.const 108) (i32.const 2)) (i32.store (i32.const 8) (i32.const 0))))")};
    for (int i = 0; i < 2; ++i) {
        guest.log.lines.clear();
        guest.renew();
        EXPECT_THAT(messages(guest.log), ElementsAre("a", "b", "cd", "c", "d", "e", "f"));
        EXPECT_EQ(as_text(guest.instance->description()), "ghij");
        EXPECT_TRUE(guest.instance->alive());
    }
    guest.call(0);
    EXPECT_EQ(guest.log.lines.size(), 7u);
}

TEST(WasmInstance, initialize_of_another_type_is_ignored) {
    Guest guest{module_text("(i32.const 0)", "(func (export \"_initialize\") (param i32) unreachable)")};
    EXPECT_EQ(guest.call(0).status, CallStatus::Ok);
}

TEST(WasmInstance, there_is_no_transaction_while_initialising) {
    Guest guest{module_text("(i32.const 0)", "",
                            R"((func (export "__describe_module__") (param $sink i32)
  (if (i32.ne (call $index_id (i32.const 100) (i32.const 1) (i32.const 16)) (i32.const 2)) (then unreachable))))")};
    EXPECT_EQ(instantiate_error(guest), "");
    Guest opens{module_text("(i32.const 0)", "(func (export \"__preinit__\") (drop (call $start_tx (i32.const 8))))")};
    EXPECT_THAT(instantiate_error(opens), HasSubstr("no transaction can be opened while a module initialises"));
}

TEST(WasmInstance, failures_of_initialisers_have_their_texts) {
    Guest start{module_text("(i32.const 0)", "(func $s unreachable) (start $s)")};
    EXPECT_EQ(instantiate_error(start), "error instantiating module: wasm `unreachable` instruction executed");

    Guest preinit{module_text("(i32.const 0)", "(func (export \"__preinit__10\") unreachable)")};
    EXPECT_EQ(instantiate_error(preinit),
              "wasm trap while calling \"__preinit__10\": wasm `unreachable` instruction executed");

    Guest initialize{
        module_text("(i32.const 0)", "(func (export \"_initialize\") (drop (i32.div_u (i32.const 1) (i32.const 0))))")};
    EXPECT_EQ(instantiate_error(initialize), "wasm trap while calling \"_initialize\": integer divide by zero");

    Guest setup{module_text("(i32.const 0)", R"((func (export "__setup__") (param $sink i32) (result i32)
  (call $write (local.get $sink) (i32.const 100) (i32.const 3)) (i32.const 1)))")};
    EXPECT_EQ(instantiate_error(setup), "setup function returned an error: abc");

    Guest setup_code{
        module_text("(i32.const 0)", "(func (export \"__setup__\") (param i32) (result i32) (i32.const 2))")};
    EXPECT_EQ(instantiate_error(setup_code), "setup function returned unexpected code 2");

    Guest describe{module_text("(i32.const 0)", "", "(func (export \"__describe_module__\") (param i32) unreachable)")};
    EXPECT_EQ(instantiate_error(describe), "error getting module description: wasm `unreachable` instruction executed");
}

TEST(WasmInstance, start_function_may_call_the_host) {
    Guest guest{module_text("(i32.const 0)",
                            "(func $s (drop (call $index_id (i32.const 0) (i32.const 1) (i32.const 8)))) (start $s)")};
    EXPECT_EQ(instantiate_error(guest), "error instantiating module: null pointer passed to a spacetime function");
}

TEST(WasmInstance, arguments_arrive_as_the_abi_says) {
    // Stores everything in the first words of memory and returns it through the error sink.
    Guest guest{module_text(R"(
(i32.store (i32.const 200) (local.get $id)) (i64.store (i32.const 204) (local.get $s0)) (i64.store (i32.const 212) (local.get $s1))
(i64.store (i32.const 220) (local.get $s2)) (i64.store (i32.const 228) (local.get $s3)) (i64.store (i32.const 236) (local.get $c0))
(i64.store (i32.const 244) (local.get $c1)) (i64.store (i32.const 252) (local.get $timestamp)) (i32.store (i32.const 260) (local.get $args))
(call $write (local.get $sink) (i32.const 200) (i32.const 64)) (i32.const 1))")};
    guest.renew();
    ReducerCall call{.id = ReducerId{0x41},
                     .name = "r",
                     .caller = {},
                     .connection = {},
                     .timestamp_micros = 0x2122232425262728,
                     .args = {}};
    constexpr std::string_view kSender = "abcdefghijklmnopqrstuvwxyzABCDEF";
    constexpr std::string_view kConnection = "0123456789GHIJKL";
    std::copy(kSender.begin(), kSender.end(), call.caller.le.begin());
    std::copy(kConnection.begin(), kConnection.end(), call.connection.le.begin());
    std::string expected("A\0\0\0", 4);
    expected += kSender;
    expected += kConnection;
    expected += "('&%$#\"!";
    expected += std::string(4, '\0');
    CallOutcome outcome = guest.instance->call_reducer(guest.store.transaction, call);
    EXPECT_EQ(outcome.status, CallStatus::UserError);
    EXPECT_EQ(outcome.message, expected);
    call.args = as_bytes("x");
    outcome = guest.instance->call_reducer(guest.store.transaction, call);
    EXPECT_EQ(outcome.message.back(), '\0');
    EXPECT_EQ(outcome.message[60], 1);  // a source now
}

TEST(WasmInstance, return_codes) {
    Guest guest{module_text(
        "(call $write (local.get $sink) (i32.const 100) (i32.const 2)) (i32.sub (local.get $id) (i32.const 1))")};
    EXPECT_EQ(guest.call(1).status, CallStatus::Ok);
    CallOutcome user = guest.call(2);
    EXPECT_EQ(user.status, CallStatus::UserError);
    EXPECT_EQ(user.message, "ab");
    CallOutcome bad = guest.call(0);
    EXPECT_EQ(bad.status, CallStatus::BadReturnCode);
    EXPECT_EQ(bad.message, "reducer \"reducer_name\" returned code -1");
    EXPECT_EQ(guest.call(3).status, CallStatus::BadReturnCode);
    EXPECT_TRUE(guest.instance->alive());
}

TEST(WasmInstance, a_trap_ends_the_instance_and_a_new_one_works) {
    Guest guest{module_text(R"((global.set $calls (i32.add (global.get $calls) (i32.const 1)))
(if (i32.eq (local.get $id) (i32.const 9)) (then (unreachable))) (i32.add (global.get $calls) (i32.const 1)))",
                            "(global $calls (mut i32) (i32.const 0))")};
    EXPECT_THAT(guest.call(0).message, HasSubstr("code 2"));
    EXPECT_THAT(guest.call(0).message, HasSubstr("code 3"));
    CallOutcome outcome = guest.call(9);
    EXPECT_EQ(outcome.status, CallStatus::Trap);
    EXPECT_EQ(outcome.message, "wasm `unreachable` instruction executed");
    EXPECT_FALSE(guest.instance->alive());
    EXPECT_THAT(guest.call(0).message, HasSubstr("code 2"));
}

TEST(WasmInstance, panics_show_readable_frames) {
    Guest guest{module_text("(call $_ZN4game5spawn17h0123456789abcdefE) (i32.const 0)", R"(
(func $_ZN4core9panicking5panic17hfedcba9876543210E
  (call $console_log (i32.const 101) (i32.const 100) (i32.const 2) (i32.const 0) (i32.const 0) (i32.const 7) (i32.const 102) (i32.const 3))
  unreachable)
(func $_ZN4game5spawn17h0123456789abcdefE (call $_ZN4core9panicking5panic17hfedcba9876543210E)))")};
    EXPECT_EQ(guest.call(0).status, CallStatus::Trap);
    ASSERT_EQ(guest.log.lines.size(), 1u);
    const RecordedLine& line = guest.log.lines[0];
    EXPECT_EQ(line.level, LogLine::Level::Panic);
    EXPECT_EQ(line.target, "ab");
    EXPECT_EQ(line.message, "cde");
    EXPECT_EQ(line.function, "reducer_name");
    EXPECT_THAT(line.trace, ElementsAre("core::panicking::panic", "game::spawn", HasSubstr("wasm function")));
}

std::chrono::milliseconds thread_cpu_time() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::chrono::milliseconds(now.tv_sec * 1000 + now.tv_nsec / 1'000'000);
}

// Runs reducer 0 of a guest that does not end by itself; returns how much it ran beyond the budget. The upper bound is
// in time of this thread, so that a busy machine does not fail the test.
std::chrono::milliseconds overrun(std::string_view body, std::string_view parts = "") {
    constexpr std::chrono::milliseconds kBudget{100};
    Guest guest{module_text(body, parts), with_budget(kBudget.count())};
    guest.renew();
    auto started = std::chrono::steady_clock::now();
    auto started_cpu = thread_cpu_time();
    CallOutcome outcome = guest.call(0);
    auto used = thread_cpu_time() - started_cpu;
    EXPECT_GE(std::chrono::steady_clock::now() - started, kBudget);
    EXPECT_EQ(outcome.status, CallStatus::OutOfEnergy) << outcome.message;
    EXPECT_FALSE(guest.instance->alive());
    guest.renew();
    EXPECT_TRUE(guest.instance->alive());
    return used - kBudget;
}

TEST(WasmInstance, endless_guests_are_stopped) {
    constexpr std::chrono::milliseconds kSlack{100};
    EXPECT_LE(overrun("(loop $l (br $l)) (i32.const 0)"), kSlack);
    EXPECT_LE(overrun("(call $even) (i32.const 0)", "(func $even (return_call $odd)) (func $odd (return_call $even))"),
              kSlack);
    EXPECT_LE(
        overrun("(loop $l (drop (call $index_id (i32.const 100) (i32.const 1) (i32.const 16))) (br $l)) (i32.const 0)"),
        kSlack);
    EXPECT_LE(overrun("(loop $l (memory.fill (i32.const 1000) (i32.const 1) (i32.const 60000)) (br $l)) (i32.const 0)"),
              kSlack);
    EXPECT_LE(
        overrun("(loop $l (memory.copy (i32.const 1000) (i32.const 2000) (i32.const 60000)) (br $l)) (i32.const 0)"),
        kSlack);
    EXPECT_LE(overrun("(loop $l (drop (memory.grow (i32.const 0))) (br $l)) (i32.const 0)"), kSlack);
    EXPECT_LE(overrun("(loop $l (drop (table.grow $t (ref.null func) (i32.const 1))) (br $l)) (i32.const 0)",
                      "(table $t 1 funcref)"),
              kSlack);
}

TEST(WasmInstance, endless_initialisers_are_stopped) {
    for (std::string_view part :
         {"(func $s (loop $l (br $l))) (start $s)", "(func (export \"_initialize\") (loop $l (br $l)))",
          "(func (export \"__preinit__1\") (loop $l (br $l)))",
          "(func (export \"__setup__\") (param i32) (result i32) (loop $l (br $l)) (i32.const 0))"}) {
        Guest guest{module_text("(i32.const 0)", part), with_budget(50)};
        EXPECT_THAT(instantiate_error(guest), HasSubstr("exceeded its time budget")) << part;
    }
}

TEST(WasmInstance, a_call_within_its_budget_is_not_stopped) {
    Guest guest{module_text(R"((local $n i32) (local.set $n (i32.const 20000000))
(loop $l (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1))))) (i32.const 0))"),
                with_budget(20'000)};
    for (int i = 0; i < 5; ++i) EXPECT_EQ(guest.call(0).status, CallStatus::Ok);
}

TEST(WasmInstance, memory_stops_at_its_limit) {
    Host::Options options = test_options();
    options.instance_memory_bytes = 16 * 65'536;
    // Returns how many pages it had after growing by one as long as that works.
    Guest guest{
        module_text(R"((loop $l (br_if $l (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) (memory.size))"),
        options};
    EXPECT_EQ(guest.call(0).message, "reducer \"reducer_name\" returned code 16");
    Guest at_once{
        module_text("(if (i32.eq (memory.grow (i32.const 16)) (i32.const -1)) (then unreachable)) (i32.const 0)"),
        options};
    EXPECT_EQ(at_once.call(0).status, CallStatus::Trap);
}

TEST(WasmInstance, memory_larger_than_the_limit_is_refused) {
    Host::Options options = test_options();
    options.instance_memory_bytes = 65'535;
    Guest guest{module_text("(i32.const 0)"), options};
    EXPECT_THAT(instantiate_error(guest), HasSubstr("memory minimum size of 1 pages exceeds memory limits"));
}

TEST(WasmInstance, tables_stop_at_their_limit) {
    Guest guest{module_text(
        R"((loop $l (br_if $l (i32.ne (table.grow $t (ref.null func) (i32.const 1000)) (i32.const -1)))) (table.size $t))",
        "(table $t 1 funcref)")};
    EXPECT_EQ(guest.call(0).message, "reducer \"reducer_name\" returned code 131001");
}

TEST(WasmInstance, deep_recursion_is_a_trap) {
    Guest guest{
        module_text("(call $deep (local.get $id))",
                    "(func $deep (param i32) (result i32) (i32.add (i32.const 1) (call $deep (local.get 0))))")};
    CallOutcome outcome = guest.call(0);
    EXPECT_EQ(outcome.status, CallStatus::Trap);
    EXPECT_EQ(outcome.message, "call stack exhausted");
    EXPECT_EQ(guest.call(0).message, "call stack exhausted");
}

TEST(WasmInstance, memory_access_out_of_bounds_is_a_trap) {
    Guest guest{module_text("(i32.load (i32.const 65533))")};
    EXPECT_EQ(guest.call(0).message, "out of bounds memory access");
}

TEST(WasmInstance, sinks_are_full_at_their_limit) {
    // Writes 1 MiB until it is refused and returns the number of writes that were taken.
    Guest guest{
        module_text(R"((local $n i32) (drop (memory.grow (i32.const 20))) (i32.store (i32.const 8) (i32.const 1048576))
(block $full (loop $l (br_if $full (i32.eq (call $sink_write (local.get $sink) (i32.const 100) (i32.const 8)) (i32.const 9)))
(local.set $n (i32.add (local.get $n) (i32.const 1))) (br $l))) (local.get $n))")};
    EXPECT_EQ(guest.call(0).message, "reducer \"reducer_name\" returned code 64");
}

TEST(WasmInstance, host_sees_memory_that_grew) {
    Guest guest{module_text(R"((drop (memory.grow (i32.const 1))) (i32.store (i32.const 70000) (i32.const 0x7a7a7a7a))
(call $log (i32.const 70000) (i32.const 4)) (i32.const 0))")};
    EXPECT_EQ(guest.call(0).status, CallStatus::Ok);
    EXPECT_THAT(messages(guest.log), ElementsAre("zzzz"));
}

TEST(WasmInstance, long_log_messages_are_cut) {
    Guest guest{module_text(
        R"((drop (memory.grow (i32.const 40))) (memory.fill (i32.const 0) (i32.const 120) (i32.const 1100000))
(call $log (i32.const 1) (i32.add (i32.const 1048575) (local.get $id))) (i32.const 0))")};
    for (uint32_t extra : {0u, 1u, 2u}) EXPECT_EQ(guest.call(extra).status, CallStatus::Ok);
    EXPECT_EQ(guest.log.lines[0].message, std::string(1'048'575, 'x'));
    EXPECT_EQ(guest.log.lines[1].message, std::string(1'048'576, 'x'));
    EXPECT_EQ(guest.log.lines[2].message, std::string(1'048'576, 'x') + "… (1 more bytes)");
}

TEST(WasmInstance, instances_are_limited_and_reusable) {
    Host::Options options = test_options();
    options.instances_max = 2;
    Guest guest{module_text("(i32.const 0)"), options};
    auto first = guest.program->instantiate(guest.environment);
    auto second = guest.program->instantiate(guest.environment);
    ASSERT_TRUE(first && second);
    auto third = guest.program->instantiate(guest.environment);
    ASSERT_FALSE(third);
    EXPECT_EQ(third.error().code, ErrorCode::Unavailable) << third.error().message;
    second->reset();
    EXPECT_TRUE(guest.program->instantiate(guest.environment));
}

TEST(WasmInstance, memory_is_fresh_in_each_instance) {
    Guest guest{
        module_text("(i32.store (i32.const 100) (i32.const 0)) (if (i32.eq (local.get $id) (i32.const 9)) (then "
                    "unreachable)) (call $log (i32.const 100) (i32.const 4)) (i32.const 0)",
                    "(func (export \"__preinit__\") (call $log (i32.const 100) (i32.const 4)))")};
    guest.call(9);
    guest.call(0);
    EXPECT_THAT(messages(guest.log), ElementsAre("abcd", "abcd", std::string(4, '\0')));
}

}  // namespace
}  // namespace lightcone::module
