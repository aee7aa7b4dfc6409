"""A load of requests over a few connections that stay open, with nothing but Python.

It takes some 50 microseconds of processor time for each request, which the server's own figure
does not hold: compare milliseconds of CPU, and requests/s only within one run.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

LONGEST_WAIT = 30.0
"""Seconds without any answer until a run is given up."""

WITHOUT_BODY = {204, 304}


@dataclass
class Run:
    """What one run came to."""

    clients: int
    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    """How long each answer took, in milliseconds."""
    received: int = 0
    wrong: dict[int, int] = field(default_factory=dict)
    """Answers with another status than the one expected, counted."""
    cpu_ms: float | None = None
    """Of the server's processes, a request."""

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.waits) / self.seconds if self.seconds else 0.0

    def percentile(self, part: float) -> float:
        """The wait that this part of the answers did not exceed."""
        waits = sorted(self.waits)
        return waits[min(len(waits) - 1, int(part * len(waits)))] if waits else 0.0


class Client:
    """One connection with at most one request on its way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.began = 0.0
        self.parts: list[bytes] = []
        self.have = 0
        self.want = -1
        self.status = 0

    def ask(self, request: bytes) -> None:
        """Send it; `hear` until it says that the answer is whole."""
        self.parts, self.have, self.want = [], 0, -1
        self.began = time.perf_counter()
        self.socket.sendall(request)

    def hear(self) -> bool:
        """Take what came; says whether the answer is whole."""
        piece = self.socket.recv(262_144)
        if not piece:
            raise ConnectionError("The server closed a connection before it answered.")
        self.parts.append(piece)
        self.have += len(piece)
        if self.want < 0:
            begin = b"".join(self.parts)
            end = begin.find(b"\r\n\r\n")
            if end < 0:
                return False
            self.parts = [begin]
            self.status = int(begin[9:12])
            has_body = self.status not in WITHOUT_BODY
            self.want = end + 4 + (_length(begin[:end].lower()) if has_body else 0)
        return self.have >= self.want


def _length(head: bytes) -> int:
    at = head.find(b"content-length:")
    if at < 0:
        raise ValueError("An answer came without its length.")
    return int(head[at + 15 :].split(b"\r\n", 1)[0])


def run(port: int, requests: Iterator[bytes], clients: int, seconds: float, expect: int) -> Run:
    """Send `requests` for some seconds, or until there are no more, each client one at a time."""
    found = Run(clients)
    watch = selectors.DefaultSelector()
    began = time.perf_counter()
    end = began + seconds
    busy = 0
    for _number in range(clients):
        client = Client(port)
        watch.register(client.socket, selectors.EVENT_READ, client)
        if (request := next(requests, None)) is not None:
            client.ask(request)
            busy += 1
    while busy:
        heard = watch.select(LONGEST_WAIT)
        if not heard:
            raise TimeoutError(f"No answer within {LONGEST_WAIT:.0f} seconds.")
        for key, _events in heard:
            client = key.data
            if not client.hear():
                continue
            now = time.perf_counter()
            found.waits.append((now - client.began) * 1000)
            found.received += client.have
            if client.status != expect:
                found.wrong[client.status] = found.wrong.get(client.status, 0) + 1
            request = next(requests, None) if now < end else None
            if request is None:
                busy -= 1
            else:
                client.ask(request)
    found.seconds = time.perf_counter() - began
    for key in list(watch.get_map().values()):
        key.data.socket.close()
    watch.close()
    return found
