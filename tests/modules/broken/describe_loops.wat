;; SPDX-License-Identifier: Apache-2.0
;; Never ends describing itself.
;; expect: error getting module description
(module
  (import "spacetime_10.0" "bytes_sink_write" (func $write (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "__describe_module__") (param i32) (loop $forever br $forever))
  (func (export "__call_reducer__") (param i32 i64 i64 i64 i64 i64 i64 i64 i32 i32) (result i32) i32.const 0))
