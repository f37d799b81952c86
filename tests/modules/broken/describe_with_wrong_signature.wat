;; SPDX-License-Identifier: Apache-2.0
;; __describe_module__ returns something.
;; expect: bad describe_module signature for "__describe_module__"; expected (func (param i32)) got (func (param i32) (result i32))
(module
  (import "spacetime_10.0" "bytes_sink_write" (func $write (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "__describe_module__") (param i32) (result i32) i32.const 0)
  (func (export "__call_reducer__") (param i32 i64 i64 i64 i64 i64 i64 i64 i32 i32) (result i32) i32.const 0))
