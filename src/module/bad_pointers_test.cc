// SPDX-License-Identifier: Apache-2.0
// No pointer, length or handle that a guest can pass does harm: every host function against null, the edges of memory,
// and random values (reliability: hostile module at the ABI). Each answer is a value, an errno or a trap.
#include <gtest/gtest.h>

#include <random>

#include "module/guest_script.h"

namespace lightcone::module {
namespace {

struct PointerCase {
    const char* function;
    std::vector<uint64_t> params;  // all good
    std::vector<size_t> pointers;  // which of them are addresses
    bool is_void_on_bad = false;   // the console: dropped, not trapped
};

std::vector<PointerCase> pointer_cases() {
    constexpr uint64_t p = kData;
    return {
        {"table_id_from_name", {p, 1, p}, {0}},
        {"index_id_from_name", {p, 1, p}, {0}},
        {"datastore_table_row_count", {1, p}, {1}},
        {"datastore_table_scan_bsatn", {1, p}, {1}},
        {"datastore_index_scan_range_bsatn", {1, p, 1, 1, p, 1, p, 1, p}, {1, 4, 6, 8}},
        {"datastore_btree_scan_bsatn", {1, p, 1, 1, p, 1, p, 1, p}, {1, 4, 6, 8}},
        {"datastore_delete_by_index_scan_range_bsatn", {1, p, 1, 1, p, 1, p, 1, p}, {1, 4, 6, 8}},
        {"datastore_delete_by_btree_scan_bsatn", {1, p, 1, 1, p, 1, p, 1, p}, {1, 4, 6, 8}},
        {"datastore_delete_all_by_eq_bsatn", {1, p, 4, p}, {1, 3}},
        {"row_iter_bsatn_advance", {1, p, p}, {2}},
        {"datastore_insert_bsatn", {1, p, p}, {1, 2}},
        {"datastore_update_bsatn", {1, 1, p, p}, {2, 3}},
        {"volatile_nonatomic_schedule_immediate", {p, 1, p, 1}, {0, 2}},
        {"bytes_source_read", {1, p, p}, {1, 2}},
        {"bytes_sink_write", {1, p, p}, {1, 2}},
        {"console_log", {0, p, 1, p, 1, 0, p, 1}, {1, 3, 6}, true},
        {"console_timer_start", {p, 1}, {0}},
        {"identity", {p}, {0}},
        {"bytes_source_remaining_length", {9, p}, {}},
        {"get_jwt", {p, p}, {0, 1}},
        {"procedure_start_mut_tx", {p}, {}},
        {"datastore_index_scan_point_bsatn", {1, p, 1, p}, {1, 3}},
        {"datastore_delete_by_index_scan_point_bsatn", {1, p, 1, p}, {1, 3}},
        {"datastore_clear", {1, p}, {1}},
    };
}

CallOutcome run_case(Guest& guest, const PointerCase& item) {
    Script script;
    script.put_u32(0, 4);
    script.add(host_function_number(item.function), item.params);
    return script.run(guest);
}

TEST(BadPointers, null_traps_even_without_bytes) {
    Guest guest{script_module_text()};
    for (const PointerCase& item : pointer_cases()) {
        if (item.is_void_on_bad) continue;
        for (size_t pointer : item.pointers) {
            PointerCase bad = item;
            bad.params[pointer] = 0;
            CallOutcome outcome = run_case(guest, bad);
            EXPECT_EQ(outcome.status, CallStatus::Trap) << item.function << " " << pointer;
            EXPECT_EQ(outcome.message, "null pointer passed to a spacetime function")
                << item.function << " " << pointer;
        }
    }
}

TEST(BadPointers, out_of_bounds_traps) {
    Guest guest{script_module_text()};
    for (const PointerCase& item : pointer_cases()) {
        for (size_t pointer : item.pointers) {
            for (uint64_t address :
                 {uint64_t{kMemoryBytes}, uint64_t{kMemoryBytes - 0u}, uint64_t{0xFFFF'FFFF}, uint64_t{0x8000'0000}}) {
                PointerCase bad = item;
                bad.params[pointer] = address;
                CallOutcome outcome = run_case(guest, bad);
                if (item.is_void_on_bad) {
                    EXPECT_EQ(outcome.status, CallStatus::Ok) << item.function;
                    continue;
                }
                EXPECT_EQ(outcome.status, CallStatus::Trap) << item.function << " " << pointer;
                EXPECT_EQ(outcome.message, "out of bounds pointer passed to a spacetime function")
                    << item.function << " " << pointer;
            }
        }
    }
}

TEST(BadPointers, the_end_of_memory_is_an_address_of_nothing) {
    Guest guest{script_module_text()};
    Script script;
    uint32_t at_end = script.add("table_id_from_name", {kMemoryBytes, 0, kData});
    uint32_t last_byte = script.add("table_id_from_name", {kMemoryBytes - 1, 1, kData});
    ASSERT_EQ(script.run(guest).status, CallStatus::Ok);
    EXPECT_EQ(script.result(at_end), 4);
    EXPECT_EQ(script.result(last_byte), 4);
    for (auto [address, length] : {std::pair<uint64_t, uint64_t>{kMemoryBytes - 1, 2},
                                   {kMemoryBytes, 1},
                                   {kMemoryBytes + 1, 0},
                                   {1, 0xFFFF'FFFF}}) {
        Script bad;
        bad.add("table_id_from_name", {address, length, kData});
        EXPECT_EQ(bad.run(guest).message, "out of bounds pointer passed to a spacetime function") << address;
    }
}

TEST(BadPointers, outputs_at_the_edge) {
    Guest guest{script_module_text()};
    for (auto [function, width] : {std::pair{"datastore_table_scan_bsatn", 4u}, {"datastore_clear", 8u}}) {
        Script fits;
        fits.add(function, {1, kMemoryBytes - width});
        EXPECT_EQ(fits.run(guest).status, CallStatus::Ok) << function;
        Script crosses;
        crosses.add(function, {1, kMemoryBytes - width + 1});
        EXPECT_EQ(crosses.run(guest).message, "out of bounds pointer passed to a spacetime function") << function;
    }
}

// 10^4 calls of random functions with random parameters, up to 24 in one transaction.
TEST(BadPointers, random_calls_end_in_a_value_an_errno_or_a_trap) {
    Guest guest{script_module_text()};
    std::mt19937_64 random(20'251'125);
    const uint64_t interesting[] = {0,
                                    1,
                                    2,
                                    3,
                                    13,
                                    100,
                                    kData,
                                    kData + 1,
                                    kData + 4096,
                                    kImage,
                                    65'535,
                                    65'536,
                                    kMemoryBytes - 4,
                                    kMemoryBytes - 1,
                                    kMemoryBytes,
                                    kMemoryBytes + 1,
                                    0x7FFF'FFFF,
                                    0x8000'0000,
                                    0xFFFF'FFFE,
                                    0xFFFF'FFFF};
    FakeTransaction& tx = guest.store.transaction;
    uint32_t call_count = 0;
    uint32_t trap_count = 0;
    uint32_t value_count = 0;
    while (call_count < 10'000) {
        Script script;
        for (uint32_t i = 0; i < 64; ++i)
            script.put_u32(4 * i, static_cast<uint32_t>(random() % 3 == 0 ? random() : random() % 64));
        uint32_t commands = 1 + static_cast<uint32_t>(random() % 24);
        for (uint32_t i = 0; i < commands; ++i) {
            std::array<uint64_t, 9> params;
            for (uint64_t& param : params) {
                param = random() % 4 == 0   ? random()
                        : random() % 2 == 0 ? random() % 64
                                            : interesting[random() % std::size(interesting)];
                if (random() % 3 == 0) param = kData + random() % 256;
            }
            script.add(static_cast<uint32_t>(random() % host_functions().size()), params);
        }
        tx.status = random() % 8 == 0 ? txn::TxStatus::BadRow : txn::TxStatus::Ok;
        tx.generated.assign(random() % 16, 0xEE);
        tx.rows.assign(random() % 4, Bytes(random() % 100, 0x55));
        CallOutcome outcome = script.run(guest);
        ASSERT_TRUE(outcome.status == CallStatus::Ok || outcome.status == CallStatus::Trap) << outcome.message;
        trap_count += outcome.status == CallStatus::Trap;
        value_count += outcome.status == CallStatus::Ok;
        call_count += commands;
        guest.log.lines.clear();
    }
    EXPECT_GT(trap_count, 100u);
    EXPECT_GT(value_count, 10u);
}

}  // namespace
}  // namespace lightcone::module
