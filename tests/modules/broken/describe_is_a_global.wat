;; SPDX-License-Identifier: Apache-2.0
;; __describe_module__ is not a function.
;; expect: it wasn't a function at all
(module
  (import "spacetime_10.0" "bytes_sink_write" (func $write (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (global (export "__describe_module__") i32 (i32.const 0))
  (func (export "__call_reducer__") (param i32 i64 i64 i64 i64 i64 i64 i64 i32 i32) (result i32) i32.const 0))
