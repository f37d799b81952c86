#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Compiles a C++ module: build.sh SOURCE... OUT.wasm. CXX_WASM overrides the compiler (default clang++-19).
set -euo pipefail
if [ $# -lt 2 ]; then
    echo "usage: $0 SOURCE... OUT.wasm" >&2
    exit 2
fi
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mapfile -t flags <"$here/compile_flags.txt"
sources=("${@:1:$#-1}")
out=${*: -1}
mkdir -p "$(dirname "$out")"
# Moved into place when it is whole. The file's name is kept on the way: the linker writes it into the module.
work=$(mktemp -d "$(dirname "$out")/.build.XXXXXX")
trap 'rm -rf "$work"' EXIT
"${CXX_WASM:-clang++-19}" "${flags[@]}" -I "$here/include" "${sources[@]}" -o "$work/$(basename "$out")"
mv "$work/$(basename "$out")" "$out"
