#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Headers compile alone, and clang-tidy is silent. Each file's verdict is cached by the hash of what it was made from."""
import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

BUILD = Path(sys.argv[1])
CACHE = Path(os.environ.get("LIGHTCONE_CACHE", Path.home() / ".cache" / "lightcone")) / "check"
INCLUDE = re.compile(r'#include "([^"]+)"')


def closure(path, seen):
    """All project files that `path` includes, directly or not."""
    if path in seen or not path.exists():
        return
    seen.add(path)
    for include in INCLUDE.findall(path.read_text()):
        closure(Path("src") / include, seen)


def fingerprint(path, command):
    files = set()
    closure(path, files)
    digest = hashlib.sha256(command.encode())
    for file in sorted(files):
        digest.update(file.read_bytes())
    digest.update(Path(".clang-tidy").read_bytes())
    return digest.hexdigest()


def flags_of_room():
    """Compile flags per source folder, from the compilation database."""
    root = str(Path.cwd())
    flags = {}
    for entry in json.loads((BUILD / "compile_commands.json").read_text()):
        words = entry["command"].split()
        keep, skip = [], False
        for word in words[1:]:
            if skip:
                skip = False
            elif word in ("-o", "-c", "-MF", "-MT"):
                skip = word != "-c"
            elif not word.startswith(("-MD", "-DLIGHTCONE_SOURCE_DIR")) and not word.endswith((".cc", ".c", "clang++-19")):
                keep.append(word)
        # Relative, so that verdicts hold for a checkout anywhere.
        keep = [word.replace(root, ".") for word in keep]
        flags.setdefault(str(Path(entry["file"]).parent.resolve()), keep)
    return flags


def run(task):
    name, command, key = task
    stamp = CACHE / key
    if stamp.exists():
        return None
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        return f"{name}:\n{(result.stdout + result.stderr)[-3000:]}"
    stamp.touch()
    return None


def main():
    CACHE.mkdir(parents=True, exist_ok=True)
    flags = flags_of_room()
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "src"], capture_output=True, text=True, check=True)
    tasks = []
    for name in sorted(listed.stdout.split()):
        path = Path(name)
        room_flags = flags.get(str(path.parent.resolve()))
        if room_flags is None or not path.exists():
            continue
        if path.suffix == ".h":
            command = ["clang++-19", *room_flags, "-Wno-pragma-once-outside-header", "-fsyntax-only", "-x", "c++", name]
        elif path.suffix == ".cc" and not re.search(r"_(test|fuzz|bench|tables)\.cc$", name):
            command = ["clang-tidy-19", "--quiet", "--warnings-as-errors=*", name, "--", *room_flags]
            if "LIGHTCONE_SOURCE_DIR" in path.read_text():
                command.append('-DLIGHTCONE_SOURCE_DIR="."')
        else:
            continue
        tasks.append((name, command, fingerprint(path, " ".join(command))))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        findings = 0
        for finding in pool.map(run, tasks):
            if finding:
                findings += 1
                print(finding, file=sys.stderr, flush=True)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
