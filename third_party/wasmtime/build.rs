// SPDX-License-Identifier: Apache-2.0
// Copies the C headers that the wasmtime C API crate installs to $LIGHTCONE_WASMTIME_INCLUDE, beside the library.
use std::{env, fs, path::Path};

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("create include folder");
    for entry in fs::read_dir(from).expect("read include folder") {
        let entry = entry.expect("read entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copy header");
        }
    }
}

fn main() {
    println!("cargo:rerun-if-env-changed=LIGHTCONE_WASMTIME_INCLUDE");
    let include = env::var("DEP_WASMTIME_C_API_INCLUDE").expect("include folder of wasmtime-c-api");
    if let Ok(target) = env::var("LIGHTCONE_WASMTIME_INCLUDE") {
        copy(Path::new(&include), Path::new(&target));
    }
}
