# SPDX-License-Identifier: Apache-2.0
"""A real server process that can be stopped and killed, and the few HTTP requests needed to prepare it."""

import http.client
import json
import os
import re
import signal
import subprocess
import tempfile
import time

STOP_SECONDS = 5


class ServerProcess:
    """One start of the server on a data directory. `slow` stretches every deadline."""

    def __init__(self, binary, directory, slow=1):
        self.slow = slow
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [binary, "--root-dir", directory, "start", "--listen-addr", "127.0.0.1:0", "--data-dir", f"{directory}/data"],
            stdout=subprocess.PIPE,
            stderr=self.errors,
        )
        self.port = None

    def wait_until_listening(self):
        """Returns how many seconds recovery took."""
        began = time.monotonic()
        for line in self.process.stdout:
            found = re.search(rb"listening on 127\.0\.0\.1:(\d+)", line)
            if found:
                self.port = int(found[1])
                return time.monotonic() - began
        raise RuntimeError(f"the server did not start (code {self.process.wait()}):\n{self.error_text()}")

    def error_text(self):
        self.errors.seek(0)
        return self.errors.read().decode(errors="replace")[-4000:]

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        """SIGTERM. Fails unless the server ends by itself, in time, with code 0; returns the seconds it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(STOP_SECONDS * self.slow)
        except subprocess.TimeoutExpired:
            self.kill()
            raise RuntimeError(f"still running {STOP_SECONDS * self.slow} s after SIGTERM:\n{self.error_text()}")
        self.process.stdout.close()
        if code != 0:
            raise RuntimeError(f"code {code} after SIGTERM:\n{self.error_text()}")
        return time.monotonic() - began

    def request(self, method, path, token=None, body=b""):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30 * self.slow)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        connection.request(method, path, body=body, headers=headers)
        response = connection.getresponse()
        content = response.read().decode()
        connection.close()
        if response.status != 200:
            raise RuntimeError(f"{method} {path}: {response.status} {content}")
        return content

    def publish(self, database, module_path):
        """Publishes a module with a new identity and returns its token."""
        token = json.loads(self.request("POST", "/v1/identity"))["token"]
        with open(module_path, "rb") as module:
            self.request("PUT", f"/v1/database/{database}", token, module.read())
        return token


def default_binary():
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    return os.environ.get("LIGHTCONE_BINARY", f"{root}/build/release/bin/lightcone"), f"{root}/build/modules"
