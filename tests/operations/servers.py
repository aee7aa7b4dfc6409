"""Servers of the portal as other processes, and browsers that talk to them."""

from __future__ import annotations

import re
import socket
import time
import urllib.error
import urllib.request

from flask import Flask

PATIENCE = 60


class Browser:
    """A browser in which somebody is signed in."""

    def __init__(self, app: Flask, person_key: str | None = None) -> None:
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        self.headers = {}
        if person_key:
            signer = app.session_interface.get_signing_serializer(app)
            cookie = signer.dumps({"_user_id": person_key, "_fresh": True})
            self.headers["Cookie"] = f"pdportal={cookie}"

    def open(
        self, url: str, data: bytes | None = None, method: str | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        headers = {**self.headers, **{k.replace("_", "-"): v for k, v in headers.items()}}
        request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310 -- our own servers
        try:
            with self.opener.open(request, timeout=PATIENCE) as answer:
                if "Cookie" in self.headers and (cookie := answer.headers.get("Set-Cookie")):
                    self.headers["Cookie"] = cookie.split(";")[0]
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, dict(error.headers), error.read()

    def token(self, url: str) -> str:
        page = self.open(url)[2].decode()
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert found, page[:300]
        return found[1]


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_alive(server: str) -> None:
    """Until it answers that it is ready."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            urllib.request.urlopen(f"{server}/readyz", timeout=5).close()  # noqa: S310
        except OSError:
            assert time.monotonic() < until, "a server did not start"
            time.sleep(0.1)
        else:
            return
