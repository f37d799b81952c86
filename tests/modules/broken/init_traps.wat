;; SPDX-License-Identifier: Apache-2.0
;; The init reducer traps.
;; expect: fatal error
(module
  (import "spacetime_10.0" "bytes_sink_write" (func $write (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 8) "\2b\00\00\00")
  (data (i32.const 16) "\02\02\00\00\00\03\01\00\00\00\04\00\00\00\69\6e\69\74\00\00\00\00\00\02\00\00\00\00\04\07\01\00\00\00\00\04\00\00\00\69\6e\69\74")
  (func (export "__describe_module__") (param $sink i32)
    (drop (call $write (local.get $sink) (i32.const 16) (i32.const 8))))
  (func (export "__call_reducer__") (param i32 i64 i64 i64 i64 i64 i64 i64 i32 i32) (result i32) unreachable))
