;; SPDX-License-Identifier: Apache-2.0
;; Imports nothing, so its ABI version is unknown.
;; expect: unable to determine ABI of module (may be on an spacetime version < 0.8)
(module
  (memory (export "memory") 1)
  (func (export "__describe_module__") (param i32))
  (func (export "__call_reducer__") (param i32 i64 i64 i64 i64 i64 i64 i64 i32 i32) (result i32) i32.const 0))
