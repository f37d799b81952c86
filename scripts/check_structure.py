#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Room edges, file sizes, function sizes and licence lines of the C++ files given as arguments."""
import re
import sys
from pathlib import Path

FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 70
# Generated tables: their size is their data's.
EXEMPT = re.compile(r"_tables\.cc$")


def read_edges():
    edges = {}
    for line in Path("scripts/room-edges.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            room, _, allowed = line.partition(":")
            edges[room] = set(allowed.split())
    return edges


def long_functions(lines):
    """Blocks opened at column 0 or one level deep by a line that ends a signature, longer than the limit."""
    for index, line in enumerate(lines):
        match = re.match(r"^( {0,4})\S.*\)( const| noexcept| override| final)*( ->.*)? \{$", line)
        if not match or "](" in line or re.match(r"^\s*(if|for|while|switch|namespace|else|TEST)", line):
            continue
        close = match.group(1) + "}"
        for end in range(index + 1, len(lines)):
            if lines[end].rstrip() in (close, close + ";"):
                if end - index - 1 > FUNCTION_LINES_MAX:
                    yield index + 1, end - index - 1
                break


def main():
    edges = read_edges()
    findings = []
    for name in sys.argv[1:]:
        path = Path(name)
        lines = path.read_text().splitlines()
        if not any("SPDX-License-Identifier: Apache-2.0" in line for line in lines[:3]):
            findings.append(f"{name}: no SPDX licence line")
        if len(lines) > FILE_LINES_MAX and not EXEMPT.search(name):
            findings.append(f"{name}: {len(lines)} lines (limit {FILE_LINES_MAX})")
        # Case tables of tests are data.
        if not EXEMPT.search(name) and not name.endswith("_test.cc"):
            findings += [f"{name}:{at}: function of {size} lines (limit {FUNCTION_LINES_MAX})" for at, size in long_functions(lines)]
        if name.endswith(".h") and "#pragma once" not in lines:
            findings.append(f"{name}: no #pragma once")
        if not name.startswith("src/"):
            continue
        room = path.parts[1]
        is_test = re.search(r"_(test|fuzz|bench)\.cc$", name) is not None
        for number, line in enumerate(lines, 1):
            include = re.match(r'#include "([a-z]+)/', line)
            if not include or include.group(1) == room or include.group(1) not in edges:
                continue
            if include.group(1) not in edges[room] and not is_test:
                findings.append(f"{name}:{number}: room {room} may not include {include.group(1)} (scripts/room-edges.txt)")
    for finding in findings:
        print(finding, file=sys.stderr)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
