// SPDX-License-Identifier: Apache-2.0
// Imports that act on data: what each does, each errno, each trap.
#include "module/host_functions_fixture.h"

namespace lightcone::module {
namespace {

using abi::Errno;
using testing::HasSubstr;

TEST_F(HostFunctions, index_id_from_name) {
    guest.store.indexes["accounts_id_idx_btree"] = IndexId{4711};
    uint32_t name = script.put(kInput, as_bytes("accounts_id_idx_btree"));
    EXPECT_EQ(run_one("index_id_from_name", {name, 21, kData + kOut}), 0);
    EXPECT_EQ(script.u32(kOut), 4711u);
}

TEST_F(HostFunctions, unknown_names_are_errnos_and_leave_the_output_alone) {
    uint32_t name = script.put(kInput, as_bytes("nothing"));
    script.put_u32(kOut, 77);
    EXPECT_EQ(run_one("index_id_from_name", {name, 7, kData + kOut}), number(Errno::NoSuchIndex));
    EXPECT_EQ(script.u32(kOut), 77u);
    Script other;
    other.put(kInput, as_bytes("nothing"));
    uint32_t command = other.add("table_id_from_name", {name, 7, kData + kOut});
    ASSERT_EQ(other.run(guest).status, CallStatus::Ok);
    EXPECT_EQ(other.result(command), number(Errno::NoSuchTable));
}

TEST_F(HostFunctions, names_must_be_utf8) {
    uint32_t name = script.put(kInput, as_bytes("ab\xff"));
    EXPECT_EQ(trap_of("table_id_from_name", {name, 3, kData}), "invalid utf8 passed to a spacetime function");
}

TEST_F(HostFunctions, row_count_and_clear_write_64_bits) {
    tx.count = 0x1'0000'0005;
    EXPECT_EQ(run_one("datastore_table_row_count", {42, kData + kOut}), 0);
    EXPECT_EQ(script.u64(kOut), 0x1'0000'0005u);
    EXPECT_EQ(tx.table, 42u);
    script = {};
    EXPECT_EQ(run_one("datastore_clear", {43, kData + kOut}), 0);
    EXPECT_EQ(script.u64(kOut), 0x1'0000'0005u);
    EXPECT_EQ(tx.table, 43u);
}

TEST_F(HostFunctions, last_rows_and_end_come_together) {
    tx.rows = {bytes_of("one"), bytes_of("twoo")};
    script.put_u32(kLength, 1024);
    uint32_t scan = script.add("datastore_table_scan_bsatn", {42, kData + kOut});
    uint32_t advance = script.add("row_iter_bsatn_advance", {1, kData + 512, kData + kLength});
    uint32_t dead = script.add("row_iter_bsatn_advance", {1, kData + 512, kData + kLength});
    uint32_t close = script.add("row_iter_bsatn_close", {1});
    ASSERT_EQ(script.run(guest).status, CallStatus::Ok);
    EXPECT_EQ(script.result(scan), 0);
    EXPECT_EQ(script.u32(kOut), 1u);
    EXPECT_EQ(script.result(advance), -1);
    EXPECT_EQ(script.u32(kLength), 7u);
    EXPECT_EQ(script.bytes(512, 7), bytes_of("onetwoo"));
    EXPECT_EQ(script.result(dead), number(Errno::NoSuchIter));
    EXPECT_EQ(script.result(close), number(Errno::NoSuchIter));
}

TEST_F(HostFunctions, rows_are_never_split) {
    tx.rows = {bytes_of("12345"), bytes_of("67"), bytes_of("89")};
    script.put_u32(kLength, 4);
    script.put_u32(kLength + 4, 8);
    script.put_u32(kLength + 8, 2);
    script.add("datastore_table_scan_bsatn", {42, kData + kOut});
    uint32_t small = script.add("row_iter_bsatn_advance", {1, kData + 512, kData + kLength});
    uint32_t two = script.add("row_iter_bsatn_advance", {1, kData + 512, kData + kLength + 4});
    uint32_t last = script.add("row_iter_bsatn_advance", {1, kData + 600, kData + kLength + 8});
    ASSERT_EQ(script.run(guest).status, CallStatus::Ok);
    EXPECT_EQ(script.result(small), number(Errno::BufferTooSmall));
    EXPECT_EQ(script.u32(kLength), 5u);
    EXPECT_EQ(script.result(two), 0);
    EXPECT_EQ(script.u32(kLength + 4), 7u);
    EXPECT_EQ(script.bytes(512, 7), bytes_of("1234567"));
    EXPECT_EQ(script.result(last), -1);
    EXPECT_EQ(script.bytes(600, 2), bytes_of("89"));
}

TEST_F(HostFunctions, empty_scan_ends_at_once) {
    script.put_u32(kLength, 100);
    script.add("datastore_table_scan_bsatn", {42, kData + kOut});
    uint32_t advance = script.add("row_iter_bsatn_advance", {1, kData + 512, kData + kLength});
    ASSERT_EQ(script.run(guest).status, CallStatus::Ok);
    EXPECT_EQ(script.result(advance), -1);
    EXPECT_EQ(script.u32(kLength), 0u);
}

TEST_F(HostFunctions, iterators_end_with_the_call) {
    tx.rows = {bytes_of("one")};
    script.add("datastore_table_scan_bsatn", {42, kData + kOut});
    ASSERT_EQ(script.run(guest).status, CallStatus::Ok);
    Script next;
    next.put_u32(kLength, 100);
    uint32_t advance = next.add("row_iter_bsatn_advance", {1, kData + 512, kData + kLength});
    ASSERT_EQ(next.run(guest).status, CallStatus::Ok);
    EXPECT_EQ(next.result(advance), number(Errno::NoSuchIter));
}

TEST_F(HostFunctions, point_scan_passes_the_key) {
    uint32_t key = script.put(kInput, as_bytes("key"));
    EXPECT_EQ(run_one("datastore_index_scan_point_bsatn", {17, key, 3, kData + kOut}), 0);
    EXPECT_EQ(tx.index, 17u);
    EXPECT_EQ(tx.row, bytes_of("key"));
}

TEST_F(HostFunctions, range_scan_passes_prefix_and_bounds) {
    for (const char* function :
         {"datastore_index_scan_range_bsatn", "datastore_btree_scan_bsatn",
          "datastore_delete_by_index_scan_range_bsatn", "datastore_delete_by_btree_scan_bsatn"}) {
        script = {};
        tx.count = 9;
        uint32_t prefix = script.put(kInput, as_bytes("ppss"));
        EXPECT_EQ(run_one(function, {18, prefix, 2, 65'535, prefix + 2, 1, prefix + 3, 1, kData + kOut}), 0)
            << function;
        EXPECT_EQ(tx.index, 18u);
        EXPECT_EQ(tx.prefix, bytes_of("pp"));
        EXPECT_EQ(tx.prefix_columns, 65'535u);
        EXPECT_EQ(tx.start, bytes_of("s"));
        EXPECT_EQ(tx.end, bytes_of("s"));
        EXPECT_EQ(script.u32(kOut), std::string_view(function).find("delete") == std::string_view::npos ? 1u : 9u);
    }
}

TEST_F(HostFunctions, without_prefix_columns_the_prefix_is_not_looked_at) {
    uint32_t bound = script.put(kInput, as_bytes("\2"));
    EXPECT_EQ(run_one("datastore_index_scan_range_bsatn", {18, 0, 0xFFFF'FFFF, 0, bound, 1, bound, 1, kData + kOut}),
              0);
    EXPECT_TRUE(tx.prefix.empty());
}

TEST_F(HostFunctions, prefix_columns_are_16_bits) {
    EXPECT_EQ(trap_of("datastore_index_scan_range_bsatn", {18, kData, 1, 65'536, kData, 1, kData, 1, kData}),
              "ABI violation, a `ColId` must be a `u16`");
}

TEST_F(HostFunctions, insert_and_update_write_generated_columns_back) {
    for (const char* function : {"datastore_insert_bsatn", "datastore_update_bsatn"}) {
        script = {};
        tx.generated = bytes_of("GEN");
        uint32_t row = script.put(kInput, as_bytes("row bytes"));
        uint32_t length = script.put_u32(kLength, 9);
        bool update = std::string_view(function) == "datastore_update_bsatn";
        EXPECT_EQ(update ? run_one(function, {42, 43, row, length}) : run_one(function, {42, row, length}), 0);
        EXPECT_EQ(tx.row, bytes_of("row bytes"));
        EXPECT_EQ(tx.table, 42u);
        EXPECT_EQ(tx.index, update ? 43u : 0u);
        EXPECT_EQ(script.u32(kLength), 3u);
        EXPECT_EQ(script.bytes(kInput, 9), bytes_of("GEN bytes"));
    }
}

TEST_F(HostFunctions, deletes_report_counts) {
    tx.count = 3;
    uint32_t input = script.put(kInput, as_bytes("rows"));
    uint32_t by_point = script.add("datastore_delete_by_index_scan_point_bsatn", {17, input, 4, kData + kOut});
    uint32_t by_eq = script.add("datastore_delete_all_by_eq_bsatn", {42, input, 4, kData + 4});
    ASSERT_EQ(script.run(guest).status, CallStatus::Ok);
    EXPECT_EQ(script.result(by_point), 0);
    EXPECT_EQ(script.result(by_eq), 0);
    EXPECT_EQ(script.u32(kOut), 3u);
    EXPECT_EQ(script.u32(4), 3u);
}

// Every data operation hands every error number through, and traps where there is none.
TEST_F(HostFunctions, statuses_become_errnos_or_traps) {
    struct Operation {
        const char* function;
        const char* name;
        std::initializer_list<uint64_t> params;
    };
    const std::initializer_list<Operation> operations = {
        {"datastore_table_row_count", "DatastoreTableRowCount", {1, kData}},
        {"datastore_table_scan_bsatn", "DatastoreTableScanBsatn", {1, kData}},
        {"datastore_index_scan_point_bsatn", "DatastoreIndexScanPointBsatn", {1, kData, 1, kData}},
        {"datastore_index_scan_range_bsatn", "DatastoreIndexScanRangeBsatn", {1, 0, 0, 0, kData, 1, kData, 1, kData}},
        {"datastore_insert_bsatn", "DatastoreInsertBsatn", {1, kData, kData + kLength}},
        {"datastore_update_bsatn", "DatastoreUpdateBsatn", {1, 2, kData, kData + kLength}},
        {"datastore_delete_by_index_scan_point_bsatn", "DatastoreDeleteByIndexScanPointBsatn", {1, kData, 1, kData}},
        {"datastore_delete_by_index_scan_range_bsatn",
         "DatastoreDeleteByIndexScanRangeBsatn",
         {1, 0, 0, 0, kData, 1, kData, 1, kData}},
        {"datastore_delete_all_by_eq_bsatn", "DatastoreDeleteAllByEqBsatn", {1, kData, 4, kData}},
        {"datastore_clear", "DatastoreClear", {1, kData}},
    };
    using txn::TxStatus;
    for (const Operation& operation : operations) {
        for (TxStatus status : {TxStatus::BsatnDecodeError, TxStatus::NoSuchTable, TxStatus::NoSuchIndex,
                                TxStatus::UniqueAlreadyExists, TxStatus::IndexNotUnique, TxStatus::NoSuchRow}) {
            script = {};
            script.put_u32(kLength, 5);
            script.put_u32(kOut, 1234);
            tx.status = status;
            EXPECT_EQ(run_one(operation.function, operation.params), static_cast<int32_t>(status))
                << operation.function;
            EXPECT_EQ(script.u32(kLength), 5u) << operation.function;
            EXPECT_EQ(script.u32(kOut), 1234u) << operation.function;
        }
        for (TxStatus status : {TxStatus::BadRow, TxStatus::WrongIndexAlgorithm, TxStatus::TooManyRows}) {
            script = {};
            tx.status = status;
            EXPECT_THAT(trap_of(operation.function, operation.params),
                        testing::StartsWith(fmt::format("runtime error calling {}: ", operation.name)));
        }
        tx.status = TxStatus::Ok;
    }
}

TEST(HostFunctionLimits, open_iterators_are_bounded_in_bytes) {
    Host::Options options = test_options();
    options.instance_memory_bytes = 4 * ((1u << 20) + 4);
    Guest guest{script_module_text(), options};
    guest.store.transaction.rows = {Bytes(1u << 20, 1)};
    Script script;
    for (int i = 0; i < 4; ++i) script.add("datastore_table_scan_bsatn", {42, kData});
    EXPECT_EQ(script.run(guest).status, CallStatus::Ok);
    script = {};
    for (int i = 0; i < 5; ++i) script.add("datastore_table_scan_bsatn", {42, kData});
    EXPECT_THAT(script.run(guest).message, HasSubstr("open row iterators hold 5242900 bytes of rows (limit 4194320)"));
}

}  // namespace
}  // namespace lightcone::module
