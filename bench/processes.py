"""Starting the servers that are measured, and the processor time that their processes take."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

STARTS_WITHIN = 60.0
HAS_PROC = Path("/proc/self/stat").is_file()
"""Where processor time can be read; elsewhere it is left out."""


@dataclass(frozen=True)
class Server:
    """A server on this machine, and the processes whose time is its cost."""

    port: int
    roots: tuple[int, ...]
    ready_after: float
    log: Path

    def cpu_seconds(self) -> float:
        """The processor time used so far by these processes and all they started."""
        return _cpu_seconds(self.roots) if HAS_PROC else 0.0


@contextmanager
def server(
    name: str, command: list[str], port: int, folder: Path, settings: dict[str, str], *others: int
) -> Iterator[Server]:
    """A Python program that serves on a port, until the block is left; `others` cost with it."""
    log = folder / f"{name}.log"
    began = time.perf_counter()
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, *command],
            env={**os.environ, **settings},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        while not _answers(port):
            if process.poll() is not None or time.perf_counter() - began > STARTS_WITHIN:
                raise RuntimeError(f"The {name} did not start:\n{log.read_text()[-2000:]}")
            time.sleep(0.02)
        yield Server(port, (process.pid, *others), time.perf_counter() - began, log)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def parent_of(process: int) -> int:
    """The process that started another."""
    return int(_fields(process)[1])


def children_of(process: int) -> list[int]:
    """The processes that this one started, the oldest first."""
    listed = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return [int(child) for child in listed.split()]


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _fields(process: int) -> list[str]:
    stat = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    return stat.rsplit(")", 1)[1].split()


def _cpu_seconds(roots: tuple[int, ...]) -> float:
    used: dict[int, float] = {}
    children: dict[int, list[int]] = {}
    tick = os.sysconf("SC_CLK_TCK")
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                fields = _fields(int(entry))
            except OSError:
                continue  # it ended meanwhile
            used[int(entry)] = sum(map(int, fields[11:15])) / tick
            children.setdefault(int(fields[1]), []).append(int(entry))
    total, open_ones, seen = 0.0, list(roots), set()
    while open_ones:
        process = open_ones.pop()
        if process in used and process not in seen:
            seen.add(process)
            total += used[process]
            open_ones += children.get(process, [])
    return total
