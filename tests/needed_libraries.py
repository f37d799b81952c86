#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Pins the shared libraries that the binary needs: everything is static except libc and OpenSSL, so that one file runs on
every Debian 12 and later. A new entry here is a decision (design: "Linking"), not a side effect."""

import re
import subprocess
import sys

EXPECTED = {"libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2", "libcrypto.so.3"}

listing = subprocess.run(["readelf", "--dynamic", "--wide", sys.argv[1]], check=True, capture_output=True, text=True).stdout
needed = set(re.findall(r"\(NEEDED\)\s+Shared library: \[(.+?)\]", listing))
if re.search(r"\((RPATH|RUNPATH)\)", listing):
    sys.exit("the binary has a run path; it must find its libraries where the system keeps them")
if needed != EXPECTED:
    sys.exit(f"needs beyond the list: {sorted(needed - EXPECTED)}; listed but not needed: {sorted(EXPECTED - needed)}")
