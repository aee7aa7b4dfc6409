"""Serving: one address, a few processes with few threads each, and clients that may be slow.

Each process that answers pages is a waitress, bound to sockets the parent opened: its event loop
takes requests in whole and gives files out, so that a half-sent upload or a paused video holds no
thread. The parent answers nothing; it watches, replaces what dies, and passes the stop on. Why it
is so, with figures: docs/decisions/0002-the-server.md.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from pdportal.operations import CannotRun
from pdportal.operations.answering import Pages, Plan
from pdportal.operations.bodies import Parser
from pdportal.operations.sockets import address_of, listen
from pdportal.web.logs import log

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

THREADS = 4
"""Enough for pages to pass a few sign-ins; each more costs every page, as they share one lock."""

MOST_WORKERS = 8
"""More processes than this are asked for by name, since each costs memory."""

M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8
"""Names of glibc's `mallopt`."""

LARGE_BLOCK = 1024**2
"""Blocks of so many bytes are not kept for the next one that asks."""

IN_GROUPS = sys.platform not in ("win32", "darwin")
"""Where processes can be forked safely; elsewhere one process does everything."""


def serve(
    app: WSGIApplication,
    host: str,
    port: int,
    *,
    workers: int = 0,
    threads: int = 0,
    on_start: Callable[[], object] | None = None,
    on_stop: Callable[[], object] | None = None,
    on_ready: Callable[[str], object] | None = None,
    largest_body: int = Parser.largest_kept,
    grace: float = 10.0,
) -> None:
    """Serve until SIGTERM or Ctrl-C, then finish what has begun, for `grace` seconds at most.

    `workers` processes of `threads` threads answer pages (0: one for each processor, and four).
    `on_start` and `on_stop` are called once for the whole portal, in a process that answers no
    pages: there a consumer of jobs lives; `on_ready(address)` in the parent as soon as all are
    there. A body above `largest_body` is taken in, so that its sender reads the answer, and stored
    nowhere.

    Raises `PortTaken`, or `CannotRun` when a process cannot start. Call it from the main thread.
    """
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a queue of one is no news
    listeners = listen(host, port)
    threads = threads or THREADS
    jobs = (on_start, on_stop)
    plan = Plan(listeners, app, threads, largest_body, grace, *jobs)
    ready = (lambda: on_ready(address_of(host, listeners[0]))) if on_ready else (lambda: None)
    try:
        if IN_GROUPS:
            _Group(plan, workers or min(_processors(), MOST_WORKERS)).run(ready)
        else:
            _serve_alone(plan, ready)
    finally:
        for listener in listeners:
            listener.close()


def _give_memory_back() -> None:
    """Have glibc return large blocks at once: a password takes 19 MiB, in each thread anew."""
    with suppress(AttributeError, OSError):
        c = ctypes.CDLL(None)
        c.mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK)
        c.mallopt(M_ARENA_MAX, 2)


class _Group:
    """The parent's view: which processes there must be, which there are, which have begun."""

    def __init__(self, plan: Plan, workers: int) -> None:
        self.plan = plan
        self.wanted: dict[str, Callable[[Callable[[str], None]], None]] = {}
        if plan.on_start:
            self.wanted["jobs"] = partial(self._do_jobs, plan.on_start)
        for number in range(1, workers + 1):
            self.wanted[f"pages {number}"] = self._answer_pages
        self.running: dict[int, str] = {}
        self.begun: set[str] = set()
        self.last_try: dict[str, float] = {}
        self.parent = os.getpid()

    def run(self, ready: Callable[[], object]) -> None:
        """Start all, then wait: for a signal to stop, or for a process that ends too early."""
        _give_memory_back()
        gc.collect()
        gc.freeze()  # a collector that counts what is shared would copy it for each process
        to_stop = {
            number
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
            if signal.getsignal(number) is not signal.SIG_IGN
        }
        watched = to_stop | {signal.SIGCHLD}
        self.mask = signal.pthread_sigmask(signal.SIG_BLOCK, watched)
        self.reports, self.report_to = os.pipe()
        os.set_blocking(self.reports, False)
        try:
            for role in self.wanted:
                self._start(role)
            is_ready = False
            while True:
                came = signal.sigtimedwait(watched, 1.0 if is_ready else 0.02)
                if came and came.si_signo in to_stop:
                    return
                ended = self._reap()
                failure = self._read_reports()
                if not is_ready and (failure or ended):
                    raise CannotRun(failure or "a process of the server ended as it started.")
                if failure:
                    log.error("server process could not start", reason=failure)
                if not is_ready and self.begun == set(self.wanted):
                    is_ready = True
                    ready()
                for role in set(self.wanted) - set(self.running.values()):
                    if time.monotonic() - self.last_try[role] >= 1:
                        self._start(role)
        finally:
            self._stop(to_stop)
            os.close(self.reports)
            os.close(self.report_to)
            signal.pthread_sigmask(signal.SIG_SETMASK, self.mask)

    def _start(self, role: str) -> None:
        self.last_try[role] = time.monotonic()
        self.begun.discard(role)
        sys.stdout.flush()
        sys.stderr.flush()
        child = os.fork()
        if child:
            self.running[child] = role
            return
        status = 1
        try:
            os.close(self.reports)
            for number in (signal.SIGINT, signal.SIGHUP):  # a terminal tells all; the parent acts
                signal.signal(number, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, self.mask)
            self.wanted[role](lambda trouble: self._report(role, trouble))
            status = 0
        finally:
            logging.shutdown()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)  # never back up into what the parent was doing

    def _answer_pages(self, report: Callable[[str], None]) -> None:
        pages = None
        try:
            pages = Pages(self.plan)
        except Exception as error:
            log.debug("server process could not start", exc_info=error)
            report(_plainly(error))
        if pages:
            report("")
            pages.run(self._is_orphan)

    def _do_jobs(self, on_start: Callable[[], object], report: Callable[[str], None]) -> None:
        for listener in self.plan.listeners:
            listener.close()
        try:
            on_start()
        except Exception as error:
            log.debug("server process could not start", exc_info=error)
            report(_plainly(error))
            return
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with suppress(KeyboardInterrupt):
            report("")
            while not self._is_orphan():
                time.sleep(1)
        if self.plan.on_stop:
            self.plan.on_stop()

    def _report(self, role: str, trouble: str) -> None:
        os.write(self.report_to, f"{role}\t{trouble[:1000]}\n".encode())

    def _read_reports(self) -> str:
        """Note who has begun; gives what went wrong with one who could not."""
        failure = ""
        while True:
            try:
                news = os.read(self.reports, 65536).decode()
            except BlockingIOError:
                return failure
            for line in news.splitlines():
                role, _, trouble = line.partition("\t")
                failure = failure or trouble
                if not trouble:
                    self.begun.add(role)

    def _reap(self) -> bool:
        """Forget the processes that have ended; says whether there were any."""
        ended = False
        for child, role in list(self.running.items()):
            if os.waitpid(child, os.WNOHANG) != (0, 0):
                ended = True
                del self.running[child]
                if role in self.begun:
                    log.warning("server process ended", role=role)
        return ended

    def _stop(self, to_stop: set[signal.Signals]) -> None:
        """Ask every process to finish; kill what has not after the grace, or at a second signal."""
        for listener in self.plan.listeners:
            listener.close()
        self.begun.clear()
        for child in self.running:
            os.kill(child, signal.SIGTERM)
        deadline = time.monotonic() + self.plan.grace + 5
        killed = False
        while self.running:
            came = signal.sigtimedwait(to_stop | {signal.SIGCHLD}, 0.2)
            self._reap()
            again = came is not None and came.si_signo in to_stop
            if not killed and (again or time.monotonic() > deadline):
                killed = True
                for child in self.running:
                    os.kill(child, signal.SIGKILL)

    def _is_orphan(self) -> bool:
        return os.getppid() != self.parent


def _serve_alone(plan: Plan, ready: Callable[[], object]) -> None:
    """Pages and jobs in one process, where a second one cannot be had."""
    try:
        pages = Pages(plan)
        if plan.on_start:
            plan.on_start()
    except Exception as error:
        raise CannotRun(_plainly(error)) from error
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        signal.signal(signal.SIGINT, pages.stop)
        ready()
        pages.run(lambda: False)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if plan.on_stop:
            plan.on_stop()


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _plainly(error: Exception) -> str:
    """The first line of what went wrong; an error without words gives its name."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
