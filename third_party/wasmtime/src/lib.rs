// SPDX-License-Identifier: Apache-2.0
pub use libmimalloc_sys::{mi_free, mi_malloc, mi_malloc_aligned, mi_zalloc};
pub use wasmtime_c_api::*;
