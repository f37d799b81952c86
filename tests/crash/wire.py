# SPDX-License-Identifier: Apache-2.0
"""A client of protocol v3 on a plain socket: just enough of WebSocket and BSATN to load a server and to read it back."""

import socket
import struct


class ConnectionEnded(Exception):
    """The connection is over. `code` is that of the server's Close frame, None when it just broke."""

    def __init__(self, code=None):
        super().__init__(f"close code {code}" if code else "the connection broke")
        self.code = code


def text(value):
    data = value.encode()
    return struct.pack("<I", len(data)) + data


def subscribe(request_id, query_set_id, query):
    return struct.pack("<BIII", 0, request_id, query_set_id, 1) + text(query)


def one_off(request_id, query):
    return struct.pack("<BI", 2, request_id) + text(query)


def call(request_id, reducer, args):
    return struct.pack("<BIB", 3, request_id, 0) + text(reducer) + struct.pack("<I", len(args)) + args


class Reader:
    def __init__(self, data):
        self.data = data
        self.at = 0

    def number(self, form):
        (value,) = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return value

    def take(self, count):
        if self.at + count > len(self.data):
            raise ValueError(f"{count} bytes wanted at {self.at} of {len(self.data)}")
        self.at += count
        return self.data[self.at - count : self.at]

    def bytes(self):
        return self.take(self.number("I"))

    def text(self):
        return self.bytes().decode()

    def at_end(self):
        return self.at == len(self.data)

    def rows(self):
        """One row list as a list of byte strings."""
        if self.number("B") == 0:
            size = self.number("H")
            data = self.bytes()
            return [data[i : i + size] for i in range(0, len(data), size)]
        offsets = [self.number("Q") for _ in range(self.number("I"))]
        data = self.bytes()
        return [data[start:end] for start, end in zip(offsets, offsets[1:] + [len(data)])]

    def tables(self):
        return {self.text(): self.rows() for _ in range(self.number("I"))}

    def inserts(self):
        """The inserted rows of a list of query sets, by table."""
        found = {}
        for _ in range(self.number("I")):
            self.number("I")
            for _ in range(self.number("I")):
                table = self.text()
                for _ in range(self.number("I")):
                    kind = self.number("B")
                    found.setdefault(table, []).extend(self.rows())
                    if kind == 0:
                        self.rows()
        return found


def read_messages(payload):
    """Yields (kind, request id or None, content) for each server message of one payload."""
    reader = Reader(payload)
    if reader.number("B") != 0:
        raise ValueError("the server compressed")
    while not reader.at_end():
        yield read_message(reader)


def read_message(reader):
    tag = reader.number("B")
    if tag == 0:
        reader.take(48)
        return "connected", None, reader.text()
    if tag == 1:
        request_id = reader.number("I")
        reader.number("I")
        return "applied", request_id, reader.tables()
    if tag == 4:
        return "update", None, reader.inserts()
    if tag == 5:
        request_id = reader.number("I")
        if reader.number("B") != 0:
            raise ValueError(f"one-off query failed: {reader.text()}")
        return "rows", request_id, reader.tables()
    if tag == 6:
        request_id = reader.number("I")
        reader.number("q")
        outcome = reader.number("B")
        if outcome == 0:
            reader.bytes()
            reader.inserts()
            return "done", request_id, None
        if outcome == 2:
            return "failed", request_id, reader.bytes()[4:].decode()
        return "failed", request_id, reader.text()
    raise ValueError(f"unexpected server message {tag}")


class Connection:
    """One WebSocket connection. `seconds` limits every wait."""

    def __init__(self, port, database, token, seconds):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=seconds)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        lines = [
            f"GET /v1/database/{database}/subscribe?compression=None&confirmed=true HTTP/1.1",
            "Host: 127.0.0.1",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Protocol: v3.bsatn.spacetimedb",
            f"Authorization: Bearer {token}",
        ]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        while b"\r\n\r\n" not in self.buffer:
            self._fill()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        if not head.startswith(b"HTTP/1.1 101"):
            raise ValueError(head.decode())

    def _fill(self):
        try:
            piece = self.socket.recv(1 << 18)
        except ConnectionError:
            piece = b""
        if not piece:
            raise ConnectionEnded()
        self.buffer += piece

    def send(self, payload, opcode=2):
        """One masked frame; the mask is zero, which leaves the payload as it is."""
        size = len(payload)
        if size < 126:
            head = struct.pack(">BB", 0x80 | opcode, 0x80 | size)
        elif size < 65536:
            head = struct.pack(">BBH", 0x80 | opcode, 0x80 | 126, size)
        else:
            head = struct.pack(">BBQ", 0x80 | opcode, 0x80 | 127, size)
        try:
            self.socket.sendall(head + b"\0\0\0\0" + payload)
        except ConnectionError:
            # What the server sent before it died may still be there to be read.
            pass

    def _frame(self):
        while True:
            if len(self.buffer) >= 2:
                size = self.buffer[1]
                head = 2
                if size == 126:
                    head, form = 4, ">H"
                elif size == 127:
                    head, form = 10, ">Q"
                if head > 2 and len(self.buffer) >= head:
                    (size,) = struct.unpack_from(form, self.buffer, 2)
                if len(self.buffer) >= head and len(self.buffer) >= head + size:
                    opcode, payload = self.buffer[0] & 15, self.buffer[head : head + size]
                    self.buffer = self.buffer[head + size :]
                    return opcode, payload
            self._fill()

    def receive(self):
        """The messages of the next payload. Raises ConnectionEnded."""
        while True:
            opcode, payload = self._frame()
            if opcode == 2:
                return list(read_messages(payload))
            if opcode == 8:
                self.send(payload, opcode=8)
                raise ConnectionEnded(struct.unpack_from(">H", payload)[0] if payload else None)
            if opcode == 9:
                self.send(payload, opcode=10)

    def close(self):
        self.socket.close()


def ask(connection, message, kind):
    """Sends one request and returns the content of the first answer of that kind."""
    connection.send(message)
    while True:
        for answer, _, content in connection.receive():
            if answer == kind:
                return content
