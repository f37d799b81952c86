# SPDX-License-Identifier: Apache-2.0
# Shared by the scripts in this folder; sourced, not run.
# shellcheck shell=bash

say() { printf '\033[1m%s\033[0m\n' "$*"; }
die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# quietly NAME COMMAND...: runs the command with its output in a file; shows the file's end when it fails.
quietly() {
    local name=$1 output status=0
    shift
    output=$(mktemp "/tmp/lightcone-$name-XXXXXX.log")
    "$@" >"$output" 2>&1 || status=$?
    if [ "$status" -ne 0 ]; then
        tail -n 60 "$output" >&2
        printf 'error: %s failed (status %s); whole output: %s\n' "$name" "$status" "$output" >&2
        return "$status"
    fi
    rm -f "$output"
}

# npm_locked DIR: npm ci in DIR unless its node_modules already matches the lock file.
npm_locked() {
    local dir=$1 stamp
    [ -f "$dir/package-lock.json" ] || return 0
    stamp=$(sha256sum "$dir/package-lock.json" | cut -c1-64)
    [ "$(cat "$dir/node_modules/.lightcone-lock" 2>/dev/null || true)" = "$stamp" ] && return 0
    say "installing npm packages of ${dir##*/}"
    (cd "$dir" && quietly npm npm ci --no-audit --no-fund)
    echo "$stamp" >"$dir/node_modules/.lightcone-lock"
}

# stage NAME COMMAND...: runs one stage of a longer script and prints how long it took; a table of them is left in
# $STAGE_TABLE when that is set.
stage() {
    local name=$1 began status=0 took
    shift
    say "== $name"
    began=$(date +%s)
    "$@" || status=$?
    took=$(($(date +%s) - began))
    printf '== %s: %s (%d min %02d s)\n' "$name" "$([ "$status" = 0 ] && echo ok || echo "FAILED, status $status")" $((took / 60)) $((took % 60))
    [ -n "${STAGE_TABLE:-}" ] && printf '%s\t%s\t%s\n' "$name" "$took" "$status" >>"$STAGE_TABLE"
    return "$status"
}
