"""One process that answers pages: its event loop takes requests in and gives files out."""

from __future__ import annotations

import select
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING, Any

from waitress import create_server, wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer
from waitress.trigger import trigger

from pdportal.operations.bodies import Channel, Parser
from pdportal.operations.lanes import Lanes
from pdportal.operations.sockets import most_connections

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

LARGEST_SENT = 16 * 1024**3
"""A body of more bytes than this is refused by its headers alone."""


@dataclass(frozen=True)
class Plan:
    """What every process of one portal needs to know."""

    listeners: list[socket.socket]
    app: WSGIApplication
    threads: int
    largest_body: int
    grace: float
    on_start: Callable[[], object] | None
    on_stop: Callable[[], object] | None


class Pages:
    """One process's waitress, with a stop that lets answers finish."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.channels: dict[int, Any] = {}
        self.is_stopping = False
        self.alarm = trigger(self.channels)
        self.can_poll = hasattr(select, "poll")
        self.lanes = Lanes(plan.threads)
        self.server = create_server(
            plan.app,
            map=self.channels,
            _dispatcher=self.lanes,
            sockets=plan.listeners,
            connection_limit=most_connections(),
            asyncore_use_poll=self.can_poll,
            backlog=1024,
            recv_bytes=64 * 1024,
            max_request_body_size=LARGEST_SENT,
            clear_untrusted_proxy_headers=False,  # which proxies are trusted is the app's to know
            log_socket_errors=False,  # people close their laptops
            ident="",
        )
        Parser.largest_kept = plan.largest_body
        for listener in self._now(BaseWSGIServer):
            listener.channel_class = Channel

    def run(self, is_orphan: Callable[[], bool]) -> None:
        """Answer until told to stop, then finish what has begun."""
        signal.signal(signal.SIGTERM, self.stop)
        while not self.is_stopping and not is_orphan():
            self._turn(1.0)
            self.lanes.refuse_overdue()
        for listener in self._now(BaseWSGIServer):
            wasyncore.dispatcher.close(listener)
        deadline = time.monotonic() + self.plan.grace
        while (channels := self._now(HTTPChannel)) and time.monotonic() < deadline:
            for channel in channels:
                if not channel.requests and not channel.total_outbufs_len:
                    channel.will_close = True
            self._turn(0.1)
        self.lanes.shutdown(timeout=1)

    def stop(self, _number: int, _frame: FrameType | None) -> None:
        """Handle a signal to stop: note it and wake the loop, which takes no lock."""
        self.is_stopping = True
        self.alarm.pull_trigger()

    def _turn(self, wait: float) -> None:
        wasyncore.loop(timeout=wait, use_poll=self.can_poll, map=self.channels, count=1)

    def _now(self, kind: type) -> list[Any]:
        return [channel for channel in self.channels.values() if isinstance(channel, kind)]
