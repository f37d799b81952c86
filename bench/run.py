#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs workloads W1 and W9 against a fresh server, with their peers in the same run, and reports JSON and Markdown.

Usage: scripts/bench [w1] [w9] [--seconds N] [--runs N] [--module transfer-cpp|transfer-rust] [--unpinned]
"""
import argparse
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ACCOUNTS = 100_000
INITIAL_BALANCE = 1_000_000
SERVER_CORE, CLIENT_CORE = "0", "1"
REQUEST_BYTES, RECORD_BYTES = 60, 130  # of one transfer on the wire and in the log


class Bench:
    def __init__(self, options):
        self.options = options
        self.build = Path(options.build)
        self.work = Path(tempfile.mkdtemp(prefix="lightcone-bench-"))
        self.processes = []
        self.rows = []

    def pin(self, core, command):
        return command if self.options.unpinned else ["taskset", "-c", core, *command]

    def spawn(self, command, **kwargs):
        process = subprocess.Popen(self.pin(SERVER_CORE, command), text=True, **kwargs)
        self.processes.append(process)
        return process

    def close(self):
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
        shutil.rmtree(self.work, ignore_errors=True)

    def cli(self, *arguments):
        command = [str(self.build / "bin/lightcone"), "--root-dir", str(self.work / "cli"), *arguments]
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode != 0:
            sys.exit(f"{' '.join(command)} failed:\n{result.stdout}{result.stderr}")
        return result.stdout

    def load(self, **arguments):
        command = [str(self.build / "bin/lightcone-load")] + [f"--{k.replace('_', '-')}={v}" for k, v in arguments.items()]
        result = subprocess.run(self.pin(CLIENT_CORE, command), capture_output=True, text=True)
        if result.returncode != 0:
            sys.exit(f"{' '.join(command)} failed:\n{result.stderr}")
        return json.loads(result.stdout)

    def start_server(self):
        server = self.spawn([str(self.build / "bin/lightcone"), "start", "--listen-addr", "127.0.0.1:0", "--data-dir",
                             str(self.work / "data"), "--io-threads", str(self.options.io_threads)], stdout=subprocess.PIPE)
        for line in server.stdout:
            match = re.search(r"listening on \S+:(\d+)", line)
            if match:
                self.server, self.port = server, int(match.group(1))
                break
        else:
            sys.exit("the server did not start")
        url = f"http://127.0.0.1:{self.port}"
        wasm = ROOT / "build/modules" / f"{self.options.module}.wasm"
        self.cli("publish", "-s", url, "-b", str(wasm), "bench")
        self.cli("call", "-s", url, "bench", "seed", str(ACCOUNTS), str(INITIAL_BALANCE))
        self.url = url

    def check_sum(self):
        out = json.loads(self.cli("sql", "-s", self.url, "--format", "json", "bench", "SELECT * FROM accounts"))
        rows = out[0]["rows"]
        total = sum(row[1] for row in rows)
        if len(rows) != ACCOUNTS or total != ACCOUNTS * INITIAL_BALANCE:
            sys.exit(f"the sum of balances changed: {len(rows)} accounts hold {total}")

    def start_redis(self):
        port = 20000 + os.getpid() % 20000
        directory = self.work / "redis"
        directory.mkdir()
        self.redis = self.spawn(["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "yes",
                                 "--appendfsync", "always", "--dir", str(directory), "--loglevel", "warning"])
        self.redis_port = port
        for _ in range(100):
            time.sleep(0.05)
            if subprocess.run(["redis-cli", "-p", str(port), "ping"], capture_output=True).stdout.strip() == b"PONG":
                break
        lines = "".join(f"SET a{i} {INITIAL_BALANCE}\r\n" for i in range(ACCOUNTS))
        subprocess.run(["redis-cli", "-p", str(port), "--pipe"], input=lines.encode(), capture_output=True, check=True)

    def record(self, name, runs, keys):
        row = {"name": name}
        for key in keys:
            values = [run[key] for run in runs]
            row[key] = {"median": statistics.median(values), "min": min(values), "max": max(values)}
        self.rows.append(row)
        return row

    def w1(self):
        o = self.options
        keys = ["per_second", "p50_us", "p99_us", "p999_us", "server_cpu_ns", "client_cpu_ns"]
        common = dict(warmup=o.warmup, seconds=o.seconds)
        cases = [("W1 64x40 uniform, v3, confirmed", dict(in_flight=40)), ("W1 64x40 Zipf 1.5, v3, confirmed", dict(in_flight=40, zipf=1.5)),
                 ("W1 64x40 uniform, v2, confirmed", dict(in_flight=40, protocol="v2")), ("W1 64x1 uniform, v3, confirmed", dict(in_flight=1)),
                 ("W1 64x96 uniform, v3, confirmed", dict(in_flight=96))]
        self.start_redis()
        ours, redis = {name: [] for name, _ in cases}, []
        for run in range(o.runs):
            for index, (name, arguments) in enumerate(cases):
                if index > 0 and run > 0 and o.quick:
                    continue
                ours[name].append(self.load(workload="transfer", port=self.port, server_pid=self.server.pid, connections=64, **common, **arguments))
            redis.append(self.load(workload="redis-transfer", port=self.redis_port, server_pid=self.redis.pid, connections=64, in_flight=40, **common))
        for name, runs in ours.items():
            self.record(name, runs, keys)
        peer = self.record("Redis Lua transfer 64x40, AOF always", redis, keys)
        first = self.rows[0]
        self.facts["W1 times Redis"] = round(first["per_second"]["median"] / peer["per_second"]["median"], 2)
        self.facts["W1 server CPU ns per transfer"] = round(first["server_cpu_ns"]["median"])
        self.check_sum()

    def w9(self):
        o = self.options
        keys = ["p50_us", "p99_us", "per_second", "server_cpu_ns"]
        echo = self.spawn([str(self.build / "bin/lightcone-echo")], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        echo_port = int(echo.stdout.readline())
        seconds = min(o.seconds, 5)
        results = {}
        for run in range(o.runs):
            for connections in (1, 8, 64):
                for confirmed in ("true", "false"):
                    name = f"W9 {connections}x1 {'confirmed' if confirmed == 'true' else 'unconfirmed'}"
                    results.setdefault(name, []).append(self.load(workload="transfer", port=self.port, server_pid=self.server.pid,
                                                                  connections=connections, in_flight=1, confirmed=confirmed, warmup=1, seconds=seconds))
                name = f"TCP echo {connections}x1, {REQUEST_BYTES} B"
                results.setdefault(name, []).append(self.load(workload="echo", port=echo_port, server_pid=echo.pid, connections=connections,
                                                              in_flight=1, request_bytes=REQUEST_BYTES, warmup=1, seconds=seconds))
            for workload in ("fdatasync", "wakeup"):
                results.setdefault(workload, []).append(self.load(workload=workload, request_bytes=RECORD_BYTES, directory=self.work, seconds=2))
        for name, runs in results.items():
            self.record(name, runs, [key for key in keys if key in runs[0]])
        p50 = {name: statistics.median(run["p50_us"] for run in runs) for name, runs in results.items()}
        echo_us, sync_us, wake_us = p50[f"TCP echo 1x1, {REQUEST_BYTES} B"], p50["fdatasync"], p50["wakeup"]
        self.facts["W9 1x1 unconfirmed p50 / echo p50"] = round(p50["W9 1x1 unconfirmed"] / echo_us, 2)
        self.facts["W9 1x1 confirmed p50 / (3 echo + fdatasync + wake-up)"] = round(
            p50["W9 1x1 confirmed"] / (3 * echo_us + sync_us + wake_us), 2)
        self.facts["echo, fdatasync, wake-up p50 us"] = [echo_us, sync_us, wake_us]

    def run(self):
        self.facts = {}
        self.start_server()
        if "w1" in self.options.workloads:
            self.w1()
        if "w9" in self.options.workloads:
            self.w9()
        report = {"date": time.strftime("%Y-%m-%d"), "module": self.options.module, "pinned": not self.options.unpinned,
                  "runs": self.options.runs, "seconds": self.options.seconds, "facts": self.facts, "rows": self.rows}
        out = ROOT / "build/bench"
        out.mkdir(parents=True, exist_ok=True)
        (out / "report.json").write_text(json.dumps(report, indent=2) + "\n")
        text = markdown(report)
        (out / "report.md").write_text(text)
        print(text)


def markdown(report):
    def cell(row, key):
        if key not in row:
            return ""
        value = row[key]
        return f"{value['median']:,.0f} ({value['min']:,.0f}–{value['max']:,.0f})" if value["median"] >= 100 else f"{value['median']:.1f} ({value['min']:.1f}–{value['max']:.1f})"

    keys = ["per_second", "p50_us", "p99_us", "server_cpu_ns", "client_cpu_ns"]
    titles = ["per second", "p50 µs", "p99 µs", "server CPU ns", "client CPU ns"]
    lines = [f"Module {report['module']}, {'pinned to one core each' if report['pinned'] else 'unpinned'}, median (min–max) of {report['runs']} run(s) of {report['seconds']} s.", "",
             "| case | " + " | ".join(titles) + " |", "|---|" + "--:|" * len(titles)]
    lines += [f"| {row['name']} | " + " | ".join(cell(row, key) for key in keys) + " |" for row in report["rows"]]
    lines += ["", "| fact | value |", "|---|--:|"] + [f"| {name} | {value} |" for name, value in report["facts"].items()]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workloads", nargs="*", choices=["w1", "w9", []], default=[])
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--warmup", type=float, default=3)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--io-threads", type=int, default=1)
    parser.add_argument("--module", default="transfer-cpp")
    parser.add_argument("--build", default=str(ROOT / "build/release"))
    parser.add_argument("--unpinned", action="store_true")
    parser.add_argument("--quick", action="store_true", help="repeat only the first case of W1")
    options = parser.parse_args()
    options.workloads = options.workloads or ["w1", "w9"]
    bench = Bench(options)
    try:
        bench.run()
    finally:
        bench.close()


if __name__ == "__main__":
    main()
