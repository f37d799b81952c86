// SPDX-License-Identifier: Apache-2.0
// For tests and benchmarks: workload W1 as a module in text form, making the host calls the official Rust library makes
// (two argument calls, two look-ups of two calls each, two updates), and its table in a real datastore.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "module/engine/text_format.h"
#include "module/program.h"
#include "txn/datastore.h"

namespace lightcone::module {

// Reducer 0: transfer(from u32, to u32, amount i64). Errors: "no funds", "no account". Traps on a failing host call.
inline constexpr std::string_view kTransferModule = R"((module $transfer
(import "spacetime_10.0" "table_id_from_name" (func $table_id (param i32 i32 i32) (result i32)))
(import "spacetime_10.0" "index_id_from_name" (func $index_id (param i32 i32 i32) (result i32)))
(import "spacetime_10.0" "bytes_source_read" (func $read (param i32 i32 i32) (result i32)))
(import "spacetime_10.1" "bytes_source_remaining_length" (func $remaining (param i32 i32) (result i32)))
(import "spacetime_10.0" "bytes_sink_write" (func $sink_write (param i32 i32 i32) (result i32)))
(import "spacetime_10.4" "datastore_index_scan_point_bsatn" (func $point (param i32 i32 i32 i32) (result i32)))
(import "spacetime_10.0" "row_iter_bsatn_advance" (func $advance (param i32 i32 i32) (result i32)))
(import "spacetime_10.0" "datastore_update_bsatn" (func $update (param i32 i32 i32 i32) (result i32)))
(memory (export "memory") 4)
(data (i32.const 256) "accounts")
(data (i32.const 272) "accounts_id_idx_btree")
(data (i32.const 304) "no funds")
(data (i32.const 320) "no account")
(global $table (mut i32) (i32.const 0))
(global $index (mut i32) (i32.const 0))
(func (export "__describe_module__") (param i32))
(func $must (param i32) (if (local.get 0) (then unreachable)))
(func $error (param $sink i32) (param $at i32) (param $len i32) (result i32)
  (i32.store (i32.const 12) (local.get $len))
  (call $must (call $sink_write (local.get $sink) (local.get $at) (i32.const 12)))
  (i32.const 1))
;; Reads the account whose id stands at $key into $row; 0 if there is none.
(func $find (param $key i32) (param $row i32) (result i32)
  (call $must (call $point (global.get $index) (local.get $key) (i32.const 4) (i32.const 16)))
  (i32.store (i32.const 12) (i32.const 65536))
  (if (i32.ne (call $advance (i32.load (i32.const 16)) (local.get $row) (i32.const 12)) (i32.const -1)) (then unreachable))
  (i32.load (i32.const 12)))
(func $store (param $row i32)
  (i32.store (i32.const 12) (i32.const 12))
  (call $must (call $update (global.get $table) (global.get $index) (local.get $row) (i32.const 12))))
(func (export "__call_reducer__") (param i32 i64 i64 i64 i64 i64 i64 i64) (param $args i32) (param $sink i32) (result i32)
  (if (i32.eqz (global.get $table)) (then
    (call $must (call $table_id (i32.const 256) (i32.const 8) (i32.const 16)))
    (global.set $table (i32.load (i32.const 16)))
    (call $must (call $index_id (i32.const 272) (i32.const 21) (i32.const 16)))
    (global.set $index (i32.load (i32.const 16)))))
  (call $must (call $remaining (local.get $args) (i32.const 12)))
  (if (i32.ne (call $read (local.get $args) (i32.const 1024) (i32.const 12)) (i32.const -1)) (then unreachable))
  (if (i32.eqz (call $find (i32.const 1024) (i32.const 65536)))
    (then (return (call $error (local.get $sink) (i32.const 320) (i32.const 10)))))
  (if (i32.eqz (call $find (i32.const 1028) (i32.const 131072)))
    (then (return (call $error (local.get $sink) (i32.const 320) (i32.const 10)))))
  (if (i64.lt_s (i64.load (i32.const 65540)) (i64.load (i32.const 1032)))
    (then (return (call $error (local.get $sink) (i32.const 304) (i32.const 8)))))
  (i64.store (i32.const 65540) (i64.sub (i64.load (i32.const 65540)) (i64.load (i32.const 1032))))
  (i64.store (i32.const 131076) (i64.add (i64.load (i32.const 131076)) (i64.load (i32.const 1032))))
  (call $store (i32.const 65536))
  (call $store (i32.const 131072))
  (i32.const 0)))
)";

inline constexpr std::string_view kAccountsIndex = "accounts_id_idx_btree";

inline schema::TableSchema accounts_schema() {
    schema::TableSchema schema;
    schema.name = schema.accessor = "accounts";
    schema.columns = {{"id", "id", sats::AlgebraicType(sats::TypeKind::U32)},
                      {"balance", "balance", sats::AlgebraicType(sats::TypeKind::I64)}};
    schema.primary_key = ColumnId(0);
    schema::IndexSchema index;
    index.name = index.alias = kAccountsIndex;
    index.columns = {ColumnId(0)};
    index.unique = true;
    schema.indexes = {index};
    schema.constraints = {{ConstraintId{}, "accounts_id_key", {ColumnId(0)}}};
    return schema;
}

// A datastore with `count` accounts of `balance`, nothing logged.
inline std::unique_ptr<txn::Datastore> create_accounts(uint32_t count, int64_t balance) {
    auto created = txn::Datastore::create();
    if (!created) throw std::runtime_error(created.error().message);
    std::unique_ptr<txn::Datastore> store = std::move(*created);
    txn::Transaction& tx = store->begin();
    auto table = tx.create_table(accounts_schema());
    if (!table) throw std::runtime_error(table.error().message);
    Bytes generated;
    for (uint32_t id = 0; id < count; ++id) {
        Bytes row;
        ByteWriter writer(row);
        writer.u32(id);
        writer.i64(balance);
        if (tx.insert(*table, row, generated) != txn::TxStatus::Ok) throw std::runtime_error("cannot seed accounts");
    }
    store->commit({});
    return store;
}

inline void write_transfer_args(uint8_t (&args)[16], uint32_t from, uint32_t to, int64_t amount) {
    store_le(args, from);
    store_le(args + 4, to);
    store_le(args + 8, amount);
}

}  // namespace lightcone::module
