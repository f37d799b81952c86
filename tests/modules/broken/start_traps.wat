;; SPDX-License-Identifier: Apache-2.0
;; Traps in the start function.
;; expect: unreachable
(module
  (import "spacetime_10.0" "bytes_sink_write" (func $write (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 8) "\05\00\00\00")
  (data (i32.const 16) "\02\00\00\00\00")
  (func (export "__describe_module__") (param $sink i32)
    (drop (call $write (local.get $sink) (i32.const 16) (i32.const 8))))
  (func (export "__call_reducer__") (param i32 i64 i64 i64 i64 i64 i64 i64 i32 i32) (result i32) i32.const 0)
  (func $start unreachable)
  (start $start))
