;; SPDX-License-Identifier: Apache-2.0
;; Lacks __describe_module__.
;; expect: there should be a function called "__describe_module__" but it does not exist
(module
  (import "spacetime_10.0" "bytes_sink_write" (func $write (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "__call_reducer__") (param i32 i64 i64 i64 i64 i64 i64 i64 i32 i32) (result i32) i32.const 0))
