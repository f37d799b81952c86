// SPDX-License-Identifier: Apache-2.0
// Imports beside data: identity, tokens, byte channels, console, timers, procedures.
#include "module/host_functions_fixture.h"

namespace lightcone::module {
namespace {

using abi::Errno;
using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(HostFunctions, identity_is_the_database) {
    run_one("identity", {kData + kOut});
    Bytes expected(guest.environment.database_identity.le.begin(), guest.environment.database_identity.le.end());
    EXPECT_EQ(script.bytes(kOut, 32), expected);
}

TEST_F(HostFunctions, jwt_becomes_a_source) {
    Bytes row(16, 7);
    ByteWriter(row).length_prefixed("{\"sub\":\"x\"}");
    tx.rows = {row};
    uint32_t connection = script.put(kInput, Bytes(16, 7));
    script.put_u32(kLength, 100);
    script.add("get_jwt", {connection, kData + kOut});
    uint32_t remaining = script.add("bytes_source_remaining_length", {2, kData + 4});
    uint32_t read = script.add("bytes_source_read", {2, kData + 512, kData + kLength});
    uint32_t again = script.add("bytes_source_read", {2, kData + 512, kData + kLength});
    ASSERT_EQ(script.run(guest).status, CallStatus::Ok);
    EXPECT_EQ(script.u32(kOut), 2u);  // 1 were the arguments
    EXPECT_EQ(script.result(remaining), 0);
    EXPECT_EQ(script.u32(4), 11u);
    EXPECT_EQ(script.result(read), -1);
    EXPECT_EQ(script.u32(kLength), 11u);
    EXPECT_EQ(script.bytes(512, 11), bytes_of("{\"sub\":\"x\"}"));
    EXPECT_EQ(script.result(again), number(Errno::NoSuchBytes));
    EXPECT_EQ(tx.index, 13u);
    EXPECT_EQ(tx.row, Bytes(16, 7));
}

TEST_F(HostFunctions, no_jwt_is_source_zero) {
    script.put_u32(kOut, 5);
    EXPECT_EQ(run_one("get_jwt", {kData + kInput, kData + kOut}), 0);
    EXPECT_EQ(script.u32(kOut), 0u);
}

TEST_F(HostFunctions, jwt_sources_have_their_own_numbers) {
    Bytes row(16, 7);
    ByteWriter(row).length_prefixed("x");
    tx.rows = {row};
    uint32_t last = 0;
    for (uint32_t i = 0; i < 80; ++i) last = script.add("get_jwt", {kData + kInput, kData + kOut});
    ASSERT_EQ(script.run(guest).status, CallStatus::Ok);
    EXPECT_EQ(script.result(last), 0);
    EXPECT_EQ(script.u32(kOut), 81u);
}

TEST_F(HostFunctions, sinks_collect_and_unknown_ones_are_errnos) {
    uint32_t text = script.put(kInput, as_bytes("text"));
    uint32_t length = script.put_u32(kLength, 4);
    uint32_t good = script.add("bytes_sink_write", {1, text, length});
    uint32_t zero = script.add("bytes_sink_write", {0, text, length});
    uint32_t unknown = script.add("bytes_sink_write", {2, text, length});
    ASSERT_EQ(script.run(guest).status, CallStatus::Ok);
    EXPECT_EQ(script.result(good), 0);
    EXPECT_EQ(script.u32(kLength), 4u);
    EXPECT_EQ(script.result(zero), number(Errno::NoSuchBytes));
    EXPECT_EQ(script.result(unknown), number(Errno::NoSuchBytes));
}

TEST_F(HostFunctions, unknown_sources_are_errnos) {
    uint32_t length = script.put_u32(kLength, 4);
    for (uint32_t source : {0u, 1u, 2u, 0xFFFF'FFFFu}) {
        script.add("bytes_source_read", {source, kData + 512, length});
        script.add("bytes_source_remaining_length", {source, kData + 512});
    }
    ASSERT_EQ(script.run(guest).status, CallStatus::Ok);
    for (uint32_t command = 0; command < 8; ++command) EXPECT_EQ(script.result(command), number(Errno::NoSuchBytes));
    EXPECT_EQ(script.u32(kLength), 4u);
}

TEST_F(HostFunctions, log_lines_carry_what_is_there) {
    uint32_t text = script.put(kInput, as_bytes("target file message"));
    script.add("console_log", {0, text, 6, text + 7, 4, 33, text + 12, 7});
    script.add("console_log", {0x1'02, 0, 6, 0, 4, 0xFFFF'FFFF, text + 12, 7});
    script.add("console_log", {77, text, 0xFFFF'FFFF, text, 0xFFFF'FFFF, 1, text + 12, 7});
    script.add("console_log", {0, text, 6, text + 7, 4, 33, 0, 7});
    script.add("console_log", {0, text, 6, text + 7, 4, 33, kMemoryBytes, 1});
    ASSERT_EQ(script.run(guest).status, CallStatus::Ok);
    ASSERT_EQ(guest.log.lines.size(), 3u);
    const RecordedLine& whole = guest.log.lines[0];
    EXPECT_EQ(whole.level, LogLine::Level::Error);
    EXPECT_EQ(whole.target, "target");
    EXPECT_EQ(whole.filename, "file");
    EXPECT_EQ(whole.line_number, 33u);
    EXPECT_EQ(whole.function, "reducer_name");
    EXPECT_EQ(whole.message, "message");
    EXPECT_EQ(guest.log.lines[1].level, LogLine::Level::Info);
    EXPECT_EQ(guest.log.lines[1].target, "");
    EXPECT_EQ(guest.log.lines[1].line_number, std::nullopt);
    EXPECT_EQ(guest.log.lines[2].level, LogLine::Level::Debug);
    EXPECT_EQ(guest.log.lines[2].target, "");
}

TEST_F(HostFunctions, log_text_is_made_utf8) {
    uint32_t text = script.put(kInput, as_bytes("a\xff\xe2\x82z"));
    script.add("console_log", {2, 0, 0, 0, 0, 0, text, 5});
    ASSERT_EQ(script.run(guest).status, CallStatus::Ok);
    EXPECT_EQ(guest.log.lines.at(0).message, "a\xEF\xBF\xBD\xEF\xBF\xBDz");
}

TEST_F(HostFunctions, panic_without_a_trap_is_logged_without_frames) {
    uint32_t text = script.put(kInput, as_bytes("boom"));
    script.add("console_log", {101, 0, 0, 0, 0, 0, text, 4});
    ASSERT_EQ(script.run(guest).status, CallStatus::Ok);
    ASSERT_EQ(guest.log.lines.size(), 1u);
    EXPECT_EQ(guest.log.lines[0].level, LogLine::Level::Panic);
    EXPECT_TRUE(guest.log.lines[0].trace.empty());
}

TEST_F(HostFunctions, panic_followed_by_a_trap_has_frames) {
    uint32_t text = script.put(kInput, as_bytes("boom"));
    script.add("console_log", {101, 0, 0, 0, 0, 9, text, 4});
    script.add("identity", {0});
    EXPECT_EQ(script.run(guest).status, CallStatus::Trap);
    ASSERT_EQ(guest.log.lines.size(), 1u);
    EXPECT_EQ(guest.log.lines[0].message, "boom");
    EXPECT_EQ(guest.log.lines[0].line_number, 9u);
    EXPECT_THAT(guest.log.lines[0].trace, ElementsAre("run", HasSubstr("wasm function")));
}

TEST_F(HostFunctions, timers_measure_and_end_once) {
    uint32_t name = script.put(kInput, as_bytes("span"));
    uint32_t start = script.add("console_timer_start", {name, 4});
    uint32_t end = script.add("console_timer_end", {1});
    uint32_t again = script.add("console_timer_end", {1});
    uint32_t zero = script.add("console_timer_end", {0});
    ASSERT_EQ(script.run(guest).status, CallStatus::Ok);
    EXPECT_EQ(script.result(start), 1);
    EXPECT_EQ(script.result(end), 0);
    EXPECT_EQ(script.result(again), number(Errno::NoSuchConsoleTimer));
    EXPECT_EQ(script.result(zero), number(Errno::NoSuchConsoleTimer));
    ASSERT_EQ(guest.log.lines.size(), 1u);
    EXPECT_EQ(guest.log.lines[0].level, LogLine::Level::Info);
    EXPECT_EQ(guest.log.lines[0].message, "Timing span \"span\": 0ns");
}

TEST_F(HostFunctions, timers_are_limited) {
    uint32_t name = script.put(kInput, as_bytes("span"));
    for (uint32_t i = 0; i < 80; ++i) script.add("console_timer_start", {name, 4});
    guest.renew();
    for (uint32_t started = 0; started + 80 <= abi::kConsoleTimersMax; started += 80) {
        Script again = script;
        ASSERT_EQ(again.run(guest).status, CallStatus::Ok) << started;
    }
    CallOutcome outcome = script.run(guest);
    EXPECT_EQ(outcome.status, CallStatus::Trap);
    EXPECT_THAT(outcome.message, HasSubstr("more than 1024 timers"));
}

TEST_F(HostFunctions, procedures_are_not_for_reducers) {
    EXPECT_EQ(run_one("procedure_start_mut_tx", {kData + kOut}), number(Errno::WouldBlockTransaction));
    script = {};
    EXPECT_EQ(run_one("procedure_commit_mut_tx", {}), number(Errno::TransactionNotAnonymous));
    script = {};
    EXPECT_EQ(run_one("procedure_abort_mut_tx", {}), number(Errno::TransactionNotAnonymous));
    script = {};
    EXPECT_EQ(trap_of("procedure_sleep_until", {5}), "procedure_sleep_until is only available in async instances");
    script = {};
    EXPECT_EQ(trap_of("procedure_http_request", {kData, 1, kData, 1, kData}),
              "procedure_http_request is only available in async instances");
}

struct RecordingQueue final : CallQueue {
    std::vector<std::pair<std::string, Bytes>> calls;
    bool full = false;
    bool call_soon(std::string_view function, ByteView args) override {
        if (full) return false;
        calls.emplace_back(function, Bytes(args.begin(), args.end()));
        return true;
    }
};

TEST_F(HostFunctions, immediate_calls_are_queued) {
    uint32_t text = script.put(kInput, as_bytes("reducerARGS"));
    std::initializer_list<uint64_t> params = {text, 7, text + 7, 4};
    EXPECT_THAT(trap_of("volatile_nonatomic_schedule_immediate", params),
                HasSubstr("does not schedule immediate calls"));
    RecordingQueue queue;
    guest.environment.call_queue = &queue;
    guest.renew();
    EXPECT_EQ(script.run(guest).status, CallStatus::Ok);
    EXPECT_THAT(queue.calls, ElementsAre(testing::Pair("reducer", bytes_of("ARGS"))));
    queue.full = true;
    EXPECT_THAT(script.run(guest).message, HasSubstr("queue of immediate calls is full"));
    guest.environment.call_queue = nullptr;
    guest.renew();
}

}  // namespace
}  // namespace lightcone::module
