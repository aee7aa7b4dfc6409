"""Bodies of requests on their way in: where one finds no room, its sender is told so in words.

And answers that have none, after which a connection stays open.
"""

from __future__ import annotations

import errno
from contextlib import suppress
from io import BytesIO
from typing import IO, Any

from waitress.buffers import OverflowableBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import WSGITask

from pdportal.web.requests import NOT_TAKEN


class Body(OverflowableBuffer):
    """What was received so far; once a disk refuses a part, all of it is let go at once.

    The rest is taken in and dropped: a browser that is still sending reads no answer.
    """

    is_dropped = False
    refused: int | None = None
    """Why the disk took no more, as a number of `errno`."""

    def append(self, data: bytes) -> None:
        if self.is_dropped:
            return
        try:
            super().append(data)
        except OSError as error:
            self.refused = error.errno or errno.EIO
            self.drop()

    def drop(self) -> None:
        """Give the space back, and keep nothing that comes from now on."""
        self.is_dropped = True
        with suppress(OSError):  # what could not be written cannot be written at the end either
            self.close()
        self.buf, self.strbuf = None, b""

    def getfile(self) -> IO[bytes]:
        return BytesIO() if self.is_dropped else super().getfile()


class Parser(HTTPRequestParser):
    """Reads a request; a body that is larger than any view takes is dropped from the start."""

    largest_kept = 512 * 1024 * 1024

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if self.body_rcv is not None:
            self.body_rcv.buf = Body(self.adj.inbuf_overflow)
            if self.content_length > self.largest_kept:
                self.body_rcv.buf.drop()

    def received(self, data: bytes) -> int:
        consumed: int = super().received(data)
        if self.body_rcv is not None:
            if self.body_bytes_received > self.largest_kept:
                self.body_rcv.buf.drop()
            if self.completed and (refused := self.body_rcv.buf.refused) is not None:
                self.headers[NOT_TAKEN.upper().replace("-", "_")] = str(refused)
        return consumed


class Answer(WSGITask):
    """An answer; one without a body (204, 304) ends with its head, and closes no connection.

    The page of a meeting gets one every few seconds, most saves of typed text are answered by one.
    """

    def set_close_on_finish(self) -> None:
        asked = self.request.headers.get("CONNECTION", "").lower() == "close"
        if self.has_body or asked or self.version == "1.0":
            super().set_close_on_finish()


class Channel(HTTPChannel):
    """A connection; a request that breaks off gives its space back."""

    parser_class: Any = Parser
    task_class: Any = Answer

    def handle_close(self) -> None:
        if self.request is not None:
            self.request.close()
        super().handle_close()
