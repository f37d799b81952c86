#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills a server under load, again and again, and checks after each restart that nothing acknowledged is missing.

Every client writes entries 0, 1, 2, … through the reducer `record` of tests/modules/ledger-cpp, many calls in flight, with
confirmed reads. After a restart, for each client: all acknowledged entries are there; no entry is there that was not sent;
no gap, no duplicate, no altered text; the counter written in the same transaction agrees. Over all clients: the entries of
one run have consecutive ids, so what was recovered is a prefix of the commit order. Whatever a subscriber was shown is
there as well. A cycle with fewer than 50 acknowledged calls does not count.

Some cycles end with SIGTERM instead: the server must exit with code 0 within 5 s, send Close 1001, and lose nothing. Some
restarts are killed while they recover.
"""

import argparse
import os
import random
import re
import shutil
import struct
import sys
import tempfile
import threading
import time

from server_process import ServerProcess, default_binary
from wire import Connection, ConnectionEnded, ask, call, one_off, subscribe, text

ACKS_MIN = 50
CYCLES_PER_DIRECTORY = 25
STOP_EVERY = 7
DATABASE = "ledger"


def entry_text(seed, client, sequence):
    """Text that is the same whenever it is computed: mostly short, sometimes longer than a page."""
    chance = random.Random(f"{seed}/{client}/{sequence}")
    size = chance.choice([0, 5, 20, 60, 200]) if chance.random() < 0.98 else chance.randrange(3000, 20_000)
    return f"{client}:{sequence}:" + "abcdefghij"[sequence % 10] * size


class Journal:
    """What one client knows: how many entries it sent, and how many of them were acknowledged."""

    def __init__(self):
        self.sent = 0
        self.acknowledged = 0
        self.close_code = None


class Writer(threading.Thread):
    """One client under pipelined load until its connection ends."""

    def __init__(self, run, number):
        super().__init__(daemon=True)
        self.run_state = run
        self.number = number
        self.journal = run.journals[number]
        self.failure = None
        self.connection = Connection(run.server.port, DATABASE, run.token, run.seconds)

    def run(self):
        chance = random.Random(f"{self.run_state.seed}/{self.run_state.cycle}/{self.number}")
        try:
            while True:
                self._send(chance.randrange(1, 65))
                while self.journal.sent - self.journal.acknowledged > 64:
                    self._receive()
        except ConnectionEnded as end:
            self.journal.close_code = end.code
        except Exception as failure:  # reported by the main thread
            self.failure = failure
        finally:
            self.connection.close()

    def _send(self, count):
        messages = []
        for sequence in range(self.journal.sent, self.journal.sent + count):
            content = entry_text(self.run_state.seed, self.number, sequence)
            args = struct.pack("<IQ", self.number, sequence) + text(content)
            messages.append(call(sequence & 0xFFFFFFFF, "record", args))
        self.journal.sent += count
        self.connection.send(b"".join(messages))

    def _receive(self):
        for kind, request_id, content in self.connection.receive():
            if kind == "connected":
                continue
            if kind != "done":
                raise AssertionError(f"client {self.number}: {kind} {content}")
            if request_id != self.journal.acknowledged & 0xFFFFFFFF:
                raise AssertionError(f"client {self.number}: answer {request_id} instead of {self.journal.acknowledged}")
            self.journal.acknowledged += 1


class Watcher(threading.Thread):
    """A subscriber that remembers every entry it was shown."""

    def __init__(self, run):
        super().__init__(daemon=True)
        self.seen = run.watched
        self.failure = None
        self.connection = Connection(run.server.port, DATABASE, run.token, run.seconds)
        self.connection.send(subscribe(0, 0, "SELECT * FROM entries WHERE client = 0"))

    def run(self):
        try:
            while True:
                for _, _, content in self.connection.receive():
                    if isinstance(content, dict):
                        self.seen.update(content.get("entries", []))
        except ConnectionEnded:
            pass
        except Exception as failure:  # reported by the main thread
            self.failure = failure
        finally:
            self.connection.close()


class Run:
    """Cycles on one data directory after the other."""

    def __init__(self, options):
        self.options = options
        self.seed = options.seed
        self.seconds = 30 * options.slow
        self.chance = random.Random(options.seed)
        self.directory = None
        self.cycle = 0
        self.total = 0

    def fresh_directory(self):
        self.remove_directory()
        self.directory = tempfile.mkdtemp(prefix="lightcone-kill-")
        self.journals = [Journal() for _ in range(self.options.clients)]
        self.watched = set()
        self.known_ids = set()
        self.server = ServerProcess(self.options.binary, self.directory, self.options.slow)
        self.server.wait_until_listening()
        self.token = self.server.publish(DATABASE, f"{self.options.modules}/ledger-cpp.wasm")

    def remove_directory(self):
        if self.directory:
            self.server.kill()
            shutil.rmtree(self.directory)
            self.directory = None

    def start_again(self):
        """Restarts the server, now and then killing it during recovery first."""
        if self.chance.random() < 0.2:
            early = ServerProcess(self.options.binary, self.directory, self.options.slow)
            time.sleep(self.chance.random() * 0.05)
            early.kill()
        self.server = ServerProcess(self.options.binary, self.directory, self.options.slow)
        return self.server.wait_until_listening()

    def load(self, kill):
        """Runs clients until a random moment, then ends the server. Returns the number of acknowledged calls."""
        before = sum(journal.acknowledged for journal in self.journals)
        acknowledged = lambda: sum(journal.acknowledged for journal in self.journals) - before
        threads = [Writer(self, number) for number in range(self.options.clients)] + [Watcher(self)]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + self.seconds
        # The moment is chosen in calls, so that a slow machine is hit in as many different states as a fast one.
        wanted = ACKS_MIN + int(self.chance.random() ** 2 * self.options.calls)
        while acknowledged() < wanted and time.monotonic() < deadline and all(t.is_alive() for t in threads):
            time.sleep(0.001)
        took = None
        if kill:
            self.server.kill()
        else:
            took = self.server.stop()
        for thread in threads:
            thread.join(self.seconds)
            if thread.is_alive():
                raise AssertionError("a client does not notice that the server is gone")
            if thread.failure:
                raise thread.failure
        if not kill:
            codes = [journal.close_code for journal in self.journals]
            if any(code != 1001 for code in codes):
                raise AssertionError(f"close codes after SIGTERM: {codes}")
        return acknowledged(), took

    def check(self):
        connection = Connection(self.server.port, DATABASE, self.token, self.seconds)
        entries = ask(connection, one_off(1, "SELECT * FROM entries"), "rows")["entries"]
        tails = ask(connection, one_off(2, "SELECT * FROM tails"), "rows")["tails"]
        connection.close()
        lost = self.watched - set(entries)
        if lost:
            raise AssertionError(f"{len(lost)} entries that a subscriber was shown are gone")
        ids = set()
        found = [{} for _ in self.journals]
        for row in entries:
            row_id, client, sequence = struct.unpack_from("<QIQ", row)
            if row_id in ids or sequence in found[client]:
                raise AssertionError(f"entry {row_id} (client {client}, {sequence}) is there twice")
            ids.add(row_id)
            found[client][sequence] = row[24:].decode()
        counters = dict(struct.unpack("<IQ", row) for row in tails)
        for client, journal in enumerate(self.journals):
            self.check_client(client, journal, found[client], counters.get(client, 0))
        fresh = sorted(ids - self.known_ids)
        if fresh and fresh[-1] - fresh[0] + 1 != len(fresh):
            raise AssertionError(f"ids {fresh[0]} to {fresh[-1]} of one run have gaps: only {len(fresh)} of them are there")
        self.known_ids = ids

    def check_client(self, client, journal, found, counter):
        count = len(found)
        if set(found) != set(range(count)):
            raise AssertionError(f"client {client}: the {count} entries do not run from 0 to {count - 1}")
        if not journal.acknowledged <= count <= journal.sent:
            raise AssertionError(f"client {client}: {journal.acknowledged} acknowledged, {journal.sent} sent, {count} there")
        if counter != count:
            raise AssertionError(f"client {client}: counter {counter} but {count} entries")
        for sequence, content in found.items():
            if content != entry_text(self.seed, client, sequence):
                raise AssertionError(f"client {client}: entry {sequence} holds another text: {content[:60]!r}")
        # What was neither acknowledged nor refused is known now; the client goes on from there.
        journal.sent = journal.acknowledged = count

    def one_cycle(self):
        if self.cycle % CYCLES_PER_DIRECTORY == 0:
            self.fresh_directory()
        kill = self.cycle % STOP_EVERY != STOP_EVERY - 1
        acknowledged, took = self.load(kill)
        recovery = self.start_again()
        self.check()
        self.total += acknowledged
        ending = "killed" if kill else f"stopped in {took:.2f} s"
        print(f"cycle {self.cycle}: {acknowledged} acknowledged, {ending}, recovered in {recovery:.2f} s", flush=True)
        return acknowledged >= ACKS_MIN


def main():
    binary, modules = default_binary()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=binary)
    parser.add_argument("--modules", default=modules, help="folder of ledger-cpp.wasm")
    parser.add_argument("--cycles", type=int, default=20)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--calls", type=int, default=6000, help="acknowledged calls in the longest cycle")
    options = parser.parse_args()
    sanitized = re.search("/(asan|tsan|debug|coverage)/", os.path.abspath(options.binary))
    options.slow = 6 if os.environ.get("LIGHTCONE_SLOW") or sanitized else 1
    options.seed = int.from_bytes(os.urandom(4), "little") if options.seed is None else options.seed
    print(f"seed {options.seed}", flush=True)
    began = time.monotonic()
    run = Run(options)
    counted = 0
    try:
        while counted < options.cycles:
            counted += run.one_cycle()
            run.cycle += 1
            if run.cycle > 2 * options.cycles:
                raise AssertionError(f"only {counted} of {run.cycle} cycles had {ACKS_MIN} acknowledged calls")
    except Exception as failure:
        print(f"FAILED in cycle {run.cycle}, seed {options.seed}: {type(failure).__name__}: {failure}", file=sys.stderr)
        if run.directory:
            run.server.kill()
            print(f"server's messages:\n{run.server.error_text()}\ndata kept in {run.directory}", file=sys.stderr)
        return 1
    run.remove_directory()
    print(f"{counted} cycles, {run.total} acknowledged calls checked, none lost ({time.monotonic() - began:.1f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
