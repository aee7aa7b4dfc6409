"""Lanes: requests that write or read files get a share of the threads, and pages have the rest.

A writer may wait for the database, an upload or a clip for a disk or a bucket. Whoever has no place
yet waits here in turn and holds no thread. Why it is so: docs/decisions/0002-the-server.md.
"""

from __future__ import annotations

import re
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from waitress.channel import HTTPChannel
from waitress.task import ThreadedTaskDispatcher

from pdportal.db.reading import READING
from pdportal.web.requests import NO_PLACE

ALIVE = "/healthz"
"""The address that is answered whatever all threads are at."""


FILES = re.compile(
    r"^/clips/\d+/file(?:/\w+)?$|^/clips/uploads/\d+/\d+$|^/learn/[^/]+/files/"
    r"|^/feedback/works/\d+/files/\d+(?:/\d+)?$"
)
"""Addresses that are answered with a file from `storage`, which may be a bucket far away, and those
at which pieces of one arrive."""

MOST_WAITING = 64
"""Requests that wait for a place in one lane; each holds a connection, and its body on disk."""

LONGEST_WAIT_SECONDS = 15.0


@dataclass
class _Lane:
    places: int
    taken: int = 0
    waiting: deque[tuple[float, HTTPChannel]] = field(default_factory=deque)
    """Until when each of them waits, and who."""


@dataclass
class _InLane:
    """A request on its way through a thread; its place is free afterwards."""

    channel: HTTPChannel
    leave: Callable[[], None]

    def service(self) -> None:
        try:
            self.channel.service()
        finally:
            self.leave()

    def cancel(self) -> None:
        self.channel.cancel()


class Lanes(ThreadedTaskDispatcher):
    """Waitress's threads: half of them at most write at once, a quarter send files."""

    def __init__(self, threads: int) -> None:
        super().__init__()
        self._lanes = {
            "write": _Lane(max(1, threads // 2)),
            "file": _Lane(max(1, threads // 4)),
        }
        self._lane_lock = threading.Lock()
        self.set_thread_count(threads)

    def add_task(self, task: HTTPChannel) -> None:
        request = task.requests[0]
        if request.path == ALIVE:
            threading.Thread(target=task.service, name="waitress-alive", daemon=True).start()
        elif request.error:
            super().add_task(task)
        elif FILES.search(request.path):
            self._enter(self._lanes["file"], task)
        elif request.command not in READING:
            self._enter(self._lanes["write"], task)
        elif "RANGE" in request.headers:
            self._enter(self._lanes["file"], task)
        else:
            super().add_task(task)

    def refuse_overdue(self) -> None:
        """Answer those who have waited too long; to be called about once a second."""
        now = time.monotonic()
        for lane in self._lanes.values():
            while True:
                with self._lane_lock:
                    if not lane.waiting or lane.waiting[0][0] > now:
                        break
                    _until, channel = lane.waiting.popleft()
                self._refuse(channel)

    def _enter(self, lane: _Lane, channel: HTTPChannel) -> None:
        with self._lane_lock:
            has_place = lane.taken < lane.places
            is_full = not has_place and len(lane.waiting) >= MOST_WAITING
            if has_place:
                lane.taken += 1
            elif not is_full:
                lane.waiting.append((time.monotonic() + LONGEST_WAIT_SECONDS, channel))
        if has_place:
            super().add_task(_InLane(channel, lambda: self._leave(lane)))
        elif is_full:
            self._refuse(channel)

    def _leave(self, lane: _Lane) -> None:
        with self._lane_lock:
            if not lane.waiting:
                lane.taken -= 1
                return
            _until, channel = lane.waiting.popleft()
        super().add_task(_InLane(channel, lambda: self._leave(lane)))

    def _refuse(self, channel: HTTPChannel) -> None:
        channel.requests[0].headers[NO_PLACE.upper().replace("-", "_")] = "1"
        super().add_task(channel)
